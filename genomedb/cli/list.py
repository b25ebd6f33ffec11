"""genomedb list.

List the tracks of a database, sorted by name; all, or those that match.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import options

LONG = ("track", "type", "dtype", "bin_size", "size_in_bytes", "description")


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("pattern", nargs="?", help="regular expression searched in the names")
    parser.add_argument(
        "--where", dest="attr", action="append", default=[], metavar="NAME=REGEX",
        help="only tracks whose attribute NAME has text that REGEX is found in; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--without", action="append", default=[], metavar="NAME",
        help="only tracks that have no attribute NAME; may be repeated",
    )  # fmt: skip
    parser.add_argument("--type", metavar="TYPE", help="only tracks of a type, e.g. dense")
    parser.add_argument(
        "--dataset", action="append", default=[], metavar="DIR",
        help="list the tracks of another root of the assembly too; may be repeated",
    )  # fmt: skip
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--paths", action="store_true", help="print the files instead")
    shown.add_argument(
        "-l", "--long", action="store_true",
        help="print a table: type, dtype, bin size, size and description too",
    )  # fmt: skip
    options.add_json(parser)


def run(args: Namespace) -> None:
    """Do it."""
    db = options.database(args)
    for path in args.dataset:
        db.add_dataset(path, shadowing="ignore")
    attrs: dict[str, str | None] = dict(options.attributes(args))
    attrs.update(dict.fromkeys(args.without))
    if not args.long:
        names = db.list_tracks(args.pattern, attrs=attrs, type=args.type)
        if args.paths:
            names = [str(db.track_path(name)) for name in names]
        column = "path" if args.paths else "track"
        options.print_rows([[name] for name in names], [column], as_json=args.json)
        return
    columns = [*LONG, *["root"] * bool(args.dataset)]
    rows = []
    for entry in db.entries(args.pattern, attrs=attrs, type=args.type):
        text = entry.problem or str(entry.attributes.get("description", ""))
        if not args.json:
            text = " ".join(text.split())  # one row, one line
        bins = entry.bin_size or (None if args.json else "")
        row = [entry.name, entry.type, entry.dtype, bins, entry.size_in_bytes, text]
        rows.append([*row, *[str(entry.root)] * bool(args.dataset)])
    options.print_rows(rows, columns, as_json=args.json, header=True)
