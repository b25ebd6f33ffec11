"""genomedb summary.

Print count, extremes, sum, mean and standard deviation of an expression over tracks.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import options
from genomedb.cli.queries import add_query, query


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    add_query(parser)
    options.add_json(parser)


def run(args: Namespace) -> None:
    """Do it."""
    from genomedb.analysis.summary import summary

    db = options.database(args)
    found = summary(db, args.expression, **query(args, db))
    values = {name: int(v) if "intervals" in str(name) else v for name, v in found.items()}
    if args.json:
        options.print_json({str(k): None if v != v else v for k, v in values.items()})
        return
    options.print_rows(values.items(), ("statistic", "value"), as_json=False)
