import numpy as np
from numpy.typing import NDArray

_I8 = NDArray[np.int64]
_U1 = NDArray[np.uint8]

class Scratch: ...

def read_segments(
    fd: int,
    addr: _I8,
    size: _I8,
    seg_ptr: _I8,
    src: _I8,
    dst: _I8,
    length: _I8,
    c0: int,
    c1: int,
    codec: tuple[int, ...],
    deflated: bool,
    shuffle: bool,
    fletcher: bool,
    itemsize: int,
    chunk_bytes: int,
    fill: _U1,
    out: _U1,
    max_size: int,
    scratch: Scratch,
) -> tuple[int, int]: ...
def encode_chunks(
    values: _U1,
    chunk_bytes: int,
    itemsize: int,
    shuffle: bool,
    fletcher: bool,
    level: int,
    codec: tuple[int, ...],
    fill: _U1,
    out: _U1,
    sizes: _I8,
) -> int: ...
def crc32_blocks(data: _U1, block_bytes: int, function: int, out: NDArray[np.uint32]) -> None: ...
def fletcher32(data: _U1) -> int: ...
