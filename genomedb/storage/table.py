"""Tables: records of a chromosome as columns, sorted by start, with a position index.

Sparse, array and feature tracks are tables. The records of the first two do not overlap, so
their ends are sorted too; features may overlap, and an index of the largest end in each block
says which blocks can hold a hit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.texts import Texts
from genomedb.errors import FormatError
from genomedb.storage import schema
from genomedb.storage.columns import Column
from genomedb.storage.files import Draft
from genomedb.storage.handle import TrackFile
from genomedb.storage.layout import Rows, RowsWriter, Section, position_dtype
from genomedb.storage.spec import ColumnSpec
from genomedb.storage.write import ColumnWriter, Storage

Values = NDArray[Any] | Texts
STEP = schema.INDEX_STEP


class TextColumn:
    """A text column of one chromosome, opened for reading."""

    def __init__(self, rows: Rows, name: str) -> None:
        self._offset = rows.column(name + schema.OFFSET, "int64", more=1)
        self._bytes = rows.heap(name + schema.BYTES)
        self._path = rows.file.path

    def read(self, first: int, last: int) -> Texts:
        """Texts of the rows ``[first, last)``."""
        if first == last:
            return Texts.empty(0)
        offset = self._offset.read(first, last + 1)
        a, b = int(offset[0]), int(offset[-1])
        # by comparing, as differences of forged numbers wrap around
        if not 0 <= a <= b <= self._bytes.size or (offset[1:] < offset[:-1]).any():
            raise FormatError(
                f"offsets of {self._offset.name} do not fit their bytes", where=self._path
            )
        if int(np.diff(offset).max()) > schema.MAX_TEXT_VALUE_BYTES:
            raise FormatError(
                f"a text of {self._bytes.name} is longer than {schema.MAX_TEXT_VALUE_BYTES} bytes",
                where=self._path,
            )
        return Texts(self._bytes.read(a, b), offset - a)


class Table:
    """Records of one chromosome, opened for reading.

    Attributes
    ----------
    size : int
        Number of records.
    start, end : Column or Section
        Positions as stored.
    first_start : ndarray
        Starts of the records 0, 4096, 8192, ...
    """

    def __init__(self, rows: Rows, specs: Sequence[ColumnSpec], *, overlaps: bool) -> None:
        position = rows.position_dtype()
        self._rows = rows
        self._specs = {spec.name: spec for spec in specs}
        self._opened: dict[str, Column | Section | TextColumn] = {}
        self.start = rows.column(schema.START, position)
        self.size: int = rows.size or 0
        # before memory is taken for the position index of a size that a file only claims
        if not overlaps and self.size > rows.chroms.lengths[rows.code]:
            raise FormatError(
                f"dataset {self.start.name} has more records than {rows.chrom} has base pairs",
                where=rows.file.path,
            )
        if self.size > schema.MAX_RECORDS:
            raise FormatError(
                f"dataset {self.start.name} has {self.size} records, more than a chromosome can",
                where=rows.file.path,
            )
        self.end = rows.column(schema.END, position)
        self.first_start = rows.blocks(schema.FIRST_START, position)
        self.max_end = rows.blocks(schema.MAX_END, position) if overlaps else None

    def column(self, name: str) -> Column | Section | TextColumn:
        """Open one of the further columns."""
        found = self._opened.get(name)
        if found is None:
            spec = self._specs[name]
            made = TextColumn(self._rows, name) if spec.is_text else None
            found = self._opened[name] = made or self._rows.column(name, spec.dtype)
        return found

    def positions(self, first: int, last: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Starts and ends of the records ``[first, last)``."""
        starts, ends = self.start.read(first, last), self.end.read(first, last)
        return starts.astype(np.int64), ends.astype(np.int64)

    def begun_before(self, position: int) -> int:
        """How many records start before a position."""
        block = max(int(np.searchsorted(self.first_start, position, "left")) - 1, 0)
        starts = self.start.read(*self._block(block))
        return block * STEP + int(np.searchsorted(starts, position, "left"))

    def run(self, start: int, end: int) -> tuple[int, int]:
        """Numbers ``[first, last)`` of the records over ``[start, end)``, when none overlap.

        Sorted starts then have sorted ends, so both edges are found by bisection.
        """
        # the record covering `start` is in the block before the first one that starts after it
        block = max(int(np.searchsorted(self.first_start, start, "right")) - 1, 0)
        ends = self.end.read(*self._block(block))
        first = block * STEP + int(np.searchsorted(ends, start, "right"))
        return first, max(first, self.begun_before(end))

    def hits(self, start: int, end: int) -> NDArray[np.int64]:
        """Numbers of the records that overlap ``[start, end)``, when they may overlap.

        Only blocks whose largest end is after `start` are read, and each of them but the last
        holds a hit.
        """
        assert self.max_end is not None
        last = self.begun_before(end)
        blocks = np.flatnonzero(self.max_end[: -(-last // STEP)] > start)
        found = [np.empty(0, np.int64)]
        for block in blocks.tolist():
            a, b = self._block(block)
            ends = self.end.read(a, min(b, last))
            found.append(np.flatnonzero(ends > start) + a)
        return np.concatenate(found)

    def _block(self, number: int) -> tuple[int, int]:
        first = min(number * STEP, self.size)
        return first, min(first + STEP, self.size)


def open_table(
    file: TrackFile, chroms: ChromTable, code: int, specs: Sequence[ColumnSpec], *, overlaps: bool
) -> Table | None:
    """Records of a chromosome; None when it has none.

    Raises
    ------
    FormatError
        A column is missing, or of another type or length.
    """
    rows = Rows(file, chroms, code)
    if not rows.has(schema.START):
        return None
    return Table(rows, specs, overlaps=overlaps)


class TableWriter:
    """Writes the records of a track chromosome by chromosome.

    Parameters
    ----------
    draft : Draft
        The file being written.
    chroms : ChromTable
        Of the track.
    layout : str
        ``per-chromosome`` or ``indexed``.
    specs : sequence of ColumnSpec
        Columns beside start and end.
    storage : Storage
        Codec and chunks.
    overlaps : bool
        Write the index that records need which overlap.
    """

    def __init__(
        self, draft: Draft, chroms: ChromTable, layout: str, specs: Sequence[ColumnSpec],
        storage: Storage, *, overlaps: bool,
    ) -> None:  # fmt: skip
        self._draft, self._chroms, self._layout, self._storage = draft, chroms, layout, storage
        self._overlaps, self._specs = overlaps, tuple(specs)
        self._dtypes: dict[str, str] = {}
        for spec in specs:
            if spec.is_text:
                self._dtypes[spec.name + schema.BYTES] = "uint8"
                self._dtypes[spec.name + schema.OFFSET] = "int64"
            else:
                self._dtypes[spec.name] = spec.dtype
        self._indexes = (schema.FIRST_START, *((schema.MAX_END,) if overlaps else ()))
        names = (schema.START, schema.END, *self._dtypes, *self._indexes)
        self._rows = RowsWriter(draft, chroms, layout, self._make, names)
        self._n_bytes: dict[str, int] = {}

    def _make(self, name: str, path: str, code: int | None) -> ColumnWriter:
        dtype: Any = self._dtypes.get(name)
        if dtype is None:
            dtype = position_dtype(self._chroms, code or 0, self._layout)
        return ColumnWriter(self._draft, path, None, dtype, self._storage)

    def write(
        self, code: int, pieces: Iterable[tuple[NDArray[Any], NDArray[Any], Mapping[str, Values]]]
    ) -> int:
        """Write the records of a chromosome, given in pieces sorted by start; return how many.

        Each piece is starts, ends, and the further columns by name, of the stored types.
        """
        writers = self._rows.begin(code)
        if not self._rows.is_indexed:
            self._n_bytes = {}
        seen, carried = 0, -1
        for start, end, columns in pieces:
            writers[schema.START].write(start)
            writers[schema.END].write(end)
            for spec in self._specs:
                self._write_column(writers, spec, columns[spec.name])
            writers[schema.FIRST_START].write(start[-seen % STEP :: STEP])
            if self._overlaps:
                carried = _write_max_end(writers[schema.MAX_END], end, seen, carried)
            seen += start.size
        if self._overlaps and seen % STEP:
            writers[schema.MAX_END].write(np.array([carried]))
        if not self._rows.is_indexed:
            self._begin_texts(writers)  # a chromosome without pieces
        self._rows.end(code, seen)
        return seen

    def close(self) -> None:
        """Finish the file."""
        if self._rows.is_indexed:
            self._begin_texts(self._rows.begin_all())
        self._rows.close()

    def _write_column(
        self, writers: Mapping[str, ColumnWriter], spec: ColumnSpec, values: Values
    ) -> None:
        if not isinstance(values, Texts):
            writers[spec.name].write(values)
            return
        self._begin_text(writers, spec)
        a, b = int(values.offset[0]), int(values.offset[-1])
        writers[spec.name + schema.BYTES].write(values.data[a:b])
        base = self._n_bytes[spec.name]
        writers[spec.name + schema.OFFSET].write(values.offset[1:] - a + base)
        self._n_bytes[spec.name] = base + b - a

    def _begin_text(self, writers: Mapping[str, ColumnWriter], spec: ColumnSpec) -> None:
        """Write the first offset of a text column once."""
        if spec.name not in self._n_bytes:
            writers[spec.name + schema.OFFSET].write(np.zeros(1, np.int64))
            self._n_bytes[spec.name] = 0

    def _begin_texts(self, writers: Mapping[str, ColumnWriter]) -> None:
        for spec in self._specs:
            if spec.is_text:
                self._begin_text(writers, spec)


def _write_max_end(writer: ColumnWriter, end: NDArray[Any], seen: int, carried: int) -> int:
    """Write the largest end of each block that is complete; return that of the one that is not."""
    if not end.size:
        return carried
    edges = np.arange(-seen % STEP, end.size, STEP)
    if seen % STEP and (not edges.size or edges[0] != 0):
        edges = np.concatenate(([0], edges))
    largest = np.maximum.reduceat(end, edges).astype(np.int64)
    if seen % STEP:
        largest[0] = max(int(largest[0]), carried)
    if (seen + end.size) % STEP == 0:
        writer.write(largest)
        return -1
    writer.write(largest[:-1])
    return int(largest[-1])


__all__ = ["Table", "TableWriter", "TextColumn", "Values", "open_table"]
