from typing import Any

import numpy as np
from numpy.typing import NDArray

_Whole = NDArray[np.int64]
_Any = NDArray[Any]

def search(
    n: int,
    box: _Whole,
    count: _Whole,
    offset: _Whole,
    size: _Whole,
    window: _Whole,
    d1: int,
    d2: int,
    wanted: int,
    out: _Whole,
) -> int: ...
def pick(
    x1: _Any,
    x2: _Any,
    y1: _Any,
    y2: _Any,
    value: _Any,
    is_points: bool,
    part: _Whole,
    window: _Whole,
    d1: int,
    d2: int,
    wanted: int,
    left: _Whole,
    row: _Whole,
) -> None: ...
