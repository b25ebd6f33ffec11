"""genomedb attr.

Show the attributes of a track, or set and remove some.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("track")
    parser.add_argument(
        "--set", dest="attr", action="append", default=[], metavar="NAME=VALUE",
        help="set an attribute; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--remove", action="append", default=[], metavar="NAME", help="remove an attribute"
    )
    options.add_json(parser)


def run(args: Namespace) -> None:
    """Do it."""
    db = options.database(args)
    changes: dict[str, str | None] = dict(options.attributes(args))
    changes.update(dict.fromkeys(args.remove))
    if changes:
        db.set_attributes(args.track, changes)
        return
    found = db.open_track(args.track).attrs
    if args.json:
        options.print_json(found)
    else:
        options.print_rows(found.items(), ["attribute", "value"], as_json=False)
