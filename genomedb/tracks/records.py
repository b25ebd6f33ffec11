"""What tracks of records (sparse, array, features) have in common: opening and finding them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from operator import index
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.region import check_inside
from genomedb.core.texts import Texts
from genomedb.errors import FormatError, UsageError
from genomedb.kernels.overlap import OverlapIndex
from genomedb.kernels.texts import gather
from genomedb.storage.handle import TrackFile
from genomedb.storage.layout import shared_of
from genomedb.storage.spec import ColumnSpec
from genomedb.storage.table import Table, TextColumn, Values, open_table
from genomedb.tracks.base import Track
from genomedb.tracks.regions import region_arrays

BLOCK_RECORDS = 1 << 18
_FEW = 8  # queries of a chromosome answered one by one, without loading all its positions


class RecordsTrack(Track, ABC):
    """Records of each chromosome, sorted by start."""

    _overlaps = False

    def __init__(
        self, file: TrackFile, name: str, chroms: ChromTable, columns: dict[str, Any]
    ) -> None:
        super().__init__(file, name, chroms, columns)
        self._specs = self._read_specs(file)

    @abstractmethod
    def _read_specs(self, file: TrackFile) -> tuple[ColumnSpec, ...]:
        """Columns that the track holds, beside start and end."""

    def has_chrom(self, chrom: str) -> bool:
        """Does the track hold records on this chromosome?"""
        code = self.chroms.find(chrom)
        if code < 0:
            return False
        shared = shared_of(self._file, len(self.chroms))
        if shared is not None:
            return bool(shared.offset[code + 1] > shared.offset[code])
        table = self._table(self.chroms.names[code])
        return table is not None and table.size > 0

    def n_records(self, chrom: str) -> int:
        """Records of a chromosome."""
        table = self._table(self.chroms.name(chrom))
        return table.size if table else 0

    def positions(self, chrom: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Starts and ends of all records of a chromosome, sorted by start, without their values."""
        table = self._table(self.chroms.name(chrom))
        if table is None:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        start, end = table.positions(0, table.size)
        return np.asarray(start), np.asarray(end)

    def _table(self, name: str) -> Table | None:
        """Open the records of a chromosome when first asked for them."""
        file = self._file
        found: Table | None = self._columns.get(name)
        if found is None and name not in self._columns:
            found = open_table(
                file, self.chroms, self.chroms.code(name), self._specs, overlaps=self._overlaps
            )
            self._keep(name, found)
        return found

    def _inside(self, chrom: str, start: int, end: int | None) -> tuple[str, int, int]:
        """A region with its chromosome's own name, checked."""
        name = self.chroms.name(chrom)
        length = self.chroms.length(name)
        try:
            start, end = index(start), length if end is None else index(end)
        except TypeError:
            raise UsageError(f"positions must be whole numbers: {start!r}, {end!r}") from None
        check_inside(name, start, end, length)
        return name, start, end

    def _find(self, table: Table, start: int, end: int) -> NDArray[np.int64] | slice:
        """Rows over a region."""
        if self._overlaps:
            return table.hits(start, end)
        return slice(*table.run(start, end))

    def _find_many(
        self, table: Table, name: str, start: NDArray[np.int64], end: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows over each of many regions, one region behind the other, and how many of each."""
        if start.size <= _FEW:
            found = [
                _numbers(self._find(table, a, b))
                for a, b in zip(start.tolist(), end.tolist(), strict=True)
            ]
            return np.concatenate(found), np.array([f.size for f in found])
        key = f"{name}\tindex"  # a tab: no chromosome is called that
        found_by: OverlapIndex | None = self._columns.get(key)
        if found_by is None:
            try:
                found_by = OverlapIndex(*table.positions(0, table.size))
            except UsageError as error:
                raise FormatError(
                    f"records of {name} are damaged: {error.problem}", where=self.path
                ) from error
            self._keep(key, found_by)
        rows, offset = found_by.find(start, end)
        return rows, np.diff(offset)

    def _gather(
        self, regions: Any, names: Iterable[str]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], dict[str, Any], NDArray[np.int64]]:
        """Starts, ends, columns and offsets of the records over each of many regions."""
        wanted, listed = region_arrays(regions, self.chroms), list(names)
        n = np.zeros(wanted.code.size, np.int64)
        parts: list[tuple[NDArray[np.int64], list[Values]]] = []
        for code in np.unique(wanted.code).tolist():
            name = self.chroms.names[code]
            table = self._table(name)
            if table is None or not table.size:
                continue
            mine = np.flatnonzero(wanted.code == code)
            rows, n[mine] = self._find_many(table, name, wanted.start[mine], wanted.end[mine])
            if rows.size:
                columns = [table.start, table.end, *(table.column(c) for c in listed)]
                parts.append((mine, [_take(column, rows) for column in columns]))
        offsets = np.concatenate(([0], np.cumsum(n)))
        # parts come by chromosome, answers by region
        order = np.concatenate([_places(offsets, n, mine) for mine, _ in parts]) if parts else None
        whole = [_joined([columns[i] for _, columns in parts], self._empty(name))
                 for i, name in enumerate(["start", "end", *listed])]  # fmt: skip
        if order is not None and (order[1:] < order[:-1]).any():
            back = np.argsort(order, kind="stable")
            whole = [_pick(values, back) for values in whole]
        start, end = (np.asarray(values).astype(np.int64) for values in whole[:2])
        return start, end, dict(zip(listed, whole[2:], strict=True)), offsets

    def _empty(self, name: str) -> Values:
        """No values of a column."""
        spec = next((s for s in self._specs if s.name == name), None)
        if spec is None:
            return np.empty(0, np.int64)
        return Texts.empty(0) if spec.is_text else np.empty(0, spec.dtype)

    def _blocks(
        self, chroms: Iterable[str] | None, n: int = BLOCK_RECORDS
    ) -> Iterator[tuple[str, Table, int, int]]:
        """Stretches of at most `n` consecutive records, chromosome by chromosome."""
        for name in self.chroms.names if chroms is None else chroms:
            chrom = self.chroms.name(name)
            table = self._table(chrom)
            for first in range(0, table.size if table else 0, n):
                assert table is not None
                yield chrom, table, first, min(first + n, table.size)


def _numbers(rows: NDArray[np.int64] | slice) -> NDArray[np.int64]:
    return np.arange(rows.start, rows.stop) if isinstance(rows, slice) else rows


def _take(column: Any, rows: NDArray[np.int64] | slice) -> Values:
    """Values of some rows of a column."""
    if isinstance(rows, slice):
        return column.read(rows.start, rows.stop)  # type: ignore[no-any-return]
    if not rows.size:
        return column.read(0, 0)  # type: ignore[no-any-return]
    low, high = int(rows.min()), int(rows.max()) + 1
    values = column.read(low, high)
    if rows.size == high - low and (rows[1:] == rows[:-1] + 1).all():
        return values  # type: ignore[no-any-return]
    return _pick(values, rows - low)


def _pick(values: Values, index: NDArray[np.int64]) -> Values:
    if isinstance(values, Texts):
        return Texts(*gather(values.data, values.offset, index))
    picked: NDArray[Any] = values[index]
    return picked


def _places(
    offsets: NDArray[np.int64], n: NDArray[np.int64], mine: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Where the records of some regions go in the answer."""
    shift = offsets[:-1][mine] - (np.cumsum(n[mine]) - n[mine])
    places: NDArray[np.int64] = np.arange(int(n[mine].sum())) + np.repeat(shift, n[mine])
    return places


def _joined(parts: list[Values], empty: Values) -> Values:
    if not parts:
        return empty
    if len(parts) == 1:
        return parts[0]
    if isinstance(parts[0], Texts):
        return Texts.joined([p for p in parts if isinstance(p, Texts)])
    return np.concatenate([p for p in parts if not isinstance(p, Texts)])


take_rows = _take

__all__ = ["RecordsTrack", "TextColumn", "take_rows"]
