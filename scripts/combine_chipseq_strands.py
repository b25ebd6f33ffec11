#!/usr/bin/env python3
"""Combine the reads of two strands: the cluster-side twin of `genomedb combine-chipseq-strands`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["combine-chipseq-strands", *sys.argv[1:]]))
