"""The sequence of a misha database: one file a chromosome, or all in one with an index."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.errors import FormatError
from genomedb.kernels.misha import crc64
from genomedb.readers.misha_index import Block, read_bytes, size_of
from genomedb.readers.misha_root import SEQUENCE, spellings

_MAGIC: Final = b"MISHAIDX"
_HEAD: Final = struct.Struct("<8sIIQ")
_ENTRY: Final = struct.Struct("<IH")
_PLACE: Final = struct.Struct("<QQQ")
_LETTERS: Final = 1 << 22  # read at a time


def read_sequence(root: Path, chroms: ChromTable) -> dict[int, Block]:
    """Where the letters of each chromosome lie; empty when the database has no sequence.

    Returns
    -------
    dict of int to Block
        By code of the chromosome.

    Raises
    ------
    FormatError
        The index is damaged, or a sequence has another length than its chromosome.
    """
    folder = root / SEQUENCE
    index = folder / "genome.idx"
    blocks = _indexed(index, folder / "genome.seq", chroms) if index.is_file() else _files(
        folder, chroms
    )  # fmt: skip
    for code, block in blocks.items():
        if block.length != chroms.lengths[code]:
            raise block.damaged(
                f"has {block.length} letters; {chroms.names[code]} is {chroms.lengths[code]} bp"
            )
    return blocks


def letter_pieces(block: Block) -> Iterator[NDArray[np.uint8]]:
    """Letters of a chromosome from left to right, as bytes; case is kept."""
    with block.opened() as file:
        for first in range(0, block.length, _LETTERS):
            yield block.read(file, first, min(_LETTERS, block.length - first))


def _files(folder: Path, chroms: ChromTable) -> dict[int, Block]:
    found: dict[int, Block] = {}
    for code in range(len(chroms)):
        for name in spellings(chroms, code):
            path = folder / f"{name}.seq"
            if path.is_file():
                found[code] = Block.whole(path)
                break
    return found


def _indexed(index: Path, data: Path, chroms: ChromTable) -> dict[int, Block]:
    raw = read_bytes(index)
    if raw[: len(_MAGIC)] != _MAGIC:
        raise FormatError(f"does not begin with {_MAGIC.decode()!r}", where=index)
    try:
        _, version, n, crc = _HEAD.unpack_from(raw)
        if version != 1:
            raise FormatError(f"has version {version}; 1 is known", where=index)
        listed, summed, at = [], [], _HEAD.size
        for _ in range(n):
            code, size = _ENTRY.unpack_from(raw, at)
            end = at + _ENTRY.size + size + _PLACE.size
            offset, length, _ = _PLACE.unpack_from(raw, end - _PLACE.size)
            summed.append(raw[at : at + 4] + raw[at + _ENTRY.size : end - 8])
            listed.append((code, offset, length))
            at = end
    except struct.error:
        raise FormatError(f"is truncated: {len(raw)} bytes", where=index) from None
    if crc64(b"".join(summed)) != crc:
        raise FormatError("has a wrong checksum", where=index, fix="Restore the file")
    have = size_of(data)
    found: dict[int, Block] = {}
    for code, offset, length in listed:
        if code >= len(chroms) or code in found:
            raise FormatError(f"names chromosome {code} of {len(chroms)} (from 0), or names it "
                              "twice", where=index)  # fmt: skip
        if offset + length > have:
            raise FormatError(f"promises letters up to {offset + length}, but {data.name} has "
                              f"{have}", where=index)  # fmt: skip
        if length:
            where = f"{data} ({chroms.names[code]})"
            found[code] = Block(data, offset, length, where)
    return found
