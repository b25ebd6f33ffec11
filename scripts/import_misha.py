#!/usr/bin/env python3
"""Make a database of a misha database: the cluster-side twin of `genomedb import misha`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["import", "misha", *sys.argv[1:]]))
