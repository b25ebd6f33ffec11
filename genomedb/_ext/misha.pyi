import numpy as np
from numpy.typing import NDArray

def crc64(data: NDArray[np.uint8]) -> int: ...
def spread_blocks(
    data: NDArray[np.uint8], at: NDArray[np.int64], table: NDArray[np.float32]
) -> int: ...
def text_places(
    data: NDArray[np.uint8],
    at: int,
    start: NDArray[np.int64],
    length: NDArray[np.int64],
    is_latin: NDArray[np.uint8],
) -> int: ...
