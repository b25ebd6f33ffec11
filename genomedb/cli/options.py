"""Options that several subcommands share."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from genomedb.db.database import GenomeDB


def add_database(parser: ArgumentParser) -> None:
    """Where the database is."""
    parser.add_argument("--db", metavar="DIR", help="database directory (default: $GENOME_DB)")
    parser.add_argument(
        "-a", "--assembly", help="assembly (default: $GENOME_ASSEMBLY, else the only one)"
    )


def add_overwrite(parser: ArgumentParser) -> None:
    """What to do about a name that is taken."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--overwrite", action="store_true", help="replace what has this name")
    group.add_argument(
        "--skip-existing", action="store_true", help="do nothing when the name is taken"
    )


def add_json(parser: ArgumentParser) -> None:
    """Output for programs."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of TSV")


def add_storage(parser: ArgumentParser) -> None:
    """How values are stored."""
    parser.add_argument(
        "--compression", choices=("gzip", "none"), default="gzip",
        help="none stores values so that they are mapped, not copied (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--level", type=int, default=1, metavar="N", help="gzip level 1-9 (default: %(default)s)"
    )


def add_provenance(parser: ArgumentParser) -> None:
    """What a track says of itself."""
    parser.add_argument("--description", default="", help="text stored with the track")
    parser.add_argument(
        "--attr", action="append", default=[], metavar="NAME=VALUE", help="attribute to store"
    )


def database(args: Namespace) -> GenomeDB:
    """Open the database that the options name."""
    from genomedb.db.database import GenomeDB

    return GenomeDB(args.db, args.assembly)


def storage(args: Namespace) -> Any:
    """Storage that the options ask for."""
    from genomedb.storage.write import Storage

    return Storage(None if args.compression == "none" else args.compression, args.level)


def attributes(args: Namespace) -> dict[str, str]:
    """NAME=VALUE options as a dictionary."""
    from genomedb.errors import UsageError

    found = {}
    for text in args.attr:
        name, separator, value = text.partition("=")
        if not separator:
            raise UsageError(f"attribute {text!r} is not NAME=VALUE")
        found[name] = value
    return found


def print_rows(
    rows: Iterable[Sequence[object]], columns: Sequence[str], *, as_json: bool, header: bool = False
) -> None:
    """Print rows as TSV, or as a JSON list of objects."""
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
        return
    if header:
        sys.stdout.write("\t".join(columns) + "\n")
    for row in rows:
        sys.stdout.write("\t".join(map(str, row)) + "\n")


def print_json(value: object) -> None:
    """Print one JSON document."""
    sys.stdout.write(json.dumps(value, indent=1) + "\n")
