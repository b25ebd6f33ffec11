"""genomedb extract.

Write the values of expressions over tracks, one row an interval of the iterator: text with tabs and
a header, or Parquet. Memory does not depend on how many rows there are.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import options
from genomedb.cli.queries import add_query, query


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    add_query(parser, many=True)
    parser.add_argument(
        "-o", "--out", default="-", metavar="FILE",
        help="destination, .parquet for Parquet, .bedpe for BEDPE, compressed when the name ends "
        "in .gz or .zst (default: standard output)",
    )  # fmt: skip
    parser.add_argument(
        "-n", "--names", metavar="NAME[,NAME...]", help="of the columns (default: the expressions)"
    )
    parser.add_argument("--id", action="store_true", help="write the number of the scope row too")
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Do it."""
    from pathlib import Path

    from genomedb.analysis.to_file import extract_to_file

    if args.skip_existing and Path(args.out).exists():
        return
    db = options.database(args)
    names = args.names.split(",") if args.names else None
    extract_to_file(
        db, args.expression, args.out, names=names, interval_id=args.id, overwrite=args.overwrite,
        **query(args, db),
    )  # fmt: skip
