"""Door to ext/overlap.pyx: sorted records under many queries."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import overlap as _overlap
from genomedb.errors import UsageError

_FAN = 16  # as in the kernel
_I8 = NDArray[np.int64]


class OverlapIndex:
    """Finds which of many intervals overlap a query in O(log n + hits).

    Parameters
    ----------
    start : array of int64, shape (n,)
        Sorted starts.
    end : array of int64, shape (n,)
        Ends, in any order.

    Examples
    --------
    >>> OverlapIndex([0, 5, 5], [100, 6, 20]).find([10], [11])
    (array([0, 2]), array([0, 2]))
    """

    def __init__(self, start: Any, end: Any) -> None:
        self._start = np.ascontiguousarray(start, np.int64)
        self._end = np.ascontiguousarray(end, np.int64)
        if self._start.shape != self._end.shape or self._start.ndim != 1:
            raise UsageError(f"{self._start.size} starts and {self._end.size} ends")
        if (self._start[1:] < self._start[:-1]).any():
            raise UsageError("starts must be sorted")
        # then those of a query lie behind each other, and no tree is needed to find them
        self._in_order = not (self._end[1:] < self._end[:-1]).any()
        if self._in_order:
            return
        sizes = [-(-self._start.size // _FAN)]
        while sizes[-1] > 1:
            sizes.append(-(-sizes[-1] // _FAN))
        self._level = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.intp)
        self._tree = np.empty(max(sum(sizes), 1), np.int64)
        _overlap.build(self._end, self._tree, self._level)

    def find(self, start: Any, end: Any) -> tuple[_I8, _I8]:
        """Numbers of the intervals that overlap each query ``[start, end)``.

        Returns
        -------
        index : ndarray of int64
            Intervals of query 0, then of query 1, ...; sorted within a query.
        offset : ndarray of int64, shape (n_queries + 1,)
            Those of query ``i`` are ``index[offset[i]:offset[i + 1]]``.
        """
        a, b = np.ascontiguousarray(start, np.int64), np.ascontiguousarray(end, np.int64)
        if a.shape != b.shape or a.ndim != 1:
            raise UsageError(f"{a.size} query starts and {b.size} query ends")
        n = np.zeros(a.size, np.int64)
        if self._in_order:
            return self._ranges(a, b, n)
        args = (self._start, self._end, self._tree, self._level, a, b)
        _overlap.count(*args, n)
        offset = np.concatenate(([0], np.cumsum(n)))
        index = np.empty(int(offset[-1]), np.int64)
        _overlap.fill(*args, index)
        return index, offset

    def _ranges(self, a: _I8, b: _I8, n: _I8) -> tuple[_I8, _I8]:
        first = np.zeros(a.size, np.int64)
        _overlap.ranges(self._start, self._end, a, b, first, n)
        offset = np.concatenate(([0], np.cumsum(n)))
        if offset[-1] == a.size and n.max(initial=0) <= 1:  # one each, as most often
            return first, offset
        index = np.arange(int(offset[-1])) + np.repeat(first - offset[:-1], n)
        return index, offset
