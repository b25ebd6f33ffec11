#!/usr/bin/env python3
"""Store the statistics of a track: the cluster-side twin of `genomedb set-track-stats`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["set-track-stats", *sys.argv[1:]]))
