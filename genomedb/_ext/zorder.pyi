from typing import Any

import numpy as np
from numpy.typing import NDArray

def codes(
    x: NDArray[Any], y: NDArray[Any], shift: int, mask: int, code: NDArray[np.uint64]
) -> None: ...
def is_sorted(code: NDArray[np.uint64]) -> bool: ...
def sort(
    code: NDArray[np.uint64],
    code2: NDArray[np.uint64],
    row: NDArray[np.uint32],
    row2: NDArray[np.uint32],
) -> bool: ...
def places(code: NDArray[np.uint64], x: NDArray[Any], y: NDArray[Any]) -> None: ...
