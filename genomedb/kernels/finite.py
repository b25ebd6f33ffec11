"""Door to ext/finite.pyx: numbers as float32, what is not finite there missing."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb._ext import finite as _finite
from genomedb.errors import UsageError

_F4 = NDArray[np.float32]


def finite_float32(values: ArrayLike, out: _F4 | None = None) -> _F4:
    """Values as float32, NaN for those that are infinite or too large for it.

    Parameters
    ----------
    values : array_like
        Numbers of any dtype and shape.
    out : ndarray of float32, optional
        Of the same shape; filled and returned. It may be `values` itself.

    Raises
    ------
    UsageError
        `out` is not a contiguous float32 array of that shape.

    Examples
    --------
    >>> finite_float32([0.5, float("inf"), 1e60]).tolist()
    [0.5, nan, nan]
    """
    given = np.asarray(values, order="C")
    if given.dtype not in (np.float32, np.float64) or not given.dtype.isnative:
        given = given.astype(np.float64 if given.dtype.kind == "f" else np.float32)
    if out is None:
        out = np.empty(given.shape, np.float32)
    if out.dtype != np.float32 or out.shape != given.shape or not out.flags.c_contiguous:
        raise UsageError(f"out is {out.dtype} of shape {out.shape}, not float32 of {given.shape}")
    _finite.finite(given.reshape(-1), out.reshape(-1))
    return out
