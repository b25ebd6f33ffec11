#!/usr/bin/env python3
"""Rewrite gene tables of UCSC: the cluster-side twin of `genomedb parse-ucsc-genes`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["parse-ucsc-genes", *sys.argv[1:]]))
