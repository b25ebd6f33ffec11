"""Door to ext/window_direct.pyx: aggregates of windows, each by a walk over its elements."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb._ext import window_direct as _direct
from genomedb.errors import UsageError
from genomedb.kernels.ranges import checked_ranges


class Kind(IntEnum):
    """What is kept of some consecutive values."""

    SUMS = 0
    MOMENTS = 1
    LOWEST = 2
    HIGHEST = 3
    FIRST = 4
    LAST = 5
    LSE = 6


class Mode(IntEnum):
    """Which number is taken from what is kept."""

    SUM = 0  # of SUMS
    MEAN = 1
    SIZE = 2
    EXISTS = 3
    STDDEV = 4  # of MOMENTS: sample, n - 1
    VALUE = 5  # of LOWEST to LAST
    NUMBER = 6  # of LOWEST to LAST: number of the element
    LOG_SUM = 7  # of LSE


_KINDS = {
    Mode.SUM: (Kind.SUMS,),
    Mode.MEAN: (Kind.SUMS,),
    Mode.SIZE: (Kind.SUMS,),
    Mode.EXISTS: (Kind.SUMS,),
    Mode.STDDEV: (Kind.MOMENTS,),
    Mode.VALUE: (Kind.LOWEST, Kind.HIGHEST, Kind.FIRST, Kind.LAST),
    Mode.NUMBER: (Kind.LOWEST, Kind.HIGHEST, Kind.FIRST, Kind.LAST),
    Mode.LOG_SUM: (Kind.LSE,),
}


def direct(
    values: NDArray[Any],
    first: ArrayLike,
    last: ArrayLike,
    *,
    kind: Kind,
    mode: Mode,
    base: int = 0,
) -> NDArray[np.float64]:
    """One number of each window of elements, in any order.

    Parameters
    ----------
    values : ndarray of float32 or float64, shape (n,)
        Values of the elements ``base`` to ``base + n``; NaN is missing.
    first, last : array_like of int64, shape (m,)
        Half-open numbers of elements; empty windows (first == last) are allowed.
    kind, mode
        What is wanted; not every mode can be had of every kind.

    Returns
    -------
    ndarray of float64, shape (m,)
        NaN where a window has no value (0 for SIZE and EXISTS).

    Raises
    ------
    UsageError
        For windows outside `values`, or a mode that the kind does not have.

    Examples
    --------
    >>> direct(np.array([1.0, 2.0, 4.0]), [0, 1], [2, 3], kind=Kind.SUMS, mode=Mode.MEAN).tolist()
    [1.5, 3.0]
    """
    check_mode(kind, mode)
    array = checked_floats(values)
    firsts, lasts = np.asarray(first, np.int64) - base, np.asarray(last, np.int64) - base
    firsts, lasts = checked_ranges(firsts, lasts, array.size, "elements")
    out = np.empty(firsts.size)
    _direct.direct(int(kind), int(mode), array, 0, firsts, lasts, out)
    if base and mode == Mode.NUMBER:
        out += base
    return out


def group_means(values: NDArray[Any], size: int, out: NDArray[np.float64]) -> None:
    """Means of each `size` consecutive values, as `direct` has them, without listing windows.

    Parameters
    ----------
    values : ndarray of float32 or float64, shape (n,)
        NaN is missing.
    size : int
        Values of a group; the last group may hold fewer.
    out : ndarray of float64, shape (ceil(n / size),)
        Filled; NaN where a group has no value.

    Raises
    ------
    UsageError
        If `size` is not positive, or `out` has another shape or dtype.

    Examples
    --------
    >>> means = np.empty(2)
    >>> group_means(np.array([1.0, 2.0, 4.0]), 2, means)
    >>> means.tolist()
    [1.5, 4.0]
    """
    array = checked_floats(values)
    if size < 1:
        raise UsageError(f"groups of {size} values: a group has at least 1")
    if out.dtype != np.float64 or out.shape != (-(-array.size // size),):
        raise UsageError(f"out has {out.size} items of {out.dtype} for groups of {size}")
    _direct.group_means(array, size, out)


def check_mode(kind: Kind, mode: Mode) -> None:
    """Raise `UsageError` unless this number can be had of this kind."""
    if kind not in _KINDS[mode]:
        raise UsageError(f"{mode.name} cannot be had of {kind.name}")


def checked_floats(values: NDArray[Any]) -> NDArray[Any]:
    """The values as a contiguous array of float32 or float64."""
    array = np.asarray(values)
    if array.ndim != 1 or array.dtype not in (np.float32, np.float64):
        raise UsageError(
            f"values have {array.ndim} dimensions and dtype {array.dtype}",
            fix="Give a 1-D array of float32 or float64",
        )
    return np.ascontiguousarray(array, array.dtype.newbyteorder("="))
