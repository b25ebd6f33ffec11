"""All records of a file of pairs of chromosomes, pair by pair."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from genomedb.core.chroms import ChromTable
from genomedb.kernels.quadtree_query import Records
from genomedb.storage import schema
from genomedb.storage.handle import TrackFile
from genomedb.storage.pair_tree import SCAN_RECORDS, open_pair
from genomedb.storage.pairs import PairIndex, directory_of, pair_position_dtype, position_names

_TOGETHER = 1 << 16  # records of pairs that lie one behind the other, read at once


def scan_pairs(file: TrackFile, chroms: ChromTable) -> Iterator[tuple[int, int, Records]]:
    """Yield the records of all pairs in blocks, of the types stored, in Z-order in each pair.

    Small pairs of an indexed file are read many at a time: reading a few records of a column
    takes about as long as reading some ten thousand.

    Yields
    ------
    code1, code2 : int
    records : Records
        At most 1,048,576.

    Raises
    ------
    FormatError
        The file is damaged.
    """
    directory = directory_of(file, chroms)
    codes, index = directory.codes.tolist(), directory.index
    row = 0
    while row < len(codes):
        last = row if index is None else _last_together(index, row)
        if index is not None and last > row + 1:
            yield from _together(file, chroms, index, row, last)
            row = last
            continue
        code1, code2 = codes[row]
        tree = open_pair(file, chroms, code1, code2)
        assert tree is not None
        for records in tree.scan(SCAN_RECORDS):
            yield code1, code2, records
        row += 1


def _last_together(index: PairIndex, row: int) -> int:
    """The pair behind the last of those that are read with this one."""
    return int(np.searchsorted(index.offset, index.offset[row] + _TOGETHER, side="right")) - 1


def _together(
    file: TrackFile, chroms: ChromTable, index: PairIndex, row: int, last: int
) -> Iterator[tuple[int, int, Records]]:
    """Records of some pairs that lie one behind the other."""
    first, stop, size = (int(index.offset[i]) for i in (row, last, -1))
    position = pair_position_dtype(chroms, None).name
    dtypes = {**dict.fromkeys(position_names(file.kind), position),
              schema.VALUE: file.header.dtype}  # fmt: skip
    read = {name: index.column(name, size, dtype).read_windows(np.array([first]), np.array([stop]))
            for name, dtype in dtypes.items()}  # fmt: skip
    whole = Records(
        read[schema.X1], read.get(schema.X2), read[schema.Y1], read.get(schema.Y2),
        read[schema.VALUE],
    )  # fmt: skip
    edges = (index.offset[row : last + 1] - first).tolist()
    pairs = index.codes[row:last].tolist()
    for (code1, code2), a, b in zip(pairs, edges[:-1], edges[1:], strict=True):
        part = (None if column is None else column[a:b] for column in whole)
        yield code1, code2, Records(*part)  # type: ignore[arg-type]


__all__ = ["scan_pairs"]
