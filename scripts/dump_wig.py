#!/usr/bin/env python3
"""Write a track as WIG files: the cluster-side twin of `genomedb dump-wig`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["dump-wig", *sys.argv[1:]]))
