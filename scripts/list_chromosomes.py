#!/usr/bin/env python3
"""List chromosomes: the cluster-side twin of `genomedb chroms`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["chroms", *sys.argv[1:]]))
