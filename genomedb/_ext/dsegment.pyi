import numpy as np
from numpy.typing import NDArray

def find(
    scores: NDArray[np.float64],
    thresh: float,
    max_dropoff: float,
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> int: ...
