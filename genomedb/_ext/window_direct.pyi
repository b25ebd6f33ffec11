from typing import Any

import numpy as np
from numpy.typing import NDArray

_I8 = NDArray[np.int64]

def direct(
    kind: int,
    mode: int,
    values: NDArray[Any],
    base: int,
    first: _I8,
    last: _I8,
    out: NDArray[np.float64],
) -> None: ...
def group_means(values: NDArray[Any], size: int, out: NDArray[np.float64]) -> None: ...
