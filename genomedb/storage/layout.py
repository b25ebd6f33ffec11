"""Layouts: a dataset per chromosome, or one for all with a table of where each begins.

Readers ask for the rows of a chromosome and get something that reads like a `Column`; writers
hand over chromosome after chromosome. Neither needs to know which layout a file has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.errors import FormatError, UsageError
from genomedb.storage import schema
from genomedb.storage.columns import Column, read_small
from genomedb.storage.files import Draft
from genomedb.storage.handle import TrackFile
from genomedb.storage.write import ColumnWriter, Storage, write_table

MANY_CHROMS = 1000  # above it, a dataset per chromosome costs more than it is worth


def layout_for(n_chroms: int, wanted: str | None = None) -> str:
    """Layout of a new track: `wanted`, else by the number of chromosomes."""
    if wanted not in (None, *schema.LAYOUTS):
        raise UsageError(
            f"layout {wanted!r} is not known", fix=f"Use one of: {', '.join(schema.LAYOUTS)}"
        )
    return wanted or (schema.INDEXED if n_chroms > MANY_CHROMS else schema.PER_CHROMOSOME)


def position_dtype(chroms: ChromTable, code: int, layout: str) -> np.dtype[Any]:
    """Type of stored positions: int32 where the chromosomes of the dataset allow it."""
    longest = chroms.longest if layout == schema.INDEXED else chroms.lengths[code]
    return np.dtype(np.int32 if longest < 2**31 else np.int64)


class Section:
    """Items ``[base, base + size)`` of a column, read like a column of their own."""

    def __init__(self, column: Column, base: int, size: int) -> None:
        self._column, self._base = column, base
        self.size, self.dtype, self.name = size, column.dtype, column.name
        self.view = None if column.view is None else column.view[base : base + size]

    def read(self, first: int, last: int, out: NDArray[Any] | None = None) -> NDArray[Any]:
        """Values ``[first, last)`` of the section; see `Column.read`."""
        return self._column.read(self._base + first, self._base + last, out)

    def read_windows(
        self,
        first: NDArray[np.int64],
        last: NDArray[np.int64],
        out: NDArray[Any] | None = None,
    ) -> NDArray[Any]:
        """Values of many windows; see `Column.read_windows`."""
        return self._column.read_windows(first + self._base, last + self._base, out)


@dataclass(frozen=True)
class Shared:
    """What all chromosomes of an indexed file have in common.

    Attributes
    ----------
    offset : ndarray of int64, shape (n_chroms + 1,)
        Rows of chromosome ``c`` are ``offset[c]`` to ``offset[c + 1]``.
    block_offset : ndarray of int64, shape (n_chroms + 1,)
        The same for the position indexes, of one item per `schema.INDEX_STEP` rows.
    columns : dict
        Columns opened so far.
    """

    offset: NDArray[np.int64]
    block_offset: NDArray[np.int64]
    columns: dict[str, Column]


def shared_of(file: TrackFile, n_chroms: int) -> Shared | None:
    """Offset table and columns of an indexed file; None for the other layout."""
    if file.header.layout != schema.INDEXED:
        return None
    if file.shared is None:
        offset = read_small(file, schema.INDEX_OFFSET, "i").astype(np.int64)
        # by comparing, as differences of forged numbers wrap around
        falls = (offset[1:] < offset[:-1]).any()
        if offset.size != n_chroms + 1 or offset[0] != 0 or falls:
            raise FormatError(f"dataset {schema.INDEX_OFFSET} is no offset table", where=file.path)
        n_blocks = -(-np.diff(offset) // schema.INDEX_STEP)
        file.shared = Shared(offset, np.concatenate(([0], np.cumsum(n_blocks))), {})
    return file.shared  # type: ignore[no-any-return]


class Rows:
    """The rows of one chromosome in a file of either layout.

    Attributes
    ----------
    size : int or None
        Number of rows; None until the first column of a per-chromosome file tells.
    """

    def __init__(self, file: TrackFile, chroms: ChromTable, code: int) -> None:
        self.file, self.chroms, self.code = file, chroms, code
        self.chrom = chroms.names[code]
        self.size: int | None = None
        self._shared = shared_of(file, len(chroms))
        if self._shared is not None:
            self._base = int(self._shared.offset[code])
            self.size = int(self._shared.offset[code + 1]) - self._base

    def has(self, name: str) -> bool:
        """Does the chromosome have rows, in a column of this name?"""
        if self._shared is not None:
            return bool(self.size)
        return self.file.has(self._path(name))

    def column(self, name: str, dtype: str | None, *, more: int = 0) -> Column | Section:
        """Open a column; `more` says how many items it has beyond one a row.

        Raises
        ------
        FormatError
            It is missing, or of another type or length.
        """
        if self._shared is None:
            wanted = None if self.size is None else self.size + more
            column = Column(self.file, self._path(name), wanted, dtype)
            if self.size is None:
                self.size = column.size - more
            return column
        assert self.size is not None
        total = int(self._shared.offset[-1]) + more
        return Section(self._whole(name, total, dtype), self._base, self.size + more)

    def blocks(self, name: str, dtype: str) -> NDArray[Any]:
        """Read the items of a position index."""
        if self._shared is None:
            column = Column(self.file, self._path(name), None, dtype)
            if self.size is None or column.size != -(-self.size // schema.INDEX_STEP):
                raise FormatError(f"dataset {column.name} has another length", where=self.file.path)
            return column.read(0, column.size)
        edges = self._shared.block_offset
        whole = self._whole(name, int(edges[-1]), dtype)
        return whole.read(int(edges[self.code]), int(edges[self.code + 1]))

    def heap(self, name: str) -> Column:
        """Open a column of bytes that another column points into."""
        if self._shared is None:
            return Column(self.file, self._path(name), None, "uint8")
        return self._whole(name, None, "uint8")

    def position_dtype(self) -> str:
        """Type that positions must have."""
        return str(position_dtype(self.chroms, self.code, self.file.header.layout))

    def _path(self, name: str) -> str:
        return f"{self.chrom}/{name}" if name else self.chrom

    def _whole(self, name: str, size: int | None, dtype: str | None) -> Column:
        assert self._shared is not None
        column = self._shared.columns.get(name)
        if column is None:
            path = f"{schema.INDEX}/{name or schema.VALUE}"
            column = self._shared.columns[name] = Column(self.file, path, size, dtype)
        return column


class RowsWriter:
    """Writes the columns of a track chromosome by chromosome, in either layout.

    Parameters
    ----------
    draft : Draft
        The file being written.
    chroms : ChromTable
        Of the track.
    layout : str
        ``per-chromosome`` or ``indexed``; the latter takes chromosomes in order only.
    make : callable
        ``make(name, path, code)`` opens the writer of a column at a path; `code` is None when
        it holds all chromosomes.
    names : sequence of str
        Columns; the empty name stands for the only column of a dense track.
    """

    def __init__(
        self,
        draft: Draft,
        chroms: ChromTable,
        layout: str,
        make: Callable[[str, str, int | None], ColumnWriter],
        names: tuple[str, ...],
    ) -> None:
        self._draft, self._chroms, self.layout = draft, chroms, layout
        self._make, self._names = make, names
        self._n_rows = np.zeros(len(chroms), np.int64)
        self._last = -1
        self._open: dict[str, ColumnWriter] = {}
        if layout == schema.INDEXED:
            self._open = {n: make(n, f"{schema.INDEX}/{n or schema.VALUE}", None) for n in names}

    @property
    def is_indexed(self) -> bool:
        """Does one dataset hold all chromosomes?"""
        return self.layout == schema.INDEXED

    def begin(self, code: int) -> dict[str, ColumnWriter]:
        """Writers of the columns of a chromosome."""
        if not self.is_indexed:
            chrom = self._chroms.names[code]
            self._open = {n: self._make(n, f"{chrom}/{n}" if n else chrom, code)
                          for n in self._names}  # fmt: skip
        elif code <= self._last:
            raise UsageError(
                f"{self._chroms.names[code]} comes after {self._chroms.names[self._last]}",
                where=self._draft.path,
                fix="Write chromosomes in the order of the database: the layout is indexed",
            )
        self._last = code
        return self._open

    def begin_all(self) -> dict[str, ColumnWriter]:
        """Writers of the columns of an indexed file."""
        return self._open

    def end(self, code: int, n_rows: int) -> None:
        """Finish a chromosome."""
        self._n_rows[code] = n_rows
        if not self.is_indexed:
            for writer in self._open.values():
                writer.close()
            self._open = {}

    def close(self) -> None:
        """Finish the file."""
        if self.is_indexed:
            for writer in self._open.values():
                writer.close()
            offset = np.concatenate(([0], np.cumsum(self._n_rows)))
            write_table(self._draft, schema.INDEX_OFFSET, offset)


__all__ = [
    "MANY_CHROMS", "Rows", "RowsWriter", "Section", "Shared", "Storage", "layout_for",
    "position_dtype", "shared_of",
]  # fmt: skip
