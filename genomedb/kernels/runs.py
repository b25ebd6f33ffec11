"""Door to ext/runs.pyx: dense values to runs of equal value, flags to stretches."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb._ext import runs as _runs
from genomedb.errors import UsageError
from genomedb.kernels.binning import checked_values


def runs_of_equal(
    values: ArrayLike, *, missing: int | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[Any]]:
    """Find runs of bitwise equal neighbours, without the missing values.

    Parameters
    ----------
    values : array_like, shape (n,)
        Dense values; NaN is missing.
    missing : int, optional
        The value of an integer array that means "no value"; None when there is none.

    Returns
    -------
    starts, ends : ndarray of int64, shape (runs,)
        Half-open positions in `values`.
    run_values : ndarray, shape (runs,)
        In the dtype of `values`.

    Raises
    ------
    UsageError
        If `values` is not a 1-D array of a storable dtype, or `missing` does not fit in it.
    """
    array = checked_values(values, "find runs in")
    if missing is not None:
        if array.dtype.kind == "f":
            raise UsageError("missing is for integer values; NaN is missing in floating point")
        limits = np.iinfo(array.dtype)
        if not limits.min <= missing <= limits.max:
            raise UsageError(f"missing value {missing} does not fit in {array.dtype}")
    has_missing, code = missing is not None, missing or 0
    n = _runs.count_runs(array, has_missing, code)
    starts, ends = np.empty(n, np.int64), np.empty(n, np.int64)
    run_values = np.empty(n, array.dtype)
    _runs.fill_runs(array, has_missing, code, starts, ends, run_values)
    return starts, ends, run_values


class TrueStretches:
    """Where flags are true, piece by piece; neighbours that touch become one.

    Parameters
    ----------
    most : int
        Flags that will be given at most.

    Examples
    --------
    >>> found = TrueStretches(9)
    >>> found.add_bins(np.array([True, True, False, True]), first=2, width=50, lower=110, upper=290)
    >>> found.add_intervals(np.array([True]), np.array([290]), np.array([300]))
    >>> [array.tolist() for array in found.arrays()]
    [[110, 250], [200, 300]]
    """

    def __init__(self, most: int) -> None:
        self._starts, self._ends = np.empty(most, np.int64), np.empty(most, np.int64)
        self._edges = np.empty(0, np.int64)
        self._begin = self._n = 0

    def __len__(self) -> int:
        return self._n

    def begin(self) -> None:
        """Go to another chromosome: what is there already touches nothing that comes."""
        self._begin = self._n

    def add_bins(
        self, flags: NDArray[np.bool_], *, first: int, width: int, lower: int, upper: int
    ) -> None:
        """Add bins of `width` bp from number `first` on, cut at `lower` and `upper`."""
        raw = self._checked(flags)
        if self._edges.size < flags.size + 1:
            self._edges = np.empty(flags.size + 1, np.int64)
        self._n = _runs.true_bins(
            raw, first, width, lower, upper, self._n > self._begin, self._edges,
            self._starts, self._ends, self._n,
        )  # fmt: skip

    def add_intervals(
        self, flags: NDArray[np.bool_], start: NDArray[np.int64], end: NDArray[np.int64]
    ) -> None:
        """Add intervals, in any order."""
        raw = self._checked(flags)
        if not start.shape == end.shape == flags.shape:
            raise UsageError(f"{flags.size} flags, {start.size} starts and {end.size} ends")
        self._n = _runs.true_intervals(
            raw, np.ascontiguousarray(start, np.int64), np.ascontiguousarray(end, np.int64),
            self._n > self._begin, self._starts, self._ends, self._n,
        )  # fmt: skip

    def arrays(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Starts and ends so far, as they came."""
        return self._starts[: self._n].copy(), self._ends[: self._n].copy()

    def _checked(self, flags: NDArray[np.bool_]) -> NDArray[np.uint8]:
        if flags.dtype != np.bool_ or flags.ndim != 1:
            raise UsageError(f"flags have {flags.ndim} dimensions and dtype {flags.dtype}")
        if self._n + flags.size > self._starts.size:
            raise UsageError(f"{self._n + flags.size} flags, room for {self._starts.size}")
        return np.ascontiguousarray(flags).view(np.uint8)
