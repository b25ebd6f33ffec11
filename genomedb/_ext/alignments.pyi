import numpy as np
from numpy.typing import NDArray

_I32 = NDArray[np.int32]
_I64 = NDArray[np.int64]
_U64 = NDArray[np.uint64]

class Collector:
    def __init__(
        self, option: _I64, offset: _I64, length: _I64, lane_of: _I32, counts: _I64, n_seen: _I64
    ) -> None: ...
    def set_lanes(self, lanes: _U64, fill: _I64) -> None: ...
    def set_file(self, code_of: _I32, unknown: _I64) -> None: ...
    def set_seen(self, seen: _U64, times: NDArray[np.uint32]) -> None: ...
    def add_bam(self, data: NDArray[np.uint8], at: int) -> tuple[int, int]: ...
    def add_htslib(
        self,
        read: int,
        file: int,
        header: int,
        bgzf: int,
        iterator: int,
        record: int,
        most: int,
        pending: bool,
    ) -> tuple[int, bool]: ...

def copy_seen(
    seen: _U64, times: NDArray[np.uint32], into: _U64, into_times: NDArray[np.uint32]
) -> None: ...
def core_of(
    record: int,
) -> tuple[int, int, int, int, int, int, int, int, int, int, int, bytes]: ...
