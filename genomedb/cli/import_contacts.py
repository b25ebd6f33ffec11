"""genomedb import contacts.

Make a symmetric track of points of files of contacts: 4DN .pairs, BEDPE, tables of two intervals
and a value under a line of names, or pairs of numbered fragment ends. Equal contacts are added up.
Files may be larger than memory. Compressed text is recognised by content; - is standard input.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from genomedb.cli import options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("track", help="track to make")
    parser.add_argument("files", nargs="+", metavar="FILE", help="input files; - is stdin")
    parser.add_argument(
        "-f", "--format", choices=("pairs", "bedpe", "table"),
        help="default: by the file name, .pairs, .bedpe, or else a table",
    )  # fmt: skip
    parser.add_argument(
        "--fends", metavar="FILE",
        help="table fend chr coord; the files then are tables fend1 fend2 count",
    )  # fmt: skip
    parser.add_argument(
        "-c", "--columns", metavar="NAME[,NAME...]",
        help="columns of pairs where the file does not say, e.g. chrom1,pos1,strand1,chrom2,pos2",
    )  # fmt: skip
    parser.add_argument(
        "--value", metavar="COLUMN", help="column of pairs with values (default: each counts 1)"
    )
    parser.add_argument(
        "--duplicates", choices=("sum", "refuse"), default="sum",
        help="what becomes of contacts of the same places (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("-d", "--dtype", default="float32", help="default: %(default)s")
    options.add_storage(parser)
    options.add_provenance(parser)
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Do it."""
    from genomedb.importers.contacts import import_contacts

    db = options.database(args)
    if args.skip_existing and db.has_track(args.track):
        return
    report = import_contacts(
        db, args.track, args.files, format=args.format, fends=args.fends,
        columns=args.columns.split(",") if args.columns else None, value=args.value,
        duplicates=args.duplicates, dtype=args.dtype, storage=options.storage(args),
        description=args.description, attributes=options.attributes(args),
        command=args.command_line, overwrite=args.overwrite,
    )  # fmt: skip
    if not args.quiet:
        sys.stderr.write(f"{db.track_path(args.track)}: {report.n_records:,} contacts\n")
