"""Do the values of a file agree with each other: shapes, order of records, position indexes?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.errors import FormatError
from genomedb.storage import schema
from genomedb.storage.columns import Column
from genomedb.storage.dense import all_bins, open_bins
from genomedb.storage.handle import TrackFile
from genomedb.storage.layout import Shared, shared_of
from genomedb.storage.pyramid_file import expected_sizes
from genomedb.storage.spec import ColumnSpec, array_columns, array_value, feature_columns
from genomedb.storage.table import open_table
from genomedb.storage.validate_pairs import Fault as Fault
from genomedb.storage.validate_pairs import pair_shapes

_STEP = 1 << 20  # records read at a time, a multiple of the index step
_I8 = NDArray[np.int64]


def value_faults(file: TrackFile, chroms: ChromTable, names: Sequence[str]) -> Iterator[Fault]:
    """Faults (rule, place, problem) of shapes, order and indexes; `names` are all datasets."""
    known = frozenset(chroms.names)
    for name in names:
        chrom = name.split("/")[0]
        if chrom != schema.RESERVED and chrom not in known:
            yield "object", name, "is under no chromosome of the table"
    if file.kind == schema.CHROMOSOMES:
        return
    if file.kind in schema.OF_PAIRS:
        yield from pair_shapes(file, chroms)
        return
    try:
        shared = shared_of(file, len(chroms))
        if file.kind in schema.BINNED:
            yield from _bin_faults(file, chroms, shared)
        else:
            yield from _record_faults(file, chroms, shared, names)
    except FormatError as error:
        yield "object", "/", error.problem


def _bin_faults(file: TrackFile, chroms: ChromTable, shared: Shared | None) -> Iterator[Fault]:
    if shared is not None:
        all_bins(file, chroms)
    else:
        for code, chrom in enumerate(chroms.names):
            if file.has(chrom):
                try:
                    open_bins(file, chroms, code)
                except FormatError as error:
                    yield "object", chrom, error.problem
    for path, size in expected_sizes(file, chroms).items():
        try:
            dtype = "int64" if path.endswith("/count") else "float64"
            Column(file, path, size, dtype)
        except FormatError as error:
            yield "object", path, error.problem


def specs_of(file: TrackFile, names: Sequence[str]) -> tuple[ColumnSpec, ...]:
    """Columns of a track of records, beside start and end."""
    if file.kind == schema.SPARSE:
        return (ColumnSpec(schema.VALUE, file.header.dtype),)
    if file.kind == schema.ARRAY:
        n = len(array_columns(file))
        return tuple(ColumnSpec(array_value(i), file.header.dtype) for i in range(n))
    strand = any(_is_strand(name) for name in names)
    first = (ColumnSpec(schema.STRAND, "int8"),) if strand else ()
    return (*first, *feature_columns(file))


def _is_strand(path: str) -> bool:
    """Is it the column, rather than a variable of that name?"""
    group, _, name = path.rpartition("/")
    return name == schema.STRAND and (group == schema.INDEX or "/" not in group)


def _record_faults(
    file: TrackFile, chroms: ChromTable, shared: Shared | None, names: Sequence[str]
) -> Iterator[Fault]:
    overlaps = file.kind not in schema.RECORDS
    specs = specs_of(file, names)
    if shared is None:
        for code, chrom in enumerate(chroms.names):
            try:
                table = open_table(file, chroms, code, specs, overlaps=overlaps)
                if table is not None:
                    offset = np.array([0, table.size])
                    length = chroms.length_array[code : code + 1]
                    yield from _table_faults(
                        _Table(file, chrom, specs, offset, length, [chrom], overlaps=overlaps)
                    )
            except FormatError as error:
                yield "object", chrom, error.problem
        return
    sizes = np.diff(shared.offset)
    limits = np.full(len(chroms), schema.MAX_RECORDS) if overlaps else chroms.length_array
    crowded = np.flatnonzero(sizes > np.minimum(limits, schema.MAX_RECORDS))
    if crowded.size:
        chrom = chroms.names[int(crowded[0])]
        yield "object", schema.INDEX_OFFSET, f"{chrom} has more records than it can"
        return
    last = len(chroms) - 1
    while last > 0 and shared.offset[last + 1] == shared.offset[last]:
        last -= 1
    if open_table(file, chroms, last, specs, overlaps=overlaps) is not None:  # opens all columns
        yield from _table_faults(
            _Table(
                file, schema.INDEX, specs, shared.offset, chroms.length_array, chroms.names,
                overlaps=overlaps,
            )
        )  # fmt: skip


class _Table:
    """The records of one chromosome or of all, as they lie under one path."""

    def __init__(
        self, file: TrackFile, path: str, specs: Sequence[ColumnSpec], offset: _I8, length: _I8,
        names: Sequence[str], *, overlaps: bool,
    ) -> None:  # fmt: skip
        self.file, self.path, self.specs, self.overlaps = file, path, specs, overlaps
        self.offset, self.length, self.names = offset, length, names
        self.size = int(offset[-1])

    def column(self, name: str) -> Column:
        return Column(self.file, f"{self.path}/{name}")


def _table_faults(table: _Table) -> Iterator[Fault]:
    for spec in table.specs:
        if spec.is_text:
            yield from _text_faults(table, spec.name)
        else:
            Column(table.file, f"{table.path}/{spec.name}", table.size, spec.dtype)
    faults = list(_order_faults(table))
    yield from faults
    if not faults:
        yield from _index_faults(table)


def _text_faults(table: _Table, name: str) -> Iterator[Fault]:
    """Offsets from 0 to the number of bytes, never falling."""
    offset = table.column(name + schema.OFFSET)
    data = table.column(name + schema.BYTES)
    previous = int(offset.read(offset.size - 1, offset.size)[0])
    if previous != data.size:
        yield "object", data.name, f"has {data.size} bytes, the offsets end at {previous}"
    previous = 0
    for first in range(0, offset.size, _STEP):
        part = offset.read(first, min(first + _STEP, offset.size))
        if part[0] < previous or (part[1:] < part[:-1]).any() or (first == 0 and part[0] != 0):
            yield "order", offset.name, "offsets of texts do not rise from 0"
            return
        if int(np.diff(part, prepend=previous).max()) > schema.MAX_TEXT_VALUE_BYTES:
            yield "object", data.name, "has a text that is too long"
            return
        previous = int(part[-1])


def _order_faults(table: _Table) -> Iterator[Fault]:
    """Records inside their chromosome and sorted; without overlaps where there may be none."""
    starts, ends = table.column(schema.START), table.column(schema.END)
    previous = (-1, -1, 0)  # code, start, end
    for first in range(0, table.size, _STEP):
        last = min(first + _STEP, table.size)
        start, end = (c.read(first, last).astype(np.int64) for c in (starts, ends))
        code = np.searchsorted(table.offset, np.arange(first, last), "right") - 1
        same = code == np.concatenate(([previous[0]], code[:-1]))
        before_start = np.concatenate(([previous[1]], start[:-1]))
        before_end = np.concatenate(([previous[2]], end[:-1]))
        if table.overlaps:
            tied = (start == before_start) & (end < before_end)
            bad = same & ((start < before_start) | tied)
        else:
            bad = same & (start < before_end)
        bad |= (start < 0) | (end <= start) | (end > table.length[code])
        if bad.any():
            i = int(bad.argmax())
            yield (
                "order", table.names[code[i]],
                f"record {first + i - table.offset[code[i]]} ({start[i]}-{end[i]}) "
                f"{'' if table.overlaps else 'overlaps, '}is unsorted or outside",
            )  # fmt: skip
            return
        previous = (int(code[-1]), int(start[-1]), int(end[-1]))


def _index_faults(table: _Table) -> Iterator[Fault]:
    """Position indexes as the records are: a wrong one hides records from queries."""
    if not table.size:
        return
    sizes = np.diff(table.offset)
    n_blocks = -(-sizes // schema.INDEX_STEP)
    chrom = np.repeat(np.arange(sizes.size), n_blocks)
    nth = np.arange(chrom.size) - np.repeat(np.cumsum(n_blocks) - n_blocks, n_blocks)
    begin = table.offset[:-1][chrom] + nth * schema.INDEX_STEP
    column = table.column(schema.START)
    if not np.array_equal(column.read_windows(begin, begin + 1), _index(table, schema.FIRST_START)):
        yield "order", f"{table.path}/{schema.FIRST_START}", "differs from the records"
    if not table.overlaps:
        return
    stored, ends = _index(table, schema.MAX_END), table.column(schema.END)
    per_read = 256
    for i in range(0, begin.size, per_read):
        first = int(begin[i])
        last = int(begin[i + per_read]) if i + per_read < begin.size else table.size
        largest = np.maximum.reduceat(ends.read(first, last), begin[i : i + per_read] - first)
        if not np.array_equal(largest, stored[i : i + per_read]):
            yield "order", f"{table.path}/{schema.MAX_END}", "differs from the records"
            return


def _index(table: _Table, name: str) -> NDArray[np.integer]:
    column = table.column(name)
    return column.read(0, column.size)
