from typing import Any

import numpy as np
from numpy.typing import NDArray

def count_runs(values: NDArray[Any], has_missing: bool, missing: float) -> int: ...
def fill_runs(
    values: NDArray[Any],
    has_missing: bool,
    missing: float,
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    run_values: NDArray[Any],
) -> None: ...
def true_bins(
    flags: NDArray[np.uint8],
    first: int,
    width: int,
    lower: int,
    upper: int,
    may_join: bool,
    edges: NDArray[np.int64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    n: int,
) -> int: ...
def true_intervals(
    flags: NDArray[np.uint8],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    may_join: bool,
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    n: int,
) -> int: ...
