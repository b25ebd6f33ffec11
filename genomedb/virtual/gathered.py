"""Elements of masked windows, all segments of a window together in one list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.virtual.elements import Elements
from genomedb.virtual.sampling import mixed
from genomedb.virtual.segments import Segments
from genomedb.virtual.stretches import Stretches

_I8 = NDArray[np.int64]
_F8 = NDArray[np.float64]
_MOST = 1 << 20  # elements held at a time, unless one window has more


class Gathered(NamedTuple):
    """Elements of some windows that have a value, in the order of windows and positions.

    Attributes
    ----------
    window, segment, number : ndarray of int64, shape (n,)
        Which window, which segment and which element.
    value : ndarray of float64, shape (n,)
    """

    window: _I8
    segment: _I8
    number: _I8
    value: _F8

    def windows(self) -> tuple[_I8, _I8, _I8]:
        """Windows that have an element; where each begins, and how many it has."""
        first = np.flatnonzero(np.diff(self.window, prepend=-1))
        return self.window[first], first, np.diff(first, append=self.window.size)


def gathered(elements: Elements, left: Segments) -> Iterator[Gathered]:
    """Yield the elements of all windows, a bounded number at a time, whole windows."""
    first, last = elements.ranges(left.start, left.end)
    size = np.maximum(last - first, 0)
    before = np.concatenate(([0], np.cumsum(size)))
    ends = np.append(np.flatnonzero(np.diff(left.window)) + 1, left.window.size)
    stretches = Stretches(elements)
    a = 0
    while a < left.window.size:
        fits = np.searchsorted(before[ends], before[a] + _MOST, side="right") - 1
        b = int(ends[max(int(fits), int(np.searchsorted(ends, a, side="right")))])
        segment = np.repeat(np.arange(a, b), size[a:b])
        number = np.arange(segment.size) + (first - before[:-1])[segment] + before[a]
        value = stretches.at(number)
        known = ~np.isnan(value)
        segment = segment[known]
        yield Gathered(left.window[segment], segment, number[known], value[known])
        a = b


def quantiles(elements: Elements, left: Segments, *, p: float) -> _F8:
    """Quantile `p`, interpolated between two values, of the elements of each window."""
    out = np.full(left.n_windows, np.nan)
    for found in gathered(elements, left):
        window, first, size = found.windows()
        value = found.value[np.lexsort((found.value, found.window))]
        place = p * (size - 1)
        low = np.floor(place).astype(np.int64)
        high = np.minimum(low + 1, size - 1)
        below, above = value[first + low], value[first + high]
        out[window] = below + (above - below) * (place - low)
    return out


def sampled(elements: Elements, left: Segments, *, key: NDArray[np.uint64]) -> tuple[_I8, _F8, _I8]:
    """A random element of each window, by a random number a window.

    Returns
    -------
    number : ndarray of int64
        Of the element; -1 where the window has none.
    value : ndarray of float64
    segment : ndarray of int64
        That has the element.
    """
    number, segment = np.full((2, left.n_windows), -1)
    value = np.full(left.n_windows, np.nan)
    for found in gathered(elements, left):
        window, first, size = found.windows()
        share = (mixed(key[window]) >> np.uint64(11)).astype(np.float64) * 2.0**-53
        at = first + np.minimum((share * size).astype(np.int64), size - 1)
        number[window], value[window] = found.number[at], found.value[at]
        segment[window] = found.segment[at]
    return number, value, segment
