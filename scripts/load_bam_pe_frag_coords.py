#!/usr/bin/env python3
"""Fragments of read pairs: the cluster-side twin of `genomedb load-bam-pe-frag-coords`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["load-bam-pe-frag-coords", *sys.argv[1:]]))
