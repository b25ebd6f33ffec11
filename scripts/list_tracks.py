#!/usr/bin/env python3
"""List tracks: the cluster-side twin of `genomedb list`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["list", *sys.argv[1:]]))
