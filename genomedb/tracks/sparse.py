"""Sparse tracks: values on intervals that do not overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import index
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.region import check_inside
from genomedb.errors import UsageError
from genomedb.storage.handle import TrackFile
from genomedb.storage.sparse import SparseColumn
from genomedb.tracks.base import Track
from genomedb.tracks.regions import region_arrays

BLOCK_RECORDS = 1 << 18


class Records(NamedTuple):
    """Records of one chromosome, sorted by start: int64 starts and ends, values as stored."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    value: NDArray[Any]


class ManyRecords(NamedTuple):
    """Records of many regions; those of region ``i`` are ``offsets[i]:offsets[i + 1]``."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    value: NDArray[Any]
    offsets: NDArray[np.int64]


class RecordBlock(NamedTuple):
    """Consecutive records of a chromosome."""

    chrom: str
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    value: NDArray[Any]


class SparseTrack(Track):
    """Values on intervals that do not overlap; touching is allowed."""

    def __init__(
        self, file: TrackFile, name: str, chroms: ChromTable, columns: dict[str, SparseColumn]
    ) -> None:
        super().__init__(file, name, chroms, columns)
        self._columns: dict[str, SparseColumn] = columns

    def read(self, chrom: str, start: int = 0, end: int | None = None) -> Records:
        """Records that overlap ``[start, end)`` (0-based, half-open), not clipped.

        Returns
        -------
        Records
            Named tuple of arrays ``start end value``; empty where there is no record.

        Raises
        ------
        ChromError
            Unknown chromosome, or positions that are not inside it.
        """
        name = self.chroms.name(chrom)
        length = self.chroms.length(name)
        try:
            start, end = index(start), length if end is None else index(end)
        except TypeError:
            raise UsageError(f"positions must be whole numbers: {start!r}, {end!r}") from None
        check_inside(name, start, end, length)
        column = self._column(name)
        if column is None:
            none = np.empty(0, np.int64)
            return Records(none, none, np.empty(0, self.dtype))
        return Records(*column.read(*column.overlapping(start, end)))

    def read_many(self, regions: Any) -> ManyRecords:
        """Records that overlap each of many regions, in the order of the regions."""
        wanted = region_arrays(regions, self.chroms)
        n = np.zeros(wanted.code.size, np.int64)
        parts: list[tuple[NDArray[np.int64], Records]] = []
        for code in np.unique(wanted.code).tolist():
            column = self._column(self.chroms.names[code])
            if column is None:
                continue
            mine = np.flatnonzero(wanted.code == code)
            start, end, value = column.read(0, column.size)
            first = np.searchsorted(end, wanted.start[mine], "right")
            last = np.maximum(np.searchsorted(start, wanted.end[mine], "left"), first)
            n[mine] = last - first
            before = np.cumsum(last - first) - (last - first)
            take = np.arange(n[mine].sum()) + np.repeat(first - before, last - first)
            parts.append((mine, Records(start[take], end[take], value[take])))
        offsets = np.concatenate(([0], np.cumsum(n)))
        total = int(offsets[-1])
        out = ManyRecords(
            np.empty(total, np.int64), np.empty(total, np.int64), np.empty(total, self.dtype),
            offsets,
        )  # fmt: skip
        for mine, records in parts:
            shift = offsets[:-1][mine] - (np.cumsum(n[mine]) - n[mine])
            at = np.arange(records.start.size) + np.repeat(shift, n[mine])
            for target, column_values in zip(out, records, strict=False):
                target[at] = column_values
        return out

    def iter_chrom_blocks(self, chroms: Iterable[str] | None = None) -> Iterator[RecordBlock]:
        """Yield all records in blocks of bounded size, chromosome by chromosome."""
        for name in self.chroms.names if chroms is None else chroms:
            chrom = self.chroms.name(name)
            column = self._column(chrom)
            for first in range(0, column.size if column else 0, BLOCK_RECORDS):
                assert column is not None
                last = min(first + BLOCK_RECORDS, column.size)
                yield RecordBlock(chrom, *column.read(first, last))

    def n_records(self, chrom: str) -> int:
        """Records of a chromosome."""
        column = self._column(self.chroms.name(chrom))
        return column.size if column else 0

    def _column(self, name: str) -> SparseColumn | None:
        file = self._file
        column = self._columns.get(name)
        if column is None and file.has(f"{name}/start"):
            column = SparseColumn(file, name, self.chroms.length(name), self.dtype.name)
            self._columns[name] = column
        return column
