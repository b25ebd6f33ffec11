"""Door to ext/windows.pyx: which of some sorted intervals each window overlaps."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb._ext import windows as _windows
from genomedb.errors import UsageError

_I8 = NDArray[np.int64]


def overlapped(
    starts: ArrayLike, ends: ArrayLike, start: ArrayLike, end: ArrayLike
) -> tuple[_I8, _I8]:
    """Intervals that overlap each window by at least one base.

    Parameters
    ----------
    starts, ends : array_like of int64, shape (n,)
        Intervals, sorted, that do not overlap; 0-based half-open.
    start, end : array_like of int64, shape (m,)
        Windows in any order; sorted ones are fastest.

    Returns
    -------
    first, last : ndarray of int64, shape (m,)
        Half-open numbers of intervals; ``first == last`` where there is none, which is then
        the place where the window lies between them.

    Examples
    --------
    >>> [a.tolist() for a in overlapped([0, 10, 30], [5, 20, 40], [4, 20], [11, 30])]
    [[0, 2], [2, 2]]
    """
    intervals, windows = _pair(starts, ends), _pair(start, end)
    first, last = np.empty_like(windows[0]), np.empty_like(windows[0])
    _windows.overlapped(*intervals, *windows, first, last)
    return first, last


def _pair(start: ArrayLike, end: ArrayLike) -> tuple[_I8, _I8]:
    starts, ends = np.ascontiguousarray(start, np.int64), np.ascontiguousarray(end, np.int64)
    if starts.ndim != 1 or starts.shape != ends.shape:
        raise UsageError(f"starts {starts.shape} and ends {ends.shape} are not one length")
    return starts, ends
