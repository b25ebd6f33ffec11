from typing import Any

import numpy as np
from numpy.typing import NDArray

_I8 = NDArray[np.int64]
_U1 = NDArray[np.uint8]

def format_rows(chrom: bytes, start: _I8, end: _I8, value: NDArray[Any], out: _U1) -> int: ...
def format_values(value: NDArray[Any], out: _U1) -> int: ...
def format_pairs(position: _I8, value: NDArray[Any], out: _U1) -> int: ...
