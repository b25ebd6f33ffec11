"""All records of a file of pairs of chromosomes, pair by pair or many small pairs together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.kernels.quadtree_query import Records
from genomedb.storage import schema
from genomedb.storage.handle import TrackFile
from genomedb.storage.pair_tree import SCAN_RECORDS, open_pair
from genomedb.storage.pairs import PairIndex, directory_of, pair_position_dtype, position_names

_TOGETHER = 1 << 16  # records of pairs of an indexed file that are read at once
_I8 = NDArray[np.int64]


class ManyPairs(NamedTuple):
    """Records of some pairs, or of a part of one.

    Attributes
    ----------
    codes : ndarray of int64, shape (k, 2)
        The pairs.
    edges : ndarray of int64, shape (k + 1,)
        Where the records of each begin.
    records : Records
        Of the types stored, in Z-order in each pair.
    """

    codes: _I8
    edges: _I8
    records: Records

    def code_columns(self) -> tuple[_I8, _I8]:
        """Codes of both chromosomes of each record."""
        code1, code2 = np.repeat(self.codes, np.diff(self.edges), axis=0).T
        return code1, code2

    def each(self) -> Iterator[tuple[int, int, Records]]:
        """Yield codes and records pair by pair."""
        edges = self.edges.tolist()
        for (code1, code2), a, b in zip(self.codes.tolist(), edges[:-1], edges[1:], strict=True):
            part = (None if column is None else column[a:b] for column in self.records)
            yield code1, code2, Records(*part)  # type: ignore[arg-type] # as in the whole


def scan_pairs(file: TrackFile, chroms: ChromTable) -> Iterator[tuple[int, int, Records]]:
    """Yield the records of all pairs in blocks, of the types stored, in Z-order in each pair.

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
    for block in scan_together(file, chroms):
        yield from block.each()


def scan_together(
    file: TrackFile, chroms: ChromTable, rows: _I8 | None = None
) -> Iterator[ManyPairs]:
    """As `scan_pairs`, but many small pairs of an indexed file in one block.

    Reading a few records of a column takes about as long as reading some ten thousand.

    Parameters
    ----------
    file : TrackFile
    chroms : ChromTable
    rows : ndarray of int64, optional
        Numbers of the pairs, in the order wanted; all by default.
    """
    directory = directory_of(file, chroms)
    index = directory.index
    rows = np.arange(len(directory.codes)) if rows is None else rows
    for first, last in _runs(rows, index):
        if index is not None and last > first + 1:
            yield _together(file, chroms, index, rows[first:last])
            continue
        codes = directory.codes[rows[first:last]]
        tree = open_pair(file, chroms, *codes[0].tolist())
        assert tree is not None
        for records in tree.scan(SCAN_RECORDS):
            yield ManyPairs(codes, np.array([0, records.value.size]), records)


def _runs(rows: _I8, index: PairIndex | None) -> Iterator[tuple[int, int]]:
    """Pairs that are read at once, by their places in `rows`."""
    if index is None:
        yield from ((at, at + 1) for at in range(rows.size))
        return
    before = np.concatenate(([0], np.cumsum(index.offset[rows + 1] - index.offset[rows])))
    first = 0
    while first < rows.size:
        last = int(np.searchsorted(before, before[first] + _TOGETHER, side="right")) - 1
        last = max(last, first + 1)
        yield first, last
        first = last


def _together(file: TrackFile, chroms: ChromTable, index: PairIndex, rows: _I8) -> ManyPairs:
    """Records of some pairs."""
    position = pair_position_dtype(chroms, None).name
    read = index.read({**dict.fromkeys(position_names(file.kind), position),
                       schema.VALUE: file.header.dtype}, rows)  # fmt: skip
    whole = Records(
        read[schema.X1], read.get(schema.X2), read[schema.Y1], read.get(schema.Y2),
        read[schema.VALUE],
    )  # fmt: skip
    sizes = index.offset[rows + 1] - index.offset[rows]
    return ManyPairs(index.codes[rows], np.concatenate(([0], np.cumsum(sizes))), whole)


__all__ = ["ManyPairs", "scan_pairs", "scan_together"]
