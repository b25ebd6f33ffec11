from typing import Any

import numpy as np
from numpy.typing import NDArray

_I8 = NDArray[np.int64]
_F8 = NDArray[np.float64]
_U1 = NDArray[np.uint8]

def slide(
    kind: int,
    mode: int,
    log_tile: int,
    head: NDArray[Any],
    tail: NDArray[Any],
    head_base: int,
    tail_base: int,
    suffix: _F8,
    suffix_done: _U1,
    prefix: _F8,
    prefix_done: _U1,
    middle: _F8,
    first: _I8,
    last: _I8,
    out: _F8,
) -> None: ...
def total(kind: int, values: NDArray[Any], base: int, out: _F8) -> None: ...
def classify(first: _I8, last: _I8, narrow: int, key: _I8) -> None: ...
