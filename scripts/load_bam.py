#!/usr/bin/env python3
"""All tracks of alignments in one pass: the cluster-side twin of `genomedb import bam`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["import", "bam", *sys.argv[1:]]))
