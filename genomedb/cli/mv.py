"""genomedb mv.

Rename a track; an existing one is never replaced.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("track")
    parser.add_argument("new_name")


def run(args: Namespace) -> None:
    """Do it."""
    options.database(args).move_track(args.track, args.new_name)
