"""Chunks of HDF5 datasets, decoded and encoded around the HDF5 filter pipeline."""

from __future__ import annotations

import threading
import zlib
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import chunks as _chunks

READ_FAILED, BAD_CHECKSUM, BAD_STREAM, NO_MEMORY = 1, 2, 3, 4
FAULTS = {
    READ_FAILED: "the file ends before the data it promises, or cannot be read",
    BAD_CHECKSUM: "checksum differs",
    BAD_STREAM: "compressed data are damaged",
}
CRC_BLOCK_BYTES = 65536
_FUNCTIONS = (
    "libdeflate_alloc_decompressor",
    "libdeflate_zlib_decompress",
    "libdeflate_free_decompressor",
    "libdeflate_crc32",
    "libdeflate_adler32",
)


@cache
def codec() -> tuple[int, ...] | None:
    """Addresses of the libdeflate functions inside the `deflate` package, None if hidden.

    The package links libdeflate into its extension module; calling it by address keeps the
    whole decoding loop compiled and off the interpreter lock. Where a build hides the
    symbols, callers go through HDF5's own filters and get the same bytes.
    """
    import ctypes

    try:
        from deflate import _deflate

        library = ctypes.CDLL(_deflate.__file__)
        found = (ctypes.cast(getattr(library, name), ctypes.c_void_p) for name in _FUNCTIONS)
        return tuple(pointer.value or 0 for pointer in found)
    except (ImportError, OSError, AttributeError):
        return None


_PER_THREAD = threading.local()


def _scratch() -> _chunks.Scratch:
    """Buffers of this thread, freed when it ends."""
    try:
        return _PER_THREAD.scratch  # type: ignore[no-any-return]
    except AttributeError:
        _PER_THREAD.scratch = _chunks.Scratch()
        return _PER_THREAD.scratch  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Pipeline:
    """How the chunks of one dataset are stored."""

    itemsize: int
    chunk_bytes: int
    deflated: bool
    shuffle: bool
    fletcher: bool
    fill: NDArray[np.uint8]


@dataclass(frozen=True)
class Segments:
    """Which bytes of which chunks go where: the plan of one read.

    Attributes
    ----------
    chunk : ndarray of int64, shape (n_chunks,)
        Chunk numbers, ascending.
    first : ndarray of int64, shape (n_chunks + 1,)
        Segments of chunk ``i`` are ``first[i]:first[i + 1]``.
    src, dst, length : ndarray of int64, shape (n_segments,)
        Byte offset in the chunk, byte offset in the result, bytes.
    """

    chunk: NDArray[np.int64]
    first: NDArray[np.int64]
    src: NDArray[np.int64]
    dst: NDArray[np.int64]
    length: NDArray[np.int64]


def plan_segments(
    first: NDArray[np.int64], last: NDArray[np.int64], chunk_items: int, itemsize: int
) -> Segments:
    """Plan reading the windows ``[first, last)`` (items) one behind the other.

    Parameters
    ----------
    first, last : ndarray of int64, shape (n,)
        Item ranges, ``first <= last``; any order, overlaps allowed.
    chunk_items, itemsize : int
        Items in a chunk, bytes of an item.
    """
    if first.size == 1 and first[0] < last[0]:
        return _plan_one(int(first[0]), int(last[0]), chunk_items, itemsize)
    c0 = first // chunk_items
    n_touched = np.where(last > first, (last - 1) // chunk_items - c0 + 1, 0)
    window = np.repeat(np.arange(first.size), n_touched)
    before = np.cumsum(n_touched) - n_touched
    chunk = c0[window] + np.arange(window.size) - before[window]
    start = np.maximum(first[window], chunk * chunk_items)
    stop = np.minimum(last[window], (chunk + 1) * chunk_items)
    out_at = np.cumsum(last - first) - (last - first)
    dst = out_at[window] + start - first[window]
    order = np.argsort(chunk, kind="stable")
    chunk, start, stop, dst = chunk[order], start[order], stop[order], dst[order]
    new = np.flatnonzero(np.diff(chunk, prepend=-1))
    return Segments(
        chunk[new],
        np.append(new, chunk.size).astype(np.int64),
        (start - chunk * chunk_items) * itemsize,
        dst * itemsize,
        (stop - start) * itemsize,
    )


def _plan_one(first: int, last: int, chunk_items: int, itemsize: int) -> Segments:
    """The plan of one window, which the reads of whole stretches are."""
    chunk = np.arange(first // chunk_items, (last - 1) // chunk_items + 1)
    src = np.zeros(chunk.size, np.int64)
    dst = (chunk * chunk_items - first) * itemsize
    length = np.full(chunk.size, chunk_items * itemsize)
    src[0], dst[0] = -dst[0], 0
    length[0] -= src[0]
    length[-1] -= ((int(chunk[-1]) + 1) * chunk_items - last) * itemsize
    return Segments(chunk, np.arange(chunk.size + 1), src, dst, length)


def read_segments(
    fd: int,
    pipeline: Pipeline,
    address: NDArray[np.int64],
    size: NDArray[np.int64],
    plan: Segments,
    out: NDArray[np.uint8],
    part: slice | None = None,
) -> tuple[int, int]:
    """Decode the chunks of a plan (or a part of it) into `out`; return (fault code, chunk).

    Parameters
    ----------
    fd : int
        Descriptor of the file; read with positional reads.
    pipeline : Pipeline
        How chunks are stored.
    address, size : ndarray of int64, shape (len(plan.chunk),)
        Where each chunk of the plan lies; address -1 for a chunk never written.
    plan : Segments
        What to copy.
    out : ndarray of uint8
        Receives the bytes.
    part : slice, optional
        Chunks of the plan to do; threads share a plan this way.
    """
    c0, c1 = (0, plan.chunk.size) if part is None else (part.start, part.stop)
    functions = codec() or ()
    code, failed = _chunks.read_segments(
        fd, address, size, plan.first, plan.src, plan.dst, plan.length, c0, c1, functions,
        pipeline.deflated, pipeline.shuffle, pipeline.fletcher, pipeline.itemsize,
        pipeline.chunk_bytes, pipeline.fill, out, int(size.max(initial=0)), _scratch(),
    )  # fmt: skip
    if code == NO_MEMORY:
        raise MemoryError(f"no memory for a chunk of {pipeline.chunk_bytes} bytes")
    return code, int(plan.chunk[failed]) if code else -1


def read_chunk(fd: int, pipeline: Pipeline, address: int, size: int, out: NDArray[np.uint8]) -> int:
    """Decode one whole chunk into `out`; return the fault code."""
    code = _chunks.read_chunk(
        fd, address, size, codec() or (), pipeline.deflated, pipeline.shuffle, pipeline.fletcher,
        pipeline.itemsize, pipeline.chunk_bytes, out, _scratch(),
    )  # fmt: skip
    if code == NO_MEMORY:
        raise MemoryError(f"no memory for a chunk of {pipeline.chunk_bytes} bytes")
    return code


def shuffled(values: NDArray[np.uint8], itemsize: int) -> NDArray[np.uint8]:
    """First bytes of all items, then all second bytes, and so on; whole items."""
    planes = np.empty_like(values)
    _chunks.shuffle(values, itemsize, planes)
    return planes


def n_changes(values: NDArray[np.uint8]) -> int:
    """How many bytes differ from the one before them."""
    return _chunks.n_changes(values)


def is_repeated(values: NDArray[np.uint8], item: NDArray[np.uint8]) -> bool:
    """Are these bytes nothing but `item` again and again?"""
    return _chunks.is_repeated(values, item)


def crc32_blocks(data: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """CRC-32 (of zlib and PNG) of each 64-KiB block of `data`, the last block as it is."""
    n_blocks = -(-data.size // CRC_BLOCK_BYTES)
    out = np.empty(n_blocks, np.uint32)
    functions = codec()
    if functions is None:
        step = CRC_BLOCK_BYTES
        out[:] = [zlib.crc32(data[i * step : (i + 1) * step].data) for i in range(n_blocks)]
    else:
        _chunks.crc32_blocks(data, CRC_BLOCK_BYTES, functions[3], out)
    return out


def crc32(data: bytes | memoryview) -> int:
    """CRC-32 of all bytes."""
    functions = codec()
    return zlib.crc32(data) if functions is None else _chunks.checksum(data, functions[3], 0)


def adler32(data: NDArray[np.uint8]) -> int:
    """Adler-32 of zlib streams, of all bytes."""
    functions = codec()
    return zlib.adler32(data.data) if functions is None else _chunks.checksum(data, functions[4], 1)


def compare_chunks(
    fd: int, address: NDArray[np.int64], size: NDArray[np.int64], crc: NDArray[np.uint32]
) -> tuple[int, int]:
    """Compare stored bytes with checksums; return (fault code, first chunk that differs).

    Parameters
    ----------
    fd : int
        Descriptor of the file.
    address, size : ndarray of int64
        Where each chunk lies, and its stored bytes; address -1 for one that is not stored.
    crc : ndarray of uint32
        CRC-32 of each.
    """
    functions = codec()
    if functions is None or not address.shape == size.shape == crc.shape:
        raise ValueError("chunks cannot be compared")
    code, chunk = _chunks.compare_chunks(
        fd, address, size, crc, functions, int(size.max(initial=0)), _scratch()
    )
    if code == NO_MEMORY:
        raise MemoryError("no memory for a chunk")
    return code, chunk


def fletcher32(data: NDArray[np.uint8]) -> int:
    """Checksum of the HDF5 filter of that name, for data that are not all zero."""
    return _chunks.fletcher32(data)
