import numpy as np
from numpy.typing import NDArray

_I8 = NDArray[np.int64]

def place(
    start: _I8,
    end: _I8,
    offset: _I8,
    block: _I8,
    source: _I8,
    size: _I8,
    target: _I8,
    reverse: NDArray[np.int8],
    row: _I8,
    source_start: _I8,
    source_end: _I8,
    target_start: _I8,
    target_end: _I8,
) -> None: ...
def winners(
    start: _I8,
    end: _I8,
    rank: _I8,
    heap: _I8,
    out_start: _I8,
    out_end: _I8,
    out_item: _I8,
) -> int: ...
def best_clusters(
    query: _I8,
    start: _I8,
    end: _I8,
    chain: _I8,
    by_chain: _I8,
    measure: int,
    parent: _I8,
    total: _I8,
    keep: NDArray[np.uint8],
) -> None: ...
