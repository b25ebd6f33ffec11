"""A walk along scope rows that overlap, in which nothing comes twice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans, Spans2D
from genomedb.intervals.merge_2d import merge_groups_2d
from genomedb.intervals.two_d import rows_that_overlap
from genomedb.intervals.two_d_setops import clipped_pairs, overlapping_pairs
from genomedb.iterators.pieces import Piece
from genomedb.iterators.records import RecordPiece, TrackRecords, runs_of
from genomedb.iterators.rectangles import RectBlock, RectPiece, ScopeRectangles, Steps2D, banded

_EDGES = 1 << 21  # of some rows within others, at which all of them may be cut
_PAIRS = 1 << 22  # pairs of a rectangle and a scope row that are looked at together
_I8 = NDArray[np.int64]


def each_once(scope: Spans2D, steps: Steps2D, chroms: ChromTable) -> tuple[Spans2D, Steps2D]:
    """Scope and walk of a question about the union of the scope's rows.

    Returns
    -------
    Spans2D
        The rows, sorted; along points, others that cover the same base pairs and do not overlap.
    Steps2D
        The same walk, or `EachOnce` of it where rows overlap. Rows that are walked themselves
        stay as they are.
    """
    scope = scope.sorted()
    if isinstance(steps, ScopeRectangles) or rows_that_overlap(scope, chroms) is None:
        return scope, steps
    scope = _different(scope)
    if isinstance(steps, TrackRecords) and steps.track.is_points:
        pair = scope.first.code * len(chroms) + scope.second.code
        if _edges_within(pair, scope.first) <= _EDGES:
            return merge_groups_2d(scope, pair)[0], steps  # no edge cuts a point
    return scope, EachOnce(steps)


def _edges_within(pair: _I8, spans: Spans) -> int:
    """How many edges of rows of the same pair lie within rows."""
    width = int(spans.end.max()) + 1
    _, line = np.unique(pair, return_inverse=True)
    start, end = line * width + spans.start, line * width + spans.end
    edges = np.sort(np.concatenate((start, end)))
    return int((np.searchsorted(edges, end) - np.searchsorted(edges, start)).sum())


def _different(scope: Spans2D) -> Spans2D:
    """Sorted rows, of equal ones only one."""
    a, b = scope.first, scope.second
    columns = (a.code, a.start, a.end, b.code, b.start, b.end)
    return scope[np.append(True, np.any([np.diff(c) for c in columns], axis=0))]


class EachOnce(Steps2D):
    """The rectangles of a walk, each with the parts of it that lie in any scope row.

    A part that lies in several rows comes once: parts of one rectangle that overlap are merged,
    and cut along axis 1 where they make no rectangle.
    """

    def __init__(self, steps: Steps2D) -> None:
        super().__init__(steps.band)
        self._steps = steps.whole()
        self.is_disjoint = steps.is_disjoint

    def pieces(self, scope: Spans2D) -> Iterator[Piece]:
        """Yield the parts, as many at a time as the walk does."""
        for piece in self._steps.pieces(scope):
            assert isinstance(piece, (RectPiece, RecordPiece))
            block = piece.whole()
            assert isinstance(block, RectBlock)
            near = _around(block.rects, scope)
            for some in runs_of(_beside(block.rects.first, scope.first[near]), _PAIRS):
                parts, which = self._once(block.rects[some], block.row[some], scope, near)
                if which.size:
                    yield piece.cut(parts, which + some.start)

    def _once(self, rects: Spans2D, row: _I8, scope: Spans2D, near: _I8) -> tuple[Spans2D, _I8]:
        """Parts of rectangles whose first scope row this is, and the numbers of the rectangles."""
        some = scope[near]
        which, hit = overlapping_pairs(rects, some)
        parts, rows = clipped_pairs(rects, some, (which, hit)), near[hit]
        _, seen = banded(parts, np.arange(which.size), self.band)
        first = np.full(len(rects), len(scope))
        np.minimum.at(first, which[seen], rows[seen])
        mine = first[which] == row[which]
        return banded(*merge_groups_2d(parts[mine], which[mine]), self.band)


def _around(rects: Spans2D, scope: Spans2D) -> _I8:
    """Scope rows near rectangles of one pair of chromosomes."""
    near = np.ones(len(scope), np.bool_)
    for mine, rows in ((rects.first, scope.first), (rects.second, scope.second)):
        near &= rows.code == mine.code[0]
        near &= (rows.start < mine.end.max()) & (rows.end > mine.start.min())
    return np.flatnonzero(near)


def _beside(mine: Spans, rows: Spans) -> _I8:
    """How many of the rows overlap each interval."""
    begun = np.searchsorted(np.sort(rows.start), mine.end, side="left")
    over = np.searchsorted(np.sort(rows.end), mine.start, side="right")
    return (begun - over).astype(np.int64)


__all__ = ["EachOnce", "each_once"]
