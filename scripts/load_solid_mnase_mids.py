#!/usr/bin/env python3
"""SOLiD text is read no more: the cluster-side twin of `genomedb load-solid-mnase-mids`."""

import sys

from genomedb.cli.main import run

if __name__ == "__main__":
    sys.exit(run(["load-solid-mnase-mids", *sys.argv[1:]]))
