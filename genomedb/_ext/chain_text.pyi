import numpy as np
from numpy.typing import NDArray

_Bytes = bytes | bytearray | memoryview | NDArray[np.uint8]
_I8 = NDArray[np.int64]

class ChainParser:
    wrong_offset: int
    wrong_size: int
    def __init__(self) -> None: ...
    @property
    def line(self) -> int: ...
    @property
    def is_open(self) -> bool: ...
    def sources(self) -> list[bytes]: ...
    def targets(self) -> list[bytes]: ...
    def parse(
        self,
        data: _Bytes,
        headers: _I8,
        scores: NDArray[np.float64],
        chain: _I8,
        source_start: _I8,
        target_start: _I8,
        sizes: _I8,
    ) -> tuple[int, int, int]: ...
