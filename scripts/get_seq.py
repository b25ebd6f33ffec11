#!/usr/bin/env python3
"""Print the sequence of a region: the cluster-side twin of `genomedb seq`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["seq", *sys.argv[1:]]))
