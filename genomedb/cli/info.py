"""genomedb info.

Show what tracks are, how they are stored and where they come from; without a name, show the
database.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace

from genomedb.cli import options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("tracks", nargs="*", metavar="TRACK", help="tracks to show")
    options.add_json(parser)


def run(args: Namespace) -> None:
    """Do it."""
    db = options.database(args)
    if args.tracks:
        found = [db.open_track(name).info() for name in args.tracks]
    else:
        found = [{
            "path": str(db.path), "assembly": db.assembly, "n_chroms": len(db.chroms),
            "n_bp": db.chroms.total, "chrom_digest": db.chroms.digest,
            "n_tracks": len(db.list_tracks()),
        }]  # fmt: skip
    if args.json:
        options.print_json(found)
        return
    for i, described in enumerate(found):
        if i:
            sys.stdout.write("\n")
        for key, value in described.items():
            shown = value if isinstance(value, (str, int, float)) else json.dumps(value)
            sys.stdout.write(f"{key}\t{shown}\n")
