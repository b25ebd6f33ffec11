#!/usr/bin/env python3
"""Where reads of either strand begin: the cluster-side twin of `genomedb load-bam-5prime-ends`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["load-bam-5prime-ends", *sys.argv[1:]]))
