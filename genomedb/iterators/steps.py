"""Stepping policies: how an iterator walks through a scope."""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from genomedb.core.spans import Spans
from genomedb.iterators.pieces import PIECE_ROWS, BinPiece, Piece, SpanPiece

_I8 = NDArray[np.int64]
_MANY = 1 << 12  # bins or intervals of a scope row that is walked alone
_FEW_ROWS = 2  # unless there are no more than these: a scaffold is one row


class Steps(ABC):
    """How to step through a scope; `pieces` does it.

    Attributes
    ----------
    is_disjoint : bool
        Intervals of one scope row never overlap.
    bin_size : int or None
        Base pairs of a step, where all have one width.
    """

    is_disjoint = True
    bin_size: int | None = None

    @abstractmethod
    def pieces(self, scope: Spans) -> Iterator[Piece]:
        """Yield the intervals in the order of the scope's rows, clipped to each."""


class FixedBins(Steps):
    """Bins of `width` bp, aligned at the start of the chromosome."""

    def __init__(self, width: int) -> None:
        self.width = self.bin_size = width

    def pieces(self, scope: Spans) -> Iterator[Piece]:
        """Yield the bins that touch each scope row."""
        if len(scope) <= _FEW_ROWS:  # what follows would do the same
            for i in range(len(scope)):
                begin, stop = int(scope.start[i]) // self.width, -(-int(scope.end[i]) // self.width)
                yield from self._long(scope, int(scope.code[i]), i, begin, stop)
            return
        first = scope.start // self.width
        last = -(-scope.end // self.width)
        n = last - first
        for code, rows in scope.groups():
            for some, is_long in _runs(n[rows] >= _MANY, rows.start):
                if is_long or some.stop - some.start <= _FEW_ROWS:
                    for i in range(some.start, some.stop):
                        yield from self._long(scope, code, i, int(first[i]), int(last[i]))
                else:
                    yield from self._short(scope, code, some, first[some], n[some])

    def _long(self, scope: Spans, code: int, i: int, first: int, last: int) -> Iterator[Piece]:
        """Bins of one long scope row; pieces begin at multiples of their size."""
        lower, upper = int(scope.start[i]), int(scope.end[i])
        edges = range((first // PIECE_ROWS + 1) * PIECE_ROWS, last, PIECE_ROWS)
        for a, b in itertools.pairwise([first, *edges, last]):
            yield BinPiece(code, self.width, a, b, lower, upper, i)

    def _short(self, scope: Spans, code: int, some: slice, first: _I8, n: _I8) -> Iterator[Piece]:
        """Bins of many short scope rows."""
        for rows, item in expanded(n, PIECE_ROWS):
            number = first[rows] + item
            rows += some.start
            start = np.maximum(number * self.width, scope.start[rows])
            end = np.minimum((number + 1) * self.width, scope.end[rows])
            yield SpanPiece(code, start, end, rows)


class ByIntervals(Steps):
    """Given intervals, which do not overlap.

    Parameters
    ----------
    positions : callable
        Gives sorted starts and ends on a chromosome, by its code.
    """

    def __init__(self, positions: Callable[[int], tuple[_I8, _I8]]) -> None:
        self._positions = positions

    @classmethod
    def of(cls, spans: Spans) -> ByIntervals:
        """Intervals from sorted spans that do not overlap."""
        where = {code: rows for code, rows in spans.groups()}
        none = slice(0, 0)

        def positions(code: int) -> tuple[_I8, _I8]:
            rows = where.get(code, none)
            return spans.start[rows], spans.end[rows]

        return cls(positions)

    def pieces(self, scope: Spans) -> Iterator[Piece]:
        """Yield what each interval has in common with each scope row."""
        for code, some in scope.groups():
            start, end = self._positions(code)
            lower, upper = scope.start[some], scope.end[some]
            first = np.searchsorted(end, lower, "right")
            n = np.maximum(np.searchsorted(start, upper, "left") - first, 0)
            for part, is_long in _runs(n >= _MANY, 0):
                if is_long:
                    for i in range(part.start, part.stop):
                        a, b = int(first[i]), int(first[i] + n[i])
                        piece = start[a:b], end[a:b], int(lower[i]), int(upper[i])
                        yield from self._long(code, some.start + i, *piece)
                    continue
                for rows, item in expanded(n[part], PIECE_ROWS):
                    rows += part.start
                    which = first[rows] + item
                    yield SpanPiece(
                        code,
                        np.maximum(start[which], lower[rows]),
                        np.minimum(end[which], upper[rows]),
                        rows + some.start,
                    )

    def _long(
        self, code: int, row: int, start: _I8, end: _I8, lower: int, upper: int
    ) -> Iterator[Piece]:
        """Intervals of one scope row, which cuts the first and the last at most."""
        if start[0] < lower:
            start = start.copy()
            start[0] = lower
        if end[-1] > upper:
            end = end.copy()
            end[-1] = upper
        rows = np.full(min(start.size, PIECE_ROWS), row)
        for i in range(0, start.size, PIECE_ROWS):
            cut = slice(i, i + PIECE_ROWS)
            yield SpanPiece(code, start[cut], end[cut], rows[: start.size - i])


class ScopeRows(Steps):
    """Each scope row is one interval."""

    def __init__(self, scope: Spans) -> None:
        ordered = scope if scope.is_sorted() else scope.sorted()
        same = ordered.code[1:] == ordered.code[:-1]
        self.is_disjoint = not bool((same & (ordered.start[1:] < ordered.end[:-1])).any())

    def pieces(self, scope: Spans) -> Iterator[Piece]:
        """Yield the rows as they are."""
        for code, rows in scope.groups():
            for i in range(rows.start, rows.stop, PIECE_ROWS):
                cut = slice(i, min(i + PIECE_ROWS, rows.stop))
                numbers = np.arange(cut.start, cut.stop)
                yield SpanPiece(code, scope.start[cut], scope.end[cut], numbers)


def expanded(n: _I8, most: int) -> Iterator[tuple[_I8, _I8]]:
    """Count up to ``n[i]`` for each i: yield (i, number within i), at most `most` at a time.

    Examples
    --------
    >>> [(rows.tolist(), item.tolist()) for rows, item in expanded(np.array([2, 0, 1]), 10)]
    [([0, 0, 2], [0, 1, 0])]
    """
    ends = np.cumsum(n)
    total = int(ends[-1]) if ends.size else 0
    for begin in range(0, total, most):
        stop = min(begin + most, total)
        low = int(np.searchsorted(ends, begin, "right"))
        high = int(np.searchsorted(ends, stop, "left")) + 1
        # how many of each belong to this part
        inside = np.minimum(ends[low:high], stop) - np.maximum(ends[low:high] - n[low:high], begin)
        rows = np.repeat(np.arange(low, high), inside)
        yield rows, np.arange(begin, stop) - (ends - n)[rows]


def _runs(flags: NDArray[np.bool_], offset: int) -> Iterator[tuple[slice, bool]]:
    """Runs of equal flags: (rows, flag)."""
    edges = np.flatnonzero(np.diff(flags)) + 1
    for a, b in itertools.pairwise([0, *edges.tolist(), flags.size]):
        yield slice(a + offset, b + offset), bool(flags[a])
