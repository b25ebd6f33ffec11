"""Segments: what a mask leaves of windows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genomedb.virtual.elements import Elements

_I8 = NDArray[np.int64]
_F8 = NDArray[np.float64]


class Segments:
    """What a mask leaves of windows: stretches, those of window 0 first.

    Attributes
    ----------
    start, end : ndarray of int64, shape (m,)
    window : ndarray of int64, shape (m,)
        The window each is of; ascending.
    n_windows : int
    """

    def __init__(self, start: _I8, end: _I8, window: _I8, n_windows: int) -> None:
        self.start, self.end, self.window, self.n_windows = start, end, window, n_windows
        self._first = np.flatnonzero(np.diff(window, prepend=-1))
        self._has = window[self._first]

    @classmethod
    def between(cls, start: _I8, end: _I8, mask_start: _I8, mask_end: _I8) -> Segments:
        """Windows without a mask, which is sorted and does not overlap."""
        first = np.searchsorted(mask_end, start, "right")
        n = np.maximum(np.searchsorted(mask_start, end, "left") - first, 0)
        window = np.repeat(np.arange(start.size), n + 1)
        number = np.arange(window.size) - np.repeat(np.cumsum(n + 1) - (n + 1), n + 1)
        at = first[window] + number  # the interval of the mask that ends a segment
        is_last = number == n[window]
        edge = np.append(mask_start, 0), np.insert(mask_end, 0, 0)
        begin = np.where(number == 0, start[window], edge[1][at])
        stop = np.where(is_last, end[window], edge[0][np.minimum(at, mask_start.size)])
        kept = begin < stop
        return cls(begin[kept], stop[kept], window[kept], start.size)

    def __getitem__(self, kept: NDArray[np.bool_]) -> Segments:
        """Some of the segments."""
        return Segments(self.start[kept], self.end[kept], self.window[kept], self.n_windows)

    def reduce(self, ufunc: np.ufunc, values: _F8) -> _F8:
        """Combine the values of the segments of each window; NaN where nothing is left of it."""
        found = np.full(self.n_windows, np.nan)
        if self._first.size:
            found[self._has] = ufunc.reduceat(values, self._first)
        return found

    def total(self, values: _F8) -> _F8:
        """Sum over segments with a value; NaN where there is none."""
        known = ~np.isnan(values)
        found = self.reduce(np.add, np.where(known, values, 0.0))
        return np.where(self.reduce(np.add, known.astype(np.float64)) > 0, found, np.nan)

    def weighted(self, values: _F8) -> _F8:
        """Mean over segments with a value, weighted by their lengths."""
        length = np.where(np.isnan(values), np.nan, self.end - self.start)
        return self.total(values * length) / self.total(length)

    def picked(self, values: _F8, wanted: NDArray[np.bool_], *, last: bool = False) -> _F8:
        """Value of the first (or last) wanted segment of each window."""
        found = np.full(self.n_windows, np.nan)
        which = np.flatnonzero(wanted)
        # of several assignments to one place the last stays
        found[self.window[which if last else which[::-1]]] = values[which if last else which[::-1]]
        return found


def without_repeats(elements: Elements, left: Segments) -> Segments:
    """Take records out of segments that follow, in their window, another that has them too."""
    if elements.is_dense or not left.start.size:
        return left
    first, last = elements.ranges(left.start, left.end)
    again = (left.window[1:] == left.window[:-1]) & (first[1:] < last[:-1])
    if not again.any():
        return left
    start = left.start.copy()
    after = elements.ends(last[:-1][again] - 1)
    start[1:][again] = np.maximum(start[1:][again], after)
    kept = start < left.end
    return Segments(start, left.end, left.window, left.n_windows)[kept]
