import numpy as np
from numpy.typing import NDArray

def build(end: NDArray[np.int64], tree: NDArray[np.int64]) -> None: ...
def nearest_middle(
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    row: NDArray[np.int64],
    tree: NDArray[np.int64],
    position: NDArray[np.int64],
    n_begun: NDArray[np.int64],
    relative: bool,
    distance: NDArray[np.float64],
    which: NDArray[np.int64],
) -> None: ...
