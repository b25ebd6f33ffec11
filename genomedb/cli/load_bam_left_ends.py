"""genomedb load-bam-left-ends.

Make a track of the leftmost bases of reads, of both strands.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import alignment_options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    parser.add_argument("track", help="track to make")
    alignment_options.add_files(parser)
    alignment_options.add_values(parser)
    alignment_options.add_common(parser)


def run(args: Namespace) -> None:
    """Do it."""
    alignment_options.import_tracks(args, {"left_ends": args.track})
