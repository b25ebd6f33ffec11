"""Sparse tracks: values on intervals that do not overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.storage import schema
from genomedb.storage.handle import TrackFile
from genomedb.storage.spec import ColumnSpec
from genomedb.tracks.records import RecordsTrack


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


class SparseTrack(RecordsTrack):
    """Values on intervals that do not overlap; touching is allowed."""

    def _read_specs(self, file: TrackFile) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(schema.VALUE, file.header.dtype),)

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
        name, start, end = self._inside(chrom, start, end)
        table = self._table(name)
        if table is None:
            none = np.empty(0, np.int64)
            return Records(none, none, np.empty(0, self.dtype))
        first, last = table.run(start, end)
        values = table.column(schema.VALUE).read(first, last)
        return Records(*table.positions(first, last), np.asarray(values))

    def read_many(self, regions: Any) -> ManyRecords:
        """Records that overlap each of many regions, in the order of the regions."""
        start, end, columns, offsets = self._gather(regions, [schema.VALUE])
        return ManyRecords(start, end, columns[schema.VALUE], offsets)

    def iter_chrom_blocks(self, chroms: Iterable[str] | None = None) -> Iterator[RecordBlock]:
        """Yield all records in blocks of bounded size, chromosome by chromosome."""
        for chrom, table, first, last in self._blocks(chroms):
            values = np.asarray(table.column(schema.VALUE).read(first, last))
            yield RecordBlock(chrom, *table.positions(first, last), values)
