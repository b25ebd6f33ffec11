"""Bound virtual tracks and plain tracks -> sources, in the process that evaluates."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from genomedb.db.database import GenomeDB
from genomedb.db.sequence import sequence_track
from genomedb.tracks.base import Track
from genomedb.tracks.dense import DenseTrack
from genomedb.tracks.pairs import PairTrack
from genomedb.virtual.bind import Bound
from genomedb.virtual.distance import INTERVAL_FUNCTIONS, interval_function
from genomedb.virtual.elements import ElementSource, SpanElements, elements_of
from genomedb.virtual.mask import MaskedFunction
from genomedb.virtual.pairs import PairSource
from genomedb.virtual.sequence import SEQUENCE_FUNCTIONS, sequence_function
from genomedb.virtual.signal import signal_function
from genomedb.virtual.source import Source, WindowFunction, WindowSource
from genomedb.virtual.track import BinSource


def source_of_track(track: Track, *, is_disjoint: bool) -> Source:
    """Values of a track's plain name: its mean over each interval or rectangle."""
    if isinstance(track, PairTrack):
        return PairSource(track)
    mean = signal_function("avg", elements_of(track), is_disjoint=is_disjoint)
    if isinstance(track, DenseTrack):
        return BinSource(track, mean)
    return WindowSource(mean, track.chroms.length_array, sshift=0, eshift=0)


def source_of(
    db: GenomeDB,
    bound: Bound,
    *,
    is_disjoint: bool,
    opened: Callable[[str], Track] | None = None,
) -> Source:
    """Values of a virtual track.

    Parameters
    ----------
    is_disjoint : bool
        The iterator's intervals do not overlap; with shifts, windows may.
    opened : callable, optional
        Opens a track by its name, default as the database does.
    """
    shifted = bool(bound.sshift or bound.eshift)
    track = None
    if bound.track is not None:
        track = (opened or db.open_track)(bound.track)
        if isinstance(track, PairTrack):
            return PairSource(track, bound.function, shifts=bound.shifts)
        plain = bound.function == "avg" and not shifted and bound.mask is None and not bound.dim
        if plain and bound.columns is None and bound.column_function == "avg":
            return source_of_track(track, is_disjoint=is_disjoint)
    # seen along an axis, the sides of rectangles come again and again
    is_disjoint = is_disjoint and not shifted and not bound.dim
    function = _function(db, bound, track, is_disjoint=is_disjoint)
    return WindowSource(
        function, db.chroms.length_array, sshift=bound.sshift, eshift=bound.eshift, dim=bound.dim
    )


def _function(
    db: GenomeDB, bound: Bound, track: Track | None, *, is_disjoint: bool
) -> WindowFunction:
    """The function of windows, of what the mask leaves of them if there is one."""
    elements: ElementSource | None = None
    if track is not None:
        elements = elements_of(track, columns=bound.columns, slice_func=bound.column_function)
    elif bound.spans is not None and bound.values is not None:
        elements = SpanElements(bound.spans, bound.values, chroms=db.chroms)

    def named(name: str) -> WindowFunction:
        if name == "pwm.max" and bound.function == "pwm.max.pos":
            return _better_strand(db, bound)
        if name in SEQUENCE_FUNCTIONS:
            return sequence_function(name, _letters(db), db.chroms, params=bound.params)
        if elements is None or name in INTERVAL_FUNCTIONS:
            assert bound.spans is not None
            return interval_function(name, bound.spans, db.chroms, params=bound.params)
        return signal_function(name, elements, params=bound.params, is_disjoint=is_disjoint)

    if bound.mask is None:
        return named(bound.function)
    p = bound.params if bound.function == "quantile" else 0.5
    return MaskedFunction(bound.mask, bound.function, named, elements=elements, p=p)


def _better_strand(db: GenomeDB, bound: Bound) -> WindowFunction:
    """The score by which ``pwm.max.pos`` finds its position: that of one strand alone."""
    params = bound.params
    strands = (1, -1) if params["bidirect"] else (params["strand"],)
    scores = [
        sequence_function(
            "pwm.max", _letters(db), db.chroms, params={**params, "bidirect": False, "strand": s}
        )
        for s in strands
    ]

    def best(code: int, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = np.fmax.reduce([f(code, start, end) for f in scores])
        return found

    return best


def _letters(db: GenomeDB) -> Callable[[int, int, int], NDArray[np.uint8]]:
    track = sequence_track(db)

    def read(code: int, start: int, end: int) -> NDArray[np.uint8]:
        return track.read(db.chroms.names[code], start, end)

    return read
