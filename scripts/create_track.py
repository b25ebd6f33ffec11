#!/usr/bin/env python3
"""Make a track of files, one value a base: the cluster-side twin of `genomedb import`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["import", "--bin-size", "1", *sys.argv[1:]]))
