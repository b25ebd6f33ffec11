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
def read_chunk(
    fd: int,
    addr: int,
    size: int,
    codec: tuple[int, ...],
    deflated: bool,
    shuffle: bool,
    fletcher: bool,
    itemsize: int,
    chunk_bytes: int,
    out: _U1,
    scratch: Scratch,
) -> int: ...
def is_repeated(values: _U1, item: _U1) -> bool: ...
def shuffle(values: _U1, itemsize: int, out: _U1) -> None: ...
def crc32_blocks(data: _U1, block_bytes: int, function: int, out: NDArray[np.uint32]) -> None: ...
def checksum(data: bytes | memoryview | _U1, function: int, start: int) -> int: ...
def n_changes(values: _U1) -> int: ...
def compare_chunks(
    fd: int,
    addr: _I8,
    size: _I8,
    expected: NDArray[np.uint32],
    codec: tuple[int, ...],
    max_size: int,
    scratch: Scratch,
) -> tuple[int, int]: ...
def fletcher32(data: _U1) -> int: ...
