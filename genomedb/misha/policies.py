"""Iterators of 2D tracks as objects: fixed rectangles, cartesian grids, a track, the scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from genomedb.errors import UsageError
from genomedb.intervals.cartesian import cartesian_grid
from genomedb.misha.current import current_db

__all__ = ["CartesianGridSpec", "FixedRectPolicy", "IntervalsPolicy", "TrackRectsPolicy"]


@dataclass(frozen=True)
class FixedRectPolicy:
    """Cells of a grid, as ``iterator=(width, height)``."""

    width: int
    height: int
    kind: str = "fixed_rect"


@dataclass(frozen=True)
class TrackRectsPolicy:
    """The records of a 2D track, as ``iterator=track_name``."""

    track_name: str
    kind: str = "track_rects"


@dataclass(frozen=True)
class IntervalsPolicy:
    """The rows of `intervals` themselves, as ``iterator=-1``."""

    kind: str = "intervals"


@dataclass(frozen=True, eq=False)
class CartesianGridSpec:
    """Rectangles around pairs of centres of intervals; see `giterator_cartesian_grid`."""

    intervals1: Any
    expansion1: Sequence[int]
    intervals2: Any = None
    expansion2: Sequence[int] | None = None
    min_band_idx: int | None = None
    max_band_idx: int | None = None
    kind: str = "cartesian_grid"


def iterator_of(iterator: Any) -> Any:
    """An iterator as verbs take it.

    Raises
    ------
    UsageError, ChromError
        The grid is not right, or what should name a track is no text.
    """
    if isinstance(iterator, FixedRectPolicy):
        return iterator.width, iterator.height
    if isinstance(iterator, TrackRectsPolicy):
        if not isinstance(iterator.track_name, str):
            raise UsageError(f"track_name is {iterator.track_name!r:.60}", fix="Give a text")
        return iterator.track_name
    if isinstance(iterator, IntervalsPolicy):
        return -1
    if isinstance(iterator, CartesianGridSpec):
        return cartesian_grid(
            iterator.intervals1, iterator.expansion1, iterator.intervals2, iterator.expansion2,
            min_band_idx=iterator.min_band_idx, max_band_idx=iterator.max_band_idx,
            chroms=current_db().chroms,
        )  # fmt: skip
    return iterator
