"""Random elements of windows: the choice depends on the window and a seed alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genomedb.kernels.window_direct import Mode
from genomedb.virtual.aggregate import Aggregates
from genomedb.virtual.stretches import Stretches

_I8 = NDArray[np.int64]
_U8 = NDArray[np.uint64]
_TRIES = 12
_GOLDEN = 0x9E3779B97F4A7C15


def chosen(
    stretches: Stretches, sums: Aggregates, ranges: tuple[_I8, _I8], *, key: _U8
) -> tuple[_I8, NDArray[np.float64]]:
    """A random element of each window that has a value, and its value.

    Parameters
    ----------
    sums : Aggregates
        Of kind SUMS, over the same elements.
    ranges : pair of ndarray of int64, shape (n,)
        Half-open numbers of elements.
    key : ndarray of uint64, shape (n,)
        Random numbers, one a window; see `window_keys`.

    Returns
    -------
    number : ndarray of int64, shape (n,)
        Each element with a value is equally likely; -1 where there is none.
    value : ndarray of float64, shape (n,)
    """
    first, last = ranges
    number = np.full(first.size, -1)
    value = np.full(first.size, np.nan)
    size = sums.of(first, last, Mode.SIZE).astype(np.int64)
    left = np.flatnonzero(size)
    for turn in range(_TRIES):  # most elements of most tracks have a value
        if not left.size:
            break
        drawn = mixed(key[left] + np.uint64((turn + 1) * _GOLDEN & (1 << 64) - 1))
        number[left] = first[left] + _scaled(drawn, last[left] - first[left])
        value[left] = stretches.at(number[left])
        left = left[np.isnan(value[left])]
    if left.size:
        wanted = _scaled(mixed(key[left]), size[left])
        number[left] = _kth(sums, first[left], last[left], wanted)
        value[left] = stretches.at(number[left])
    return number, value


def window_keys(seed: int, code: int, start: _I8, end: _I8) -> _U8:
    """A random number of each window, the same wherever and whenever it is asked for."""
    begin = (seed * _GOLDEN + code + 1) & (1 << 64) - 1
    key = mixed(np.uint64(begin) ^ start.astype(np.uint64))
    return mixed(key ^ mixed(end.astype(np.uint64)))


def mixed(x: _U8) -> _U8:
    """Scatter the bits of numbers; equal ones stay equal."""
    x = x + np.uint64(_GOLDEN)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed_bits: _U8 = x ^ (x >> np.uint64(31))
    return mixed_bits


def _scaled(drawn: _U8, size: _I8) -> _I8:
    """Whole numbers from 0 to size - 1."""
    share = (drawn >> np.uint64(11)).astype(np.float64) * 2.0**-53
    scaled: _I8 = np.minimum((share * size).astype(np.int64), size - 1)
    return scaled


def _kth(sums: Aggregates, first: _I8, last: _I8, k: _I8) -> _I8:
    """Number of the k-th element with a value of each window, by halving."""
    low, high = first.copy(), last - 1
    while (low < high).any():
        middle: _I8 = (low + high) // 2
        enough = sums.of(first, middle + 1, Mode.SIZE) > k
        high = np.where(enough, middle, high)
        low = np.where(enough, low, middle + 1)
    return np.asarray(low, np.int64)
