#!/usr/bin/env python3
"""Print the statistics of a track: the cluster-side twin of `genomedb get-track-stats`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["get-track-stats", *sys.argv[1:]]))
