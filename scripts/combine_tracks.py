#!/usr/bin/env python3
"""Add up many tracks: the cluster-side twin of `genomedb combine-tracks`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["combine-tracks", *sys.argv[1:]]))
