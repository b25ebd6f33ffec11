#!/usr/bin/env python3
"""The leftmost bases of reads: the cluster-side twin of `genomedb load-bam-left-ends`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["load-bam-left-ends", *sys.argv[1:]]))
