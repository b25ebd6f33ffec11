"""Sparse columns: sorted, non-overlapping records of each chromosome, with a position index."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import FormatError
from genomedb.storage import schema
from genomedb.storage.columns import Column, read_all
from genomedb.storage.files import Draft
from genomedb.storage.handle import TrackFile
from genomedb.storage.write import ColumnWriter, Storage, write_table

Records = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[Any]]


def position_dtype(length: int) -> np.dtype[Any]:
    """Type of stored positions: int32 where the chromosome allows it."""
    return np.dtype(np.int32 if length < 2**31 else np.int64)


def write_sparse(
    draft: Draft, chrom: str, pieces: Iterable[Records], n: int, length: int, dtype: str,
    storage: Storage,
) -> None:  # fmt: skip
    """Write `n` records of one chromosome, given in pieces sorted by start."""
    position = position_dtype(length)
    fills = {schema.START: position, schema.END: position, schema.VALUE: np.dtype(dtype)}
    writers = [
        ColumnWriter(draft, f"{chrom}/{name}", n, kind, storage) for name, kind in fills.items()
    ]
    index, seen = [np.empty(0, position)], 0
    for start, end, value in pieces:
        for writer, column in zip(writers, (start, end, value), strict=True):
            writer.write(column)
        index.append(start[-seen % schema.INDEX_STEP :: schema.INDEX_STEP])
        seen += start.size
    for writer in writers:
        writer.close()
    write_table(draft, f"{chrom}/{schema.FIRST_START}", np.concatenate(index).astype(position))


class SparseColumn:
    """Records of one chromosome, opened for reading."""

    def __init__(self, file: TrackFile, chrom: str, length: int, dtype: str) -> None:
        position = position_dtype(length).name
        self.start = Column(file, f"{chrom}/{schema.START}", None, position)
        self.size = self.start.size
        if self.size > length:
            raise FormatError(
                f"dataset {chrom}/{schema.START} has more records than {chrom} has base pairs",
                where=file.path,
            )
        self.end = Column(file, f"{chrom}/{schema.END}", self.size, position)
        self.value = Column(file, f"{chrom}/{schema.VALUE}", self.size, dtype)
        name = f"{chrom}/{schema.FIRST_START}"
        self._index = read_all(Column(file, name, None, position))
        if self._index.size != -(-self.size // schema.INDEX_STEP):
            raise FormatError(f"dataset {name} has another length", where=file.path)

    def overlapping(self, start: int, end: int) -> tuple[int, int]:
        """Numbers ``[first, last)`` of the records that overlap ``[start, end)``.

        Sorted records without overlap have sorted ends too, so both edges are found by
        bisection: first in the index, then in one block of positions.
        """
        step = schema.INDEX_STEP
        # the record covering `start` is in the block before the first one that starts after it
        block = max(int(np.searchsorted(self._index, start, "right")) - 1, 0)
        ends = self.end.read(*self._block(block))
        first = block * step + int(np.searchsorted(ends, start, "right"))
        block = max(int(np.searchsorted(self._index, end, "left")) - 1, 0)
        starts = self.start.read(*self._block(block))
        last = block * step + int(np.searchsorted(starts, end, "left"))
        return first, max(first, last)

    def _block(self, number: int) -> tuple[int, int]:
        first = min(number * schema.INDEX_STEP, self.size)
        return first, min(first + schema.INDEX_STEP, self.size)

    def read(self, first: int, last: int) -> Records:
        """Records ``[first, last)`` as int64 starts and ends, and values as stored."""
        return (
            self.start.read(first, last).astype(np.int64),
            self.end.read(first, last).astype(np.int64),
            self.value.read(first, last),
        )
