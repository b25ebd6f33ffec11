import numpy as np
from numpy.typing import NDArray

_Ints = NDArray[np.int64]

def build(end: _Ints, row: _Ints, level: NDArray[np.intp], most: _Ints, least: _Ints) -> None: ...
def nearest(
    code: _Ints,
    at: _Ints,
    to: _Ints,
    strand: NDArray[np.int8],
    visit: _Ints,
    first_row: int,
    b_at: _Ints,
    b_to: _Ints,
    upto: _Ints,
    at_row: _Ints,
    b_edge: _Ints,
    edge_row: _Ints,
    bound: NDArray[np.intp],
    level: NDArray[np.intp],
    most: _Ints,
    least: _Ints,
    n_chroms: int,
    shift: _Ints,
    left_sign: NDArray[np.int8],
    right_sign: NDArray[np.int8],
    k: int,
    lowest: int,
    highest: int,
    out_row: _Ints,
    out_dist: _Ints,
    n_found: _Ints,
) -> None: ...
