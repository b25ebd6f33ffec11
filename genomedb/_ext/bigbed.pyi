import numpy as np
from numpy.typing import NDArray

_I8 = NDArray[np.int64]
_Bytes = bytes | bytearray | NDArray[np.uint8]

def count_items(data: _Bytes, stops: _I8) -> int: ...
def split_items(
    data: _Bytes, big: bool, n_columns: int, chrom: _I8, start: _I8, end: _I8, edges: _I8
) -> int: ...
def copy_column(
    data: _Bytes, edges: _I8, column: int, offset: _I8, out: NDArray[np.uint8]
) -> None: ...
