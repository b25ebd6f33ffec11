#!/usr/bin/env python3
"""Dyads of nucleosomes: the cluster-side twin of `genomedb load-mnase-mids`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["load-mnase-mids", *sys.argv[1:]]))
