"""genomedb import many.

Make many tracks of as many files. Either name the files (or quoted patterns), and each track is
named after its file, or give a manifest: a table separated by tabs whose header names the columns
track and file, and perhaps description, format, bin_size, dtype and attr:NAME. A file that fails
does not stop the others; what failed and why is said on standard error, and the exit code is 1.
Only what is complete is there, so that the same command with --skip-existing goes on where it was
stopped. In an array of jobs, --row says which row of the manifest is this job's.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from genomedb.cli import executors, import_, options

if TYPE_CHECKING:
    from genomedb.importers.manifest import Row


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("files", nargs="*", metavar="FILE", help="input files or quoted patterns")
    parser.add_argument("-m", "--manifest", metavar="TSV", help="table of tracks and files")
    parser.add_argument(
        "--row", type=int, metavar="N", help="import only this row of the manifest, from 1"
    )
    parser.add_argument("--prefix", default="", help="put before track names, e.g. chip/")
    parser.add_argument(
        "--name-from", metavar="REGEX",
        help="regular expression whose first group in the path of a file names its track",
    )  # fmt: skip
    import_.add_values(parser)
    options.add_storage(parser)
    options.add_provenance(parser)
    options.add_overwrite(parser)
    executors.add_jobs(parser, "import, each a file at a time")
    options.add_json(parser)


def run(args: Namespace) -> int:
    """Do it."""
    from genomedb.importers.many import FAILED, IMPORTED, Outcome, import_many

    def say(outcome: Outcome) -> None:
        if outcome.status == FAILED:
            sys.stderr.write(f"genomedb import many: {outcome.reason}\n")
        elif outcome.status == IMPORTED and not args.quiet:
            sys.stderr.write(f"{outcome.track}: {outcome.n_records:,} records\n")

    db = options.database(args)
    report = import_many(
        db, _rows(args), executor=executors.executor(args), skip_existing=args.skip_existing,
        on_outcome=say, overwrite=args.overwrite, storage=options.storage(args),
        description=args.description, attributes=options.attributes(args),
        command=args.command_line, **import_.values(args),
    )  # fmt: skip
    if args.json:
        options.print_json(report.as_dict())
    if not args.quiet or report.n(FAILED):
        sys.stderr.write(f"genomedb import many: {report.summary()}\n")
    return 1 if report.n(FAILED) else 0


def _rows(args: Namespace) -> list[Row]:
    """Rows that the options ask for."""
    from genomedb.errors import UsageError
    from genomedb.importers.manifest import read_manifest, rows_of_files

    if (args.manifest is None) == (not args.files):
        raise UsageError("give either files or --manifest")
    if args.manifest is None:
        if args.row is not None:
            raise UsageError("--row is the row of a manifest", fix="Give --manifest")
        return rows_of_files(args.files, prefix=args.prefix, name_pattern=args.name_from)
    if args.prefix or args.name_from:
        raise UsageError("--prefix and --name-from are for files: the manifest names its tracks")
    rows = read_manifest(args.manifest)
    if args.row is None:
        return rows
    if not 1 <= args.row <= len(rows):
        raise UsageError(f"{args.manifest} has rows 1 to {len(rows)}, not {args.row}")
    return [rows[args.row - 1]]
