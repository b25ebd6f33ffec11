"""Interval sets of a misha database: small ones in a file, big ones in a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from genomedb.core.chroms import ChromTable
from genomedb.errors import FormatError
from genomedb.readers.misha_attributes import read_attributes
from genomedb.readers.misha_index import SETS_1D, SETS_2D, Block, read_index
from genomedb.readers.misha_rdata import NA_INTEGER, RObject, read_r
from genomedb.readers.misha_root import chrom_files, pair_of

META: Final = ".meta"
_INDEXES: Final = (("intervals.idx", "intervals.dat", SETS_1D),
                   ("intervals2d.idx", "intervals2d.dat", SETS_2D))  # fmt: skip
_POSITIONS: Final = ("start", "end", "start1", "end1", "start2", "end2")


@dataclass(frozen=True)
class MishaTable:
    """A data frame of R.

    Attributes
    ----------
    columns : dict of str to ndarray or list
        Numbers (float64, int32, bool; float64 with NaN where some are missing), or list of str
        with None for missing ones.
    left_out : list of str
        Columns that are neither numbers nor text.
    where : str
        The file.
    """

    columns: dict[str, Any]
    left_out: list[str]
    where: str

    @property
    def n(self) -> int:
        """Rows."""
        return len(next(iter(self.columns.values()), ()))


def read_set(path: Path, chroms: ChromTable) -> list[MishaTable]:
    """Read an interval set: one table, or one a chromosome (or pair) of a big set.

    Raises
    ------
    FormatError
        A file or the index is damaged, holds no data frame of intervals, or the counts of a big
        set are not those that it promises.
    """
    if not path.is_dir():
        return [read_table(Block.whole(path))]
    for index, data, layout in _INDEXES:
        if (path / index).is_file():
            blocks, _ = read_index(path / index, path / data, layout, chroms)
            return _checked(path, [read_table(block) for block in blocks.values()])
    files, others = chrom_files(path, chroms)
    pairs = {pair: path / name for name in others if (pair := pair_of(name, chroms)) is not None}
    listed = [files[code] for code in sorted(files)] or [pairs[pair] for pair in sorted(pairs)]
    return _checked(path, [read_table(Block.whole(file)) for file in listed])


def read_set_attributes(path: Path) -> dict[str, str]:
    """Attributes of an interval set.

    Raises
    ------
    FormatError
        Their file is damaged.
    """
    file = path / ".iattr" if path.is_dir() else path.with_suffix(".iattr")
    return read_attributes(file) if file.is_file() else {}


def read_table(block: Block) -> MishaTable:
    """Read a data frame of intervals.

    Raises
    ------
    FormatError
        It is none, or its columns differ in length.
    """
    return table_of(read_r(block), block.where, intervals=True)


def table_of(found: RObject, where: str, *, intervals: bool = False) -> MishaTable:
    """Columns of a data frame of R; those of positions are whole numbers.

    Raises
    ------
    FormatError
        It is none, or its columns differ in length.
    """
    names = found.names
    if not found.is_frame or len(names) != len(found.values):
        raise FormatError("holds no data frame of R", where=where)
    columns: dict[str, Any] = {}
    left_out = []
    for name, values in zip(names, found.values, strict=True):
        shown = str(name)
        column = _column(values, where)
        if column is None or shown in columns:
            left_out.append(shown)
        else:
            is_position = intervals and shown in _POSITIONS
            columns[shown] = _whole(column, shown, where) if is_position else column
    if len({len(values) for values in columns.values()}) > 1:
        raise FormatError("has columns of different lengths", where=where)
    if (
        intervals
        and not {"start", "end"} <= set(columns)
        and not {"start1", "end2"} <= set(columns)
    ):
        raise FormatError(f"has no intervals, but columns {', '.join(columns)[:100]}", where=where)
    return MishaTable(columns, left_out, where)


def _column(found: RObject, where: str) -> Any:
    """Numbers or texts of a column; None for what is neither."""
    if found.is_factor:
        levels = np.array([*found.texts("levels"), None], object)
        codes = found.values.astype(np.int64) - 1
        codes[found.values == NA_INTEGER] = len(levels) - 1
        if codes.size and not 0 <= codes.min() <= codes.max() < len(levels):
            raise FormatError("has a factor with codes beyond its levels", where=where)
        return levels[codes].tolist()
    if found.kind == "text":
        return found.values
    if found.kind == "real":
        return found.values
    if found.kind not in ("integer", "logical"):
        return None
    absent = found.values == NA_INTEGER
    if absent.any():
        return np.where(absent, np.nan, found.values.astype(np.float64))
    return found.values != 0 if found.kind == "logical" else found.values


def _whole(values: Any, name: str, where: str) -> Any:
    numbers = np.asarray(values)
    if numbers.dtype.kind not in "if" or (numbers != np.floor(numbers)).any():
        raise FormatError(f"column {name} has something else than whole numbers", where=where)
    if numbers.size and np.abs(numbers).max() >= 2**53:
        raise FormatError(f"column {name} has positions beyond 2**53", where=where)
    return numbers.astype(np.int64)


def _checked(folder: Path, tables: list[MishaTable]) -> list[MishaTable]:
    """Tables of a big set that has as many rows as its ``.meta`` promises."""
    meta = folder / META
    if not meta.is_file():
        return tables
    found = read_r(meta)
    parts = dict(zip(found.names, found.values, strict=False)) if found.kind == "list" else {}
    stats = parts.get("stats")
    if stats is None or not stats.is_frame:
        raise FormatError("is no description of a big interval set", where=meta)
    size = table_of(stats, str(meta)).columns.get("size")
    have = sum(table.n for table in tables)
    if size is not None and int(np.nansum(np.asarray(size, np.float64))) != have:
        raise FormatError(
            f"has {have} intervals where {META} promises {np.nansum(size):g}", where=folder,
            fix="Restore the files that are missing",
        )  # fmt: skip
    return tables
