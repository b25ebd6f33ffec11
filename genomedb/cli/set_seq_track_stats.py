"""genomedb set-seq-track-stats.

Count the letters of a sequence track and store that with it.
A, C, G, T and N in either case, the letters that are not N (n_def), and with --verbose the
first and last of these on each chromosome (counted from 0).
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import options
from genomedb.cli.track_stats_lines import show


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("--track", default="seq", help="sequence track (default: %(default)s)")


def run(args: Namespace) -> None:
    """Do it."""
    from genomedb.analysis.track_stats import set_seq_track_stats

    found = set_seq_track_stats(options.database(args), args.track)
    if not args.quiet:
        args.json = False
        show(found, args, all_lines=args.verbose)
