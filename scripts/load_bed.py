#!/usr/bin/env python3
"""Make a track of the features of BED files: the cluster-side twin of `genomedb load-bed`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["load-bed", *sys.argv[1:]]))
