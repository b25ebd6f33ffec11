from typing import Any

import numpy as np
from numpy.typing import NDArray

_Real = NDArray[np.float64]
_Whole = NDArray[np.int64]
_Any = NDArray[Any]

def ranges(
    n: int, box: _Whole, x1: int, x2: int, y1: int, y2: int, d1: int, d2: int, out: _Whole
) -> int: ...
def sums(
    n: int,
    box: _Whole,
    count: _Whole,
    total: _Real,
    low: _Real,
    high: _Real,
    area: _Whole,
    weighted: _Real,
    window: _Whole,
    d1: int,
    d2: int,
    n_out: _Any,
    area_out: _Any,
    wsum_out: _Any,
    sum_out: _Any,
    min_out: _Any,
    max_out: _Any,
    part: _Whole,
) -> int: ...
