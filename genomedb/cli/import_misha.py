"""genomedb import misha.

Make a database of a whole misha database: dense, sparse and array tracks with their attributes and
variables, interval sets, sequence (the track seq), motif sets, folders. The source is only read.
Each object appears whole or not at all, and what is complete is skipped, so that the same command
goes on where it was stopped. What cannot be imported does not stop the rest: it is named on
standard error, and the exit code is 1 when something failed. The report is one line an object:
name, type, status (imported, skipped, unsupported, failed) and reason.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from genomedb.cli import executors, options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    parser.add_argument("source", metavar="SRC", help="root folder of the misha database")
    parser.add_argument(
        "destination", metavar="DEST", help="folder to make; its name is the assembly's"
    )
    parser.add_argument(
        "--no-resume", action="store_true", help="a destination that is there is an error"
    )
    options.add_storage(parser)
    executors.add_jobs(parser, "import, each an object at a time")
    options.add_json(parser)


def run(args: Namespace) -> int:
    """Do it."""
    from genomedb.importers.misha_database import import_misha
    from genomedb.importers.misha_report import FAILED, UNSUPPORTED, MishaObject

    def say(found: MishaObject) -> None:
        if found.status == FAILED or (found.status == UNSUPPORTED and not args.quiet):
            reason = f"{found.name} ({found.type}): {found.status}: {found.reason}"
            sys.stderr.write(f"genomedb import misha: {reason}\n")

    report = import_misha(
        args.source, args.destination, executor=executors.executor(args),
        resume=not args.no_resume, on_object=say, storage=options.storage(args),
        command=args.command_line,
    )  # fmt: skip
    if args.json:
        options.print_json(report.as_dict())
    else:
        rows = [(each.name, each.type, each.status, each.reason) for each in report.objects]
        options.print_rows(rows, ("name", "type", "status", "reason"), as_json=False)
    if not args.quiet or report.n(FAILED):
        sys.stderr.write(f"genomedb import misha: {report.summary()}\n")
    return 1 if report.n(FAILED) else 0
