"""genomedb export bedpe.

Write the records of a 2D track as BEDPE, or as a table of rectangles and values with a line of
names. Text is compressed when the file name ends in .gz or .zst, and - is standard output.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from genomedb.cli import options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("track", help="track to write")
    parser.add_argument("file", help="destination; - is standard output")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument(
        "--header", action="store_true", help="write names and seven columns, not BEDPE"
    )
    kind.add_argument("--no-header", action="store_true", help="write BEDPE, whatever the name")
    parser.add_argument(
        "--upper", action="store_true", help="write each contact of a symmetric track once"
    )
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Do it."""
    from pathlib import Path

    from genomedb.exporters.bedpe import export_bedpe

    if args.skip_existing and Path(args.file).exists():
        return
    track = options.database(args).open_track(args.track)
    chosen = args.header or args.no_header
    n = export_bedpe(
        track,  # type: ignore[arg-type] # it is looked at there
        args.file, header=args.header if chosen else None, upper=args.upper,
        overwrite=args.overwrite,
    )  # fmt: skip
    if not args.quiet:
        sys.stderr.write(f"{args.file}: {n:,} records\n")
