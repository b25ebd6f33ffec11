"""Door to ext/neighbors.pyx: the k nearest of many intervals on one axis."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import neighbors as _neighbors
from genomedb.errors import UsageError
from genomedb.kernels.sweep import argsort

Ints = NDArray[np.int64]
_FAN = 16  # as in the kernel
_BLOCK = 1 << 22  # neighbours that are looked for at once
FAR = 2**60


class NearestIndex:
    """Intervals under questions for the nearest of them.

    Parameters
    ----------
    code, at, to : array of int64, shape (n,)
        Chromosome, start and end on an axis (see `genomedb.kernels.sweep`), in any order.
    n_chroms : int
    length : int
        End of the axis: beyond each place, and below 2**60.
    strand : array of int8, shape (n,), optional
        1, -1, 0: needed for ``signs="own"``.
    signs : {"none", "own", "query"}
        Which distances are negative: none; those of queries upstream of the interval, by its
        strand; those of intervals upstream of the query, by its strand.
    """

    def __init__(
        self,
        code: Any,
        at: Any,
        to: Any,
        *,
        n_chroms: int,
        length: int,
        strand: Any = None,
        signs: Literal["none", "own", "query"] = "none",
    ) -> None:
        codes, start, end = _three(code, at, to)
        if not codes.shape == start.shape == end.shape or codes.ndim != 1:
            raise UsageError(f"{codes.size} codes, {start.size} starts and {end.size} ends")
        if codes.size and (codes.min() < 0 or codes.max() >= n_chroms):
            raise UsageError(f"codes go beyond the {n_chroms} chromosomes")
        if not 0 < length <= FAR or (start.size and (start.min() < 0 or end.max() > length)):
            raise UsageError("places lie outside the axis")
        self._n_chroms, self._by_query = n_chroms, signs == "query"
        classes, self._left, self._right = _classes(strand, signs, codes.size)
        self._shift = np.arange(self._left.size, dtype=np.int64) * (length + 1)
        if classes is not None:
            start, end = start + self._shift[classes], end + self._shift[classes]
            codes = codes + classes * n_chroms
        self._index(codes, start, end)

    def _index(self, code: Ints, start: Ints, end: Ints) -> None:
        rows = np.arange(start.size, dtype=np.int64)
        if (start[1:] >= start[:-1]).all():
            self._at_row, self._at, self._to = rows, start, end
        else:
            self._at_row, self._at = argsort(start)
            self._to = end[self._at_row]
        if (end[1:] > end[:-1]).all():
            self._edge_row, self._edge = rows, end
        else:  # equal ends by falling row
            order, self._edge = argsort(end[::-1])
            self._edge_row = start.size - 1 - order
        self._upto = np.maximum.accumulate(self._to)
        held = np.bincount(code, minlength=self._n_chroms * self._left.size)
        self._bound = np.concatenate(([0], np.cumsum(held))).astype(np.intp)
        sizes = [-(-start.size // _FAN)]
        while sizes[-1] > 1:
            sizes.append(-(-sizes[-1] // _FAN))
        self._level = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.intp)
        self._most, self._least = np.empty(sum(sizes), np.int64), np.empty(sum(sizes), np.int64)
        _neighbors.build(self._to, self._at_row, self._level, self._most, self._least)

    def find(
        self,
        code: Any,
        at: Any,
        to: Any,
        *,
        k: int = 1,
        lowest: int = -FAR,
        highest: int = FAR,
        strand: Any = None,
    ) -> tuple[Ints, Ints, Ints]:
        """The nearest intervals of each query on its chromosome.

        Parameters
        ----------
        code, at, to : array of int64, shape (m,)
        k : int
            Most neighbours of a query.
        lowest, highest : int
            Signed distances that count, both included.
        strand : array of int8, shape (m,), optional
            Used with ``signs="query"``; 0 counts as 1.

        Returns
        -------
        query, row, dist : ndarray of int64
            By query, then by absolute distance, then by row. 0 for intervals that overlap or
            touch, else the bases between them.
        """
        arrays = _three(code, at, to)
        n = arrays[0].size
        if len({x.shape for x in arrays}) > 1 or arrays[0].ndim != 1:
            raise UsageError("queries need one code, start and end each")
        if n and (arrays[0].min() < 0 or arrays[0].max() >= self._n_chroms):
            raise UsageError(f"codes go beyond the {self._n_chroms} chromosomes")
        signs = np.empty(0, np.int8)
        if self._by_query and strand is not None:
            signs = np.ascontiguousarray(strand, np.int8)
            if signs.shape != (n,):
                raise UsageError(f"{signs.size} strands of {n} queries")
        k = min(k, self._at.size)
        low, high = max(lowest, -FAR), min(highest, FAR)
        if k < 1 or n == 0:
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64)
        step = max(_BLOCK // k, 1)
        parts = [
            self._block(arrays, signs, slice(i, min(i + step, n)), (k, low, high))
            for i in range(0, n, step)
        ]
        if len(parts) == 1:
            return parts[0]
        query, row, dist = (np.concatenate(part) for part in zip(*parts, strict=True))
        return query, row, dist

    def _block(
        self,
        queries: tuple[Ints, Ints, Ints],
        signs: NDArray[np.int8],
        block: slice,
        limits: tuple[int, int, int],
    ) -> tuple[Ints, Ints, Ints]:
        """Neighbours of some queries, which are visited by place."""
        n, k = block.stop - block.start, limits[0]
        at = queries[1][block]
        if (at[1:] >= at[:-1]).all():
            visit = np.arange(block.start, block.stop, dtype=np.int64)
        else:
            visit = argsort(at)[0] + block.start
        row, dist = np.empty((n, k), np.int64), np.empty((n, k), np.int64)
        found = np.zeros(n, np.int64)
        _neighbors.nearest(
            *queries, signs, visit, block.start,
            self._at, self._to, self._upto, self._at_row, self._edge, self._edge_row, self._bound,
            self._level, self._most, self._least, self._n_chroms,
            self._shift, self._left, self._right, *limits, row, dist, found,
        )  # fmt: skip
        if int(found.min()) == k:
            query = np.arange(block.start, block.stop, dtype=np.int64)
            return query if k == 1 else query.repeat(k), row.reshape(-1), dist.reshape(-1)
        held = np.arange(k) < found[:, None]
        return np.arange(block.start, block.stop).repeat(found), row[held], dist[held]


def _three(code: Any, at: Any, to: Any) -> tuple[Ints, Ints, Ints]:
    a, b, c = (np.ascontiguousarray(x, np.int64) for x in (code, at, to))
    return a, b, c


def _classes(
    strand: Any, signs: str, n: int
) -> tuple[Ints | None, NDArray[np.int8], NDArray[np.int8]]:
    """Class of each interval, and the signs each class has on its left and right of a query."""
    right = np.ones(1, np.int8)
    if signs != "own":
        return None, right if signs == "none" else -right, right
    if strand is None or np.shape(strand) != (n,):
        raise UsageError(f"signs by strand need a strand of each of {n} intervals")
    if not n:
        return None, right, right
    kinds, classes = np.unique(np.asarray(strand, np.int8), return_inverse=True)
    if kinds[0] < -1 or kinds[-1] > 1:
        raise UsageError("strands must be -1, 0 or 1")
    left = np.where(kinds < 0, -1, 1).astype(np.int8)
    return classes.astype(np.int64), left, np.where(kinds > 0, -1, 1).astype(np.int8)
