#!/usr/bin/env python3
"""Make a database from a chromosome table: the cluster-side twin of `genomedb create --sort`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["create", "--sort", *sys.argv[1:]]))
