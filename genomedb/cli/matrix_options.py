"""Options of the subcommands that import contact matrices."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from genomedb.cli import options


def add_common(parser: ArgumentParser) -> None:
    """How the track is stored, and what it says of itself."""
    parser.add_argument(
        "--points", action="store_true",
        help="store middles of bins as points, not the bins as rectangles",
    )  # fmt: skip
    parser.add_argument("-d", "--dtype", help="default: that of the file")
    options.add_storage(parser)
    options.add_provenance(parser)
    options.add_overwrite(parser)


def run_import(args: Namespace, importer: Any, **given: Any) -> None:
    """Import, and say how much."""
    db = options.database(args)
    if args.skip_existing and db.has_track(args.track):
        return
    report = importer(
        db, args.track, args.file, as_rectangles=not args.points, dtype=args.dtype,
        storage=options.storage(args), description=args.description,
        attributes=options.attributes(args), command=args.command_line,
        overwrite=args.overwrite, **given,
    )  # fmt: skip
    if not args.quiet:
        sys.stderr.write(f"{db.track_path(args.track)}: {report.n_records:,} pixels\n")
