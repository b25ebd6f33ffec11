"""genomedb set-track-stats.

Compute the statistics of a dense track and store them with it.
All chromosomes together: bins, those without a value, smallest, largest, sum and mean of the
others. With --verbose also a line for each chromosome.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import options
from genomedb.cli.track_stats_lines import show


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("track", help="dense track")


def run(args: Namespace) -> None:
    """Do it."""
    from genomedb.analysis.track_stats import set_track_stats

    found = set_track_stats(options.database(args), args.track)
    if not args.quiet:
        args.json = False
        show(found, args, all_lines=args.verbose)
