"""New sparse, array and feature tracks from arrays."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.texts import Texts
from genomedb.errors import ChromError, UsageError
from genomedb.storage import schema
from genomedb.storage.describe import Provenance, Source, describe, write_sources
from genomedb.storage.files import Draft, publish
from genomedb.storage.layout import layout_for
from genomedb.storage.spec import ColumnSpec, array_value, check_columns, columns_text
from genomedb.storage.table import TableWriter, Values
from genomedb.storage.validate import require_sound
from genomedb.storage.write import Storage
from genomedb.tracks.narrow import narrow
from genomedb.tracks.place import Place, check_dtype, completed, first_time
from genomedb.tracks.regions import positions

_STRAND = ColumnSpec(schema.STRAND, "int8")
Piece = tuple[Any, Any, Mapping[str, Values]]


class RecordsDraft:
    """A track of records being written, chromosome by chromosome."""

    def __init__(
        self, draft: Draft, place: Place, layout: str, specs: Sequence[ColumnSpec],
        storage: Storage, *, overlaps: bool,
    ) -> None:  # fmt: skip
        self.draft, self.place, self.specs, self.overlaps = draft, place, tuple(specs), overlaps
        self._writer = TableWriter(
            draft, place.chroms, layout, self.specs, storage, overlaps=overlaps
        )
        self._written: set[str] = set()

    def add_sources(self, sources: tuple[Source, ...]) -> None:
        """Record the input files."""
        write_sources(self.draft, sources)

    def finish(self) -> None:
        """Complete the file."""
        self._writer.close()

    def _write(self, chrom: str, pieces: Iterable[Piece]) -> int:
        name = first_time(chrom, self.place, self._written)
        return self._writer.write(self.place.chroms.code(name), self._checked(name, pieces))

    def _checked(self, chrom: str, pieces: Iterable[Piece]) -> Iterator[Any]:
        """Pieces with positions and values of the stored types, in order and inside."""
        length = self.place.chroms.length(chrom)
        previous = (-1, 0)
        for starts, ends, columns in pieces:
            start, end = positions(starts, "start"), positions(ends, "end")
            sizes = [start.size, end.size, *(len(columns[s.name]) for s in self.specs)]
            if len(set(sizes)) > 1:
                names = ["values" if n == schema.VALUE else n for n in self._names()]
                i = next((i for i in range(2, len(sizes)) if sizes[i] != sizes[0]), 2)
                raise UsageError(
                    f"{chrom}: {sizes[0]} starts, {sizes[1]} ends and "
                    + (f"{sizes[i]} {names[i - 2]}" if names else "no columns")
                )
            if start.size == 0:
                continue
            self._check_order(chrom, length, start, end, previous)
            previous = (int(start[-1]), int(end[-1]))
            place = partial(_start, chrom, start)
            yield start, end, {s.name: _stored(s, columns[s.name], place) for s in self.specs}

    def _names(self) -> list[str]:
        return [spec.name for spec in self.specs]

    def _check_order(
        self, chrom: str, length: int, start: NDArray[np.int64], end: NDArray[np.int64],
        previous: tuple[int, int],
    ) -> None:  # fmt: skip
        before_start = np.concatenate(([previous[0]], start[:-1]))
        before_end = np.concatenate(([previous[1]], end[:-1]))
        if self.overlaps:
            unsorted = (start < before_start) | ((start == before_start) & (end < before_end))
            bad = unsorted | (start < 0)
        else:
            bad = start < before_end
        bad |= (end <= start) | (end > length)
        if not bad.any():
            return
        i = int(bad.argmax())
        wrong = f"{chrom}:{start[i]}-{end[i]}"
        other = f"{chrom}:{before_start[i]}-{before_end[i]}"
        if end[i] <= start[i] or start[i] < 0 or end[i] > length:
            raise ChromError(
                f"{wrong} is empty or not inside the chromosome",
                where=self.place.name,
                fix=f"{chrom} is {length} bp long; positions are 0-based half-open",
            )
        if self.overlaps:
            raise ChromError(f"{wrong} comes after {other}", where=self.place.name, fix="Sort them")
        raise ChromError(
            f"{wrong} overlaps {other} or is not inside the chromosome",
            where=self.place.name,
            fix=f"A {self._kind()} track holds no overlaps: merge them or give a bin size",
        )

    def _kind(self) -> str:
        return "sparse"


class SparseDraft(RecordsDraft):
    """A sparse track being written, chromosome by chromosome."""

    def write(
        self,
        chrom: str,
        pieces: Iterable[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]],
        n: int | None = None,
    ) -> None:
        """Write the records of a chromosome: (start, end, value) pieces sorted by start.

        Raises
        ------
        ChromError
            If a record overlaps the one before or is not inside the chromosome.
        UsageError
            If other than `n` records came.
        """
        named = ((a, b, {schema.VALUE: np.asarray(v)}) for a, b, v in pieces)
        came = self._write(chrom, named)
        if n is not None and came != n:
            raise UsageError(f"{chrom}: {came} records came, not {n}", where=self.place.name)


class ArrayDraft(RecordsDraft):
    """An array track being written, chromosome by chromosome."""

    def write(
        self, chrom: str, pieces: Iterable[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]]
    ) -> None:
        """Write the records of a chromosome: (start, end, values (n, k)) pieces sorted by start.

        Raises
        ------
        ChromError, UsageError
            As for sparse tracks, or for another number of columns.
        """
        self._write(chrom, map(self._by_column, pieces))

    def _by_column(self, piece: tuple[Any, Any, Any]) -> Piece:
        start, end, values = piece
        table = np.asarray(values)
        if table.ndim != 2 or table.shape[1] != len(self.specs):
            raise UsageError(
                f"values have shape {table.shape}, not (n, {len(self.specs)})",
                where=self.place.name,
            )
        return start, end, {spec.name: table[:, i] for i, spec in enumerate(self.specs)}

    def _kind(self) -> str:
        return "array"


class FeatureDraft(RecordsDraft):
    """A feature track being written, chromosome by chromosome."""

    def write(self, chrom: str, pieces: Iterable[tuple[Any, Any, Mapping[str, Any]]]) -> None:
        """Write the features of a chromosome: pieces sorted by start, then by end.

        Each piece is starts, ends, and a mapping of column names (``strand`` too, when the track
        has it) to arrays, `Texts` or sequences of str.

        Raises
        ------
        ChromError
            If features are unsorted or not inside the chromosome.
        UsageError
            For columns of other lengths, or values that do not fit their type.
        """
        self._write(chrom, map(self._as_columns, pieces))

    def _as_columns(self, piece: tuple[Any, Any, Mapping[str, Any]]) -> Piece:
        start, end, columns = piece
        absent = [name for name in self._names() if name not in columns]
        if absent:
            raise UsageError(f"no column {absent[0]}", where=self.place.name)
        made = {}
        for spec in self.specs:
            values = columns[spec.name]
            if spec.is_text and not isinstance(values, Texts):
                values = Texts.of(values)
            made[spec.name] = values if isinstance(values, Texts) else np.asarray(values)
        return start, end, made


def _start(chrom: str, start: NDArray[np.int64], i: int) -> str:
    return f"{chrom}:{start[i]}"


def _stored(spec: ColumnSpec, values: Values, place: Callable[[int], str]) -> Values:
    """Values in the type of their column."""
    if isinstance(values, Texts):
        if not spec.is_text:
            raise UsageError(f"column {spec.name} holds texts, not {spec.dtype}")
        return values
    if values.dtype.kind == "b":
        values = values.astype(np.uint8)
    if spec.name == schema.VALUE:
        return narrow(values, spec.dtype, None, place)
    return narrow(values, spec.dtype, None, lambda i: f"{spec.name} of {place(i)}")


@contextmanager
def new_sparse(
    place: Place,
    *,
    dtype: str = "float32",
    storage: Storage | None = None,
    provenance: Provenance | None = None,
    overwrite: bool = False,
    layout: str | None = None,
) -> Iterator[SparseDraft]:
    """Write a sparse track; it appears under its name when the block ends without an error."""
    check_dtype(dtype)
    missing = math.nan if np.dtype(dtype).kind == "f" else None
    layout = layout_for(len(place.chroms), layout)
    with publish(place.path, overwrite=overwrite, verify=require_sound) as draft:
        describe(
            draft, schema.SPARSE, place.chroms, place.assembly, completed(provenance),
            dtype=dtype, missing=missing, layout=layout,
        )  # fmt: skip
        specs = [ColumnSpec(schema.VALUE, dtype)]
        made = SparseDraft(draft, place, layout, specs, storage or Storage(), overlaps=False)
        yield made
        made.finish()


@contextmanager
def new_array(
    place: Place,
    columns: Sequence[str],
    *,
    dtype: str = "float32",
    storage: Storage | None = None,
    provenance: Provenance | None = None,
    overwrite: bool = False,
    layout: str | None = None,
) -> Iterator[ArrayDraft]:
    """Write an array track (several named values a record), published when the block ends.

    Parameters
    ----------
    columns : sequence of str
        Names of the values.
    """
    check_dtype(dtype)
    check_columns([ColumnSpec(name, dtype) for name in columns])
    if not columns:
        raise UsageError("an array track needs at least one column", where=place.name)
    missing = math.nan if np.dtype(dtype).kind == "f" else None
    layout = layout_for(len(place.chroms), layout)
    with publish(place.path, overwrite=overwrite, verify=require_sound) as draft:
        describe(
            draft, schema.ARRAY, place.chroms, place.assembly, completed(provenance),
            dtype=dtype, missing=missing, layout=layout, columns=json.dumps(list(columns)),
        )  # fmt: skip
        specs = [ColumnSpec(array_value(i), dtype) for i in range(len(columns))]
        made = ArrayDraft(draft, place, layout, specs, storage or Storage(), overlaps=False)
        yield made
        made.finish()


@contextmanager
def new_features(
    place: Place,
    columns: Sequence[ColumnSpec],
    *,
    strand: bool = False,
    storage: Storage | None = None,
    provenance: Provenance | None = None,
    overwrite: bool = False,
    layout: str | None = None,
) -> Iterator[FeatureDraft]:
    """Write a feature track; it appears under its name when the block ends without an error.

    Parameters
    ----------
    columns : sequence of ColumnSpec
        Columns beside start, end and strand.
    strand : bool
        Features have a strand (int8: 1, -1, 0 for unknown).
    """
    check_columns(columns)
    layout = layout_for(len(place.chroms), layout)
    text = columns_text(columns)
    with publish(place.path, overwrite=overwrite, verify=require_sound) as draft:
        describe(
            draft, schema.FEATURES, place.chroms, place.assembly, completed(provenance),
            layout=layout, columns=text,
        )  # fmt: skip
        specs = [*([_STRAND] if strand else []), *columns]
        made = FeatureDraft(draft, place, layout, specs, storage or Storage(), overlaps=True)
        yield made
        made.finish()
