import numpy as np
from numpy.typing import NDArray

def score(
    letters: NDArray[np.uint8],
    code: NDArray[np.uint8],
    word: NDArray[np.uint8],
    plus: NDArray[np.float64],
    minus: NDArray[np.float64],
    width: int,
    use_plus: bool,
    use_minus: bool,
    in_logs: bool,
    kind: int,
    threshold: float,
    first: int,
    value: NDArray[np.float64],
    arg: NDArray[np.int64],
) -> None: ...
def weigh(
    value: NDArray[np.float64],
    arg: NDArray[np.int64],
    offset: int,
    start: NDArray[np.int64],
    stop: NDArray[np.int64],
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    from_end: bool,
    near: int,
    weight: NDArray[np.float64],
    bin_size: int,
    in_logs: bool,
    kind: int,
    threshold: float,
    out: NDArray[np.float64],
    out_arg: NDArray[np.int64],
) -> None: ...
