"""Array tracks: several named values on intervals that do not overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.errors import UsageError
from genomedb.storage.handle import TrackFile
from genomedb.storage.spec import ColumnSpec, array_columns, array_value
from genomedb.tracks.records import RecordsTrack


class ArrayRecords(NamedTuple):
    """Records of one chromosome: int64 starts and ends (n,), values (n, k) as stored."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    values: NDArray[Any]


class ManyArrayRecords(NamedTuple):
    """Records of many regions; those of region ``i`` are ``offsets[i]:offsets[i + 1]``."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    values: NDArray[Any]
    offsets: NDArray[np.int64]


class ArrayBlock(NamedTuple):
    """Consecutive records of a chromosome."""

    chrom: str
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    values: NDArray[Any]


class ArrayTrack(RecordsTrack):
    """Several named values on intervals that do not overlap.

    Attributes
    ----------
    columns : tuple of str
        Names of the values.
    """

    def __init__(
        self, file: TrackFile, name: str, chroms: ChromTable, columns: dict[str, Any]
    ) -> None:
        super().__init__(file, name, chroms, columns)
        self.columns: tuple[str, ...] = array_columns(file)

    def _read_specs(self, file: TrackFile) -> tuple[ColumnSpec, ...]:
        n = len(array_columns(file))
        return tuple(ColumnSpec(array_value(i), file.header.dtype) for i in range(n))

    def read(
        self,
        chrom: str,
        start: int = 0,
        end: int | None = None,
        *,
        columns: str | Sequence[str] | None = None,
    ) -> ArrayRecords:
        """Records that overlap ``[start, end)`` (0-based, half-open), not clipped.

        Parameters
        ----------
        columns : str or sequence of str, optional
            Only these values are read; None means all.

        Raises
        ------
        ChromError
            Unknown chromosome, or positions that are not inside it.
        UsageError
            Unknown column.
        """
        chosen = self._chosen(columns)
        name, start, end = self._inside(chrom, start, end)
        table = self._table(name)
        if table is None:
            none = np.empty(0, np.int64)
            return ArrayRecords(none, none, np.empty((0, len(chosen)), self.dtype))
        first, last = table.run(start, end)
        return ArrayRecords(*table.positions(first, last), self._values(table, chosen, first, last))

    def read_many(
        self, regions: Any, *, columns: str | Sequence[str] | None = None
    ) -> ManyArrayRecords:
        """Records that overlap each of many regions, in the order of the regions."""
        chosen = self._chosen(columns)
        start, end, found, offsets = self._gather(regions, chosen)
        values = np.empty((start.size, len(chosen)), self.dtype)
        for i, name in enumerate(chosen):
            values[:, i] = found[name]
        return ManyArrayRecords(start, end, values, offsets)

    def iter_chrom_blocks(self, chroms: Iterable[str] | None = None) -> Iterator[ArrayBlock]:
        """Yield all records in blocks of bounded size, chromosome by chromosome."""
        chosen = self._chosen(None)
        for chrom, table, first, last in self._blocks(chroms, max(1, (1 << 18) // len(chosen))):
            values = self._values(table, chosen, first, last)
            yield ArrayBlock(chrom, *table.positions(first, last), values)

    def _chosen(self, columns: str | Sequence[str] | None) -> list[str]:
        """Datasets of the columns asked for."""
        listed = [columns] if isinstance(columns, str) else columns
        names = self.columns if listed is None else listed
        for name in names:
            if name not in self.columns:
                raise UsageError(
                    f"no column {name!r}",
                    where=self.name,
                    fix=f"Known columns: {', '.join(self.columns[:10])}",
                )
        return [array_value(self.columns.index(name)) for name in names]

    def _values(self, table: Any, chosen: list[str], first: int, last: int) -> NDArray[Any]:
        values = np.empty((last - first, len(chosen)), self.dtype)
        for i, name in enumerate(chosen):
            values[:, i] = table.column(name).read(first, last)
        return values

    def _facts(self) -> str:
        shown = ", ".join(self.columns[:3]) + (", ..." if len(self.columns) > 3 else "")
        return f"{self.dtype.name}, {len(self.columns)} columns ({shown})"
