"""Door to ext/zorder.pyx: places of the plane in the order of the Z-curve."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb._ext import zorder as _zorder
from genomedb.errors import UsageError

_BITS = 32  # of a position in one code
_MOST = 2**32  # rows that have a 32-bit number


def zorder(x: ArrayLike, y: ArrayLike) -> NDArray[np.int64]:
    """Rows in the order of the Z-curve through (x, y).

    The Morton code of a place takes its bits in turn from x and y, the bit of x being the lower
    one: places that are close in this order are close in the plane.

    Parameters
    ----------
    x, y : array_like of integers, shape (n,)
        Positions, 0 or more. Arrays of int32 and int64 are not copied.

    Returns
    -------
    ndarray of int64, shape (n,)
        Row numbers; equal places keep their order and are neighbours.

    Raises
    ------
    UsageError
        For arrays of different lengths, or a negative position.

    Examples
    --------
    >>> zorder([1, 0, 1, 0], [1, 1, 0, 0]).tolist()
    [3, 2, 1, 0]
    """
    return zsorted(x, y)[0]


def zsorted(x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.int64], NDArray[Any], NDArray[Any]]:
    """Sort places in the order of the Z-curve.

    Parameters
    ----------
    x, y : array_like of integers, shape (n,)
        As for `zorder`.

    Returns
    -------
    order : ndarray of int64, shape (n,)
        As of `zorder`.
    x, y : ndarray of int32, if both were, or int64
        The positions in that order, made in less time than by taking them.

    Raises
    ------
    UsageError
        As `zorder`.
    """
    xs, ys = positions(x, y)
    if xs.shape != ys.shape or xs.ndim != 1:
        raise UsageError(f"{xs.size} positions on the first axis and {ys.size} on the second")
    if not xs.size:
        return np.empty(0, np.int64), xs, ys
    low, high = min(xs.min(), ys.min()), max(xs.max(), ys.max())
    if low < 0:
        raise UsageError(f"position {low} is negative", fix="Positions are counted from 0")
    shift = max(int(high).bit_length() - _BITS, 0)
    if not shift:
        return _sorted(xs, ys, 0, 2**_BITS - 1)
    # the order of the lower bits, then, keeping it among equals, that of the higher ones
    lower, *_ = _sorted(xs, ys, 0, 2**shift - 1)
    order = lower[_sorted(xs[lower], ys[lower], shift, 2**_BITS - 1)[0]]
    return order, xs[order], ys[order]


def positions(*arrays: ArrayLike) -> list[NDArray[Any]]:
    """Arrays of positions as int32 if all are, else as int64; copied only where needed.

    Raises
    ------
    UsageError
        For arrays that do not hold whole numbers.
    """
    made = [np.asarray(a) for a in arrays]
    for array in made:
        if array.dtype.kind not in "iu" and array.size:
            raise UsageError(f"positions of type {array.dtype} are not whole numbers")
    kind = np.int32 if all(a.dtype == np.int32 for a in made) else np.int64
    return [np.ascontiguousarray(a, kind) for a in made]


def _sorted(
    x: NDArray[Any], y: NDArray[Any], shift: int, mask: int
) -> tuple[NDArray[np.int64], NDArray[Any], NDArray[Any]]:
    """Stable order by the Morton code of some bits, and these bits of x and y in that order."""
    code = np.empty(x.size, np.uint64)
    _zorder.codes(x, y, shift, mask, code)
    if _zorder.is_sorted(code):
        order = np.arange(x.size, dtype=np.int64)
    elif x.size >= _MOST:
        order = np.argsort(code, kind="stable").astype(np.int64, copy=False)
        code = code[order]
    else:
        row = np.arange(x.size, dtype=np.uint32)
        other = np.empty_like(row)
        order = np.empty(x.size, np.int64)  # lends its memory to the sort first
        if _zorder.sort(code, order.view(np.uint64), row, other):
            code[:] = order.view(np.uint64)
            row = other
        order[:] = row
        del row, other
    xs, ys = np.empty_like(x), np.empty_like(y)
    _zorder.places(code, xs, ys)
    return order, xs, ys
