import numpy as np
from numpy.typing import NDArray

_Bytes = bytes | bytearray | memoryview | NDArray[np.uint8]

class FieldParser:
    wrong_offset: int
    wrong_size: int
    def __init__(
        self,
        roles: NDArray[np.uint8],
        tabs: bool,
        fewest: int,
        open_ended: bool,
        track_lines: bool,
        base: int,
        line: int,
    ) -> None: ...
    @property
    def line(self) -> int: ...
    @property
    def wrong_column(self) -> int: ...
    @property
    def n_names(self) -> int: ...
    def names(self, first: int) -> list[bytes]: ...
    def parse(
        self,
        data: _Bytes,
        chrom: NDArray[np.int32],
        start: NDArray[np.int64],
        end: NDArray[np.int64],
        strand: NDArray[np.int8],
        line: NDArray[np.int64],
        number: NDArray[np.float64],
        whole: NDArray[np.int64],
        first: NDArray[np.int64],
        offset: NDArray[np.int64],
    ) -> tuple[int, int]: ...

def copy_texts(
    data: _Bytes,
    first: NDArray[np.int64],
    offset: NDArray[np.int64],
    out: NDArray[np.uint8],
) -> None: ...
