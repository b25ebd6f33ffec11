from typing import Any

import numpy as np
from numpy.typing import NDArray

_I8 = NDArray[np.int64]
_F8 = NDArray[np.float64]
_I4 = NDArray[np.int32]

def rank_values(
    values: NDArray[Any],
    keys: NDArray[np.uint64],
    items: NDArray[np.uint32],
    rank: _I4,
    distinct: _F8,
) -> int: ...
def slide_quantile(
    rank: _I4,
    distinct: _F8,
    base: int,
    first: _I8,
    last: _I8,
    p: float,
    c0: _I4,
    c1: _I4,
    c2: _I4,
    out: _F8,
) -> None: ...
def select_quantile(
    values: NDArray[Any],
    base: int,
    first: _I8,
    last: _I8,
    p: float,
    scratch: NDArray[np.uint64],
    out: _F8,
) -> None: ...
def histogram(values: NDArray[Any], above: int, shift: int, counts: _I8) -> None: ...
def value_of(key: int, single: bool) -> float: ...
