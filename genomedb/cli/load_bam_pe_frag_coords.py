"""genomedb load-bam-pe-frag-coords.

Make a feature track of the fragments of read pairs: start, end, strand and (as score) the mapping
quality of the first read.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import alignment_options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    parser.add_argument("track", help="track to make")
    alignment_options.add_files(parser)
    alignment_options.add_sizes(parser, 1, 500)
    alignment_options.add_common(parser)


def run(args: Namespace) -> None:
    """Do it."""
    alignment_options.import_tracks(args, {"fragments": args.track})
