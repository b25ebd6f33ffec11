from typing import Any

import numpy as np
from numpy.typing import NDArray

_Real = NDArray[np.float64]
_Whole = NDArray[np.int64]

def boxes(
    start: NDArray[Any], end: NDArray[Any], extra: int, low: NDArray[Any], high: NDArray[Any]
) -> None: ...
def stats(value: NDArray[Any], count: _Whole, total: _Real, low: _Real, high: _Real) -> None: ...
def areas(
    x1: NDArray[Any],
    x2: NDArray[Any],
    y1: NDArray[Any],
    y2: NDArray[Any],
    value: NDArray[Any],
    area: _Whole,
    weighted: _Real,
) -> None: ...
