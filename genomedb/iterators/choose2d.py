"""Which two-dimensional walk an iterator means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from genomedb.core.spans import Spans, Spans2D
from genomedb.db.database import GenomeDB
from genomedb.db.interval_sets import has_set, load_spans
from genomedb.errors import UsageError
from genomedb.intervals.band import check_band
from genomedb.intervals.cartesian import CartesianGrid
from genomedb.intervals.grid import check_cell
from genomedb.intervals.two_d import is_2d, require_disjoint_2d, spans2d_of, whole_spans2d
from genomedb.iterators.choose import is_number
from genomedb.iterators.nearby import not_known
from genomedb.iterators.records import TrackRecords
from genomedb.iterators.rectangles import (
    CartesianCells,
    GridCells,
    Rectangles,
    ScopeRectangles,
    Steps2D,
)
from genomedb.tracks.base import Track
from genomedb.tracks.pairs import PairTrack

_MANY_PAIRS = 4_000_000
_WAY_OUT = "Give iterator=: rectangles, a (width, height) pair, a cartesian grid or -1"


def is_2d_iterator(db: GenomeDB, iterator: Any) -> bool:
    """Does an iterator walk in two dimensions?"""
    if isinstance(iterator, str):
        if has_set(db, iterator):
            return isinstance(load_spans(db, iterator), Spans2D)
        return db.has_track(iterator) and isinstance(db.open_track(iterator), PairTrack)
    if isinstance(iterator, (Spans2D, CartesianGrid, Steps2D)) or is_2d(iterator):
        return True
    if isinstance(iterator, np.ndarray):
        return iterator.ndim == 1 and iterator.size == 2
    return isinstance(iterator, (tuple, list)) and len(iterator) == 2


def steps2d_of(
    db: GenomeDB, iterator: Any, *, band: Any = None, tracks: Sequence[Track] = (),
    has_virtual: bool = False, is_ordered: bool = True,
) -> Steps2D:  # fmt: skip
    """Two-dimensional walk of an iterator.

    Parameters
    ----------
    iterator : DataFrame, Spans2D, str, (int, int), CartesianGrid, -1 or None
        Rectangles, or the name of a set of them, which may not overlap; the name of a 2D track,
        for its records; width and height of the cells of a grid; a grid made by
        `cartesian_grid`; -1 for the scope's own rows; None to choose by `tracks`.
    band : (int, int), optional
        Only what lies at distances ``d1 <= x - y < d2`` on one chromosome.
    tracks : sequence of Track
        The tracks named in all expressions; without iterator, the records of the only 2D track
        among them are walked.
    has_virtual : bool
        Is there a virtual track? Then, and with no 2D track, each scope row is one rectangle.
    is_ordered : bool
        Records of a track come sorted, which takes time.

    Raises
    ------
    UsageError, ChromError, TrackNotFoundError
        It is none of these, or rectangles overlap.
    """
    limits = None if band is None else check_band(band)
    if isinstance(iterator, Steps2D):
        return iterator
    if iterator is None or (is_number(iterator) and iterator == 0):
        if has_virtual and not any(isinstance(track, PairTrack) for track in tracks):
            return ScopeRectangles(limits)
        return TrackRecords(_only_2d(tracks), limits, is_ordered=is_ordered)
    if is_number(iterator):
        if iterator == -1:
            return ScopeRectangles(limits)
        raise UsageError(f"iterator {iterator} cannot walk through a 2D scope", fix=_WAY_OUT)
    if isinstance(iterator, CartesianGrid):
        return CartesianCells(iterator, limits)
    if isinstance(iterator, (tuple, list, np.ndarray)):
        return GridCells(check_cell(iterator), limits)
    if isinstance(iterator, str) and not has_set(db, iterator):
        if not db.has_track(iterator):
            raise not_known(db, iterator, "iterator")
        track = _pair_track(db.open_track(iterator))
        return TrackRecords(track, limits, is_ordered=is_ordered)
    rects = _rectangles(db, iterator).sorted()
    require_disjoint_2d(rects, db.chroms, what="iterator")
    return Rectangles(rects, limits)


def _rectangles(db: GenomeDB, iterator: Any) -> Spans2D:
    """Those that are listed, by a set or a DataFrame."""
    found = load_spans(db, iterator) if isinstance(iterator, str) else iterator
    if hasattr(found, "columns") and hasattr(found, "iloc"):
        if "chrom" not in found.columns or is_2d(found):
            return spans2d_of(found, db.chroms, what="iterator")
    elif not isinstance(found, (Spans, Spans2D)):
        raise UsageError(f"cannot use {iterator!r:.60} as iterator", fix=_WAY_OUT)
    if not isinstance(found, Spans2D):
        raise UsageError("a 1D iterator cannot walk through a 2D scope", fix=_WAY_OUT)
    return found


def _pair_track(track: Track) -> PairTrack:
    if not isinstance(track, PairTrack):
        raise UsageError(
            f"track '{track.name}' has one dimension; it cannot walk through a 2D scope",
            fix=_WAY_OUT,
        )
    return track


def _only_2d(tracks: Sequence[Track]) -> PairTrack:
    """The only 2D track."""
    pairs = [track for track in tracks if isinstance(track, PairTrack)]
    if not pairs:
        raise UsageError("no track says how to walk through the 2D scope", fix=_WAY_OUT)
    if len(pairs) > 1:
        listed = ", ".join(track.name for track in pairs)
        raise UsageError(
            f"Cannot implicitly determine iterator policy: several 2D tracks ({listed})",
            fix=f"{_WAY_OUT}, or one of them",
        )
    return pairs[0]


def whole_scope2d(db: GenomeDB, steps: Steps2D | None = None) -> Spans2D:
    """Every ordered pair of chromosomes; of very many, those that a track walked along has."""
    n = len(db.chroms)
    if n * n > _MANY_PAIRS and isinstance(steps, TrackRecords):
        codes = steps.track.pair_codes
        length, zero = db.chroms.length_array, np.zeros(len(codes), np.int64)
        return Spans2D(*(Spans(code, zero, length[code]) for code in (codes[:, 0], codes[:, 1])))
    if n * n > _MANY_PAIRS:
        raise UsageError(
            f"{n:,} chromosomes make {n * n:,} pairs", fix="Give a scope with the pairs wanted"
        )
    return whole_spans2d(db.chroms, mode="full")
