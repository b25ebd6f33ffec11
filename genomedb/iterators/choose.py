"""Which stepping policy an iterator means, or which one the tracks of an expression imply."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from genomedb.core.spans import Spans, Spans2D
from genomedb.db.database import GenomeDB
from genomedb.db.interval_sets import has_set, load_spans
from genomedb.errors import GenomeDBWarning, UsageError
from genomedb.intervals.frame import check_spans, spans_of
from genomedb.intervals.setops import merge_spans
from genomedb.iterators.nearby import not_known
from genomedb.iterators.scope import positions_on
from genomedb.iterators.steps import ByIntervals, FixedBins, ScopeRows, Steps
from genomedb.tracks.base import Track
from genomedb.tracks.dense import DenseTrack

_WAY_OUT = "Give iterator=: a bin size in bp, a track, an interval set or a DataFrame"


def steps_of(
    db: GenomeDB,
    iterator: Any,
    scope: Spans,
    *,
    tracks: Sequence[Track] = (),
    has_virtual: bool = False,
) -> Steps:
    """Stepping policy of a one-dimensional iterator.

    Parameters
    ----------
    db : GenomeDB
        Gives chromosomes, tracks and interval sets.
    iterator : int, str, DataFrame, Spans or None
        Bin size in bp; name of a track (bins of a dense one, intervals of others) or of an
        interval set; intervals, which are merged where they overlap; ``-1`` for one interval a
        scope row; None or 0 to choose by `tracks`.
    scope : Spans
        Needed for ``-1``.
    tracks : sequence of Track
        The tracks named in all expressions, in the order of first mention.
    has_virtual : bool
        Is there a virtual track over something else than a track? Then, and with no track, each
        scope row is one interval.

    Raises
    ------
    UsageError, ChromError, TrackNotFoundError
        It is none of these, or cannot be chosen.
    """
    if isinstance(iterator, Steps):
        return iterator
    if iterator is None or (is_number(iterator) and iterator == 0):
        return _implied(tracks, scope, has_virtual)
    if is_number(iterator):
        return _numbered(iterator, scope)
    if isinstance(iterator, str):
        return _named(db, iterator)
    if isinstance(iterator, Spans):
        check_spans(iterator, db.chroms, what="iterator")
        return _listed(db, iterator)
    if hasattr(iterator, "columns") and hasattr(iterator, "iloc"):
        if "chrom1" in iterator.columns and "chrom" not in iterator.columns:
            raise UsageError("a 2D iterator cannot walk through a 1D scope", fix=_WAY_OUT)
        return _listed(db, spans_of(iterator, db.chroms, what="iterator"))
    raise UsageError(f"cannot use {iterator!r:.60} as iterator", fix=_WAY_OUT)


def is_number(value: Any) -> bool:
    """Is it a number of any kind, which a truth value or a duration is not?"""
    if isinstance(value, (bool, np.timedelta64)):  # kinds of int, which they do not mean
        return False
    return isinstance(value, (int, float, np.integer, np.floating))


def _numbered(iterator: Any, scope: Spans) -> Steps:
    if iterator == -1:
        return ScopeRows(scope)
    if not float(iterator).is_integer() or not 1 <= iterator < 2**62:
        raise UsageError(
            f"iterator {iterator} is not a bin size",
            fix="Give a whole number of base pairs, at least 1, or -1 for the scope's own rows",
        )
    return FixedBins(int(iterator))


def _named(db: GenomeDB, name: str) -> Steps:
    if has_set(db, name):
        found = load_spans(db, name)
        if isinstance(found, Spans2D):
            raise UsageError(
                f"interval set '{name}' is two-dimensional; it cannot walk through a 1D scope",
                fix=_WAY_OUT,
            )
        return _listed(db, found)
    if not db.has_track(name):
        raise not_known(db, name, "iterator")
    return _steps_of_track(db.open_track(name))


def _listed(db: GenomeDB, spans: Spans) -> Steps:
    if _is_disjoint(spans):  # the usual case: sorting takes longer than the walk
        return ByIntervals.of(spans)
    merged = merge_spans(spans, db.chroms, unify_touching=False)
    n_distinct = len(spans)
    if len(merged) < n_distinct:
        ordered = spans.sorted()
        same = (ordered.code[1:] == ordered.code[:-1]) & (ordered.start[1:] == ordered.start[:-1])
        n_distinct -= int((same & (ordered.end[1:] == ordered.end[:-1])).sum())
    if len(merged) < n_distinct:
        warnings.warn(
            f"iterator intervals overlap: {n_distinct} were merged to {len(merged)}",
            GenomeDBWarning,
            stacklevel=5,
        )
    return ByIntervals.of(merged)


def _is_disjoint(spans: Spans) -> bool:
    """Are they sorted, and does none overlap the next?"""
    code = spans.code
    same = code[1:] == code[:-1]
    return bool(np.where(same, spans.start[1:] >= spans.end[:-1], code[1:] > code[:-1]).all())


def _steps_of_track(track: Track) -> Steps:
    if isinstance(track, DenseTrack):
        return FixedBins(track.bin_size)
    positions_on(track, 0)  # says so if the track has no intervals
    return ByIntervals(partial(positions_on, track))


def _implied(tracks: Sequence[Track], scope: Spans, has_virtual: bool) -> Steps:  # noqa: FBT001
    if not tracks:
        if has_virtual:
            return ScopeRows(scope)
        raise UsageError(
            "no track in the expression says how to walk through the scope", fix=_WAY_OUT
        )
    dense = [t for t in tracks if isinstance(t, DenseTrack)]
    if len(dense) == len(tracks):
        sizes = {t.bin_size: t.name for t in dense}
        if len(sizes) > 1:
            listed = ", ".join(f"{name}: {size} bp" for size, name in sizes.items())
            raise UsageError(f"Mixed bin sizes ({listed})", fix=_WAY_OUT)
        return FixedBins(dense[0].bin_size)
    if dense or not _same_intervals(tracks):
        listed = ", ".join(f"{t.name}: {t.track_type}" for t in tracks)
        raise UsageError(f"Cannot implicitly determine iterator policy ({listed})", fix=_WAY_OUT)
    return _steps_of_track(tracks[0])


def _same_intervals(tracks: Sequence[Track]) -> bool:
    """Have all these tracks of records the same intervals?"""
    first, *others = tracks
    for other in others:
        for code in range(len(first.chroms)):
            mine, theirs = positions_on(first, code), positions_on(other, code)
            if not all(np.array_equal(a, b) for a, b in zip(mine, theirs, strict=True)):
                return False
    return True
