from typing import Any

import numpy as np
from numpy.typing import NDArray

_Whole = NDArray[np.int64]
_Any = NDArray[Any]

def select(
    x1: _Any, x2: _Any, y1: _Any, y2: _Any, is_points: bool, window: _Whole, row: _Whole
) -> int: ...
def copy(
    x1: _Any,
    x2: _Any,
    y1: _Any,
    y2: _Any,
    value: _Any,
    is_points: bool,
    part: _Whole,
    window: _Whole,
    place: _Any,
    item: _Any,
) -> int: ...
def add_records(
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
    n_out: _Any,
    area_out: _Any,
    wsum_out: _Any,
    sum_out: _Any,
    min_out: _Any,
    max_out: _Any,
) -> None: ...
