"""genomedb import hic.

Make a 2D track of one resolution of a .hic file. Pixels become rectangles. Needs the package
hictkpy (pip install 'genomedb[hic]').
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import matrix_options, options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("track", help="track to make")
    parser.add_argument("file", metavar="FILE", help=".hic file")
    parser.add_argument(
        "-r", "--resolution", type=int, required=True, metavar="BP", help="width of the bins"
    )
    parser.add_argument(
        "-n", "--normalization", metavar="NAME", help="e.g. KR, VC (default: raw counts)"
    )
    matrix_options.add_common(parser)


def run(args: Namespace) -> None:
    """Do it."""
    from genomedb.importers.matrix import import_hic

    matrix_options.run_import(
        args, import_hic, resolution=args.resolution, normalization=args.normalization
    )
