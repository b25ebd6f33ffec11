"""Spans: many intervals, as arrays of chromosome codes, starts and ends."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable


@dataclass(frozen=True, eq=False)
class Spans:
    """Intervals as arrays of one length, in any order; 0-based half-open.

    Attributes
    ----------
    code : ndarray of int64, shape (n,)
        Positions of the chromosomes in a `ChromTable`.
    start, end : ndarray of int64, shape (n,)
    strand : ndarray of int8, shape (n,), or None
        1, -1, or 0 where there is none; None when no interval has a strand.
    """

    code: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    strand: NDArray[np.int8] | None = None

    @classmethod
    def of(cls, code: Any, start: Any, end: Any, strand: Any = None) -> Spans:
        """Spans from anything that numpy makes arrays of; nothing is checked."""
        return cls(
            np.ascontiguousarray(code, np.int64),
            np.ascontiguousarray(start, np.int64),
            np.ascontiguousarray(end, np.int64),
            None if strand is None else np.ascontiguousarray(strand, np.int8),
        )

    @classmethod
    def empty(cls) -> Spans:
        """No intervals."""
        return cls.of([], [], [])

    @classmethod
    def whole(cls, chroms: ChromTable) -> Spans:
        """Every chromosome from end to end, in the order of the table."""
        n = len(chroms)
        return cls(np.arange(n), np.zeros(n, np.int64), chroms.length_array)

    def __len__(self) -> int:
        return int(self.code.size)

    def __getitem__(self, which: slice | NDArray[Any]) -> Spans:
        """Some of the intervals: a slice, a mask or an array of row numbers."""
        strand = None if self.strand is None else self.strand[which]
        return Spans(self.code[which], self.start[which], self.end[which], strand)

    def order(self) -> NDArray[np.int64]:
        """Row numbers by chromosome, start and end; rows that are equal stay in their order."""
        return np.lexsort((self.end, self.start, self.code)).astype(np.int64, copy=False)

    def is_sorted(self) -> bool:
        """Are they by chromosome and start?"""
        code, start = self.code, self.start
        forward = (code[1:] > code[:-1]) | ((code[1:] == code[:-1]) & (start[1:] >= start[:-1]))
        return bool(forward.all())

    def sorted(self) -> Spans:
        """The same intervals by chromosome, start and end."""
        return self[self.order()]

    def groups(self) -> Iterator[tuple[int, slice]]:
        """Yield each run of rows of one chromosome: (code, rows)."""
        if not len(self):
            return
        edges = np.flatnonzero(np.diff(self.code)) + 1
        bounds = [0, *edges.tolist(), len(self)]
        for first, last in itertools.pairwise(bounds):
            yield int(self.code[first]), slice(first, last)


@dataclass(frozen=True, eq=False)
class Spans2D:
    """Rectangles: an interval on each of two axes, as two `Spans` of one length."""

    first: Spans
    second: Spans

    @classmethod
    def empty(cls) -> Spans2D:
        """No rectangles."""
        return cls(Spans.empty(), Spans.empty())

    def __len__(self) -> int:
        return len(self.first)

    def __getitem__(self, which: slice | NDArray[Any]) -> Spans2D:
        """Some of the rectangles: a slice, a mask or an array of row numbers."""
        return Spans2D(self.first[which], self.second[which])

    def order(self) -> NDArray[np.int64]:
        """Row numbers by both chromosomes, then both starts, then both ends."""
        a, b = self.first, self.second
        keys = (b.end, a.end, b.start, a.start, b.code, a.code)
        return np.lexsort(keys).astype(np.int64, copy=False)

    def is_sorted(self) -> bool:
        """Are they by both chromosomes, then both starts?"""
        columns = [self.first.code, self.second.code, self.first.start, self.second.start]
        forward = np.ones(max(len(self) - 1, 0), np.bool_)
        for column in reversed(columns):
            before, after = column[:-1], column[1:]
            forward = (after > before) | ((after == before) & forward)
        return bool(forward.all())

    def sorted(self) -> Spans2D:
        """The same rectangles in that order."""
        return self[self.order()]
