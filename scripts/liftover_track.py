#!/usr/bin/env python3
"""Lift a track to another assembly: the cluster-side twin of `genomedb liftover-track`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["liftover-track", *sys.argv[1:]]))
