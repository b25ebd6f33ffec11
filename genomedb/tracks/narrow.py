"""Values in the type they are stored as; what does not fit is an error that names its place."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import UsageError


def narrow(
    values: NDArray[Any], dtype: str, missing: float | None, place_of: Callable[[int], str]
) -> NDArray[Any]:
    """Values in the stored dtype; what does not fit is an error that names the position.

    NaN becomes `missing` where an integer dtype has declared one. `place_of` says where the
    value of a given number lies.
    """
    target = np.dtype(dtype)
    if values.dtype == target:
        return values
    if values.dtype.kind not in "iuf":
        raise UsageError(f"values at {place_of(0)} must be numbers, not {values.dtype}")
    if target.kind == "f":
        with np.errstate(over="ignore"):
            stored = values.astype(target)
        if target.itemsize < values.dtype.itemsize and values.dtype.kind == "f":
            _refuse(np.isinf(stored) & np.isfinite(values), values, dtype, place_of)
        return stored
    if values.dtype.kind == "f":
        values = values.astype(np.float64)  # float32 cannot tell the largest int32 from the next
        absent = np.isnan(values)
        if absent.any():
            if missing is None:
                i = int(np.flatnonzero(absent)[0])
                raise UsageError(
                    f"{place_of(i)} has no value, and {dtype} cannot say so",
                    fix="Use float32, or where there is one a default value (defval 0 for counts)",
                )
            values = np.where(absent, missing, values)
        _refuse(values != np.floor(values), values, dtype, place_of)
    limits = np.iinfo(target)
    _refuse((values < limits.min) | (values > limits.max), values, dtype, place_of)
    return values.astype(target)


def _refuse(
    bad: NDArray[np.bool_], values: NDArray[Any], dtype: str, place_of: Callable[[int], str]
) -> None:
    if bad.any():
        i = int(np.flatnonzero(bad)[0])
        value = values[i].item()
        whole = math.isfinite(value) and value == math.floor(value)
        wider = "a wider dtype" if whole else "float32"
        raise UsageError(
            f"value {value:g} at {place_of(i)} does not fit {dtype}",
            fix=f"Use {wider}",
        )
