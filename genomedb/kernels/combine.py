"""Door to ext/combine.pyx: bins of several tracks into one, block by block."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import combine as _combine
from genomedb.errors import UsageError
from genomedb.kernels.binning import checked_values
from genomedb.kernels.summary import missing_of

SMALL = frozenset(("int8", "uint8", "int16", "uint16"))  # thousands of these add up in int32
MOST_SMALL = (2**31 - 1) // (2**16 - 1)  # of them


class Total:
    """Sum of each bin; a bin has none until the first value.

    Examples
    --------
    >>> total = Total(2)
    >>> total.add([1.0, float("nan")])
    >>> total.add([2.0, float("nan")])
    >>> total.result().tolist()
    [3.0, nan]
    """

    def __init__(self, n: int) -> None:
        self._total = np.full(n, np.nan)

    def add(self, values: Any, missing: float | None = None) -> None:
        """Add the values of one track, one a bin; `missing` is of whole numbers."""
        array = _checked(values, self._total.size)
        _combine.add_present(array, *missing_of(array, missing), self._total)

    def result(self) -> NDArray[Any]:
        """Float64; NaN where no track has a value."""
        return self._total


class WholeTotal:
    """Sum (or mean) of each bin of tracks of 8 or 16 bits that have a value everywhere."""

    def __init__(self, n: int, *, mean: bool = False) -> None:
        self._total, self._n_added, self._mean = np.zeros(n, np.int32), 0, mean

    def add(self, values: Any, missing: float | None = None) -> None:
        """Add the values of one track, one a bin."""
        array = _checked(values, self._total.size)
        self._n_added += 1
        if array.dtype.name not in SMALL or missing is not None or self._n_added > MOST_SMALL:
            raise UsageError(f"{self._n_added} times {array.dtype} may not fit int32 sums")
        _combine.add_whole(array, self._total)

    def result(self) -> NDArray[Any]:
        """Int32; a mean is float64."""
        return np.asarray(self._total / self._n_added) if self._mean else self._total


class Mean:
    """Mean of each bin over the tracks that have a value there."""

    def __init__(self, n: int) -> None:
        self._total, self._count = np.zeros(n), np.zeros(n, np.int32)

    def add(self, values: Any, missing: float | None = None) -> None:
        """Add the values of one track, one a bin."""
        array = _checked(values, self._total.size)
        _combine.add_counted(array, *missing_of(array, missing), self._total, self._count)

    def result(self) -> NDArray[Any]:
        """Float64; NaN where no track has a value."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self._total / self._count)


class Best:
    """Greatest (or, with `sign` -1, least) of each bin."""

    def __init__(self, n: int, sign: int = 1) -> None:
        self._best, self._sign = np.full(n, np.nan), sign

    def add(self, values: Any, missing: float | None = None) -> None:
        """Look at the values of one track, one a bin."""
        array = _checked(values, self._best.size)
        _combine.keep(array, *missing_of(array, missing), float(self._sign), self._best)

    def result(self) -> NDArray[Any]:
        """Float64; NaN where no track has a value."""
        return self._best


def _checked(values: Any, n: int) -> NDArray[Any]:
    array = checked_values(values, "combine")
    if array.size != n:
        raise UsageError(f"{array.size} values do not go into {n} bins")
    return array
