#!/usr/bin/env python3
"""Print letter counts of a sequence: the cluster-side twin of `genomedb get-seq-track-stats`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["get-seq-track-stats", *sys.argv[1:]]))
