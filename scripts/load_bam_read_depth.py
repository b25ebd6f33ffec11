#!/usr/bin/env python3
"""How many reads lie over each base: the cluster-side twin of `genomedb load-bam-read-depth`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["load-bam-read-depth", *sys.argv[1:]]))
