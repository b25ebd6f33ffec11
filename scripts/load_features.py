#!/usr/bin/env python3
"""Make a track of features: the cluster-side twin of `genomedb import --features`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["import", "--features", *sys.argv[1:]]))
