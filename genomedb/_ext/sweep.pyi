import numpy as np
from numpy.typing import NDArray

_Ints = NDArray[np.int64]

def place(code: _Ints, start: _Ints, end: _Ints, offset: _Ints, at: _Ints, to: _Ints) -> bool: ...
def unplace(offset: _Ints, at: _Ints, to: _Ints, code: _Ints) -> None: ...
def argsort(
    key: _Ints,
    n_bits: int,
    n_digits: int,
    work: NDArray[np.uint64],
    other: NDArray[np.uint64],
) -> bool: ...
def merge(
    at: _Ints,
    to: _Ints,
    order: _Ints,
    touching: bool,
    out_at: _Ints,
    out_to: _Ints,
    group: _Ints,
) -> int: ...
def union(
    a_at: _Ints, a_to: _Ints, b_at: _Ints, b_to: _Ints, out_at: _Ints, out_to: _Ints
) -> int: ...
def intersect(
    a_at: _Ints, a_to: _Ints, b_at: _Ints, b_to: _Ints, out_at: _Ints, out_to: _Ints
) -> int: ...
def subtract(
    a_at: _Ints,
    a_to: _Ints,
    b_at: _Ints,
    b_to: _Ints,
    n_pieces: _Ints,
    place_of: _Ints,
    out_at: _Ints,
    out_to: _Ints,
) -> None: ...
def count_pairs(
    a_at: _Ints,
    a_to: _Ints,
    b_at: _Ints,
    b_to: _Ints,
    a_row: _Ints,
    a_low: _Ints,
    a_high: _Ints,
    b_low: _Ints,
    b_high: _Ints,
    change: _Ints,
    n_hits: _Ints,
) -> None: ...
def fill_pairs(
    a_row: _Ints,
    b_row: _Ints,
    a_low: _Ints,
    a_high: _Ints,
    b_low: _Ints,
    b_high: _Ints,
    place_of: _Ints,
    out_b: _Ints,
) -> None: ...
