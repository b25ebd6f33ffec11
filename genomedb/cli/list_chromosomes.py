"""genomedb list-chromosomes.

List the autosomes and X of a database with their lengths, and other kinds of chromosomes that are
asked for. Kinds are told by the names. (genomedb chroms lists all.)
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("--rand", action="store_true", help="pieces without a place too")
    parser.add_argument("--y", action="store_true", help="Y too")
    parser.add_argument("--hap", action="store_true", help="other haplotypes, alt and fix too")
    parser.add_argument("--mito", action="store_true", help="of mitochondria too")
    parser.add_argument("--no-x", "--no_x", action="store_true", help="without X")
    parser.add_argument("--all", action="store_true", help="every chromosome")
    parser.add_argument("--ids", action="store_true", help="print the number of each too, from 1")
    options.add_json(parser)


def run(args: Namespace) -> None:
    """Do it."""
    db = options.database(args)
    if args.all:
        found = db.get_all_chromosomes()
    else:
        found = db.get_chromosomes(
            get_rand=args.rand, get_y=args.y, get_hap=args.hap, get_mito=args.mito,
            get_x=not args.no_x,
        )  # fmt: skip
    rows = [[c.idnum, c.name, c.length] for c in found]
    columns = ["id", "chrom", "length"]
    if not args.ids:
        rows, columns = [row[1:] for row in rows], columns[1:]
    options.print_rows(rows, columns, as_json=args.json)
