"""Scope: where to look, in whatever form a caller has it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.names import track_name
from genomedb.core.region import parse_region
from genomedb.core.spans import Spans, Spans2D
from genomedb.db.database import GenomeDB
from genomedb.db.interval_sets import has_set, load_spans
from genomedb.errors import UsageError
from genomedb.intervals.frame import check_spans, spans_of
from genomedb.intervals.grid import joined_2d
from genomedb.intervals.two_d import spans2d_of
from genomedb.iterators.nearby import not_known
from genomedb.tracks.array import ArrayTrack
from genomedb.tracks.base import Track
from genomedb.tracks.dense import DenseTrack
from genomedb.tracks.pairs import PairTrack
from genomedb.tracks.regions import region_arrays
from genomedb.tracks.sparse import SparseTrack


def scope_of(db: GenomeDB, scope: Any, *, what: str = "scope") -> Spans | Spans2D:
    """Intervals of a scope, in the order given.

    Parameters
    ----------
    db : GenomeDB
        Gives chromosomes, interval sets and tracks.
    scope : None, DataFrame, str, Region, tuple, list, Spans or Spans2D
        None is the whole genome. A DataFrame has columns ``chrom start end``, or ``chrom1 start1
        end1 chrom2 start2 end2``. Text is the name of an interval set, of a track (the intervals
        of a sparse track, the bins of a dense one, the records of a 2D one), of a chromosome,
        or a region ``chr1:10,000-20,000``. A tuple of three columns, or an iterable of regions,
        is taken as `DenseTrack.read_many` takes it. 0-based half-open.
    what : str
        What messages call it.

    Raises
    ------
    UsageError, ChromError
        Unknown name or chromosome, missing columns, positions that are no whole numbers or not
        inside the chromosome; names the first bad row.
    """
    if scope is None:
        return Spans.whole(db.chroms)
    if isinstance(scope, Spans):
        check_spans(scope, db.chroms, what=what)
        return scope
    if isinstance(scope, Spans2D):
        check_spans(scope.first, db.chroms, what=f"{what}, axis 1")
        check_spans(scope.second, db.chroms, what=f"{what}, axis 2")
        return scope
    if isinstance(scope, str):
        return _named(db, scope, what)
    if hasattr(scope, "columns") and hasattr(scope, "iloc"):
        if "chrom1" in scope.columns and "chrom" not in scope.columns:
            return spans2d_of(scope, db.chroms, what=what)
        return spans_of(scope, db.chroms, what=what)
    try:
        return region_arrays(scope, db.chroms)
    except TypeError:
        raise UsageError(
            f"cannot use {scope!r:.60} as {what}",
            fix="Give a DataFrame with chrom, start and end, or the name of an interval set",
        ) from None


def _named(db: GenomeDB, name: str, what: str) -> Spans | Spans2D:
    if _can_be_named(name):
        if has_set(db, name):
            return load_spans(db, name)
        if db.has_track(name):
            track = db.open_track(name)
            return rects_of_track(track) if isinstance(track, PairTrack) else spans_of_track(track)
    if ":" in name or db.chroms.find(name) >= 0:
        region = parse_region(name, db.chroms)
        return Spans.of([db.chroms.code(region.chrom)], [region.start], [region.end])
    raise not_known(db, name, what)


def _can_be_named(name: str) -> bool:
    """Can a track have this name?"""
    try:
        track_name(name)
    except UsageError:
        return False
    return True


def spans_of_track(track: Track) -> Spans:
    """Every interval of a one-dimensional track: its records, or its bins."""
    codes, starts, ends = [], [], []
    for code in range(len(track.chroms)):
        start, end = positions_on(track, code)
        codes.append(np.full(start.size, code))
        starts.append(start)
        ends.append(end)
    return Spans(np.concatenate(codes), np.concatenate(starts), np.concatenate(ends))


def rects_of_track(track: PairTrack) -> Spans2D:
    """Every record of a two-dimensional track, sorted."""
    names, parts = track.chroms.names, []
    for code1, code2 in track.pair_codes.tolist():
        found = track.read(names[code1], chrom2=names[code2])
        x = Spans(np.full(len(found), code1), found.x1, found.x2)
        parts.append(Spans2D(x, Spans(np.full(len(found), code2), found.y1, found.y2)))
    return joined_2d(parts)


def positions_on(track: Track, code: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Starts and ends of a track's intervals on a chromosome, sorted."""
    name, length = track.chroms.names[code], track.chroms.lengths[code]
    if isinstance(track, DenseTrack):
        start = np.arange(0, length, track.bin_size)
        return start, np.minimum(start + track.bin_size, length)
    if isinstance(track, (SparseTrack, ArrayTrack)):
        return track.positions(name)
    raise UsageError(
        f"track '{track.name}' is of type {track.track_type}, which has no intervals to walk",
        fix="Name a dense, sparse or array track, or an interval set",
    )
