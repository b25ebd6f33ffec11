#!/usr/bin/env python3
"""Make many tracks of files or a manifest: the cluster-side twin of `genomedb import many`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["import", "many", *sys.argv[1:]]))
