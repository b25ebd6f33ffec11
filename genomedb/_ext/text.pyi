import numpy as np
from numpy.typing import NDArray

_Bytes = bytes | bytearray | memoryview | NDArray[np.uint8]

def count_byte(data: _Bytes, wanted: int) -> int: ...

class LineParser:
    wrong_offset: int
    wrong_size: int
    def __init__(
        self, roles: NDArray[np.uint8], separator: int, wig: bool, track_lines: bool, line: int
    ) -> None: ...
    @property
    def line(self) -> int: ...
    @property
    def n_names(self) -> int: ...
    def names(self, first: int) -> list[bytes]: ...
    def parse(
        self,
        data: _Bytes,
        chrom: NDArray[np.int32],
        start: NDArray[np.int64],
        end: NDArray[np.int64],
        value: NDArray[np.float64],
        line: NDArray[np.int64],
    ) -> tuple[int, int]: ...
