#!/usr/bin/env python3
"""Store letter counts of a sequence: the cluster-side twin of `genomedb set-seq-track-stats`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["set-seq-track-stats", *sys.argv[1:]]))
