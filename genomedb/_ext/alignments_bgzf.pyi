import numpy as np
from numpy.typing import NDArray

_Data = bytes | memoryview | NDArray[np.uint8]

def measure(data: _Data, room: int) -> tuple[int, int, int, bool]: ...
def inflate(data: _Data, out: NDArray[np.uint8], codec: tuple[int, ...]) -> int: ...
