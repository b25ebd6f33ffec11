"""genomedb import cool.

Make a 2D track of a contact matrix of cooler: a .cool file, one resolution of .mcool, or one cell
of .scool. Pixels become rectangles, so that `genomedb export cool` writes the same file again;
weights of bins are kept beside them. Needs the package cooler (pip install 'genomedb[hic]').
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import matrix_options, options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("track", help="track to make")
    parser.add_argument("file", metavar="FILE[::GROUP]", help="matrix")
    parser.add_argument("-r", "--resolution", type=int, metavar="BP", help="bins of .mcool")
    parser.add_argument("--cell", help="cell of .scool")
    parser.add_argument(
        "--value", default="count", metavar="COLUMN", help="of the pixels (default: %(default)s)"
    )
    parser.add_argument(
        "--balance", metavar="COLUMN",
        help="store values multiplied with these weights of the bins, e.g. weight",
    )  # fmt: skip
    matrix_options.add_common(parser)


def run(args: Namespace) -> None:
    """Do it."""
    from genomedb.importers.matrix import import_cool

    matrix_options.run_import(
        args, import_cool, resolution=args.resolution, cell=args.cell, value=args.value,
        balance=args.balance,
    )  # fmt: skip
