#!/usr/bin/env python3
"""List chromosomes: the cluster-side twin of `genomedb list-chromosomes`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["list-chromosomes", *sys.argv[1:]]))
