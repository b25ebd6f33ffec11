"""genomedb load-solid-mnase-mids.

The text that SOLiD machines gave, pairs of lines, is read no more: this says what to use instead
and ends with code 2.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    parser.add_argument("--assembly", help="passed over, as are the others")
    parser.add_argument("--min-frag-size", "--min_frag_size", metavar="BP")
    parser.add_argument("--max-frag-size", "--max_frag_size", metavar="BP")
    parser.add_argument("track", nargs="?")
    parser.add_argument("files", nargs="*", metavar="FILE")


def run(args: Namespace) -> int:
    """Say so."""
    sys.stderr.write(
        "genomedb load-solid-mnase-mids: SOLiD text is read no more. Align the reads to BAM and "
        "use load-mnase-mids, or count the dyads and use create-track -f txtfile\n"
    )
    return 2
