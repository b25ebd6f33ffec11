"""Door to ext/ranges.pyx: half-open ranges of rows, as kernels take them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb._ext import ranges as _ranges
from genomedb.errors import UsageError

_I8 = NDArray[np.int64]


def checked_ranges(first: ArrayLike, last: ArrayLike, size: int, what: str) -> tuple[_I8, _I8]:
    """Ranges of rows as int64 arrays.

    Parameters
    ----------
    first, last : array_like of integers, shape (k,)
        ``0 <= first <= last <= size``.
    size : int
        Number of rows.
    what : str
        What the rows are, for messages.

    Returns
    -------
    first, last : ndarray of int64
        Contiguous.

    Raises
    ------
    UsageError
        The two are of different lengths, or a range is not inside.

    Examples
    --------
    >>> checked_ranges([0, 4], [2, 9], 9, "bins")
    (array([0, 4]), array([2, 9]))
    """
    firsts = np.atleast_1d(np.ascontiguousarray(first, np.int64))
    lasts = np.atleast_1d(np.ascontiguousarray(last, np.int64))
    if firsts.ndim != 1 or firsts.shape != lasts.shape:
        raise UsageError(f"first {firsts.shape} and last {lasts.shape} are not one length")
    bad = _ranges.first_outside(firsts, lasts, size)
    if bad >= 0:
        raise UsageError(
            f"range {bad}, {firsts[bad]} to {lasts[bad]}, is not inside the {size} {what}",
            fix="Ranges are 0-based half-open, first <= last",
        )
    return firsts, lasts


__all__ = ["checked_ranges"]
