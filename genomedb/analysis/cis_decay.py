"""cis_decay: how many contacts within chromosomes lie at which distances."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.analysis.breaks import Binning, binning_of
from genomedb.core.spans import Spans, Spans2D
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.expr.stream import Evaluation, Stream2D, any_stream_of
from genomedb.expr.syntax import one_expression
from genomedb.intervals.setops import merge_spans
from genomedb.iterators.pieces import Task
from genomedb.iterators.rectangles import RectBlock
from genomedb.iterators.scope import scope_of
from genomedb.kernels.histogram import count_bins
from genomedb.virtual.definition import VirtualTrack

COLUMNS = ("intra", "inter")
_I8 = NDArray[np.int64]
_Sorted = dict[int, tuple[_I8, _I8]]


def cis_decay(
    db: GenomeDB,
    expression: str,
    breaks: ArrayLike,
    *,
    src: Any,
    domains: Any,
    scope: Any = None,
    include_lowest: bool = False,
    as_frame: bool = False,
    iterator: Any = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    band: tuple[int, int] | None = None,
    executor: Executor | int | None = None,
) -> Any:
    """Count contacts of one chromosome by distance, within and between domains.

    A contact is a record of the track (or a rectangle of `iterator`). It counts when both its
    sides lie on one chromosome and its first side lies inside `src`. Values are not looked at:
    contacts without one count too.

    Parameters
    ----------
    db : GenomeDB
        Where tracks and interval sets are.
    expression : str
        The 2D track, or an expression over one.
    breaks : sequence of numbers
        Increasing edges of the bins ``(breaks[i], breaks[i + 1]]`` of the distance in bp between
        the middles of both sides, ``|start1 + end1 - start2 - end2| / 2``, rounded down.
    src : DataFrame, str or other scope
        Intervals; those that overlap or touch are one.
    domains : DataFrame, str or other scope
        Intervals that do not overlap. A contact is within a domain when both its sides are
        inside the same one, else it is between domains.
    scope : optional
        Where to look, default everywhere: rectangles, or intervals, which mean each one against
        itself. Contacts are cut to it.
    include_lowest : bool
        The first bin has its lower edge too.
    as_frame : bool
        Give a DataFrame.
    iterator, virtual, variables, band, executor : optional
        As in `summary`.

    Returns
    -------
    ndarray of float64, shape (bins, 2)
        Counts within and between domains.
    pandas.DataFrame
        With `as_frame`: columns ``intra`` and ``inter``, indexed by bins such as ``(0.0, 1000.0]``.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        Domains overlap, the expression is not of a 2D track, or breaks, scope or iterator are not
        right; nothing was read then.

    Examples
    --------
    >>> cis_decay(db, "hic", [0, 10_000, 100_000], src="chr1", domains="tads")  # doctest: +SKIP
    """
    listed, binning = binning_of(one_expression(expression), breaks, include_lowest=include_lowest)
    limits = _Limits(
        _by_chrom(merge_spans(_intervals(db, src, "src"), db.chroms)),
        _by_chrom(_disjoint(_intervals(db, domains, "domains"), db)),
        binning,
    )
    stream = any_stream_of(
        db, listed, _squares(db, scope), iterator=iterator, virtual=virtual, variables=variables,
        band=band, is_union=True, is_ordered=False,
    )  # fmt: skip
    if not isinstance(stream, Stream2D):
        raise UsageError(
            f"'{listed[0]}' is not of a 2D track, which has the contacts", where="cis_decay"
        )
    counts = np.zeros((2, binning.n_cells), np.int64)
    for _, part in stream.map(partial(_counts, limits), executor, what="cis_decay"):
        counts += part
    table = counts.T.astype(np.float64)
    if not as_frame:
        return table
    import pandas as pd

    return pd.DataFrame(table, index=binning.labels(0), columns=list(COLUMNS))


class _Limits(NamedTuple):
    """What contacts are compared with."""

    src: _Sorted
    domains: _Sorted
    binning: Binning


def _intervals(db: GenomeDB, given: Any, what: str) -> Spans:
    if given is None:
        raise UsageError("is None", where=what, fix="Give a DataFrame or the name of a set")
    found = scope_of(db, given, what=what)
    if not isinstance(found, Spans):
        raise UsageError("has two dimensions", where=what, fix="Give chrom, start and end")
    return found


def _disjoint(spans: Spans, db: GenomeDB) -> Spans:
    ordered = spans.sorted()
    same = ordered.code[1:] == ordered.code[:-1]
    wrong = np.flatnonzero(same & (ordered.start[1:] < ordered.end[:-1]))
    if wrong.size:
        i = int(wrong[0])
        told = " and ".join(
            f"{db.chroms.names[ordered.code[k]]}:{ordered.start[k]}-{ordered.end[k]}"
            for k in (i, i + 1)
        )
        raise UsageError(f"{told} overlap", where="domains", fix="A base is in one domain at most")
    return ordered


def _squares(db: GenomeDB, scope: Any) -> Any:
    """Scope rows of one dimension, each against itself; whole chromosomes by default."""
    found = Spans.whole(db.chroms) if scope is None else scope_of(db, scope)
    if isinstance(found, Spans2D):
        return found
    merged = merge_spans(found, db.chroms)
    return Spans2D(merged, merged)


def _by_chrom(spans: Spans) -> _Sorted:
    return {code: (spans.start[rows], spans.end[rows]) for code, rows in spans.groups()}


def _counts(limits: _Limits, evaluation: Evaluation, task: Task) -> _I8:
    """Contacts of a task by distance, within and between domains."""
    del evaluation  # where they lie is enough
    found = np.zeros((2, limits.binning.n_cells), np.int64)
    none = np.empty(0, np.int64), np.empty(0, np.int64)
    for piece in task:
        for block in piece.blocks():
            assert isinstance(block, RectBlock)
            x, y = block.rects.first, block.rects.second
            code = block.code
            if code != int(y.code[0]) or code not in limits.src:
                continue
            sides = x.start, x.end, y.start, y.end
            outside = _holder(limits.src[code], x.start, x.end) < 0
            if outside.any():
                inside = np.flatnonzero(~outside)
                sides = tuple(side[inside] for side in sides)  # type: ignore[assignment]
            x1, x2, y1, y2 = sides
            distance = np.abs(x1 + x2 - y1 - y2) // 2
            number = limits.binning.numbers([distance.astype(np.float64)])
            domains = limits.domains.get(code, none)
            first = _holder(domains, x1, x2)
            is_within = (first >= 0) & (first == _holder(domains, y1, y2))
            count_bins(number[is_within], found[0])
            count_bins(number[~is_within], found[1])
    return found


def _holder(intervals: tuple[_I8, _I8], first: _I8, last: _I8) -> _I8:
    """Which of sorted disjoint intervals has all of ``[first, last)``, for each; -1 for none."""
    start, end = intervals
    if not start.size:
        return np.full(first.size, -1)
    at = np.searchsorted(start, first, side="right") - 1
    at[(at < 0) | (last > end[at])] = -1
    return at


__all__ = ["cis_decay"]
