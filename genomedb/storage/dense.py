"""Dense and sequence columns: the values of all bins of each chromosome, in either layout."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.errors import FormatError, UsageError
from genomedb.storage import schema
from genomedb.storage.columns import Column
from genomedb.storage.encode import EncodedColumn
from genomedb.storage.files import Draft
from genomedb.storage.handle import TrackFile
from genomedb.storage.layout import Rows, RowsWriter, Section, shared_of
from genomedb.storage.write import ColumnWriter, Storage, write_encoded

BINS = ""  # the only column of a dense track is the chromosome's own dataset


def n_bins(length: int, bin_size: int) -> int:
    """Bins of a chromosome; the last may be shorter."""
    return -(-length // bin_size)


class DenseWriter:
    """Writes the bins of a track chromosome by chromosome.

    An indexed track holds every chromosome, in the order of the table.
    """

    def __init__(
        self, draft: Draft, chroms: ChromTable, layout: str, bin_size: int, dtype: str,
        storage: Storage, missing: float | None,
    ) -> None:  # fmt: skip
        self._draft, self._chroms, self._bin_size = draft, chroms, bin_size
        self._dtype, self._storage = np.dtype(dtype), storage
        self._fill = 0 if missing is None else missing
        self._rows = RowsWriter(draft, chroms, layout, self._make, (BINS,))
        self.is_indexed = self._rows.is_indexed

    def _make(self, name: str, path: str, code: int | None) -> ColumnWriter:
        lengths = self._chroms.lengths if code is None else (self._chroms.lengths[code],)
        size = sum(n_bins(length, self._bin_size) for length in lengths)
        return ColumnWriter(self._draft, path, size, self._dtype, self._storage, self._fill)

    def write(self, code: int, pieces: Iterable[NDArray[Any]]) -> None:
        """Write the values of one chromosome, given in pieces from left to right."""
        writer = self._rows.begin(code)[BINS]
        size = n_bins(self._chroms.lengths[code], self._bin_size)
        before = writer.written
        for piece in pieces:
            writer.write(piece)
            if writer.written - before > size:
                raise UsageError(f"{self._chroms.names[code]}: more than {size} values")
        if writer.written - before != size:
            came = writer.written - before
            raise UsageError(f"{self._chroms.names[code]}: {came} values came, not {size}")
        self._rows.end(code, size)

    def write_encoded(self, code: int, column: EncodedColumn) -> None:
        """Write the values of one chromosome that were encoded elsewhere."""
        assert not self.is_indexed
        write_encoded(self._draft, self._chroms.names[code], column)

    def close(self) -> None:
        """Finish the file."""
        self._rows.close()


def open_bins(file: TrackFile, chroms: ChromTable, code: int) -> Column | Section | None:
    """Values of a chromosome; None when the file holds none.

    Raises
    ------
    FormatError
        They are of another type or length than the header says.
    """
    rows = Rows(file, chroms, code)
    size = n_bins(chroms.lengths[code], file.header.bin_size)
    if rows.size is not None and rows.size not in (0, size):
        raise FormatError(f"{rows.chrom} has {rows.size} values, not {size}", where=file.path)
    rows.size = rows.size if rows.size is not None else size
    if rows.size == 0:
        return None
    try:
        return rows.column(BINS, file.header.dtype)
    except FormatError:
        if rows.has(BINS):
            raise
        return None


def all_bins(file: TrackFile, chroms: ChromTable) -> tuple[Column, NDArray[np.int64]] | None:
    """Column of all chromosomes and where each begins, when the layout is indexed."""
    shared = shared_of(file, len(chroms))
    if shared is None:
        return None
    expected = -(-chroms.length_array // file.header.bin_size)
    sizes = np.diff(shared.offset)
    wrong = np.flatnonzero((sizes != 0) & (sizes != expected))
    if wrong.size:
        name = chroms.names[int(wrong[0])]
        raise FormatError(
            f"{name} has {sizes[wrong[0]]} values, not {expected[wrong[0]]}", where=file.path
        )
    column = shared.columns.get(BINS)
    if column is None:
        path = f"{schema.INDEX}/{schema.VALUE}"
        column = Column(file, path, int(shared.offset[-1]), file.header.dtype)
        shared.columns[BINS] = column
    return column, shared.offset
