"""Door to ext/rectangles.pyx: rectangles that overlap."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import rectangles as _rectangles
from genomedb.errors import UsageError

_BITS = 64  # as in the kernel


def first_overlap(plane: Any, x: tuple[Any, Any], y: tuple[Any, Any]) -> tuple[int, int] | None:
    """Find two rectangles that share a base pair, in O(n log n).

    Parameters
    ----------
    plane : array of int64, shape (n,)
        Rectangles of different planes never overlap.
    x, y : (start, end) arrays of int64, shape (n,)
        Half-open, each start before its end.

    Returns
    -------
    (int, int) or None
        Rows, the smaller one first; None when no two overlap.

    Raises
    ------
    UsageError
        For arrays of other lengths, or a rectangle without a base.

    Examples
    --------
    >>> first_overlap([0, 0, 0], ([0, 5, 2], [5, 9, 6]), ([0, 0, 4], [5, 5, 9]))
    (0, 2)
    """
    arrays = [np.ascontiguousarray(a, np.int64) for a in (plane, *x, *y)]
    if len({a.shape for a in arrays}) > 1 or arrays[0].ndim != 1:
        raise UsageError(f"arrays of rectangles have {', '.join(str(a.size) for a in arrays)} rows")
    group, x1, x2, y1, y2 = arrays
    empty = (x2 <= x1) | (y2 <= y1)
    if empty.any():
        raise UsageError(f"rectangle {int(empty.argmax())} is empty")
    n = group.size
    if n < 2:
        return None
    lows = np.unique(y1)
    row, other = _rectangles.sweep(
        _events(group, x1, x2),
        np.searchsorted(lows, y1).astype(np.int64),
        np.searchsorted(lows, y2).astype(np.int64) - 1,
        y1,
        y2,
        *_tree(lows.size),
        np.zeros(lows.size, np.int64),
    )
    return None if row < 0 else (min(row, other), max(row, other))


def _events(
    group: NDArray[np.int64], x1: NDArray[np.int64], x2: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Starts and ends in the order of the sweep: an end before the starts at the same place."""
    rows = np.arange(group.size, dtype=np.int64)
    events = np.concatenate((2 * rows, 2 * rows + 1))
    order = np.lexsort((events & 1, np.concatenate((x2, x1)), np.concatenate((group, group))))
    return events[order]


def _tree(n: int) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
    """Empty bits of n slots, one bit of each level for 64 of the level below."""
    sizes = [-(-n // _BITS)]
    while sizes[-1] > 1:
        sizes.append(-(-sizes[-1] // _BITS))
    level = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.intp)
    return np.zeros(sum(sizes), np.uint64), level
