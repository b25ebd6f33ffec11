"""Shuffled chunks of which planes of bytes that do not compress are stored as they are.

The low bytes of positions are random: deflate spends most of its time on them, in vain. A deflate
stream may hold stored blocks among others, so such planes are copied, when written and when
read; to readers the stream is one like any other. In noisy planes, whose bytes only differ in how
frequent they are, looking for what comes again costs time and bytes: each plane is deflated in
the way that suits it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from genomedb.kernels.chunks import adler32, n_changes

_HEAD = b"\x78\x01"  # a zlib stream of the fastest level
_LAST = b"\x01\x00\x00\xff\xff"  # an empty stored block, the last
_MAX_STORED = 65535  # bytes of a stored block
_SAMPLE_BITS = 11
_SAMPLE = 1 << _SAMPLE_BITS  # bytes of a plane that are looked at
_FLAT = 1.2  # a sample with so much more collisions than random bytes have is not random
_RUNS = 12  # bytes that go on for so long on average are runs
_NO_GAIN = 0.98  # a sample that does not become smaller than this


def tried_planes(planes: NDArray[np.uint8], level: int) -> tuple[list[int], bytes]:
    """The best zlib strategy for each plane, by trial, and the stream of these planes.

    No strategies when one stream of all is smaller.

    Parameters
    ----------
    planes : ndarray of uint8, shape (itemsize, n_items)
        First bytes of all values, second bytes, ...
    level : int
        Deflate level.
    """
    chosen, parts, some_random = [], [_HEAD], False
    for plane in planes:
        if _is_random(plane):
            some_random = True
            chosen.append(zlib.Z_DEFAULT_STRATEGY)
            parts += _stored(plane)
            continue
        other = zlib.Z_RLE if has_runs(plane) else zlib.Z_HUFFMAN_ONLY
        suited = _part(plane, level, other)
        usual = _part(plane, level, zlib.Z_DEFAULT_STRATEGY)
        is_better = len(suited) <= len(usual)
        chosen.append(other if is_better else zlib.Z_DEFAULT_STRATEGY)
        parts.append(suited if is_better else usual)
    mixed = b"".join((*parts, _LAST, _checksum(planes.reshape(-1))))
    if some_random:
        return chosen, mixed
    whole = zlib_stream(planes.reshape(-1), level, zlib.Z_DEFAULT_STRATEGY)
    return (chosen, mixed) if len(mixed) < len(whole) else ([], whole)


def deflated_planes(planes: NDArray[np.uint8], level: int, strategies: list[int]) -> bytes:
    """A zlib stream of the planes of a chunk.

    Parameters
    ----------
    planes : ndarray of uint8, shape (itemsize, n_items)
        First bytes of all values, second bytes, ...
    level : int
        Deflate level of what compresses.
    strategies : list of int
        What `tried_planes` has found for planes of a chunk like this one.
    """
    stored = [_is_random(plane) for plane in planes]
    if not strategies and not any(stored):
        return zlib_stream(planes.reshape(-1), level, zlib.Z_DEFAULT_STRATEGY)
    parts = [_HEAD]
    for i, plane in enumerate(planes):
        if stored[i]:
            parts += _stored(plane)
            continue
        way = strategies[i] if strategies else zlib.Z_DEFAULT_STRATEGY
        if (way == zlib.Z_RLE) != has_runs(plane):  # not like that one
            way = zlib.Z_DEFAULT_STRATEGY
        parts.append(_part(plane, level, way))
    parts += (_LAST, _checksum(planes.reshape(-1)))
    return b"".join(parts)


def has_runs(data: NDArray[np.uint8]) -> bool:
    """Does a byte go on for long, on average?"""
    return n_changes(data) * _RUNS < data.size


def zlib_stream(data: NDArray[np.uint8], level: int, strategy: int) -> bytes:
    """A zlib stream; its checksum is computed faster than zlib does."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, strategy)
    parts = (_HEAD, packer.compress(data.data), packer.flush(), _checksum(data))
    return b"".join(parts)


def _checksum(data: NDArray[np.uint8]) -> bytes:
    return adler32(data).to_bytes(4, "big")


def _part(plane: NDArray[np.uint8], level: int, strategy: int) -> bytes:
    """Deflated blocks up to a whole byte; what follows refers to nothing in them."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, strategy)
    return packer.compress(plane.data) + packer.flush(zlib.Z_FULL_FLUSH)


def _stored(plane: NDArray[np.uint8]) -> Iterator[bytes]:
    """Stored blocks."""
    for at in range(0, plane.size, _MAX_STORED):
        part = plane[at : at + _MAX_STORED]
        size = part.size
        yield b"\x00" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little")
        yield part.tobytes()


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


__all__ = ["deflated_planes", "has_runs", "tried_planes", "zlib_stream"]
