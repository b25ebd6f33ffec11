import numpy as np
from numpy.typing import NDArray

_U8 = NDArray[np.uint8]
_I32 = NDArray[np.int32]
_I64 = NDArray[np.int64]

class Splitter:
    def __init__(self, style: int, n_keys: int) -> None: ...
    def names(self, first: int) -> list[bytes]: ...
    def measure(self, data: _U8, offset: _I64, size: _I64) -> None: ...
    def fill(
        self,
        data: _U8,
        offset: _I64,
        column: _I32,
        cursor: _I64,
        filled: _I64,
        edges: _I64,
        out: _U8,
    ) -> None: ...

def info_ends(data: _U8, offset: _I64, row: _I64, out: _I64) -> int: ...
