#!/usr/bin/env python3
"""Make a track of bigWig files: the cluster-side twin of `genomedb import --format bigwig`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["import", "--format", "bigwig", *sys.argv[1:]]))
