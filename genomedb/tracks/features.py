"""Feature tracks: intervals that may overlap, with strand and typed columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.core.texts import Texts
from genomedb.errors import UsageError
from genomedb.storage import schema
from genomedb.storage.handle import TrackFile
from genomedb.storage.spec import ColumnSpec, feature_columns
from genomedb.storage.table import Values
from genomedb.tracks.records import RecordsTrack, take_rows

_STRAND = ColumnSpec(schema.STRAND, "int8")


class Features(NamedTuple):
    """Features of one chromosome, sorted by start, then end.

    Attributes
    ----------
    start, end : ndarray of int64
        0-based half-open.
    strand : ndarray of int8 or None
        1, -1, 0 for unknown; None when the track has no strand.
    columns : dict of str to ndarray or Texts
        Further columns as stored.
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    strand: NDArray[np.int8] | None
    columns: dict[str, Values]


class ManyFeatures(NamedTuple):
    """Features of many regions; those of region ``i`` are ``offsets[i]:offsets[i + 1]``."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    strand: NDArray[np.int8] | None
    columns: dict[str, Values]
    offsets: NDArray[np.int64]


class FeatureBlock(NamedTuple):
    """Consecutive features of a chromosome."""

    chrom: str
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    strand: NDArray[np.int8] | None
    columns: dict[str, Values]


class FeatureTrack(RecordsTrack):
    """Intervals that may overlap, with typed columns: peaks, genes, variants.

    Attributes
    ----------
    columns : tuple of ColumnSpec
        Name, dtype and kind of each column beside start, end and strand.
    has_strand : bool
        Do features have a strand?
    """

    _overlaps = True

    def _read_specs(self, file: TrackFile) -> tuple[ColumnSpec, ...]:
        self.columns = feature_columns(file)
        self._strand: bool | None = None
        return (_STRAND, *self.columns)

    @property
    def has_strand(self) -> bool:
        """Do features have a strand?"""
        if self._strand is None:
            paths = (f"{schema.INDEX}/{schema.STRAND}",) if self._is_indexed else (
                f"{name}/{schema.STRAND}" for name in self.chroms.names
            )  # fmt: skip
            self._strand = any(self._file.has(path) for path in paths)
        return self._strand

    @property
    def set_layout(self) -> Any:
        """Attribute that tells how a saved interval set looks as a DataFrame; None without."""
        return self._file.attributes().get(schema.INTERVAL_SET)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns beside start, end and strand."""
        return tuple(spec.name for spec in self.columns)

    def read(
        self,
        chrom: str,
        start: int = 0,
        end: int | None = None,
        *,
        columns: str | Sequence[str] | None = None,
    ) -> Features:
        """Features that overlap ``[start, end)`` (0-based, half-open), not clipped.

        Cost grows with the number of features found, not with the size of the track.

        Parameters
        ----------
        columns : str or sequence of str, optional
            Only these are read; None means all.

        Returns
        -------
        Features
            Named tuple ``start end strand columns``; empty where there is none.

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
            return Features(none, none, *self._split({c: self._empty(c) for c in chosen}))
        whole = start == 0 and end == self.chroms.length(name)
        rows: Any = slice(0, table.size) if whole else table.hits(start, end)
        found = {c: take_rows(table.column(c), rows) for c in chosen}
        at = (take_rows(column, rows) for column in (table.start, table.end))
        a, b = (np.asarray(values).astype(np.int64) for values in at)
        return Features(a, b, *self._split(found))

    def read_many(
        self, regions: Any, *, columns: str | Sequence[str] | None = None
    ) -> ManyFeatures:
        """Features that overlap each of many regions, in the order of the regions.

        Parameters
        ----------
        regions : DataFrame, (chrom, start, end) arrays, or iterable of regions
            0-based half-open, any order, overlaps allowed.
        columns : str or sequence of str, optional
            Only these are read; None means all.
        """
        start, end, found, offsets = self._gather(regions, self._chosen(columns))
        return ManyFeatures(start, end, *self._split(found), offsets)

    def iter_chrom_blocks(
        self, chroms: Iterable[str] | None = None, *, columns: str | Sequence[str] | None = None
    ) -> Iterator[FeatureBlock]:
        """Yield all features in blocks of bounded size, chromosome by chromosome."""
        chosen = self._chosen(columns)
        for chrom, table, first, last in self._blocks(chroms):
            found: dict[str, Values] = {c: table.column(c).read(first, last) for c in chosen}
            yield FeatureBlock(chrom, *table.positions(first, last), *self._split(found))

    def _chosen(self, columns: str | Sequence[str] | None) -> list[str]:
        """Columns to read, the strand first when there is one."""
        listed = [columns] if isinstance(columns, str) else columns
        names = list(self.column_names if listed is None else listed)
        for name in names:
            if name not in self.column_names and name != schema.STRAND:
                raise UsageError(
                    f"no column {name!r}",
                    where=self.name,
                    fix=f"Known columns: {', '.join(self.column_names[:10]) or 'none'}",
                )
        wanted = self.has_strand and (listed is None or schema.STRAND in names)
        rest = [name for name in names if name != schema.STRAND]
        return [schema.STRAND, *rest] if wanted else rest

    def _split(self, found: dict[str, Values]) -> tuple[Any, dict[str, Values]]:
        """Strand, and the other columns."""
        strand = found.pop(schema.STRAND, None)
        return None if isinstance(strand, Texts) else strand, found

    def _facts(self) -> str:
        shown = ", ".join(self.column_names[:5]) + (", ..." if len(self.columns) > 5 else "")
        return f"columns {shown or 'start, end'}"
