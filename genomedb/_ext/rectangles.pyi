import numpy as np
from numpy.typing import NDArray

def sweep(
    events: NDArray[np.int64],
    slot: NDArray[np.int64],
    last: NDArray[np.int64],
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    tree: NDArray[np.uint64],
    level: NDArray[np.intp],
    owner: NDArray[np.int64],
) -> tuple[int, int]: ...
