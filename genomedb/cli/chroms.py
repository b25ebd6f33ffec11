"""genomedb chroms.

List the chromosomes of a database and their lengths, in the order of the database.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("--ids", action="store_true", help="print the number of each too, from 1")
    options.add_json(parser)


def run(args: Namespace) -> None:
    """Do it."""
    chroms = options.database(args).chroms
    rows: list[list[object]] = [
        [i, name, length]
        for i, (name, length) in enumerate(zip(chroms.names, chroms.lengths, strict=True), 1)
    ]
    columns = ["id", "chrom", "length"]
    if not args.ids:
        rows, columns = [row[1:] for row in rows], columns[1:]
    options.print_rows(rows, columns, as_json=args.json)
