"""genomedb info.

Show what tracks are, how they are stored and where they come from; without a name, show the
database.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from typing import TYPE_CHECKING, Any

from genomedb.cli import options

if TYPE_CHECKING:
    from genomedb.db.database import GenomeDB


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("tracks", nargs="*", metavar="TRACK", help="tracks to show")
    options.add_json(parser)


def run(args: Namespace) -> None:
    """Do it."""
    db = options.database(args)
    found = [_track(db, name) for name in args.tracks] or [_database(db)]
    if args.json:
        options.print_json(found)
        return
    for i, described in enumerate(found):
        if i:
            sys.stdout.write("\n")
        for key, value in described.items():
            shown = value if isinstance(value, (str, int, float)) else json.dumps(value)
            sys.stdout.write(f"{key}\t{shown}\n")


def _track(db: GenomeDB, name: str) -> dict[str, Any]:
    described = db.open_track(name).info()
    variables = db.list_variables(name)
    return {**described, "variables": variables} if variables else described


def _database(db: GenomeDB) -> dict[str, Any]:
    entries = db.entries()
    return {
        "path": str(db.path), "assembly": db.assembly, "n_chroms": len(db.chroms),
        "n_bp": db.chroms.total, "chrom_digest": db.chroms.digest, "n_tracks": len(entries),
        "n_tracks_by_type": dict(sorted(Counter(entry.type for entry in entries).items())),
        "size_in_bytes": sum(entry.size_in_bytes for entry in entries),
    }  # fmt: skip
