# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gdataset_*: further roots of the same assembly, which are only read."""

from __future__ import annotations

import atexit
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from genomedb.analysis.create_track import create_track
from genomedb.db.database import GenomeDB
from genomedb.db.interval_sets import has_set, list_sets, remove_set, save_set
from genomedb.db.save_dataset import dataset_facts, save_dataset
from genomedb.errors import MissingFileError, TrackNotFoundError, UsageError
from genomedb.misha.arguments import flag_of, names_of, path_of, text_of
from genomedb.misha.current import current, current_db, storage
from genomedb.misha.database import gdb_init_examples, remove_at_exit
from genomedb.misha.tracks import TYPES, gtrack_exists
from genomedb.storage import schema

__all__ = [
    "gdataset_example_path", "gdataset_info", "gdataset_load", "gdataset_ls", "gdataset_save",
    "gdataset_unload",
]  # fmt: skip
_Path = str | os.PathLike[str]
_Names = str | Iterable[str] | None


# ---- reading others


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
        ``tracks`` and ``intervals``, names that no other root has; ``shadowed_tracks`` and
        ``shadowed_intervals``, those that another has too, of which only one is reached.

    Raises
    ------
    UsageError, ChromError
        There is no such database; a name is taken, without `force`; other chromosomes.
    """
    given, force = path_of(path, "path"), flag_of(force, "force")
    flag_of(verbose, "verbose")
    db = current().db
    try:
        theirs = GenomeDB(given)
    except MissingFileError as error:  # the peer's is a ValueError
        raise UsageError(error.problem, where=error.where, fix=error.fix) from error
    tracks, sets = _tracks(theirs), set(list_sets(theirs))
    loaded = any(theirs.path.samefile(root) for root in db.datasets)
    if not loaded:
        db.add_dataset(theirs.path, shadowing="ignore", first=True)
    hidden = {s.name for s in db.shadowed() if theirs.path == s.root or theirs.path in s.hidden}
    clashes = sorted((tracks | sets) & hidden)
    if clashes and not force and not loaded:
        db.remove_dataset(theirs.path)
        names = ", ".join(name.replace("/", ".") for name in clashes[:5])
        more = f" and {len(clashes) - 5} more" if len(clashes) > 5 else ""
        raise UsageError(
            f"several roots have {names}{more}", where=theirs.path,
            fix="With force=True the database wins over datasets, and later ones over earlier ones",
        )  # fmt: skip
    return {
        "tracks": len(tracks - hidden),
        "intervals": len(sets - hidden),
        "shadowed_tracks": len(tracks & hidden),
        "shadowed_intervals": len(sets & hidden),
    }


def _tracks(db: GenomeDB) -> set[str]:
    return {entry.name for entry in db.entries() if entry.type in TYPES}


def gdataset_unload(path: _Path, validate: bool = False) -> None:
    """Let go of a dataset; with `validate`, one that is not loaded is an error."""
    given, must = path_of(path, "path"), flag_of(validate, "validate")
    try:
        current_db().remove_dataset(given)
    except UsageError:
        if must:
            raise


def gdataset_ls() -> list[str]:
    """Folders of the datasets that are loaded, in the order in which names are looked up."""
    return [str(root) for root in current_db().datasets[1:]]


def gdataset_info(path: _Path) -> dict[str, Any]:
    """What a dataset holds, and what was said of it when it was made; it need not be loaded.

    Returns
    -------
    dict
        ``description``, ``author``, ``created``, ``original_db`` (the database it was saved from)
        and ``misha_version`` (what wrote it), None where nothing is said; ``track_count``,
        ``interval_count``, ``genome`` (digest of the chromosomes), ``is_loaded``.

    Raises
    ------
    MissingFileError
        There is no such database.
    """
    theirs = GenomeDB(path_of(path, "path"))
    facts = dataset_facts(theirs)
    loaded = [Path(root) for root in gdataset_ls()]
    return {
        "description": facts.description or None,
        "author": facts.author or None,
        "created": facts.created or None,
        "original_db": facts.original or None,
        "misha_version": facts.software or None,
        "track_count": len(_tracks(theirs)),
        "interval_count": len(list_sets(theirs)),
        "genome": theirs.chroms.digest,
        "is_loaded": theirs.path in loaded,
    }


# ---- making


def gdataset_save(
    path: _Path,
    description: str,
    tracks: _Names = None,
    intervals: _Names = None,
    symlinks: bool = False,
    copy_seq: bool = False,
) -> str:
    """Make a dataset of some tracks and interval sets, which `gdataset_load` and `gdb_init` open.

    Parameters
    ----------
    path : path
        Folder to make.
    description : str
        `gdataset_info` gives it back.
    tracks, intervals : str or list of str, optional
        Tracks and interval sets; at least one.
    symlinks : bool
        Give their files a second name instead of copying them, which takes no space on the same
        disk. Other than the peer's symbolic links, these do not follow later changes, and stay
        when the originals are removed.
    copy_seq : bool
        Copy the sequence too; without it, its file gets a second name.

    Returns
    -------
    str
        Its absolute path.

    Raises
    ------
    UsageError
        Neither tracks nor intervals are given, or there is something of that name.
    TrackNotFoundError
        There is no such track or interval set.
    """
    given, text = path_of(path, "path"), text_of(description, "description")
    names, sets = names_of(tracks, "tracks"), names_of(intervals, "intervals")
    as_links, with_sequence = flag_of(symlinks, "symlinks"), flag_of(copy_seq, "copy_seq")
    if not names and not sets:
        raise UsageError("neither tracks nor intervals are given", fix="Name at least one")
    db = current_db()
    for name in names:
        if not gtrack_exists(name):
            raise TrackNotFoundError(f"Track '{name}' does not exist", where=db.path)
    for name in sets:
        if not has_set(db, name):
            raise TrackNotFoundError(f"Interval set '{name}' does not exist", where=db.path)
    chosen, sequence = [*names, *sets], db.list_tracks(type=schema.SEQUENCE)
    copied = ([] if as_links else chosen) + (sequence if with_sequence else [])
    linked = (chosen if as_links else []) + ([] if with_sequence else sequence)
    return str(save_dataset(db, given, copied, description=text, linked=linked))


def gdataset_example_path() -> str:
    """Make a small dataset of the example database, which becomes the current one.

    It has the track ``example_dataset_track`` and the interval set ``example_dataset_intervals``,
    and goes when the process ends.

    Returns
    -------
    str
        Its folder.
    """
    import pandas as pd

    gdb_init_examples()
    db = current_db()
    first = pd.DataFrame({"chrom": db.chroms.names[:1], "start": [0], "end": [10_000]})
    track, intervals = "example_dataset_track", "example_dataset_intervals"
    create_track(
        db, track, "dense_track", iterator=10_000, description="Example dataset track",
        storage=storage(),
    )  # fmt: skip
    save_set(db, first, intervals)
    folder = tempfile.mkdtemp(prefix="genomedb-dataset-")
    atexit.register(remove_at_exit, folder, os.getpid())
    made = gdataset_save(Path(folder) / "dataset", "Example dataset", track, intervals)
    db.remove_track(track)
    remove_set(db, intervals)
    return made
