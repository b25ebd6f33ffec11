"""genomedb export cool.

Write a 2D track as .cool, or as .mcool with several bin sizes: values of the records of a pixel are
added up. A track that was imported from such a file gives the same bins, pixels and weights again.
With --expression, an expression is evaluated over the bins instead. Needs the package cooler (pip
install 'genomedb[hic]').
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from genomedb.cli import options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("track", help="track to write, or an expression")
    parser.add_argument("file", help="destination")
    parser.add_argument(
        "-b", "--bin-size", type=int, action="append", metavar="BP",
        help="width of the bins; may be repeated (default: as imported)",
    )  # fmt: skip
    parser.add_argument(
        "-e", "--expression", action="store_true", help="TRACK is an expression over tracks"
    )
    halves = parser.add_mutually_exclusive_group()
    halves.add_argument("--symmetric", action="store_true", help="write the upper half only")
    halves.add_argument("--square", action="store_true", help="write both halves")
    parser.add_argument(
        "-d", "--dtype", choices=("int32", "int64", "float32", "float64"), help="of the values"
    )
    parser.add_argument("--assembly-name", metavar="NAME", help="name of the assembly to write")
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Do it."""
    from pathlib import Path

    from genomedb.errors import UsageError
    from genomedb.exporters.cool import export_cool
    from genomedb.exporters.cool_expression import export_expression_cool

    if args.skip_existing and Path(args.file).exists():
        return
    db = options.database(args)
    if args.expression:
        if not args.bin_size or len(args.bin_size) != 1:
            raise UsageError("an expression needs one --bin-size")
        n = export_expression_cool(
            db, args.track, args.file, bin_size=args.bin_size[0], is_symmetric=not args.square,
            dtype=args.dtype or "float64", overwrite=args.overwrite,
        )  # fmt: skip
    else:
        chosen = args.symmetric or args.square
        n = export_cool(
            db.open_track(args.track),  # type: ignore[arg-type] # it is looked at there
            args.file, bin_size=args.bin_size,
            is_symmetric=args.symmetric if chosen else None, dtype=args.dtype,
            assembly=args.assembly_name, overwrite=args.overwrite,
        )  # fmt: skip
    if not args.quiet:
        sys.stderr.write(f"{args.file}: {n:,} pixels\n")
