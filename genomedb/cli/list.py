"""genomedb list.

List the tracks of a database, sorted by name.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("pattern", nargs="?", help="regular expression searched in the names")
    parser.add_argument("--paths", action="store_true", help="print the files instead")
    options.add_json(parser)


def run(args: Namespace) -> None:
    """Do it."""
    db = options.database(args)
    names = db.list_tracks(args.pattern)
    if args.paths:
        names = [str(db.track_path(name)) for name in names]
    column = "path" if args.paths else "track"
    options.print_rows([[name] for name in names], [column], as_json=args.json)
