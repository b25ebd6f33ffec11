"""Door to ext/misha.pyx: checksums, value blocks and texts of misha files."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import misha as _misha
from genomedb.errors import UsageError

Bytes = bytes | NDArray[np.uint8]


def crc64(data: Bytes) -> int:
    """Checksum that misha's index files carry.

    Parameters
    ----------
    data : bytes or ndarray of uint8

    Returns
    -------
    int
        CRC-64 with the reflected polynomial C96C5795D7870F42, start and end inverted.

    Examples
    --------
    >>> hex(crc64(b"123456789"))
    '0x995dc9bbdf1939fa'
    """
    return int(_misha.crc64(_octets(data)))


def spread_blocks(
    data: Bytes, at: NDArray[np.int64], n_columns: int
) -> tuple[NDArray[np.float32], int]:
    """Values of array records as a table.

    Parameters
    ----------
    data : bytes or ndarray of uint8
        Value blocks: uint32 k, then k pairs of float32 value and uint32 column, little-endian.
    at : ndarray of int64, shape (n,)
        Where in `data` the block of each record begins.
    n_columns : int

    Returns
    -------
    table : ndarray of float32, shape (n, n_columns)
        Columns that a block does not list, and infinite values, are NaN.
    bad : int
        Number of the first record whose block is not inside `data`, or names a column that does
        not exist; -1 when all are good.
    """
    if n_columns < 1:
        raise UsageError(f"n_columns is {n_columns}; it must be at least 1")
    table = np.full((len(at), n_columns), np.nan, np.float32)
    bad = _misha.spread_blocks(_octets(data), np.ascontiguousarray(at, np.int64), table)
    return table, bad


def text_places(
    data: Bytes, at: int, n: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8], int]:
    """Where the texts of an R text vector lie.

    Parameters
    ----------
    data : bytes or ndarray of uint8
        An object in R's serialization.
    at : int
        Where the first of the texts begins.
    n : int
        How many there are.

    Returns
    -------
    start, length : ndarray of int64, shape (n,)
        In `data`; length -1 is a missing text.
    is_latin : ndarray of uint8, shape (n,)
        1 for texts in Latin-1.
    end : int
        Position behind the last text, -1 when what is there are not `n` texts.
    """
    octets = _octets(data)
    if not 0 <= at <= octets.size or not 0 <= n <= (octets.size - at) // 8:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.uint8), -1
    start, length, is_latin = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.uint8)
    return start, length, is_latin, _misha.text_places(octets, at, start, length, is_latin)


def _octets(data: Bytes) -> NDArray[np.uint8]:
    if isinstance(data, bytes):
        return np.frombuffer(data, np.uint8)
    if data.dtype != np.uint8 or data.ndim != 1:
        raise UsageError(f"bytes are an array of uint8, not of {data.dtype} {data.shape}")
    return np.ascontiguousarray(data)
