"""Door to ext/distance.pyx: positions inside intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import distance as _distance
from genomedb.errors import UsageError


class Holders:
    """Finds the intervals that hold a position, overlapping and nested ones too.

    Parameters
    ----------
    start : array of int64, shape (n,)
        Sorted starts, not negative.
    end : array of int64, shape (n,)
        Ends, in any order.
    row : array of int64, shape (n,)
        Decides between middles that are equally near: the smallest wins.

    Examples
    --------
    >>> holders = Holders([0, 4], [10, 9], [0, 1])
    >>> holders.nearest_middle([3, 6, 12], relative=False)
    (array([-2.,  0., nan]), array([ 0,  1, -1]))
    """

    def __init__(self, start: Any, end: Any, row: Any) -> None:
        self._start, self._end, self._row = (
            np.ascontiguousarray(a, np.int64) for a in (start, end, row)
        )
        n = self._start.size
        if self._start.ndim != 1 or {self._end.shape, self._row.shape} != {(n,)}:
            raise UsageError(f"{n} starts, {self._end.size} ends and {self._row.size} rows")
        if n and (self._start[0] < 0 or (self._start[1:] < self._start[:-1]).any()):
            raise UsageError("starts must be sorted and not negative")
        if (self._end <= self._start).any():
            raise UsageError("intervals must not be empty")
        self._tree = np.empty(2 << n.bit_length(), np.int64)  # more leaves than intervals
        _distance.build(self._end, self._tree)

    def nearest_middle(
        self, position: Any, *, relative: bool
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Signed distance to the nearest middle among the intervals that hold each position.

        Parameters
        ----------
        position : array of int64, shape (m,)
        relative : bool
            To the exact middle, divided by the length of the interval, instead of to the middle
            base ``(start + end) // 2``.

        Returns
        -------
        distance : ndarray of float64, shape (m,)
            Negative on the left of the middle; NaN where no interval holds the position.
        which : ndarray of int64, shape (m,)
            The interval, -1 where there is none.
        """
        at = np.ascontiguousarray(position, np.int64)
        if at.ndim != 1:
            raise UsageError(f"positions must be a 1-D array, not {at.ndim}-D")
        begun = np.searchsorted(self._start, at, side="right").astype(np.int64, copy=False)
        distance, which = np.empty(at.size), np.empty(at.size, np.int64)
        _distance.nearest_middle(
            self._start, self._end, self._row, self._tree, at, begun, relative, distance, which
        )
        return distance, which
