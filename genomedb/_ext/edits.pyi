import numpy as np
from numpy.typing import NDArray

def measure(
    base: NDArray[np.uint8],
    logs: NDArray[np.float64],
    target: NDArray[np.float64],
    use_plus: bool,
    use_minus: bool,
    kind: int,
    threshold: float,
    below: bool,
    score_min: float,
    score_max: float,
    most: float,
    first: int,
    gain: NDArray[np.float64],
    value: NDArray[np.float64],
    arg: NDArray[np.int64],
) -> None: ...
