"""genomedb validate.

Check files against the format, reading all they hold: structure, checksums, order, digests.
Prints one line a finding; the exit code is 1 when there is any.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from genomedb.cli import options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument(
        "names", nargs="*", metavar="TRACK",
        help="tracks, or paths of files ending in .h5; default: the whole database",
    )  # fmt: skip
    parser.add_argument(
        "--clean", action="store_true", help="first remove what killed writers left behind"
    )
    options.add_json(parser)


def run(args: Namespace) -> int:
    """Do it."""
    from pathlib import Path

    from genomedb.storage.validate import check_file

    files = [n for n in args.names if n.endswith(".h5") and Path(n).exists()]
    names = [n for n in args.names if n not in files]
    checked = [(name, check_file(Path(name))) for name in files]
    if names or not files:
        db = options.database(args)
        if args.clean:
            for path in db.clean():
                sys.stderr.write(f"removed {path}\n")
        checked += db.validate(names or None)
    findings = [finding for _, found in checked for finding in found]
    columns = ["rule", "file", "place", "problem"]
    rows = [[f.rule, f.file, f.place, f.problem] for f in findings]
    options.print_rows(rows, columns, as_json=args.json)
    if not args.quiet:
        sys.stderr.write(f"{len(checked)} files checked, {len(findings)} findings\n")
    return 1 if findings else 0
