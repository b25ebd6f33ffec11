"""Features of files put down by chromosome, in memory or beside the track when there are many."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.core.closing import Closing
from genomedb.core.texts import Texts
from genomedb.kernels.texts import gather
from genomedb.storage import schema
from genomedb.storage.sink import write_error
from genomedb.storage.table import Values

MEMORY_BYTES = 96_000_000
Columns = dict[str, Values]


class _Stored(NamedTuple):
    """A column in the temporary file: dtype and where; of texts, their offsets and bytes."""

    dtype: str
    at: int
    bytes_at: int


@dataclass
class _Segment:
    """Features that came together, those of a chromosome behind each other."""

    rows: dict[int, tuple[int, int]]
    columns: dict[str, Values | _Stored] = field(default_factory=dict)


class FeatureSpool(Closing):
    """Collects batches of features and hands them back chromosome by chromosome, sorted.

    Features are kept in segments of about `MEMORY_BYTES`, each sorted. While there is one only,
    nothing is written down; otherwise memory is bounded by a segment and the largest chromosome.

    Parameters
    ----------
    folder : Path
        Where the temporary file goes; it has no name, so nothing stays behind.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: list[Columns] = []
        self._codes: list[NDArray[np.int64]] = []
        self._in_memory = 0
        self._segments: list[_Segment] = []
        self._file: IO[bytes] | None = None

    def add(self, code: NDArray[np.int64], columns: Mapping[str, Values]) -> None:
        """Add features; `code` is the chromosome of each, `columns` holds start and end too.

        Raises
        ------
        WriteError
            If memory is used up and the disk too.
        """
        if not code.size:
            return
        self._waiting.append(dict(columns))
        self._codes.append(code)
        self._in_memory += code.nbytes + sum(values.nbytes for values in columns.values())
        if self._in_memory > MEMORY_BYTES:
            segment = self._segment()
            try:
                self._spill(segment)
            except OSError as error:
                raise write_error(error, self._folder) from error
            self._segments.append(segment)

    def finish(self) -> None:
        """Sort what is still in memory; nothing is added any more."""
        if self._waiting:
            self._segments.append(self._segment())

    def codes(self) -> list[int]:
        """Chromosomes that have features, in their order."""
        return sorted({code for segment in self._segments for code in segment.rows})

    def read(self, code: int) -> tuple[int, Columns]:
        """Number of features of a chromosome and their columns, sorted by start, then end.

        Features of the same start and end are in the order of the file. Columns that no feature
        of the chromosome has are left out; those that only some have are filled up.
        """
        holding = [segment for segment in self._segments if code in segment.rows]
        sizes = [segment.rows[code][1] - segment.rows[code][0] for segment in holding]
        names = dict.fromkeys(name for segment in holding for name in segment.columns)
        whole: Columns = {}
        for name in names:
            parts = [
                self._load(segment.columns.get(name), *segment.rows[code]) for segment in holding
            ]
            whole[name] = _joined(parts, sizes)
        if len(holding) > 1:
            start, end = (np.asarray(whole[name]) for name in (schema.START, schema.END))
            order = _order(None, start, end)
            if order is not None:
                whole = {name: _picked(values, order) for name, values in whole.items()}
        return sum(sizes), whole

    def _segment(self) -> _Segment:
        """Sort what is waiting."""
        code = _concatenated(self._codes)
        sizes = [part.size for part in self._codes]
        waiting, self._waiting, self._codes, self._in_memory = self._waiting, [], [], 0
        names = dict.fromkeys(name for columns in waiting for name in columns)
        whole: Columns = {}
        for name in names:  # parts are let go of column by column
            whole[name] = _joined([columns.pop(name, None) for columns in waiting], sizes)
        start, end = (np.asarray(whole[name]) for name in (schema.START, schema.END))
        order = _order(code, start, end)
        if order is not None:
            code = code[order]
            whole = {name: _picked(values, order) for name, values in whole.items()}
        edges = [0, *(np.flatnonzero(code[1:] != code[:-1]) + 1).tolist(), code.size]
        rows = {int(code[a]): (a, b) for a, b in pairwise(edges)}
        return _Segment(rows, dict(whole))

    def _spill(self, segment: _Segment) -> None:
        """Write a segment down."""
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
        for name, values in segment.columns.items():
            at = self._file.tell()
            if isinstance(values, Texts):
                self._file.write((values.offset - values.offset[0]).data)
                bytes_at = self._file.tell()
                self._file.write(values.data[values.offset[0] : values.offset[-1]].data)
                segment.columns[name] = _Stored("", at, bytes_at)
            elif not isinstance(values, _Stored):
                self._file.write(np.ascontiguousarray(values).data)
                segment.columns[name] = _Stored(values.dtype.str, at, 0)
        self._file.flush()

    def _load(self, column: Values | _Stored | None, first: int, last: int) -> Values | None:
        """Rows of a column of a segment."""
        if column is None:
            return None
        if isinstance(column, Texts):
            return column.slice(first, last)
        if not isinstance(column, _Stored):
            return column[first:last]
        if column.dtype:
            return self._read(column.dtype, column.at, first, last)
        offset = self._read("int64", column.at, first, last + 1)
        data = self._read("uint8", column.bytes_at, int(offset[0]), int(offset[-1]))
        return Texts(data, offset - offset[0])

    def _read(self, dtype: str, at: int, first: int, last: int) -> NDArray[Any]:
        """Items of an array in the temporary file."""
        assert self._file is not None
        out = np.empty(last - first, dtype)
        room, done = out.view(np.uint8).data, 0
        while done < len(room):
            n = os.preadv(
                self._file.fileno(), [room[done:]], at + first * out.itemsize + done
            )  # fmt: skip
            if not n:
                raise OSError(errno.EIO, "the temporary file became shorter")
            done += n
        return out

    def close(self) -> None:
        """Forget the features and the temporary file."""
        if self._file is not None:
            with suppress(OSError):  # what could not be written is not wanted any more
                self._file.close()


def _concatenated(parts: list[NDArray[Any]]) -> NDArray[Any]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _joined(parts: list[Values | None], sizes: list[int]) -> Values:
    """One column of its parts; those that lack it are filled up."""
    some = next(part for part in parts if part is not None)
    if isinstance(some, Texts):
        texts = [Texts.empty(n) if part is None else part
                 for part, n in zip(parts, sizes, strict=True)]  # fmt: skip
        if len(texts) == 1:
            return texts[0]
        return Texts.joined([part for part in texts if isinstance(part, Texts)])
    arrays = [np.full(n, np.nan) if part is None else np.asarray(part)
              for part, n in zip(parts, sizes, strict=True)]  # fmt: skip
    return _concatenated(arrays)


def _picked(values: Values, order: NDArray[np.int64]) -> Values:
    if isinstance(values, Texts):
        return Texts(*gather(values.data, values.offset, order))
    taken: NDArray[Any] = values[order]
    return taken


def _order(
    code: NDArray[np.int64] | None, start: NDArray[Any], end: NDArray[Any]
) -> NDArray[np.int64] | None:
    """Rows by chromosome, start and end; None when each chromosome is one sorted stretch."""
    changes = np.zeros(max(start.size - 1, 0), np.bool_) if code is None else code[1:] != code[:-1]
    n_stretches = int(changes.sum()) + 1
    n_chroms = 1 if code is None else int(np.count_nonzero(np.bincount(code)))
    if n_stretches > n_chroms or not ((start[1:] >= start[:-1]) | changes).all():
        return np.lexsort((end, start) if code is None else (end, start, code))
    same = (start[1:] == start[:-1]) & ~changes
    if not (same & (end[1:] < end[:-1])).any():
        return None
    # sorted but for the ends of equal starts: only those rows move, within their own places
    tied = np.zeros(start.size, np.bool_)
    tied[1:] |= same
    tied[:-1] |= same
    group = np.concatenate(([0], np.cumsum(~same)))
    rows = np.flatnonzero(tied)
    order = np.arange(start.size)
    order[rows] = rows[np.lexsort((end[rows], group[rows]))]
    return order
