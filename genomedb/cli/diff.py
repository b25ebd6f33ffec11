"""genomedb diff.

Say whether two tracks hold the same data, and where not: a line for each fact and each
chromosome that differs. How they are stored is no difference; NaN equals NaN. Attributes that
differ are listed and do not count. The exit code is 0 when the data are the same, else 1.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace

from genomedb.cli import options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("first", metavar="A", help="name of a track, or path of an .h5 file")
    parser.add_argument("second", metavar="B", help="the same")
    options.add_json(parser)


def run(args: Namespace) -> int:
    """Do it."""
    from genomedb.tracks.diff import diff_tracks
    from genomedb.tracks.open import open_track

    db = None
    opened = []
    for name in (args.first, args.second):
        if name.endswith(".h5"):
            opened.append(open_track(name))
        else:
            db = db or options.database(args)
            opened.append(db.open_track(name))
    found = diff_tracks(*opened)
    if args.json:
        options.print_json(found.as_dict())
        return int(not found.is_same)
    rows: list[tuple[object, ...]] = []
    for kind, differing in (("fact", found.facts), ("attribute", found.attributes)):
        rows += [(kind, d.what, _shown(d.first), _shown(d.second)) for d in differing]
    for c in found.chroms:
        rows.append(("data", c.chrom, f"{c.n_differing} differ, the first at {c.first_position}",
                     "" if c.largest is None else f"by up to {c.largest:g}"))  # fmt: skip
    for row in rows:
        sys.stdout.write("\t".join(map(str, row)) + "\n")
    return int(not found.is_same)


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
