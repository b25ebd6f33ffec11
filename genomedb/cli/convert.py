"""genomedb convert.

Make a track of another type, dtype or bin size from a track. Wider bins are means over the bp
covered; dense to sparse makes a record of each run of equal values; missing values are gaps. With
--legacy, make a database of one that the library `genome` wrote (PyTables files): the two names
are folders then, the source is only read, and what is complete is skipped, so that the same
command goes on where it was stopped. The report is one line a track: name, type, status
(converted, skipped, failed) and reason; the exit code is 1 when a track failed.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from genomedb.cli import executors, options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("track", metavar="TRACK|SRC", help="track, or folder with --legacy")
    parser.add_argument("new_name", metavar="NEW|DEST", help="new track, or folder to make")
    parser.add_argument("--type", choices=("dense", "sparse"), help="default: as the track")
    parser.add_argument(
        "-b", "--bin-size", type=int, metavar="BP",
        help="bin width; of a dense track a multiple of its own",
    )  # fmt: skip
    parser.add_argument(
        "--dtype", help="type of the values (default: as the track; float32 for means of integers)"
    )
    parser.add_argument(
        "--missing",
        type=float,
        metavar="X",
        help="what an integer dtype stores for a missing value",
    )
    options.add_storage(parser)
    options.add_overwrite(parser)
    legacy = parser.add_argument_group("a database of the library genome")
    legacy.add_argument("--legacy", action="store_true", help="make a database of such a one")
    legacy.add_argument(
        "--only", action="append", metavar="NAME", help="only this track; may be repeated"
    )
    legacy.add_argument(
        "--no-resume", action="store_true", help="a destination that is there is an error"
    )
    executors.add_jobs(parser, "convert with --legacy, each a track at a time")
    options.add_json(parser)


def run(args: Namespace) -> int:
    """Do it."""
    if args.legacy:
        return _run_legacy(args)
    from genomedb.tracks.convert import convert

    _refuse(args, {"--only": args.only, "--no-resume": args.no_resume}, "go with --legacy")
    db = options.database(args)
    if args.skip_existing and db.has_track(args.new_name):
        return 0
    convert(
        db.open_track(args.track), db.place(args.new_name), dtype=args.dtype,
        bin_size=args.bin_size, track_type=args.type, missing=args.missing,
        storage=options.storage(args), command=args.command_line, overwrite=args.overwrite,
    )  # fmt: skip
    return 0


def _run_legacy(args: Namespace) -> int:
    from genomedb.importers.legacy_database import FAILED, LegacyTrackReport, convert_legacy

    given = {
        "--type": args.type, "--bin-size": args.bin_size, "--dtype": args.dtype,
        "--missing": args.missing, "--overwrite": args.overwrite, "--db": args.db,
        "--assembly": args.assembly,
    }  # fmt: skip
    _refuse(args, given, "do not go with --legacy")

    def say(found: LegacyTrackReport) -> None:
        if found.status == FAILED:
            sys.stderr.write(f"genomedb convert: {found.name}: failed: {found.reason}\n")

    report = convert_legacy(
        args.track, args.new_name, tracks=args.only, executor=executors.executor(args),
        resume=not args.no_resume, on_track=say, storage=options.storage(args),
        command=args.command_line,
    )  # fmt: skip
    if args.json:
        options.print_json(report.as_dict())
    else:
        rows = [(each.name, each.type, each.status, each.reason) for each in report.tracks]
        options.print_rows(rows, ("name", "type", "status", "reason"), as_json=False)
    if not args.quiet or report.n(FAILED):
        sys.stderr.write(f"genomedb convert: {report.summary()}\n")
    return 1 if report.n(FAILED) else 0


def _refuse(args: Namespace, given: dict[str, object], why: str) -> None:
    """Complain of options that mean nothing here."""
    from genomedb.errors import UsageError

    wrong = [name for name, value in given.items() if value not in (None, False)]
    if wrong:
        raise UsageError(f"{', '.join(wrong)}: these options {why}", fix="Leave them out")
