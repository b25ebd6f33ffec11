import numpy as np
from numpy.typing import NDArray

_Data = bytes | memoryview

class ReadParser:
    n_names: int
    def __init__(self, columns: NDArray[np.int32], sam: bool) -> None: ...
    def names(self, first: int) -> list[bytes]: ...
    def parse(
        self,
        data: _Data,
        chrom: NDArray[np.int32],
        position: NDArray[np.int64],
        strand: NDArray[np.int8],
        size: NDArray[np.int64],
    ) -> int: ...

def bam_reads(
    data: _Data,
    chrom: NDArray[np.int32],
    position: NDArray[np.int64],
    strand: NDArray[np.int8],
    size: NDArray[np.int64],
) -> tuple[int, int]: ...
