"""Liftover tables of one row a base -> alignment blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genomedb.tracks.legacy import LegacyLiftoverTrack

COLUMNS: Final = ("to_chrom", "to_start", "orientation")
STEP: Final = 1 << 20  # rows read at a time

_I8 = NDArray[np.int64]
Block = tuple[_I8, _I8, tuple[_I8, _I8, _I8]]


def iter_blocks(track: LegacyLiftoverTrack, chrom: str, step: int = STEP) -> Iterator[Block]:
    """Yield the blocks of a chromosome: bases in a row that lie in a row there.

    Yields
    ------
    start, end : ndarray of int64
        0-based half-open.
    columns : tuple of ndarray of int64
        Code of the chromosome there (its id number less one), first base of the block there
        (0-based, the leftmost), 1 or -1 for a reversed block.
    """
    held: Block | None = None
    length = track.chroms.length(chrom)
    for first in range(0, length, step):
        rows = track.read(chrom, first, min(first + step, length)).astype(np.int64)
        found = _blocks(rows, first)
        if held is not None and found[0].size and _continues(held, found):
            found = _joined(held, found)
            held = None
        if held is not None and found[0].size:
            yield held
            held = None
        if found[0].size:
            yield _part(found, slice(None, -1))
            held = _part(found, slice(-1, None))
    if held is not None:
        yield held


def _blocks(rows: _I8, first: int) -> Block:
    """Blocks of consecutive rows."""
    number, position, turn = rows.T
    mapped = np.flatnonzero(number > 0)
    chrom, at, strand = number[mapped] - 1, position[mapped] - 1, np.sign(turn[mapped])
    strand[strand == 0] = 1
    begins = np.ones(mapped.size, np.bool_)
    begins[1:] = (
        (np.diff(mapped) != 1)
        | (np.diff(chrom) != 0)
        | (np.diff(strand) != 0)
        | (np.diff(at) != strand[1:])
    )
    a = np.flatnonzero(begins)
    b = np.append(a[1:], mapped.size) - 1  # the last row of each
    return (
        mapped[a] + first, mapped[b] + 1 + first,
        (chrom[a], np.minimum(at[a], at[b]), strand[a]),
    )  # fmt: skip


def _continues(held: Block, found: Block) -> bool:
    """Does the first block go on where the one held ends?"""
    (_, end, (chrom, at, strand)), (start2, end2, (chrom2, at2, strand2)) = held, found
    if (end[0], chrom[0], strand[0]) != (start2[0], chrom2[0], strand2[0]):
        return False
    size, size2 = end[0] - held[0][0], end2[0] - start2[0]
    return bool(at2[0] == at[0] + size if strand[0] == 1 else at2[0] + size2 == at[0])


def _joined(held: Block, found: Block) -> Block:
    """The blocks, the first one prolonged to the left."""
    start, end, (chrom, at, strand) = found
    start[0] = held[0][0]
    at[0] = min(int(at[0]), int(held[2][1][0]))
    return start, end, (chrom, at, strand)


def _part(found: Block, which: slice) -> Block:
    start, end, (chrom, at, strand) = found
    return start[which], end[which], (chrom[which], at[which], strand[which])
