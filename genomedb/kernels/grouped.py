"""Door to ext/grouped.pyx: count, sum, mean, spread and extremes of the values of each group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb._ext import grouped as _grouped
from genomedb.errors import UsageError

_F8 = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class GroupedMoments:
    """Statistics of the values of some groups, one item a group.

    Attributes
    ----------
    total, count : ndarray of int64
        Values seen, and those of them that are not NaN.
    sum, mean, spread : ndarray of float64
        Of the values that are not NaN; `spread` is the sum of squared distances from the mean.
        0 where there are none.
    min, max : ndarray of float64
        Infinite where there are none.
    """

    total: NDArray[np.int64]
    count: NDArray[np.int64]
    sum: _F8
    mean: _F8
    spread: _F8
    min: _F8
    max: _F8

    @classmethod
    def empty(cls, n: int) -> GroupedMoments:
        """Of n groups without values."""
        return cls(
            np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n), np.zeros(n), np.zeros(n),
            np.full(n, np.inf), np.full(n, -np.inf),
        )  # fmt: skip

    @classmethod
    def of(cls, values: ArrayLike, group: ArrayLike, n: int) -> GroupedMoments:
        """Of values and the number of the group of each, 0 to n - 1; others are left out.

        Raises
        ------
        UsageError
            Not as many groups as values.

        Examples
        --------
        >>> GroupedMoments.of([1.0, 3.0, 5.0], [0, 0, -1], 2).mean.tolist()
        [2.0, 0.0]
        """
        x = np.ascontiguousarray(values, np.float64)
        g = np.ascontiguousarray(group, np.int64)
        if x.ndim != 1 or x.shape != g.shape:
            raise UsageError(f"values {x.shape} and groups {g.shape} are not one length")
        found = cls.empty(n)
        _grouped.sums(x, g, found.total, found.count, found.sum, found.min, found.max)
        with np.errstate(invalid="ignore", over="ignore"):
            mean = found.sum / np.maximum(found.count, 1)
        found.mean[:] = np.where(found.min == found.max, found.min, mean)  # exact for equal values
        _grouped.spreads(x, g, found.mean, found.spread)
        return found

    def merge(self, other: GroupedMoments, at: NDArray[np.int64]) -> None:
        """Add what item i of another holds to group ``at[i]``; no group comes twice.

        References
        ----------
        Chan, Golub, LeVeque (1979). Updating formulae and a pairwise algorithm for computing
        sample variances. Stanford STAN-CS-79-773.
        """
        mine, theirs = self.count[at], other.count
        both = np.maximum(mine + theirs, 1)
        with np.errstate(invalid="ignore", over="ignore"):
            delta = np.where((mine > 0) & (theirs > 0), other.mean - self.mean[at], 0.0)
            step = np.where(delta == 0, 0.0, delta * (theirs / both))
            self.spread[at] += other.spread + delta * delta * (mine / both * theirs)
            self.mean[at] = np.where(mine > 0, self.mean[at], other.mean) + step
            self.sum[at] += other.sum
        self.total[at] += other.total
        self.count[at] += theirs
        self.min[at] = np.minimum(self.min[at], other.min)
        self.max[at] = np.maximum(self.max[at], other.max)

    def used(self) -> NDArray[np.int64]:
        """Numbers of the groups that have values."""
        return np.flatnonzero(self.total)

    def take(self, at: NDArray[np.int64]) -> GroupedMoments:
        """Some of the groups."""
        return GroupedMoments(
            self.total[at], self.count[at], self.sum[at], self.mean[at], self.spread[at],
            self.min[at], self.max[at],
        )  # fmt: skip

    def table(self) -> _F8:
        """Statistics of each group, shape (n, 7).

        Columns are total, missing, smallest, largest, sum, mean and sample standard deviation
        (n - 1). All but the counts are NaN for a group without values, the last one for a group
        of one.
        """
        is_some, is_many = self.count > 0, self.count > 1
        with np.errstate(invalid="ignore", over="ignore"):
            mean = np.where(self.min == self.max, self.min, self.sum / np.maximum(self.count, 1))
            std = np.sqrt(self.spread / np.maximum(self.count - 1, 1))
        columns = [self.min, self.max, self.sum, mean]
        return np.column_stack(
            [
                self.total, self.total - self.count,
                *(np.where(is_some, column, np.nan) for column in columns),
                np.where(is_many, std, np.nan),
            ]
        )  # fmt: skip
