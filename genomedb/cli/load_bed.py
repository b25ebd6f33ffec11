"""genomedb load-bed.

Make a track of the features of BED files: position, name, score and strand. Features that reach
beyond their chromosome are left out and counted. Without a file, or with -, standard input is read.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from genomedb.cli import options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("track", help="track to make")
    parser.add_argument(
        "files", nargs="*", metavar="FILE", default=["-"],
        help="BED, plain or compressed; - is stdin, as is no file",
    )  # fmt: skip
    parser.add_argument(
        "--start-offset", "--start_offset", type=int, default=1, metavar="N",
        help="added to starts so that they count from 1; 0 if they do (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--outside", choices=("drop", "clip", "refuse"), default="drop",
        help="what becomes of features that reach beyond their chromosome (default: %(default)s)",
    )  # fmt: skip
    options.add_storage(parser)
    options.add_provenance(parser)
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Do it."""
    from genomedb.importers.bed_features import import_bed

    db = options.database(args)
    if args.skip_existing and db.has_track(args.track):
        return
    report = import_bed(
        db, args.track, args.files, start_offset=args.start_offset, outside=args.outside,
        storage=options.storage(args), description=args.description,
        attributes=options.attributes(args), command=args.command_line, overwrite=args.overwrite,
    )  # fmt: skip
    if not args.quiet:
        sys.stderr.write(f"{db.track_path(args.track)}: {report.n_records:,} features\n")
