"""Door to ext/smooth.pyx: weighted means of sliding windows."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import smooth as _smooth
from genomedb.errors import UsageError

_F4 = NDArray[np.float32]
_F8 = NDArray[np.float64]


class Shape(IntEnum):
    """How much the values of a window weigh."""

    MEAN = 0  # all the same
    LINEAR_RAMP = 1  # reach + 1 - distance from the middle


class Smoother:
    """Weighted means of windows that reach as far to either side, over one chromosome.

    The work does not depend on the reach. Each mean depends only on the values of its window and
    on its place: however the chromosome is cut into blocks, it is bit for bit the same. Sums are
    never subtracted from one another, so that rounding does not grow along the chromosome and an
    infinite value shows in its windows only. Not to be shared by threads: buffers are kept.

    Parameters
    ----------
    n : int
        Bins of the chromosome.
    reach : int
        Bins on either side of the middle, of any number.
    shape : Shape
        Weights of the window.
    threshold : float
        Least weight of the values that are there, in values as heavy as the middle one; windows
        with less have no mean.
    fills : bool
        Give a mean also where the middle has no value.

    Attributes
    ----------
    step : int
        Bins to ask for at once: a block costs its own bins and a few windows more.

    Raises
    ------
    UsageError
        Negative `n` or `reach`.
    """

    def __init__(
        self, n: int, reach: int, *, shape: Shape, threshold: float = 0.0, fills: bool = False
    ) -> None:
        if n < 0 or reach < 0:
            raise UsageError(f"{n} bins cannot be smoothed with a reach of {reach}")
        self.n, self.shape, self.fills = n, shape, fills
        # beyond the chromosome there is nothing: what a longer reach adds is the same everywhere
        self.reach = min(reach, max(n - 1, 0))
        self._more = float(reach - self.reach) if shape is Shape.LINEAR_RAMP else 0.0
        self._least = threshold * ((reach + 1) if shape is Shape.LINEAR_RAMP else 1)
        self._width = self.reach + 1 if shape is Shape.LINEAR_RAMP else 2 * self.reach + 1
        self._kept: dict[int, tuple[_F8, _F8]] = {}
        self.step = self._width * max(1, -(-max(4 * self._width, 1 << 16) // self._width))

    def needed(self, first: int, last: int) -> tuple[int, int]:
        """Bins whose values the means of bins ``[first, last)`` need."""
        low, high = self._span(first, last)
        return max(low, 0), min(high, self.n)

    def _span(self, first: int, last: int) -> tuple[int, int]:
        """Whole tiles around the windows; they are counted from the chromosome's start."""
        width = self._width
        low = (first - self.reach) // width * width
        return low, max(-(-last // width) * width + width, last + self.reach)

    def means(self, values: Any, first: int, last: int) -> _F4:
        """Means of the bins ``[first, last)``.

        Parameters
        ----------
        values : array_like of float32
            Of the bins ``needed(first, last)``; NaN is missing.
        first, last : int
            ``0 <= first < last <= n``.

        Returns
        -------
        ndarray of float32, shape (last - first,)

        Raises
        ------
        UsageError
            Other bins than these, or another number of values than are needed.
        """
        given = np.ascontiguousarray(values, np.float32)
        if not 0 <= first < last <= self.n:
            raise UsageError(f"bins {first} to {last} are not of the {self.n}")
        begin, stop = self.needed(first, last)
        if given.shape != (stop - begin,):
            raise UsageError(f"values have shape {given.shape}, not ({stop - begin},)")
        low, high = self._span(first, last)
        value, weight = self._buffers(0, high - low)
        for column in (value, weight):  # beyond the chromosome there is nothing
            column[: begin - low] = column[stop - low :] = 0.0
        inside = slice(begin - low, stop - low)
        _smooth.prepare(given, value[inside], weight[inside])
        value, weight = self._summed(value, weight)
        rows = slice(first - low - self.reach, last - low - self.reach)
        value_sum, weight_sum = value[rows], weight[rows]
        if self._more:  # then all bins are needed, and in every window
            ones = np.zeros(self.n), np.zeros(self.n)
            _smooth.prepare(given, *ones)
            total, count = (float(part.sum()) for part in ones)
            value_sum, weight_sum = value_sum + self._more * total, weight_sum + self._more * count
        out = np.empty(last - first, np.float32)
        centre = given[first - begin : last - begin]
        _smooth.means(value_sum, weight_sum, centre, self._least, self.fills, out)
        return out

    def _summed(self, value: _F8, weight: _F8) -> tuple[_F8, _F8]:
        """Sums of windows; a window's sum stands `reach` before its middle."""
        sums = self._buffers(1, value.size)
        _smooth.boxes(value, weight, self._width, *sums)
        if self.shape is Shape.MEAN:
            return sums
        _smooth.boxes(*sums, self._width, value, weight)  # a ramp is a box of boxes
        return value, weight

    def _buffers(self, i: int, size: int) -> tuple[_F8, _F8]:
        """Two arrays that are used again for the next block."""
        kept = self._kept.get(i)
        if kept is None or kept[0].size < size:
            kept = self._kept[i] = np.empty(size), np.empty(size)
        return kept[0][:size], kept[1][:size]
