import numpy as np
from numpy.typing import NDArray

def matches(
    letters: NDArray[np.uint8],
    plus: NDArray[np.uint8],
    minus: NDArray[np.uint8],
    use_plus: bool,
    use_minus: bool,
    out: NDArray[np.float64],
) -> None: ...
def lower_case(letters: NDArray[np.uint8], out: NDArray[np.float64]) -> None: ...
def distribution(
    letters: NDArray[np.uint8],
    start: NDArray[np.int64],
    stop: NDArray[np.int64],
    code: NDArray[np.uint8],
    k: int,
    counts: NDArray[np.int64],
) -> None: ...
