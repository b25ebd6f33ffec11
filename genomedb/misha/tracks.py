# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gtrack_*: which tracks there are, and what they are."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from genomedb.core.names import track_name
from genomedb.db.listing import Entry
from genomedb.errors import TrackNotFoundError, UsageError
from genomedb.misha.current import FolderDB, current_db
from genomedb.misha.dates import with_peer_dates
from genomedb.storage import schema
from genomedb.tracks.base import Track
from genomedb.tracks.pairs import PAIRS

__all__ = [
    "gtrack_dataset", "gtrack_dbs", "gtrack_exists", "gtrack_info", "gtrack_ls", "gtrack_path",
    "gtrack_rm",
]  # fmt: skip
TYPES = (schema.DENSE, schema.SPARSE, schema.ARRAY, *PAIRS)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")


# ---- which there are


def gtrack_ls(*patterns: str, ignore_case: bool = False, **attr_filters: str) -> list[str] | None:
    """Names of the tracks below the working folder, sorted; None when there is none.

    The sequence and interval sets are not listed.

    Parameters
    ----------
    *patterns : str
        Regular expressions that are all found in the name.
    ignore_case : bool
        Of names and attributes.
    **attr_filters : str
        Attribute and the regular expression found in it; ``created_by`` is ``created.by``, or
        ``created_by`` where a track has an attribute of that very name.

    Raises
    ------
    UsageError
        What is given is not a regular expression.
    """
    db = current_db()
    wanted = [_compiled(text, ignore_case=ignore_case) for text in patterns]
    tests = {key: _compiled(text, ignore_case=ignore_case) for key, text in attr_filters.items()}
    found = sorted(
        shown_name(db, entry.name)
        for entry in tracks_below(db)
        if all(_has(entry, key, test) for key, test in tests.items())
    )
    return [name for name in found if all(test.search(name) for test in wanted)] or None


def tracks_below(db: FolderDB) -> list[Entry]:
    """Catalogue entries of the tracks below the working folder."""
    prefix = f"{db.folder}/" if db.folder else ""
    entries = db.entries()
    return [e for e in entries if e.type in TYPES and e.name.startswith(prefix)]


def shown_name(db: FolderDB, full: str) -> str:
    """Name of a track as this package spells it: with dots, from the working folder."""
    return db.shown_name(full).replace("/", ".")


def _compiled(text: str, *, ignore_case: bool) -> re.Pattern[str]:
    try:
        return re.compile(text, re.IGNORECASE if ignore_case else 0)
    except (re.error, TypeError) as error:
        raise UsageError(f"Invalid regex pattern {text!r}: {error}") from error


def _has(entry: Entry, key: str, test: re.Pattern[str]) -> bool:
    given = with_peer_dates(entry.attributes)
    value = given[key] if key in given else given.get(key.replace("_", "."), "")
    return test.search(str(value)) is not None


def gtrack_exists(track: str) -> bool:
    """Is there a track of this name? Virtual tracks and interval sets do not count."""
    if track is None:
        raise UsageError("track cannot be None")
    db = current_db()
    try:
        return db.has_track(track) and db.open_track(track).track_type in TYPES
    except UsageError:  # no track can have such a name
        return False


def opened(track: str) -> Track:
    """An existing track.

    Raises
    ------
    TrackNotFoundError
        There is none of this name; lists near names.
    """
    if track is None:
        raise UsageError("track cannot be None")
    db = current_db()
    try:
        found = db.open_track(track)
    except TrackNotFoundError as error:
        known = gtrack_ls() or []
        near = get_close_matches(track, known, n=3) or known[:5]
        fix = f"Known tracks include {', '.join(near)}" if near else "The database has no tracks"
        raise TrackNotFoundError(error.problem, where=error.where, fix=fix) from None
    if found.track_type not in TYPES:
        raise TrackNotFoundError(
            f"Track '{track}' does not exist: the name is that of {kind_of(found.track_type)}",
            where=found.path,
        )
    return found


def kind_of(track_type: str) -> str:
    return {schema.SEQUENCE: "the sequence", schema.FEATURES: "an interval set"}.get(
        track_type, f"a file of type {track_type}"
    )


def gtrack_info(track: str) -> dict[str, Any]:
    """What a track is.

    Returns
    -------
    dict
        ``type``, ``dimensions``, ``size_in_bytes`` and ``total_size`` (the same), ``format``
        (``per-chromosome`` or ``indexed``: a dataset for each chromosome of the file, or one for
        all), ``bin_size`` of dense tracks, and ``attributes`` if there are any.
    """
    found = opened(track)
    size = found.path.stat().st_size
    info: dict[str, Any] = {
        "type": found.track_type,
        "dimensions": 2 if found.track_type in PAIRS else 1,
        "size_in_bytes": size,
        "total_size": size,
        "format": found.layout,
    }
    bin_size = getattr(found, "bin_size", None)
    if bin_size is not None:
        info["bin_size"] = int(bin_size)
    attributes = with_peer_dates({k: value for k, value in found.attrs.items() if value != ""})
    if attributes:
        info["attributes"] = attributes
    return info


def gtrack_path(track: str) -> str:
    """File of a track."""
    return str(opened(track).path)


def gtrack_dataset(track: str) -> str:
    """Folder of the database or dataset that has a track."""
    opened(track)
    return str(current_db().root_of(track))


def gtrack_dbs(track: str | Iterable[str], dataframe: bool = False) -> Any:
    """Folders of all databases that have a track of the name; the first is the one that answers.

    Returns
    -------
    dict of str to list of str, or pandas.DataFrame
        Columns ``track`` and ``db``.
    """
    db = current_db()
    names = [track] if isinstance(track, str) else list(track)
    held = {
        name: [str(root) for root in db.datasets if _file(root, db.full_name(name)).is_file()]
        for name in names
    }
    if not dataframe:
        return held
    import pandas as pd

    pairs = [(name, root) for name, roots in held.items() for root in roots]
    return pd.DataFrame(pairs, columns=["track", "db"])


def _file(root: Path, name: str) -> Path:
    return root / f"{track_name(name)}.h5"


def gtrack_rm(track: str, force: bool = False, db: str | os.PathLike[str] | None = None) -> None:
    """Delete a track with its attributes and variables.

    Never asks: without `force` an existing track is not deleted.

    Parameters
    ----------
    force : bool
        Delete it; one that is not there is no error.
    db : path, optional
        Folder of the dataset that has it; by default only tracks of the database are deleted.

    Raises
    ------
    TrackNotFoundError
        There is no such track, without `force`.
    UsageError
        Without `force`, or the track is one of a dataset.
    """
    here = current_db()
    if not gtrack_exists(track):
        if force:
            return
        raise TrackNotFoundError(f"Track '{track}' does not exist", where=here.path)
    if not force:
        raise UsageError(f"Set force=True to delete a track: '{track}'")
    if db is None or Path(db).expanduser().absolute() == here.path:
        here.remove_track(track)
        return
    root = _dataset(here, db)
    FolderDB(root).remove_track(here.full_name(track))


def _dataset(here: FolderDB, path: str | os.PathLike[str]) -> Path:
    wanted = Path(path).expanduser().resolve()
    for root in here.datasets[1:]:
        if root.resolve() == wanted:
            return root
    raise UsageError("is not a dataset that is loaded", where=wanted)
