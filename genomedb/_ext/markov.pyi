import numpy as np
from numpy.typing import NDArray

_U1 = NDArray[np.uint8]
_I4 = NDArray[np.int32]
_I8 = NDArray[np.int64]
_U8 = NDArray[np.uint64]
_F8 = NDArray[np.float64]

def mixed(numbers: _U8) -> None: ...
def count(
    letters: _U1, code: _U1, cell: _I4, offset: _I8, k: int, counts: _I8, skipped: _I8
) -> None: ...
def draw(
    letters: _U1,
    keep: _U1,
    code: _U1,
    cell: _I4,
    offset: _I8,
    lead: int,
    k: int,
    limit: _I8,
    weight: _F8,
    state: _U8,
    keeps_n: bool,
    out: _U1,
) -> None: ...
def score(
    letters: _U1,
    code: _U1,
    cell: _I4,
    masked: _U1,
    offset: _I8,
    position: _I8,
    first: _I8,
    k: int,
    logs: _F8,
    sparse: _U1,
    of_sparse: float,
    of_other: float,
    width: int,
    origin: int,
    sums: _F8,
    covered: _U1,
) -> None: ...
def replace(text: _U1, target: _U1, replacement: _U1) -> int: ...
