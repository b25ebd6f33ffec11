"""One number of the columns of each record of an array track."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import UsageError

_F8 = NDArray[np.float64]
Reducer = Callable[[NDArray[Any]], _F8]


def column_reducer(name: str) -> Reducer:
    """How the columns of a record become one number; NaN columns do not count.

    Raises
    ------
    UsageError
        For a name that is not one of avg, max, min, stddev and sum.
    """
    found = _REDUCERS.get(name) if isinstance(name, str) else None
    if found is None:
        raise UsageError(
            f"slice function {name!r:.60} is not known", fix=f"Use one of: {', '.join(_REDUCERS)}"
        )
    return found


def _sum(values: NDArray[Any]) -> _F8:
    present = ~np.isnan(values)
    total = np.sum(values, axis=1, dtype=np.float64, where=present)
    return np.where(present.any(axis=1), total, np.nan)


def _avg(values: NDArray[Any]) -> _F8:
    count = np.count_nonzero(~np.isnan(values), axis=1)
    mean: _F8 = _sum(values) / np.maximum(count, 1)
    return mean


def _extreme(values: NDArray[Any], pick: np.ufunc) -> _F8:
    if not values.shape[1]:
        return np.full(values.shape[0], np.nan)
    found: _F8 = pick.reduce(values, axis=1).astype(np.float64)  # fmin and fmax pass over NaN
    return found


def _stddev(values: NDArray[Any]) -> _F8:
    present = ~np.isnan(values)
    count = np.count_nonzero(present, axis=1)
    first = np.argmax(present, axis=1)
    # from the first value, so that equal columns give exactly 0
    with np.errstate(invalid="ignore"):
        far = values.astype(np.float64) - values[np.arange(len(values)), first][:, np.newaxis]
        far -= _avg(far)[:, np.newaxis]
        squares = np.sum(far * far, axis=1, where=present)
    found: _F8 = np.sqrt(np.where(count > 1, squares, np.nan) / np.maximum(count - 1, 1))
    return found


_REDUCERS: dict[str, Reducer] = {
    "avg": _avg,
    "max": lambda values: _extreme(values, np.fmax),
    "min": lambda values: _extreme(values, np.fmin),
    "stddev": _stddev,
    "sum": _sum,
}
