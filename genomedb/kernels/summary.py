"""Door to ext/summary.pyx: statistics of stretches of values, and of stretches of statistics."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb._ext import summary as _summary
from genomedb.errors import UsageError
from genomedb.kernels.binning import checked_values
from genomedb.kernels.ranges import checked_ranges

_I8 = NDArray[np.int64]


class Stats(NamedTuple):
    """Statistics of some stretches of values, one item each; missing values are left out.

    Attributes
    ----------
    count : ndarray of int64
        Values that are not missing.
    sum, sumsq : ndarray of float64
        Their sum and the sum of their squares; 0 where `count` is 0.
    min, max : ndarray of float64
        NaN where `count` is 0.
    """

    count: NDArray[np.int64]  # type: ignore[assignment]  # hides tuple.count
    sum: NDArray[np.float64]
    sumsq: NDArray[np.float64]
    min: NDArray[np.float64]
    max: NDArray[np.float64]


def no_stats(size: int) -> Stats:
    """Statistics of `size` stretches without values."""
    nan = np.full((2, size), np.nan)
    return Stats(np.zeros(size, np.int64), np.zeros(size), np.zeros(size), nan[0], nan[1])


def block_stats(values: ArrayLike, block: int, *, missing: float | None = None) -> Stats:
    """Statistics of each `block` consecutive values.

    Parameters
    ----------
    values : array_like, shape (n,)
        Values of any dtype that a track may store; NaN is missing.
    block : int
        Values per block; the last block may hold fewer.
    missing : int, optional
        The value of an integer array that means "no value". Without effect on floats.

    Returns
    -------
    Stats
        Arrays of ``ceil(n / block)`` items. Infinite values count; sums follow IEEE 754.

    Raises
    ------
    UsageError
        If `block` is not positive, `values` is not a 1-D array of a storable dtype, or `missing`
        does not fit in it.

    Examples
    --------
    >>> block_stats([1.0, 2.0, float("nan"), 4.0, 5.0], 2).sum.tolist()
    [3.0, 4.0, 5.0]
    """
    array = checked_values(values, "summarise")
    if block < 1:
        raise UsageError(f"blocks of {block} values: a block has at least 1")
    block = min(block, max(array.size, 1))
    out = no_stats(-(-array.size // block))
    _summary.block_stats(array, block, *missing_of(array, missing), *out)
    return out


def segment_stats(
    values: ArrayLike, first: ArrayLike, last: ArrayLike, *, missing: float | None = None
) -> Stats:
    """Statistics of ``values[first[i]:last[i]]``; segments may overlap and come in any order.

    Parameters
    ----------
    values : array_like, shape (n,)
        As in `block_stats`.
    first, last : array_like of int64, shape (m,)
        Half-open positions in `values`, ``0 <= first <= last <= n``.
    missing : int, optional
        As in `block_stats`.

    Returns
    -------
    Stats
        Arrays of m items.

    Raises
    ------
    UsageError
        As `block_stats`, and for segments that are not inside `values`.
    """
    array = checked_values(values, "summarise")
    firsts, lasts = checked_ranges(first, last, array.size, "values")
    out = no_stats(firsts.size)
    _summary.segment_stats(array, firsts, lasts, *missing_of(array, missing), *out)
    return out


def add_ranges(blocks: Stats, first: ArrayLike, last: ArrayLike, out: Stats) -> None:
    """Add the blocks ``first[i]`` to ``last[i]`` (half-open) to item i of `out`, in place.

    Raises
    ------
    UsageError
        For ranges that are not inside `blocks`, or are not as many as the items of `out`.
    """
    firsts, lasts = checked_ranges(first, last, blocks.count.size, "blocks")
    if firsts.size != out.count.size:
        raise UsageError(f"{firsts.size} ranges do not go into {out.count.size} items")
    _summary.add_ranges(*blocks, firsts, lasts, *out)


class Stack:
    """Levels of statistics of the same bins, coarser and coarser.

    Parameters
    ----------
    levels : dict of int to Stats
        Under k the statistics of each ``2**k`` bins.
    n_bins : int
        Number of bins, at least 1.

    Raises
    ------
    UsageError
        If there is no level or one has another number of items than `n_bins` asks for.
    """

    def __init__(self, levels: dict[int, Stats], n_bins: int) -> None:
        shifts = sorted(levels)
        sizes = [-(-n_bins // (1 << k)) for k in shifts]
        if not shifts or shifts[0] < 0 or shifts[-1] > 60 or n_bins < 1:
            raise UsageError(f"levels {shifts} of {n_bins} bins are no pyramid")
        for k, size in zip(shifts, sizes, strict=True):
            if any(column.shape != (size,) for column in levels[k]):
                raise UsageError(f"level {k} of {n_bins} bins does not have {size} items")
        kinds = (np.int64, *[np.float64] * 4)
        columns = zip(*(levels[k] for k in shifts), strict=True)
        self._flat = [
            np.concatenate(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True)
        ]
        self._shift = np.array(shifts, np.int64)
        self._offset = np.cumsum([0, *sizes], dtype=np.int64)
        self._n_bins = n_bins

    def inner(self, first: ArrayLike, last: ArrayLike, shortest: int) -> tuple[Stats, _I8, _I8]:
        """Statistics of the whole blocks inside each range of bins, and which bins these are.

        Parameters
        ----------
        first, last : array_like of int64, shape (n,)
            Half-open ranges of bins.
        shortest : int
            Ranges of fewer bins are taken as holding no whole block.

        Returns
        -------
        stats : Stats
            Of the bins below.
        inner_first, inner_last : ndarray of int64
            Bins of the whole blocks; both are `first` where there is none.
        """
        firsts, lasts = checked_ranges(first, last, self._n_bins, "bins")
        stats = no_stats(firsts.size)
        inner_first, inner_last = np.empty_like(firsts), np.empty_like(firsts)
        _summary.add_inner(
            *self._flat,
            self._shift,
            self._offset,
            self._n_bins,
            shortest,
            firsts,
            lasts,
            inner_first,
            inner_last,
            *stats,
        )
        return stats, inner_first, inner_last


def missing_of(array: NDArray[Any], missing: float | None) -> tuple[bool, float]:
    """Is there such a value, and which; in floats there is none but NaN.

    Raises
    ------
    UsageError
        It does not fit in the type of the array.

    Examples
    --------
    >>> missing_of(np.zeros(2, np.int8), -1)
    (True, -1)
    """
    if missing is None or array.dtype.kind == "f":
        return False, 0
    limits = np.iinfo(array.dtype)
    if missing % 1 != 0 or not limits.min <= missing <= limits.max:
        raise UsageError(f"missing value {missing} does not fit in {array.dtype}")
    return True, int(missing)
