"""genomedb get-track-stats.

Print the statistics stored with a dense track.
All chromosomes together: bins, those without a value, smallest, largest, sum and mean of the
others. With --verbose also a line for each chromosome.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import options
from genomedb.cli.track_stats_lines import add_which, show


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("track", help="dense track")
    add_which(parser)


def run(args: Namespace) -> None:
    """Do it."""
    from genomedb.analysis.track_stats import get_track_stats

    show(
        get_track_stats(options.database(args), args.track, args.chrom),
        args,
        all_lines=args.verbose,
    )
