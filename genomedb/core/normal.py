"""The standard normal distribution: its lower tail, and where a tail begins."""

from __future__ import annotations

from math import erfc, inf, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.errors import UsageError

_erfc = np.frompyfunc(erfc, 1, 1)


def lower_tail(z: ArrayLike) -> NDArray[np.float64]:
    """Probability of a standard normal value not above each z, exact far into the tail.

    Examples
    --------
    >>> lower_tail([0.0, -1.96]).round(3).tolist()
    [0.5, 0.025]
    """
    found = _erfc(np.asarray(z, np.float64) / -sqrt(2))
    return 0.5 * np.asarray(found, np.float64)


def tail_start(p: float) -> float:
    """The z whose lower tail is p; infinite for 0 and 1.

    Raises
    ------
    UsageError
        p is not between 0 and 1.

    Examples
    --------
    >>> round(tail_start(0.025), 2)
    -1.96
    """
    if not 0 <= p <= 1:
        raise UsageError(f"probability {p} is not between 0 and 1")
    if p in (0, 1):
        return inf if p else -inf
    return NormalDist().inv_cdf(p)
