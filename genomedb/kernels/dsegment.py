"""Door to ext/dsegment.pyx: stretches of high score."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb._ext import dsegment as _dsegment
from genomedb.errors import UsageError


def high_segments(
    scores: ArrayLike, thresh: float, max_dropoff: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Starts and ends of stretches whose running sum reaches `thresh`; they end at the peak.

    The sum starts anew after it has fallen below 0, or more than `max_dropoff` below its peak, and
    after NaN.

    Parameters
    ----------
    scores : array_like, shape (n,)
    thresh : float
        Above 0.
    max_dropoff : float
        0 or more.

    Examples
    --------
    >>> high_segments([1, 1, -5, 3], 2, 4)
    (array([0, 3]), array([2, 4]))
    """
    values = np.ascontiguousarray(scores, np.float64)
    if values.ndim != 1:
        raise UsageError(f"scores must be a 1-D array, not {values.ndim}-D")
    if not thresh > 0 or not max_dropoff >= 0:
        raise UsageError(
            f"threshold {thresh} and dropoff {max_dropoff} are not possible",
            fix="The threshold is above 0, the dropoff not below",
        )
    starts, ends = np.empty((2, values.size), np.int64)
    n = _dsegment.find(values, thresh, max_dropoff, starts, ends)
    return starts[:n].copy(), ends[:n].copy()
