"""Where a new track goes, and what may be said of it."""

from __future__ import annotations

import getpass
from dataclasses import dataclass, replace
from pathlib import Path

from genomedb.core.chroms import ChromTable
from genomedb.core.names import attribute_name
from genomedb.errors import UsageError
from genomedb.storage import schema
from genomedb.storage.describe import Provenance


@dataclass(frozen=True)
class Place:
    """Where a new track goes: its file, and the assembly it belongs to."""

    path: Path
    name: str
    chroms: ChromTable
    assembly: str


def first_time(chrom: str, place: Place, written: set[str]) -> str:
    """Canonical name of a chromosome that has not been written yet."""
    name = place.chroms.name(chrom)
    if name in written:
        raise UsageError(f"{name} is given twice", where=place.name)
    written.add(name)
    return name


def check_dtype(dtype: str) -> None:
    """Raise `UsageError` unless tracks can be stored in this dtype."""
    if dtype not in schema.VALUE_DTYPES:
        raise UsageError(
            f"dtype {dtype!r} is not one a track can have",
            fix=f"Use one of: {', '.join(schema.VALUE_DTYPES)}",
        )


def completed(provenance: Provenance | None) -> Provenance:
    """Provenance with the user filled in and its attributes checked."""
    found = provenance or Provenance()
    for name in found.attributes:
        settable(name)
    if found.user:
        return found
    try:
        return replace(found, user=getpass.getuser())
    except (OSError, KeyError, ImportError):  # no such user in this container
        return found


def settable(name: str) -> str:
    """Check that an attribute is one that people may set."""
    attribute_name(name)
    if name in schema.STRUCTURAL:
        raise UsageError(f"attribute {name} describes the file and cannot be set")
    return name
