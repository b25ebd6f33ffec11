from typing import Any

import numpy as np
from numpy.typing import NDArray

def join(
    box: NDArray[np.int64],
    x1: NDArray[Any],
    x2: NDArray[Any],
    y1: NDArray[Any],
    y2: NDArray[Any],
    budget: int,
) -> tuple[int, int]: ...
