#!/usr/bin/env python3
"""Values of expressions over tracks: the cluster-side twin of `genomedb extract`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["extract", *sys.argv[1:]]))
