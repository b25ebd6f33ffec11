"""Intervals as the peer's functions take them, and frames as they give them back."""

from __future__ import annotations

import re
from typing import Any

from genomedb.db.interval_sets import is_set, load_set, save_set
from genomedb.errors import UsageError
from genomedb.intervals.axis import order_of
from genomedb.intervals.frame import frame_of, spans_of
from genomedb.iterators.scope import spans_of_track
from genomedb.misha.current import FolderDB, current_db

_CHROM = re.compile(r"chrom\d?_*")


# ---- in


def frame_named(intervals: Any, *, what: str = "intervals") -> Any:
    """A frame as it is, or the intervals of a saved set or of a track by name.

    Raises
    ------
    TrackNotFoundError
        Nothing has this name; the message lists near names of sets.
    UsageError
        None is given, or the name is not legal.
    """
    if intervals is None:
        raise UsageError(
            f"{what} cannot be None", fix="Give a DataFrame or the name of an interval set"
        )
    if not isinstance(intervals, str):
        if not hasattr(intervals, "columns") or not hasattr(intervals, "iloc"):
            raise UsageError(
                f"{what}: {intervals!r:.60} is neither a DataFrame nor a name",
                fix="Give a DataFrame or the name of an interval set",
            )
        return intervals
    db = current_db()
    if is_set(db, intervals) or not db.has_track(intervals):
        return load_set(db, intervals)
    return frame_of(spans_of_track(db.open_track(intervals)), db.chroms)


def both_named(intervals1: Any, intervals2: Any) -> tuple[FolderDB, Any, Any]:
    """The database, and two frames or the intervals of two names."""
    first = frame_named(intervals1, what="intervals1")
    return current_db(), first, frame_named(intervals2, what="intervals2")


# ---- out


def as_peer(frame: Any) -> Any:
    """The frame with its chromosomes as text, missing ones as NaN."""
    import pandas as pd

    shown = frame.copy(deep=False)
    for i, name in enumerate(frame.columns):
        if _CHROM.fullmatch(str(name)):
            held = frame.iloc[:, i].array
            if isinstance(held, pd.Categorical):
                texts = held.categories.array.take(held.codes, allow_fill=True)
                shown.isetitem(i, pd.Series(texts, index=frame.index))
    return shown


def found(frame: Any) -> Any:
    """As `as_peer`, but None for a frame without rows."""
    return as_peer(frame) if len(frame) else None


def kept(frame: Any, set_out: str | None) -> Any:
    """As `found`; with a name the frame is saved as an interval set, and None is given.

    Raises
    ------
    UsageError
        There are no rows to save.
    TrackExistsError
        The name is taken.
    """
    if set_out is None:
        return found(frame)
    save_set(current_db(), frame, set_out)
    return None


def in_order(frame: Any) -> Any:
    """The rows in the order of the database."""
    chroms = current_db().chroms
    return frame.iloc[order_of(spans_of(frame, chroms), chroms)].reset_index(drop=True)
