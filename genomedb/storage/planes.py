"""Shuffled chunks of which planes of bytes that do not compress are stored as they are.

The low bytes of positions are random: deflate spends most of its time on them, in vain. A deflate
stream may hold stored blocks among others, so such planes are copied, when written and when
read; to readers the stream is one like any other.
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from genomedb.kernels.chunks import adler32

_HEAD = b"\x78\x01"  # a zlib stream of the fastest level
_LAST = b"\x01\x00\x00\xff\xff"  # an empty stored block, the last
_MAX_STORED = 65535  # bytes of a stored block
_SAMPLE_BITS = 11
_SAMPLE = 1 << _SAMPLE_BITS  # bytes of a plane that are looked at
_FLAT = 1.2  # a sample with so much more collisions than random bytes have is not random
_NO_GAIN = 0.98  # a sample that does not become smaller than this


def deflated_planes(planes: NDArray[np.uint8], level: int) -> bytes:
    """A zlib stream of the planes of a chunk.

    Parameters
    ----------
    planes : ndarray of uint8, shape (itemsize, n_items)
        First bytes of all values, second bytes, ...
    level : int
        Deflate level of what compresses.
    """
    stored = [_is_random(plane) for plane in planes]
    if any(stored):
        return _mixed(planes, stored, level)
    return zlib_stream(planes.reshape(-1), level, zlib.Z_DEFAULT_STRATEGY)


def zlib_stream(data: NDArray[np.uint8], level: int, strategy: int) -> bytes:
    """A zlib stream; its checksum is computed faster than zlib does."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, strategy)
    parts = (_HEAD, packer.compress(data.data), packer.flush(), _checksum(data))
    return b"".join(parts)


def _checksum(data: NDArray[np.uint8]) -> bytes:
    return adler32(data).to_bytes(4, "big")


def _mixed(planes: NDArray[np.uint8], stored: list[bool], level: int) -> bytes:
    """A zlib stream of planes, some of them stored."""
    parts, packer, waits = [_HEAD], zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS), False
    for plane, as_it_is in zip(planes, stored, strict=True):
        if not as_it_is:
            parts.append(packer.compress(plane.data))
            waits = True
            continue
        if waits:  # to a whole byte; and what follows refers to nothing before it
            parts.append(packer.flush(zlib.Z_FULL_FLUSH))
            waits = False
        for at in range(0, plane.size, _MAX_STORED):
            part = plane[at : at + _MAX_STORED]
            size = part.size
            parts.append(
                b"\x00" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little")
            )
            parts.append(part.tobytes())
    parts.append(packer.flush(zlib.Z_FINISH) if waits else _LAST)
    parts.append(_checksum(planes.reshape(-1)))
    return b"".join(parts)


def _is_random(plane: NDArray[np.uint8]) -> bool:
    """Would deflate do nothing for this plane?"""
    if plane.size < _SAMPLE:
        return False
    middle = (plane.size - _SAMPLE) // 2
    sample = plane[middle : middle + _SAMPLE]
    seen = np.bincount(sample, minlength=256)
    if int(seen @ seen) > _FLAT * (_SAMPLE + _SAMPLE * (_SAMPLE - 1) / 256):
        return False
    # all bytes are as frequent, but they may come in a pattern
    packer = zlib.compressobj(1, zlib.DEFLATED, -_SAMPLE_BITS, 5)  # little memory to clear
    return len(packer.compress(sample.data) + packer.flush()) > _NO_GAIN * _SAMPLE


__all__ = ["deflated_planes", "zlib_stream"]
