"""What several values that come to lie in one place become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import UsageError
from genomedb.kernels.grouped import GroupedMoments

AGGREGATES: Final = ("mean", "median", "sum", "min", "max", "count", "first", "last")
_F8 = NDArray[np.float64]
_I8 = NDArray[np.int64]


@dataclass(frozen=True)
class Aggregate:
    """How values in one place are made one.

    Parameters
    ----------
    function : str
        One of `AGGREGATES`.
    skip_missing : bool
        Whether missing values are left out; else one of them makes the whole missing.
    min_count : int
        Values that are not missing which there must be.
    """

    function: str
    skip_missing: bool = True
    min_count: int = 0

    @classmethod
    def checked(cls, function: Any, *, skip_missing: bool, min_count: Any) -> Aggregate:
        """Make one of what a caller gives.

        Raises
        ------
        UsageError
        """
        if function not in AGGREGATES:
            raise UsageError(
                f"Unsupported aggregation: {function!r:.40}", fix=f"Use {', '.join(AGGREGATES)}"
            )
        if min_count is None:
            return cls(function, bool(skip_missing))
        if isinstance(min_count, bool) or not hasattr(min_count, "__index__") or min_count < 0:
            raise UsageError(f"min_count is {min_count!r:.40}", fix="Give a whole number, or None")
        return cls(function, bool(skip_missing), int(min_count))

    def of(self, values: _F8, group: _I8, n: int) -> _F8:
        """One value for each of n groups; NaN, or 0 of ``count``, for a group without values.

        Parameters
        ----------
        values : ndarray of float64, shape (k,)
            The values of a group come in their order.
        group : ndarray of int64, shape (k,)
        n : int
        """
        present = ~np.isnan(values)
        spoiled = np.zeros(n, np.bool_)
        if not self.skip_missing:
            spoiled[group[~present]] = True
        if not present.all():
            values, group = values[present], group[present]
        count = np.bincount(group, minlength=n)
        found = self._of_present(values, group, count)
        if self.min_count:
            spoiled |= count < self.min_count
        found[spoiled] = np.nan
        return found

    def _of_present(self, values: _F8, group: _I8, count: NDArray[np.intp]) -> _F8:
        if self.function == "count":
            return count.astype(np.float64)
        n, some = count.size, count > 0
        if self.function in ("mean", "sum", "min", "max"):
            moments = GroupedMoments.of(values, group, n)
            return np.where(some, getattr(moments, self.function), np.nan)
        found = np.full(n, np.nan)
        keys = (values, group) if self.function == "median" else (group,)
        ordered = values[np.lexsort(keys)]
        last = np.cumsum(count)[some]
        first = last - count[some]
        if self.function == "median":
            low, high = ordered[(first + last - 1) // 2], ordered[(first + last) // 2]
            found[some] = low + (high - low) / 2
        else:
            found[some] = ordered[first if self.function == "first" else last - 1]
        return found
