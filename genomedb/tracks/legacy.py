"""Tracks of the `genome` library's files: they are only read, and answer as ours do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.names import CHROMOSOMES, SUFFIX
from genomedb.core.region import check_inside
from genomedb.core.texts import Texts
from genomedb.core.track_stats import LetterStats, TrackStats
from genomedb.errors import FormatError, UsageError
from genomedb.storage import schema
from genomedb.storage.handle import TrackFile
from genomedb.storage.legacy_pytables import (
    LIFTOVER,
    LegacyFile,
    is_legacy,
    read_legacy_genome,
)
from genomedb.storage.spec import POSITIONS, ColumnSpec, check_columns
from genomedb.tracks.base import Track
from genomedb.tracks.dense import DenseTrack, SequenceTrack
from genomedb.tracks.features import FeatureTrack

_STRAND = ColumnSpec(schema.STRAND, "int8")
_MAX_FOLDERS = 10  # above a track


def legacy_track(
    path: Path, name: str, chroms: ChromTable, assembly: str, columns: dict[str, Any] | None = None
) -> Track:
    """Open a file of the `genome` library.

    Raises
    ------
    MissingFileError, FormatError, ChromError
        There is no such file, it is damaged or no track, or of another assembly.
    """
    file = LegacyFile(path, chroms, assembly)
    return legacy_track_of(file, name, chroms, {} if columns is None else columns)


def legacy_track_of(
    file: LegacyFile, name: str, chroms: ChromTable, columns: dict[str, Any]
) -> Track:
    """Track object over an open file; `columns` keeps what is opened of it."""
    return _CLASSES[file.kind](file, name, chroms, columns)


def legacy_track_by_path(path: Path, name: str) -> Track:
    """Open a file of the `genome` library without its database, whose table lies above it.

    Raises
    ------
    FormatError
        No folder above it has a chromosome table of that library.
    """
    for folder in list(path.absolute().parents)[:_MAX_FOLDERS]:
        table = folder / (CHROMOSOMES + SUFFIX)
        if table.is_file() and is_legacy(table):
            return legacy_track(path, name, read_legacy_genome(table)[0], folder.name)
    raise FormatError(
        "written by PyTables, and no folder above it has the chromosome table of its assembly",
        where=path, fix=f"Put it into its database, beside {CHROMOSOMES}{SUFFIX}",
    )  # fmt: skip


class LegacyTrack(Track):
    """What tracks of these files have in common."""

    @property
    def _legacy(self) -> LegacyFile:
        file = self._file
        assert isinstance(file, LegacyFile)
        return file

    def __reduce__(self) -> tuple[Any, ...]:
        return legacy_track_by_path, (Path(self.path).absolute(), self.name)


class LegacyDenseTrack(LegacyTrack, DenseTrack):
    """Values of a 1-D array a chromosome, one a base."""

    def stored_stats(self, chrom: str) -> TrackStats | LetterStats | None:
        """Statistics among the attributes of the array; None when they are not all there."""
        return self._legacy.stored_stats(self.chroms.name(chrom))


class LegacySequenceTrack(LegacyDenseTrack, SequenceTrack):
    """Letters of a 1-D array a chromosome."""


def _spec(name: str, dtype: np.dtype[Any]) -> ColumnSpec:
    """Column of features for one of a table."""
    if dtype.kind == "S":
        return ColumnSpec(name, "", schema.TEXT)
    return ColumnSpec(name, "uint8" if dtype.kind == "b" else dtype.name)


class LegacyFeatureTrack(LegacyTrack, FeatureTrack):
    """Rows of a table a chromosome, sorted when they are read."""

    def _read_specs(self, file: TrackFile) -> tuple[ColumnSpec, ...]:
        assert isinstance(file, LegacyFile)
        for needed in (schema.START, schema.END):
            if needed not in file.columns or file.columns[needed].kind not in "iu":
                raise FormatError(
                    f"the table has no column {needed} of whole numbers", where=file.path
                )
        try:
            specs = tuple(_spec(n, d) for n, d in file.columns.items() if n not in POSITIONS)
            check_columns(specs)
        except UsageError as error:
            raise FormatError(f"the table is damaged: {error}", where=file.path) from error
        self.columns = specs
        self._strand: bool | None = schema.STRAND in file.columns
        return (_STRAND, *specs)

    def _table(self, name: str) -> Any:
        file = self._legacy
        found = self._columns.get(name)
        if found is None and name not in self._columns:
            found = _Rows(file, self.chroms, name) if file.has(name) else None
            self._keep(name, found)
        return found

    def _classic_rows(self, name: str) -> NDArray[Any]:
        """Rows as the file has them, in its order; texts are str."""
        file = self._legacy
        shown = {k: np.dtype(f"U{d.itemsize}") if d.kind == "S" else d
                 for k, d in file.columns.items()}  # fmt: skip
        held = _columns_of(file, name) if file.has(name) else {}
        rows = np.empty(next((v.size for v in held.values()), 0), list(shown.items()))
        for key, values in held.items():
            rows[key] = np.char.decode(values, "latin-1") if values.dtype.kind == "S" else values
        return rows


def _columns_of(file: LegacyFile, name: str) -> dict[str, NDArray[Any]]:
    """Columns of the table of a chromosome, which all tables of a file have."""
    held = file.table_rows(name)
    if {k: d.dtype for k, d in held.items()} != file.columns:
        raise FormatError(f"table {name} has other columns than the first", where=file.path)
    return held


class _Rows:
    """Rows of one chromosome in memory, sorted by start, then end; reads like a `Table`."""

    def __init__(self, file: LegacyFile, chroms: ChromTable, name: str) -> None:
        held = _columns_of(file, name)
        start, end = held[schema.START].astype(np.int64) - 1, held[schema.END].astype(np.int64)
        bad = (start < 0) | (end <= start) | (end > chroms.length(name))
        if bad.any():
            i = int(bad.argmax())
            raise FormatError(
                f"row {i + 1} of {name} is {start[i] + 1}-{end[i]}, not inside the chromosome",
                where=file.path,
            )
        order = np.lexsort((end, start))
        self.size = int(order.size)
        self._columns: dict[str, Any] = {
            key: _Held(_as_texts(values[order]) if values.dtype.kind == "S" else values[order])
            for key, values in held.items()
        }
        self.start, self.end = _Held(start[order]), _Held(end[order])

    def column(self, name: str) -> _Held:
        return self._columns[name]  # type: ignore[no-any-return]

    def positions(self, first: int, last: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return self.start.read(first, last), self.end.read(first, last)

    def hits(self, start: int, end: int) -> NDArray[np.int64]:
        """Rows that overlap ``[start, end)``."""
        n = int(np.searchsorted(self.start.values, end, "left"))
        return np.flatnonzero(self.end.values[:n] > start)


class _Held:
    """Values in memory, read like a column."""

    def __init__(self, values: Any) -> None:
        self.values = values
        self.size = len(values)

    def read(self, first: int, last: int) -> Any:
        if isinstance(self.values, Texts):
            return self.values.slice(first, last)
        return self.values[first:last]


def _as_texts(values: NDArray[Any]) -> Texts:
    """Texts of fixed-width bytes without their padding."""
    width = values.dtype.itemsize
    size = np.char.str_len(values).astype(np.int64)
    letters = np.ascontiguousarray(values).view(np.uint8).reshape(values.size, width)
    kept = letters[np.arange(width) < size[:, None]]
    return Texts(kept, np.concatenate(([0], np.cumsum(size))))


class LegacyLiftoverTrack(LegacyTrack):
    """A table of where each base of a chromosome lies in another assembly."""

    def read(self, chrom: str, start: int = 0, end: int | None = None) -> NDArray[np.int32]:
        """Rows of ``[start, end)`` (0-based, half-open).

        Returns
        -------
        ndarray of int32, shape (end - start, 3)
            Id number of the chromosome there, position (1-based), strand (1 or -1); all -1 where
            there is none.
        """
        name = self.chroms.name(chrom)
        length = self.chroms.length(name)
        stop = length if end is None else end
        if not 0 <= start == stop <= length:
            check_inside(name, start, stop, length)
        found = self._legacy.dataset(name)
        if found.shape != (length, 3) or found.dtype != np.int32:
            raise FormatError(
                f"{name} holds {found.dtype} of shape {found.shape}, not int32 of ({length}, 3)",
                where=self.path,
            )
        return self._legacy.read_rows_of(name, start, stop)

    def _per_base(self, name: str, start: int, end: int) -> NDArray[Any]:
        if not self.has_chrom(name):
            return np.full((end - start, 3), -1, np.int32)
        return self.read(name, start, end)


_CLASSES: dict[str, type[Track]] = {
    schema.DENSE: LegacyDenseTrack,
    schema.SEQUENCE: LegacySequenceTrack,
    schema.FEATURES: LegacyFeatureTrack,
    LIFTOVER: LegacyLiftoverTrack,
}

__all__ = ["LegacyTrack", "legacy_track", "legacy_track_by_path", "legacy_track_of"]
