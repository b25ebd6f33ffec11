import numpy as np
from numpy.typing import NDArray

def build(
    value: NDArray[np.float64],
    arg: NDArray[np.int64],
    op: int,
    level: NDArray[np.intp],
    tree: NDArray[np.float64],
    tree_arg: NDArray[np.int64],
) -> None: ...
def reduce(
    value: NDArray[np.float64],
    arg: NDArray[np.int64],
    op: int,
    level: NDArray[np.intp],
    tree: NDArray[np.float64],
    tree_arg: NDArray[np.int64],
    start: NDArray[np.int64],
    stop: NDArray[np.int64],
    out: NDArray[np.float64],
    out_arg: NDArray[np.int64],
) -> None: ...
