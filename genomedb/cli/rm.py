"""genomedb rm.

Remove tracks for good. All names are checked before the first is removed.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("tracks", nargs="+", metavar="TRACK")
    parser.add_argument(
        "-f", "--force", action="store_true", help="names that do not exist are no error"
    )


def run(args: Namespace) -> None:
    """Do it."""
    db = options.database(args)
    distinct = {db.track_path(name): name for name in args.tracks}.values()
    names = [n for n in distinct if not args.force or db.has_track(n)]
    for name in names:
        if not db.has_track(name):
            db.open_track(name)  # raises: there is no such track
    for name in names:
        db.remove_track(name)
