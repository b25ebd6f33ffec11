"""gintervals_*: numbers of intervals, and values of tracks within each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from genomedb.analysis.mapply import mapply
from genomedb.analysis.per_row import intervals_quantiles, intervals_summary
from genomedb.core.spans import Spans
from genomedb.intervals import cover
from genomedb.intervals.two_d import frame2d_of, is_2d, spans2d_of
from genomedb.iterators.scope import scope_of
from genomedb.misha.asking import asked
from genomedb.misha.compat import as_peer, frame_named, kept
from genomedb.misha.current import current_db

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "gintervals_chrom_sizes", "gintervals_mapply", "gintervals_quantiles", "gintervals_summary",
]  # fmt: skip


def gintervals_chrom_sizes(intervals: Any) -> pd.DataFrame:
    """Number of intervals on each chromosome, or of rectangles on each pair, that has any.

    Returns
    -------
    pandas.DataFrame
        ``chrom size``, or ``chrom1 chrom2 size``, in database order.

    Raises
    ------
    UsageError, ChromError
        A row that is no interval.
    """
    frame, chroms = frame_named(intervals), current_db().chroms
    if not is_2d(frame):
        return as_peer(cover.chrom_sizes(frame, chroms))
    both = spans2d_of(frame, chroms)
    pair = both.first.code * len(chroms) + both.second.code
    _, first, size = np.unique(pair, return_index=True, return_counts=True)
    listed = frame2d_of(both[first], chroms)[["chrom1", "chrom2"]]
    return as_peer(listed.assign(size=size.astype(np.int64)))


def gintervals_summary(
    expr: str,
    intervals: Any = None,
    iterator: Any = None,
    *,
    intervals_set_out: str | None = None,
    band: Any = None,
    progress: bool = True,
) -> pd.DataFrame | None:
    """Statistics of an expression within each interval.

    Parameters
    ----------
    expr : str
    intervals : DataFrame or str, optional
        Default the whole genome. Bases in several rows count in each.
    iterator : optional
        How to walk within a row; see `giterator_intervals`.
    intervals_set_out : str, optional
        Save the result under this name, and give None.
    band : optional
        Needs a 2D track.
    progress : bool
        Changes nothing.

    Returns
    -------
    pandas.DataFrame or None
        ``chrom start end`` of each row in its order, then Total intervals, NaN intervals, Min,
        Max, Sum, Mean and Std dev.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        The expression, an interval or the iterator is not right; nothing was read then.
    """
    del progress
    options = asked(intervals, iterator, band=band)
    found = intervals_summary(current_db(), expr, **options)
    return kept(found, intervals_set_out) if intervals_set_out else as_peer(found)


def gintervals_quantiles(
    expr: str,
    percentiles: float | Sequence[float] = 0.5,
    intervals: Any = None,
    iterator: Any = None,
    *,
    intervals_set_out: str | None = None,
    band: Any = None,
    progress: bool = True,
) -> pd.DataFrame | None:
    """Quantiles of an expression within each interval.

    `percentiles` are from 0 to 1; the result has a column for each, called by its shortest
    spelling such as ``0.5``, behind ``chrom start end``. The rest is as of `gintervals_summary`.
    Without `intervals` the peer gives None; here they are the whole genome.
    """
    del progress
    options = asked(intervals, iterator, band=band)
    found = intervals_quantiles(current_db(), expr, percentiles=percentiles, **options)
    return kept(found, intervals_set_out) if intervals_set_out else as_peer(found)


def gintervals_mapply(
    func: Callable[..., Any],
    *exprs: str,
    intervals: Any = None,
    iterator: Any = None,
    intervals_set_out: str | None = None,
    colnames: str = "value",
    enable_gapply_intervals: bool = False,
    band: Any = None,
) -> pd.DataFrame | None:
    """Apply a function to the values of expressions within each interval.

    Parameters
    ----------
    func : callable
        Gets one float64 array for each expression and gives one value.
    *exprs : str
    intervals : DataFrame or str, optional
        Default the whole genome, which the peer does not take.
    iterator : optional
        How to walk within a row; each interval is one row of the result with any iterator, in
        the peer each step of it is one.
    intervals_set_out : str, optional
        Save the result under this name, and give None.
    colnames : str
        Name of the column of results.
    enable_gapply_intervals : bool
        `func` gets the interval too, as keyword ``gapply_intervals``: a dict of chrom, start, end.
    band : optional
        Needs a 2D track.

    Returns
    -------
    pandas.DataFrame or None
        ``chrom start end`` of each row in its order, and what `func` gave.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        The expressions, an interval or the iterator is not right, or `func` gave several values.
    """
    options = asked(intervals, iterator, band=band)
    if enable_gapply_intervals:
        func = _with_interval(func, intervals)
    found = mapply(current_db(), func, list(exprs), name=colnames, **options)
    return kept(found, intervals_set_out) if intervals_set_out else as_peer(found)


def _with_interval(func: Callable[..., Any], intervals: Any) -> Callable[..., Any]:
    """The function with the interval of each call, which are in the order of the rows."""
    spans, chroms = scope_of(current_db(), intervals, what="intervals"), current_db().chroms
    if not isinstance(spans, Spans):
        return func  # mapply says what is wrong
    names = [chroms.names[code] for code in spans.code.tolist()]
    rows = zip(names, spans.start.tolist(), spans.end.tolist(), strict=True)

    def with_interval(*values: Any) -> Any:
        interval = dict(zip(("chrom", "start", "end"), next(rows), strict=True))
        return func(*values, gapply_intervals=interval)

    return with_interval
