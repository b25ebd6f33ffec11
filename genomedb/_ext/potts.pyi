import numpy as np
from numpy.typing import NDArray

def score(
    base: NDArray[np.uint8],
    single: NDArray[np.float64],
    pair: NDArray[np.int64],
    coupling: NDArray[np.float64],
    intercept: float,
    use_plus: bool,
    use_minus: bool,
    kind: int,
    threshold: float,
    first: int,
    value: NDArray[np.float64],
    arg: NDArray[np.int64],
) -> None: ...
