"""Door to ext/moments.pyx: count, sum, mean, spread and extremes of a stream of values."""

from __future__ import annotations

from math import inf, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb._ext import moments as _moments
from genomedb.errors import UsageError

_TILE = 4096  # as in the kernel


class Moments:
    """Statistics of values that come in pieces; how they are cut never changes the answer.

    The standard deviation is computed about the mean of each 4,096 values and merged, so it is
    exact to rounding however far the values are from 0, and exactly 0 where all are equal.

    Attributes
    ----------
    total : int
        Values seen, missing ones (NaN) included.

    Examples
    --------
    >>> some = Moments()
    >>> some.add([1.0, 2.0, float("nan"), 3.0])
    >>> some.total, some.count, some.sum, some.mean, some.std, some.min, some.max
    (4, 3, 6.0, 2.0, 1.0, 1.0, 3.0)

    References
    ----------
    Chan, Golub, LeVeque (1979). Updating formulae and a pairwise algorithm for computing sample
    variances. Stanford STAN-CS-79-773.
    """

    def __init__(self) -> None:
        self.total = 0
        self._state = np.array([0.0, 0.0, 0.0, 0.0, inf, -inf])
        self._rest: NDArray[np.float64] = np.empty(0)

    def add(self, values: ArrayLike) -> None:
        """Add values, shape (n,); what is not float64 is converted."""
        array = np.ascontiguousarray(values, np.float64)
        if array.ndim != 1:
            raise UsageError(f"values have {array.ndim} dimensions, not 1")
        self.total += array.size
        if self._rest.size:  # tiles are counted from the first value on
            missing = _TILE - self._rest.size
            self._rest = np.concatenate((self._rest, array[:missing]))
            array = array[missing:]
            if self._rest.size < _TILE:
                return
            _moments.add(self._rest, self._state)
        whole = array.size - array.size % _TILE
        _moments.add(array[:whole], self._state)
        self._rest = array[whole:].copy()

    def merge(self, other: Moments) -> None:
        """Add the values of another, which come after these."""
        self._finish()
        other._finish()
        self.total += other.total
        _moments.merge(self._state, other._state)

    def _finish(self) -> None:
        _moments.add(self._rest, self._state)
        self._rest = np.empty(0)

    def _item(self, i: int) -> float:
        self._finish()
        return float(self._state[i])

    @property
    def count(self) -> int:
        """Values that are not missing."""
        return int(self._item(0))

    @property
    def n_missing(self) -> int:
        """Values that are NaN."""
        return self.total - self.count

    @property
    def sum(self) -> float:
        """Their sum; NaN when there is none."""
        return self._item(3) if self.count else nan

    @property
    def mean(self) -> float:
        """Their mean; NaN when there is none, and exactly their value where all are equal."""
        if not self.count:
            return nan
        return self.min if self.min == self.max else self.sum / self.count

    @property
    def std(self) -> float:
        """Sample standard deviation (n - 1); NaN for fewer than two values."""
        return sqrt(self._item(2) / (self.count - 1)) if self.count > 1 else nan

    @property
    def min(self) -> float:
        """The smallest; NaN when there is none."""
        return self._item(4) if self.count else nan

    @property
    def max(self) -> float:
        """The largest; NaN when there is none."""
        return self._item(5) if self.count else nan
