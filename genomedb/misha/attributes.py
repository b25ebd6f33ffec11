# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gtrack_attr_*: attributes of tracks, texts by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from genomedb.core.names import attribute_name
from genomedb.errors import UsageError
from genomedb.misha.current import current_db
from genomedb.misha.dates import with_peer_dates
from genomedb.misha.tracks import opened, shown_name, tracks_below

__all__ = ["gtrack_attr_export", "gtrack_attr_get", "gtrack_attr_import", "gtrack_attr_set"]
_Names = str | Iterable[str] | None


def gtrack_attr_get(track: str, attr: str) -> str:
    """Text of an attribute, empty when the track has none of the name."""
    return str(with_peer_dates(opened(track).attrs).get(attr, ""))


def gtrack_attr_set(track: str, attr: str, value: Any) -> None:
    """Set an attribute to ``str(value)``; an empty text removes it.

    Raises
    ------
    UsageError
        The attribute is read-only, or its name not legal; the value is None.
    """
    opened(track)
    if value is None:
        raise UsageError(f"value of attribute {attr!r} is None", fix='Give a text; "" removes it')
    attribute_name(attr)
    text = str(value)
    current_db().set_attributes(track, {attr: text or None})


def gtrack_attr_export(tracks: _Names = None, attrs: _Names = None) -> Any:
    """Attributes as a DataFrame: a row a track, a column an attribute.

    Parameters
    ----------
    tracks : str or list of str, optional
        In that order; default all, sorted.
    attrs : str or list of str, optional
        The columns; default every attribute that any of them has, sorted.

    Returns
    -------
    pandas.DataFrame
        Indexed by track; empty text where a track has no such attribute.
    """
    import pandas as pd

    db = current_db()
    if tracks is None:
        found = {shown_name(db, e.name): with_peer_dates(e.attributes) for e in tracks_below(db)}
        found = dict(sorted(found.items()))
    else:
        found = {name: with_peer_dates(opened(name).attrs) for name in _listed(tracks)}
    every = {key for given in found.values() for key, value in given.items() if value != ""}
    columns = sorted(every) if attrs is None else _listed(attrs)
    rows = [[str(given.get(key, "")) for key in columns] for given in found.values()]
    return pd.DataFrame(rows, index=list(found), columns=columns, dtype="object").astype("str")


def gtrack_attr_import(table: Any, remove_others: bool = False) -> None:
    """Set attributes of many tracks; everything is checked before anything is written.

    Parameters
    ----------
    table : DataFrame
        As `gtrack_attr_export` gives it. Cells are set as text; missing and empty ones are passed
        over.
    remove_others : bool
        Remove the other attributes of these tracks, but never read-only ones.

    Raises
    ------
    UsageError
        The table is empty, or an attribute read-only or not legal.
    TrackNotFoundError
        The index has a name that is no track.
    """
    import pandas as pd

    db = current_db()
    if not hasattr(table, "columns") or not len(table) or not len(table.columns):
        raise UsageError("the table is empty", fix="Give a row a track and a column an attribute")
    names = [str(name) for name in table.columns]
    for name in names:
        attribute_name(name)
        if name in db.readonly_attributes:
            raise UsageError(f"Attribute '{name}' is read-only", fix="Leave the column out")
    planned: dict[str, dict[str, str | None]] = {}
    for track, row in zip(table.index, table.itertuples(index=False, name=None), strict=True):
        held = opened(track).attrs
        cells = {n: str(v) for n, v in zip(names, row, strict=True) if not pd.isna(v) and str(v)}
        gone = set(held) - set(names) - set(db.readonly_attributes) if remove_others else set()
        planned[track] = {**dict.fromkeys(gone, None), **cells}
    for track, changes in planned.items():
        if changes:
            db.set_attributes(track, changes)


def _listed(names: str | Iterable[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)
