"""Door to ext/window_ranks.pyx: exact quantiles of windows of elements."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb._ext import window_ranks as _ranks
from genomedb.errors import UsageError
from genomedb.kernels.ranges import checked_ranges
from genomedb.kernels.window_direct import checked_floats

_F8 = NDArray[np.float64]
_MOST = 1 << 30  # values ranked at a time: their ranks are int32


def slide_quantile(
    values: NDArray[Any], first: ArrayLike, last: ArrayLike, *, p: float, base: int = 0
) -> _F8:
    """Quantile of each window by counts of ranks that move along with it.

    Parameters
    ----------
    values : ndarray of float32 or float64, shape (n,)
        Values of the elements from number `base` on; NaN is missing.
    first, last : array_like of int64, shape (m,)
        Half-open numbers of elements, in any order; the cost is that of moving the edges from one
        window to the next.
    p : float
        0 to 1; between two values the answer is interpolated linearly (type 7).

    Returns
    -------
    ndarray of float64, shape (m,)
        NaN where a window has no value.
    """
    array = checked_floats(values)
    firsts, lasts = _inside(first, last, base, array.size, p)
    rank, distinct = _ranked(array)
    found = distinct.size
    # a counter of each rank, of each 16 and of each 256, with room to look past the last
    c0, c1, c2 = (np.zeros((found >> shift) + (512 >> shift) + 2, np.int32) for shift in (0, 4, 8))
    out = np.empty(firsts.size)
    _ranks.slide_quantile(rank, distinct, 0, firsts, lasts, p, c0, c1, c2, out)
    return out


def _ranked(array: NDArray[Any]) -> tuple[NDArray[np.int32], _F8]:
    """Rank of each value among the distinct ones (NaN: -1), and these in order."""
    n = array.size
    if n > _MOST:
        raise UsageError(f"{n} values are too many to rank at a time")
    rank, distinct = np.empty(n, np.int32), np.empty(n)
    keys, items = np.empty((2, n), np.uint64), np.empty((2, n), np.uint32)
    found = _ranks.rank_values(array, keys, items, rank, distinct)
    return rank, distinct[:found]


def select_quantile(
    values: NDArray[Any], first: ArrayLike, last: ArrayLike, *, p: float, base: int = 0
) -> _F8:
    """Quantile of each window by selection among its own values: see `slide_quantile`."""
    array = checked_floats(values)
    firsts, lasts = _inside(first, last, base, array.size, p)
    widest = int((lasts - firsts).max()) if firsts.size else 0
    out = np.empty(firsts.size)
    scratch = np.empty(widest + 1, np.uint64)
    _ranks.select_quantile(array, 0, firsts, lasts, p, scratch, out)
    return out


def quantile_of_parts(parts: Callable[[], Iterable[NDArray[Any]]], *, p: float) -> float:
    """Quantile of values too many to hold: `parts` is called a few times and gives them in parts.

    Parameters
    ----------
    parts : callable
        Gives the same values each time, all float32 or all float64; NaN is missing.
    """
    _check_p(p)
    single, n = True, 0
    for array in parts():
        single &= array.dtype == np.float32
        n += int(np.count_nonzero(array == array))
    if not n:
        return float("nan")
    h = (n - 1) * p
    k = int(h)
    low = _kth(parts, k, single)
    if h == k:
        return low
    high = _kth(parts, k + 1, single)
    return low if low == high else low + (h - k) * (high - low)


def _kth(parts: Callable[[], Iterable[NDArray[Any]]], k: int, single: bool) -> float:  # noqa: FBT001
    """The k-th smallest value, 16 bits of its key at a time."""
    above = 0
    for shift in (16, 0) if single else (48, 32, 16, 0):
        counts = np.cumsum(_count(parts, above=above, shift=shift))
        digit = int(np.searchsorted(counts, k, side="right"))
        k -= int(counts[digit - 1]) if digit else 0
        above = above << 16 | digit
    return _ranks.value_of(above, single)


def _count(
    parts: Callable[[], Iterable[NDArray[Any]]], *, above: int, shift: int
) -> NDArray[np.int64]:
    counts = np.zeros(1 << 16, np.int64)
    for array in parts():
        _ranks.histogram(checked_floats(array), above, shift, counts)
    return counts


def _inside(
    first: ArrayLike, last: ArrayLike, base: int, size: int, p: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    _check_p(p)
    firsts, lasts = np.asarray(first, np.int64) - base, np.asarray(last, np.int64) - base
    return checked_ranges(firsts, lasts, size, "elements")


def _check_p(p: float) -> None:
    if not 0 <= p <= 1:
        raise UsageError(f"quantile {p} is not between 0 and 1")
