"""Door to ext/runs.pyx: dense values to runs of equal value."""

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
