from typing import Any

import numpy as np
from numpy.typing import NDArray

_I8 = NDArray[np.int64]

# `columns` are count (int64), sum, sumsq, min and max (float64), filled in place.
def block_stats(
    values: NDArray[Any], block: int, has_missing: bool, missing: float, *columns: NDArray[Any]
) -> None: ...
def segment_stats(
    values: NDArray[Any],
    first: _I8,
    last: _I8,
    has_missing: bool,
    missing: float,
    *columns: NDArray[Any],
) -> None: ...

# Five columns, first and last, five columns to add to.
def add_ranges(*arguments: NDArray[Any]) -> None: ...

# Five columns, shift, offset, n_bins, shortest, first, last, inner_first, inner_last, five columns.
def add_inner(*arguments: NDArray[Any] | int) -> None: ...
