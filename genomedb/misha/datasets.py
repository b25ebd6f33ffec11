# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gdataset_*: further roots of the same assembly, which are only read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from genomedb.db.database import GenomeDB
from genomedb.db.interval_sets import list_sets
from genomedb.errors import UsageError
from genomedb.misha.current import current, current_db
from genomedb.misha.tracks import TYPES

__all__ = ["gdataset_info", "gdataset_load", "gdataset_ls", "gdataset_unload"]
_Path = str | os.PathLike[str]


def gdataset_load(
    path: _Path,
    force: bool = False,
    verbose: bool = False,
) -> dict[str, int]:
    """Read the tracks and interval sets of another root too.

    The working root wins over datasets, and a later dataset over an earlier one.

    Parameters
    ----------
    path : path
        Folder of a database with the same chromosomes.
    force : bool
        Load it even if names are taken.

    Returns
    -------
    dict
        ``tracks`` and ``intervals`` that were loaded; ``shadowed_tracks`` and
        ``shadowed_intervals``, of them not reached, or reached no longer.

    Raises
    ------
    UsageError, ChromError, MissingFileError
        A name is taken, without `force`; other chromosomes; no such database.
    """
    del verbose
    db = current().db
    theirs = GenomeDB(path)
    db.add_dataset(theirs.path, shadowing="ignore" if force else "error", first=True)
    hidden = {s.name for s in db.shadowed() if theirs.path == s.root or theirs.path in s.hidden}
    sets = set(list_sets(theirs))
    tracks = _tracks(theirs)
    return {
        "tracks": len(tracks),
        "intervals": len(sets),
        "shadowed_tracks": len(tracks & hidden),
        "shadowed_intervals": len(sets & hidden),
    }


def _tracks(db: GenomeDB) -> set[str]:
    return {entry.name for entry in db.entries() if entry.type in TYPES}


def gdataset_unload(path: _Path, validate: bool = False) -> None:
    """Let go of a dataset; with `validate`, one that is not loaded is an error."""
    try:
        current_db().remove_dataset(path)
    except UsageError:
        if validate:
            raise


def gdataset_ls() -> list[str]:
    """Folders of the datasets that are loaded, in the order in which names are looked up."""
    return [str(root) for root in current_db().datasets[1:]]


def gdataset_info(path: _Path) -> dict[str, Any]:
    """What a dataset holds: ``track_count``, ``interval_count``, ``genome``, ``is_loaded``.

    ``genome`` is the digest of its chromosomes. The peer's ``description``, ``author`` and
    ``created`` are not kept.
    """
    theirs = GenomeDB(path)
    loaded = [Path(root) for root in gdataset_ls()]
    return {
        "track_count": len(_tracks(theirs)),
        "interval_count": len(list_sets(theirs)),
        "genome": theirs.chroms.digest,
        "is_loaded": theirs.path in loaded,
    }
