#!/usr/bin/env python3
"""Make a track of contacts: the cluster-side twin of `genomedb import contacts`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["import", "contacts", *sys.argv[1:]]))
