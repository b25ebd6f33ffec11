"""Door to ext/plane_order.pyx: records of the plane by x, then y."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb._ext import plane_order as _order
from genomedb.errors import UsageError
from genomedb.kernels.summary import checked_ranges
from genomedb.kernels.zorder import positions

_FAR = 2**61  # beyond any position and any distance
_MOST = 2**32  # rows, and base pairs of a window, that have a 32-bit number
_I8 = NDArray[np.int64]


def plane_order(x: ArrayLike, y: ArrayLike) -> _I8:
    """Rows by x, then y; equal ones keep their order.

    Parameters
    ----------
    x, y : array_like of integers, shape (n,)

    Returns
    -------
    ndarray of int64

    Raises
    ------
    UsageError
        For arrays of different lengths.

    Examples
    --------
    >>> plane_order([5, 2, 5], [1, 7, 0]).tolist()
    [1, 2, 0]
    """
    xs, ys = positions(x, y)
    if xs.shape != ys.shape or xs.ndim != 1:
        raise UsageError(f"{xs.size} positions on the first axis and {ys.size} on the second")
    if xs.size < 2:
        return np.arange(xs.size)
    left, low = int(xs.min()), int(ys.min())
    width, height = int(xs.max()) - left, int(ys.max()) - low
    if max(width, height, xs.size) >= _MOST:
        return np.lexsort((ys, xs)).astype(np.int64, copy=False)
    item = np.empty((xs.size, 3), np.uint32)
    _order.items(xs, ys, left, low, item)
    return _unpacked(item, xs.size, (left, low), (width, height))[2]


def points_in(
    x: NDArray[Any],
    y: NDArray[Any],
    ranges: tuple[ArrayLike, ArrayLike],
    window: tuple[int, int, int, int],
    band: tuple[int, int] | None = None,
) -> tuple[_I8, _I8, _I8] | None:
    """Points of ranges that lie in a window, by x, then y.

    Parameters
    ----------
    x, y : ndarray of int32 or int64, shape (n,)
        Points.
    ranges : first, last
        Half-open ranges of rows, not overlapping.
    window : (x1, x2, y1, y2)
        0-based half-open.
    band : (d1, d2), optional
        Only points with ``d1 <= x - y < d2``.

    Returns
    -------
    x, y, row : ndarray of int64; or None
        None where rows or positions in the window are too many for this way.

    Raises
    ------
    UsageError
        For arrays of different lengths or types, or ranges that are not inside them.
    """
    if x.shape != y.shape or x.dtype != y.dtype or x.ndim != 1:
        raise UsageError(f"{x.size} positions ({x.dtype}) and {y.size} ({y.dtype})")
    first, last = checked_ranges(*ranges, x.size, "records")
    x1, x2, y1, y2 = (min(max(int(p), -_FAR), _FAR) for p in window)
    if max(x.size, x2 - x1, y2 - y1) > _MOST:
        return None
    d1, d2 = (min(max(int(d), -_FAR), _FAR) for d in band or (-_FAR, _FAR))
    corners = np.array((x1, max(x1, x2), y1, max(y1, y2), d1, max(d1, d2)), np.int64)
    # one more than can be found: the kernel writes before it looks
    item = np.empty((int((last - first).sum()) + 1, 3), np.uint32)
    n = _order.points_in(x, y, first, last, corners, item)
    return _unpacked(item, n, (x1, y1), (max(x2 - x1 - 1, 0), max(y2 - y1 - 1, 0)))


def _unpacked(
    item: NDArray[np.uint32], n: int, corner: tuple[int, int], most: tuple[int, int]
) -> tuple[_I8, _I8, _I8]:
    """The first n items sorted, as positions and rows; `most` are their largest x and y."""
    other = np.empty((n, 3), np.uint32)
    if _order.sort(item, other, n, *(m.bit_length() for m in most)):
        item = other
    x, y, row = np.empty((3, n), np.int64)
    _order.unpack(item, *corner, x, y, row)
    return x, y, row
