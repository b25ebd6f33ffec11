"""genomedb cp.

Copy a track with all it holds.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("track")
    parser.add_argument("new_name")
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Do it."""
    db = options.database(args)
    if not (args.skip_existing and db.has_track(args.new_name)):
        db.copy_track(args.track, args.new_name, overwrite=args.overwrite)
