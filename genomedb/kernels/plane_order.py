"""Door to ext/plane_order.pyx: records of the plane by x, then y."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb._ext import plane_order as _order
from genomedb.errors import UsageError
from genomedb.kernels.ranges import checked_ranges
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
    item = np.empty((xs.size, 2), np.uint32)
    _order.items(xs, left, item)
    item = _sorted(item, xs.size, (xs, ys), (left, low), (width, height))
    row = np.empty(xs.size, np.int64)
    _order.rows(item, row)
    return row


def points_in(
    columns: tuple[NDArray[Any], NDArray[Any], NDArray[Any]],
    ranges: tuple[ArrayLike, ArrayLike],
    window: tuple[int, int, int, int],
    band: tuple[int, int] | None = None,
) -> tuple[_I8, _I8, NDArray[Any]] | None:
    """Points of ranges that lie in a window, by x, then y.

    Parameters
    ----------
    columns : x, y, value, each an ndarray of shape (n,)
        Points; x and y are both int32 or both int64.
    ranges : first, last
        Half-open ranges of rows.
    window : (x1, x2, y1, y2)
        0-based half-open.
    band : (d1, d2), optional
        Only points with ``d1 <= x - y < d2``.

    Returns
    -------
    x, y : ndarray of int64
    value : ndarray
        Or None instead, where rows or positions in the window are too many for this way.

    Raises
    ------
    UsageError
        For arrays of different lengths or types, or ranges that are not inside them.
    """
    x, y, value = columns
    if not x.shape == y.shape == value.shape or x.dtype != y.dtype or x.ndim != 1:
        raise UsageError(f"{x.size} x ({x.dtype}), {y.size} y ({y.dtype}), {value.size} values")
    first, last = checked_ranges(*ranges, x.size, "records")
    x1, x2, y1, y2 = (min(max(int(p), -_FAR), _FAR) for p in window)
    total = int((last - first).sum())
    if max(x.size, total, x2 - x1, y2 - y1) >= _MOST:
        return None
    d1, d2 = (min(max(int(d), -_FAR), _FAR) for d in band or (-_FAR, _FAR))
    corners = np.array((x1, max(x1, x2), y1, max(y1, y2), d1, max(d1, d2)), np.int64)
    item = np.empty((total + 1, 2), np.uint32)
    n = _order.points_in(x, y, first, last, corners, item)
    most = max(x2 - x1 - 1, 0), max(y2 - y1 - 1, 0)
    item = _sorted(item, n, (x, y), (x1, y1), most)
    found_x, found_y, found = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, value.dtype)
    bits = f"u{value.itemsize}"
    _order.points(item, x1, y, value.view(bits), found_x, found_y, found.view(bits))
    return found_x, found_y, found


def _sorted(
    item: NDArray[np.uint32],
    n: int,
    columns: tuple[NDArray[Any], NDArray[Any]],
    corner: tuple[int, int],
    most: tuple[int, int],
) -> NDArray[np.uint32]:
    """The first n items, which are by x, sorted; `most` are the largest x and y from the corner."""
    other = np.empty((n, 2), np.uint32)
    if _order.sort(item, other, n, most[0].bit_length()):
        item, other = other, item
    if _order.order_equal(columns[1], item, n):
        return item
    # all by y, then by x, which keeps the order among equals
    for axis in (1, 0):
        _order.rekey(columns[axis], corner[axis], item, n)
        if _order.sort(item, other, n, most[axis].bit_length()):
            item, other = other, item
    return item
