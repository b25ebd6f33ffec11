#!/usr/bin/env python3
"""Make a table of a chain file: the cluster-side twin of `genomedb make-liftover-tab`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["make-liftover-tab", *sys.argv[1:]]))
