"""Door to ext/alignments_bgzf.pyx: blocks of BGZF files unpacked many at a time."""

from __future__ import annotations

import zlib
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import alignments_bgzf as _bgzf
from genomedb.errors import FormatError

_Data = bytes | memoryview
_FAULTS: Final = {1: "no block of BGZF", 2: "a block is damaged", 3: "a checksum differs"}
_NO_MEMORY: Final = 4
_FUNCTIONS: Final = (
    "libdeflate_alloc_decompressor",
    "libdeflate_deflate_decompress",
    "libdeflate_free_decompressor",
    "libdeflate_crc32",
)


@cache
def codec() -> tuple[int, ...] | None:
    """Addresses of the libdeflate functions inside the `deflate` package, None if hidden."""
    import ctypes

    try:
        from deflate import _deflate

        library = ctypes.CDLL(_deflate.__file__)
        found = (ctypes.cast(getattr(library, name), ctypes.c_void_p) for name in _FUNCTIONS)
        return tuple(pointer.value or 0 for pointer in found)
    except (ImportError, OSError, AttributeError):
        return None


class Blocks(NamedTuple):
    """Whole blocks at the beginning of some stored bytes.

    Attributes
    ----------
    n_stored, n_plain : int
        Bytes they take, and bytes they unpack to.
    ends : bool
        The last of them is empty, as at the end of a file.
    """

    n_stored: int
    n_plain: int
    ends: bool


def measure_blocks(data: _Data, room: int, *, where: str) -> Blocks:
    """Find the whole blocks at the beginning of `data` that unpack to at most `room` bytes.

    Raises
    ------
    FormatError
        What comes is no block.
    """
    code, n_stored, n_plain, ends = _bgzf.measure(data, room)
    if code and n_stored == 0:
        raise _damaged(code, where)
    return Blocks(n_stored, n_plain, ends)


def inflate_blocks(data: _Data, out: NDArray[np.uint8], *, where: str) -> None:
    """Unpack whole blocks into `out`, which is exactly as long as they unpack to.

    The interpreter lock is released: threads may unpack other blocks at the same time.

    Raises
    ------
    FormatError
        A block is damaged; `where` names the file.
    """
    functions = codec()
    if functions is None:
        _inflate_slowly(data, out, where)
        return
    code = _bgzf.inflate(data, out, functions)
    if code == _NO_MEMORY:
        raise MemoryError
    if code:
        raise _damaged(code, where)


def _inflate_slowly(data: _Data, out: NDArray[np.uint8], where: str) -> None:
    """The same with zlib, where libdeflate is hidden."""
    rest, at = bytes(data), 0
    try:
        while rest:
            stream = zlib.decompressobj(31)
            plain = stream.decompress(rest)
            if not stream.eof or at + len(plain) > out.size:
                raise _damaged(1, where)
            out[at : at + len(plain)] = np.frombuffer(plain, np.uint8)
            rest, at = stream.unused_data, at + len(plain)
    except zlib.error:
        raise _damaged(2, where) from None


def _damaged(code: int, where: str) -> FormatError:
    return FormatError(
        f"the compressed file is truncated or damaged ({_FAULTS[code]})", where=where,
        fix="Copy it again",
    )  # fmt: skip
