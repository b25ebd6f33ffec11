"""genomedb screen.

Print where an expression over tracks is true, as BED: intervals that touch are joined. Of 2D tracks
rectangles are printed, as the six columns of BEDPE; they stay apart.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import options
from genomedb.cli.queries import add_query, query


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    add_query(parser)
    parser.add_argument("--save", metavar="SET", help="save them as an interval set instead")
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Do it."""
    from genomedb.analysis.screen import screen
    from genomedb.db.interval_sets import has_set, save_set
    from genomedb.intervals.two_d import is_2d
    from genomedb.writers.tsv import RowWriter

    db = options.database(args)
    if args.save and args.skip_existing and has_set(db, args.save):
        return
    found = screen(db, args.expression, **query(args, db))
    if args.save:
        save_set(db, found, args.save, overwrite=args.overwrite)
        return
    with RowWriter("-") as out:
        if is_2d(found):
            pairs = found.groupby(["chrom1", "chrom2"], observed=True, sort=True)
            for (first, second), rows in pairs:
                x, y = ([rows[f"{side}{axis}"].to_numpy() for side in ("start", "end")]
                        for axis in (1, 2))  # fmt: skip
                out.add([str(first), *x, str(second), *y], len(rows))
            return
        for chrom, rows in found.groupby("chrom", observed=True, sort=True):
            out.add([str(chrom), rows["start"].to_numpy(), rows["end"].to_numpy()], len(rows))
