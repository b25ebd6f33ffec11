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
