from typing import Any

import numpy as np
from numpy.typing import NDArray

def build(end: NDArray[np.int64], tree: NDArray[np.int64], level: NDArray[np.intp]) -> None: ...
def count(
    starts: NDArray[np.int64],
    end: NDArray[np.int64],
    tree: NDArray[np.int64],
    level: NDArray[np.intp],
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    n: NDArray[np.int64],
) -> None: ...
def fill(
    starts: NDArray[np.int64],
    end: NDArray[np.int64],
    tree: NDArray[np.int64],
    level: NDArray[np.intp],
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    out: NDArray[Any],
) -> None: ...
def ranges(
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    first: NDArray[np.int64],
    n: NDArray[np.int64],
) -> None: ...
