"""Set algebra of rectangles: pairwise intersection, and union as a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans, Spans2D
from genomedb.intervals.two_d import frame2d_of, spans2d_of
from genomedb.kernels.overlap import OverlapIndex

if TYPE_CHECKING:
    import pandas as pd

_PAIRS = 1 << 22  # pairs of rectangles looked at together

_I64 = NDArray[np.int64]


def overlapping_pairs(a: Spans2D, b: Spans2D) -> tuple[_I64, _I64]:
    """Row numbers of all pairs of rectangles, one of each set, that share a base pair.

    The axis on which fewer pairs overlap finds them, the other one sifts them.

    Returns
    -------
    rows_a, rows_b : ndarray of int64, shape (pairs,)
        Sorted by row of `a`.
    """
    if not len(a) or not len(b):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    found = [_sifted(rows, others, a, b) for rows, others in _candidates(a, b)]
    rows = np.concatenate([part[0] for part in found])
    others = np.concatenate([part[1] for part in found])
    return rows, others


def _candidates(a: Spans2D, b: Spans2D) -> Iterator[tuple[_I64, _I64]]:
    """Pairs of one pair of chromosomes that overlap on one axis, many at a time."""
    plane, plane_b = _planes(a, b)
    axes = []
    for one, other in ((a.first, b.first), (a.second, b.second)):
        width = int(max(one.end.max(), other.end.max())) + 1
        # chromosome pairs one behind the other, as if all were on one line
        start, end = plane * width + one.start, plane * width + one.end
        start_b, end_b = plane_b * width + other.start, plane_b * width + other.end
        begun = np.searchsorted(np.sort(start_b), end, side="left")
        over = np.searchsorted(np.sort(end_b), start, side="right")
        n = (begun - over).astype(np.int64)
        axes.append((int(n.sum()), n, start, end, start_b, end_b))
    _, n, start, end, start_b, end_b = min(axes, key=lambda axis: axis[0])
    order = np.argsort(start_b, kind="stable")
    index = OverlapIndex(start_b[order], end_b[order])
    total = np.cumsum(n)
    first = 0
    while first < n.size:
        before = int(total[first - 1]) if first else 0
        last = max(int(np.searchsorted(total, before + _PAIRS, side="right")), first + 1)
        hits, offset = index.find(start[first:last], end[first:last])
        yield np.repeat(np.arange(first, last), np.diff(offset)), order[hits]
        first = last


def _planes(a: Spans2D, b: Spans2D) -> tuple[_I64, _I64]:
    """Small numbers of the chromosome pairs, the same for both sets."""
    n = int(max(a.second.code.max(), b.second.code.max())) + 1
    keys = np.concatenate((a.first.code * n + a.second.code, b.first.code * n + b.second.code))
    _, number = np.unique(keys, return_inverse=True)
    number = number.astype(np.int64)
    return number[: len(a)], number[len(a) :]


def _sifted(rows: _I64, others: _I64, a: Spans2D, b: Spans2D) -> tuple[_I64, _I64]:
    keep = np.ones(rows.size, np.bool_)
    for one, other in ((a.first, b.first), (a.second, b.second)):
        keep &= (one.start[rows] < other.end[others]) & (other.start[others] < one.end[rows])
    return rows[keep], others[keep]


def clipped_pairs(a: Spans2D, b: Spans2D, rows: tuple[_I64, _I64]) -> Spans2D:
    """The common part of pairs of rectangles, in the order of the pairs."""
    mine, theirs = rows
    return Spans2D(
        _common(a.first, b.first, mine, theirs), _common(a.second, b.second, mine, theirs)
    )


def _common(one: Spans, other: Spans, mine: _I64, theirs: _I64) -> Spans:
    start = np.maximum(one.start[mine], other.start[theirs])
    return Spans(one.code[mine], start, np.minimum(one.end[mine], other.end[theirs]))


def intersect_spans2d(a: Spans2D, b: Spans2D) -> Spans2D:
    """The common part of each pair of rectangles that have one, sorted."""
    return clipped_pairs(a, b, overlapping_pairs(a, b)).sorted()


def intersect_2d(intervals1: Any, intervals2: Any, *, chroms: ChromTable) -> pd.DataFrame:
    """Intersect each rectangle of one set with each of another.

    Parameters
    ----------
    intervals1, intervals2 : DataFrame
        Columns ``chrom1 start1 end1 chrom2 start2 end2``; they may overlap.
    chroms : ChromTable

    Returns
    -------
    DataFrame
        One row for each pair that overlaps, sorted; parts covered twice are there twice.

    Raises
    ------
    UsageError, ChromError
        As for `spans2d_of`.
    """
    a = spans2d_of(intervals1, chroms, what="intervals1")
    b = spans2d_of(intervals2, chroms, what="intervals2")
    return frame2d_of(intersect_spans2d(a, b), chroms)


def union_spans2d(a: Spans2D, b: Spans2D) -> Spans2D:
    """The rectangles of both sets, sorted; those that overlap stay two."""
    return Spans2D(_joined(a.first, b.first), _joined(a.second, b.second)).sorted()


def _joined(one: Spans, other: Spans) -> Spans:
    names = ("code", "start", "end")
    return Spans(*(np.concatenate((getattr(one, k), getattr(other, k))) for k in names))


def union_2d(intervals1: Any, intervals2: Any, *, chroms: ChromTable) -> pd.DataFrame:
    """List the rectangles of two sets, sorted; those that overlap stay two.

    Parameters and errors as for `intersect_2d`.
    """
    a = spans2d_of(intervals1, chroms, what="intervals1")
    b = spans2d_of(intervals2, chroms, what="intervals2")
    return frame2d_of(union_spans2d(a, b), chroms)
