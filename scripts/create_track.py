#!/usr/bin/env python3
"""Make a track of files, one value a base: the cluster-side twin of `genomedb create-track`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["create-track", *sys.argv[1:]]))
