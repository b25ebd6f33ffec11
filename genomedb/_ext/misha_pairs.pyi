import numpy as np
from numpy.typing import NDArray

def tree_records(
    data: NDArray[np.uint8],
    root: int,
    positions: NDArray[np.int64],
    bits: NDArray[np.uint32],
    seen: NDArray[np.uint8],
) -> tuple[int, int]: ...
