"""New tracks of pairs of chromosomes (points, rectangles) from arrays."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import ChromError, UsageError
from genomedb.kernels.quadtree_build import LEAF, Nodes, build_nodes
from genomedb.kernels.quadtree_overlap import first_overlap
from genomedb.kernels.quadtree_query import Quadtree, Records
from genomedb.kernels.zorder import zorder
from genomedb.storage import schema
from genomedb.storage.describe import Provenance, Source, describe, write_sources
from genomedb.storage.files import Draft, publish
from genomedb.storage.layout import layout_for
from genomedb.storage.pair_nodes import NodesBuilder
from genomedb.storage.pair_tree import open_pair
from genomedb.storage.pairs_write import PairsWriter
from genomedb.storage.validate import require_sound
from genomedb.storage.write import Storage
from genomedb.tracks.narrow import narrow
from genomedb.tracks.pairs import PairTrack
from genomedb.tracks.place import Place, check_dtype, completed

_Columns = dict[str, NDArray[Any]]
MANY_PAIRS = 100  # above it, datasets of each pair cost more than they are worth
_ENDS = {schema.X1: schema.X2, schema.Y1: schema.Y2}


class PairsDraft:
    """A track of points or rectangles being written, pair by pair.

    Attributes
    ----------
    is_points : bool
        Points, or else rectangles.
    n_records : int
        Written so far.
    """

    def __init__(
        self, draft: Draft, place: Place, dtype: str, writer: PairsWriter, *, is_points: bool
    ) -> None:
        self.draft, self.place, self.dtype, self.is_points = draft, place, dtype, is_points
        self.n_records = 0
        self._writer = writer
        self._written: set[tuple[int, int]] = set()

    def write(
        self, chrom1: str, chrom2: str, x1: Any, y1: Any, value: Any, *, x2: Any = None,
        y2: Any = None, is_sorted: bool = False, check: bool = True,
    ) -> None:  # fmt: skip
        """Write the records of a pair of chromosomes, in any order.

        Parameters
        ----------
        chrom1, chrom2 : str
            Of x and of y. (chr1, chr2) and (chr2, chr1) are two pairs; nothing is mirrored.
        x1, y1 : array_like of integers, shape (n,)
            Starts, 0-based.
        value : array_like, shape (n,)
            NaN for none, in float tracks.
        x2, y2 : array_like of integers, optional
            Ends of rectangles; points have none.
        is_sorted : bool
            The records are in Z-order.
        check : bool
            Look for points given twice and for rectangles that overlap; without it, they are
            known to be none.

        Raises
        ------
        ChromError
            A record is not inside its chromosomes, or two overlap: both are named.
        UsageError
            A pair is given twice, arrays differ in length, a position is no whole number, a
            value does not fit the dtype.
        """
        names, codes = self._begin(chrom1, chrom2)
        records = self._records(names, {"x1": x1, "x2": x2, "y1": y1, "y2": y2}, value)
        if not records[schema.VALUE].size:
            return
        records = _narrowed(records, self._writer.position_dtype(*codes))
        if not is_sorted:
            order = zorder(records[schema.X1], records[schema.Y1])
            records = {name: column[order] for name, column in records.items()}
        found = _as_found(records)
        nodes = build_nodes(found[:2], found[2:4], found.value)
        if check:
            self._check_apart(names, records, found, nodes)
        self._writer.write(*codes, records, nodes)
        self.n_records += records[schema.VALUE].size

    def write_blocks(
        self, chrom1: str, chrom2: str, blocks: Iterable[Records], *, check: bool = True
    ) -> None:
        """Write the records of a pair that come in Z-order, block by block.

        Memory does not grow with their number. Overlaps of rectangles are not looked for; points
        given twice are refused.

        Parameters
        ----------
        chrom1, chrom2 : str
        blocks : iterable of Records
            ``x1 x2 y1 y2 value``, of any size.
        check : bool
            Look whether they come in Z-order, each once; without it, they are known to.

        Raises
        ------
        ChromError, UsageError
            As for `write`, or the records do not come in Z-order.
        """
        names, codes = self._begin(chrom1, chrom2)
        pair, nodes, last = None, NodesBuilder(), None
        dtype = self._writer.position_dtype(*codes)
        for block in _whole_leaves(blocks):
            given = dict(zip(Records._fields, block, strict=True))
            records = self._records(names, given, given.pop(schema.VALUE))
            records = _narrowed(records, dtype)
            if check:
                last = self._check_sorted(names, records, last)
            pair = pair or self._writer.begin(*codes)
            pair.add(records)
            nodes.add(_as_found(records))
        if pair is not None:
            pair.finish(nodes.finish())
            self.n_records += pair.size

    def add_sources(self, sources: tuple[Source, ...]) -> None:
        """Record the input files."""
        write_sources(self.draft, sources)

    def finish(self) -> None:
        """Complete the file."""
        self._writer.close()

    def _begin(self, chrom1: str, chrom2: str) -> tuple[tuple[str, str], tuple[int, int]]:
        """Names and codes of a pair that has not been written yet."""
        chroms = self.place.chroms
        names = chroms.name(chrom1), chroms.name(chrom2)
        codes = chroms.code(names[0]), chroms.code(names[1])
        if codes in self._written:
            raise UsageError(f"{names[0]}-{names[1]} is given twice", where=self.place.name)
        self._written.add(codes)
        return names, codes

    def _records(self, names: tuple[str, str], given: dict[str, Any], value: Any) -> _Columns:
        """Columns of equal length, positions inside, values of the stored type."""
        pair = f"{names[0]}-{names[1]}"
        wanted = schema.POINT_POSITIONS if self.is_points else schema.RECTANGLE_POSITIONS
        for name, array in given.items():
            if (array is None) == (name in wanted):
                kind = "points" if self.is_points else "rectangles"
                says = "need" if array is None else "have no"
                raise UsageError(f"{pair}: {kind} {says} {name}", where=self.place.name)
        records = {name: _whole(given[name], f"{pair}: {name}", self.place) for name in wanted}
        values = np.asarray(value)
        sizes = {**{name: column.size for name, column in records.items()}, "value": values.size}
        if values.ndim != 1 or len(set(sizes.values())) > 1:
            told = ", ".join(f"{n} {name}" for name, n in sizes.items())
            raise UsageError(f"{pair}: {told} were given, which must be as many",
                             where=self.place.name)  # fmt: skip
        self._check_inside(names, records)

        def place_of(row: int) -> str:
            return _told(names, records, row)

        try:
            stored = narrow(values, self.dtype, None, place_of)
        except UsageError as error:
            raise UsageError(error.problem, where=self.place.name, fix=error.fix) from None
        return {**records, schema.VALUE: stored}

    def _check_inside(self, names: tuple[str, str], records: _Columns) -> None:
        for axis, chrom in zip((schema.X1, schema.Y1), names, strict=True):
            start, length = records[axis], self.place.chroms.length(chrom)
            if not start.size:
                return
            end = start if self.is_points else records[_ENDS[axis]]
            top = int(end.max()) + self.is_points
            is_wide = self.is_points or bool((start < end).all())
            if start.min() >= 0 and top <= length and is_wide:
                continue
            last = length - 1 if self.is_points else length
            bad = (start < 0) | (end > last)
            if not self.is_points:
                bad |= end <= start
            raise ChromError(
                f"{_told(names, records, int(bad.argmax()))} is empty or not inside its "
                "chromosomes",
                where=self.place.name,
                fix=f"{chrom} is {length} bp long; positions are 0-based half-open",
            )

    def _check_sorted(
        self, names: tuple[str, str], records: _Columns, last: tuple[Any, Any] | None
    ) -> tuple[Any, Any]:
        """Complain of records out of Z-order, or equal points; `last` is before the first."""
        x, y = records[schema.X1], records[schema.Y1]
        if last is not None:
            x, y = np.append(last[0], x), np.append(last[1], y)
        order = zorder(x, y)
        falls = order[1:] < order[:-1]
        if falls.any():
            row = int(order[falls.argmax()]) - (last is not None)
            raise UsageError(
                f"{_told(names, records, row)} is out of order", where=self.place.name,
                fix="Give the records in Z-order, or all at once",
            )  # fmt: skip
        same = (x[1:] == x[:-1]) & (y[1:] == y[:-1])
        if same.any():
            row = int(same.argmax()) + (last is None)
            raise ChromError(
                f"{_told(names, records, row)} is given twice", where=self.place.name,
                fix="Add up the values of equal points, or take one of them",
            )  # fmt: skip
        return x[-1:], y[-1:]

    def _check_apart(
        self, names: tuple[str, str], records: _Columns, found: Records, nodes: Nodes
    ) -> None:
        """Raise `ChromError` for a point given twice, or rectangles that overlap."""
        tree = None if self.is_points else Quadtree(nodes, found.value.size)
        rows = first_overlap(found, tree)
        if rows is None:
            return
        a, b = (_told(names, records, row) for row in rows)
        if self.is_points:
            raise ChromError(
                f"{a} is given twice", where=self.place.name,
                fix="Add up the values of equal points, or take one of them",
            )  # fmt: skip
        raise ChromError(
            f"{a} overlaps {b}", where=self.place.name,
            fix="A track holds no overlapping rectangles: merge or cut them",
        )  # fmt: skip


def _narrowed(records: _Columns, dtype: np.dtype[Any]) -> _Columns:
    """Records with positions of the stored type."""
    return {name: column if name == schema.VALUE else column.astype(dtype, copy=False)
            for name, column in records.items()}  # fmt: skip


def _as_found(records: _Columns) -> Records:
    return Records(*(records.get(name) for name in Records._fields))  # type: ignore[arg-type]


def _whole_leaves(blocks: Iterable[Records]) -> Iterator[Records]:
    """The same records in blocks of which all but the last have whole leaves."""
    rest: Records | None = None
    for block in blocks:
        if rest is not None and rest.value.size:
            block = _joined(rest, block)
        whole = block.value.size - block.value.size % LEAF
        if whole:
            yield _cut(block, slice(0, whole))
        rest = _cut(block, slice(whole, None))
    if rest is not None and rest.value.size:
        yield rest


def _cut(records: Records, rows: slice) -> Records:
    return Records(*(None if c is None else c[rows] for c in records))  # type: ignore[arg-type]


def _joined(a: Records, b: Records) -> Records:
    parts = zip(a, b, strict=True)
    return Records(*(None if c is None or d is None else np.concatenate((c, d)) for c, d in parts))  # type: ignore[arg-type]


def copy_pairs(old: PairTrack, draft: PairsDraft) -> None:
    """Write all records of a track, which are known to be apart, in the order they have."""
    names = old.chroms.names
    for code1, code2 in old.pair_codes.tolist():
        tree = open_pair(old._file, old.chroms, code1, code2)
        assert tree is not None
        # in whatever order they are: it is not for a copy to change it
        draft.write_blocks(names[code1], names[code2], tree.scan(), check=False)


def _told(names: tuple[str, str], records: _Columns, row: int) -> str:
    """A record, for messages."""
    sides = []
    for chrom, start in zip(names, (schema.X1, schema.Y1), strict=True):
        side = f"{chrom}:{records[start][row]}"
        end = records.get(_ENDS[start])
        sides.append(side if end is None else f"{side}-{end[row]}")
    return ", ".join(sides)


def _whole(values: Any, what: str, place: Place) -> NDArray[Any]:
    """Positions as integers, not copied where they are."""
    array = np.asarray(values)
    problem = ""
    if array.ndim != 1:
        problem = f"has {array.ndim} dimensions, not one"
    elif not array.size:
        return np.empty(0, np.int64)
    elif array.dtype.kind == "f":
        if not np.isfinite(array).all() or (array != np.floor(array)).any():
            problem = "has values that are not whole numbers, or are missing"
        elif np.abs(array).max() >= 2**62:
            problem = "has values that are no positions"
    elif array.dtype.kind == "u":
        if array.max() >= 2**62:
            problem = "has values that are no positions"
    elif array.dtype.kind != "i":
        problem = f"must be whole numbers, not {array.dtype}"
    if problem:
        raise UsageError(f"{what} {problem}", where=place.name)
    if array.dtype in (np.int32, np.int64):
        return np.ascontiguousarray(array)
    return array.astype(np.int64)


@contextmanager
def new_pairs(
    place: Place,
    *,
    is_points: bool,
    dtype: str = "float32",
    storage: Storage | None = None,
    provenance: Provenance | None = None,
    overwrite: bool = False,
    layout: str | None = None,
    n_pairs: int | None = None,
    is_ordered: bool = False,
) -> Iterator[PairsDraft]:
    """Write a track of points or rectangles, published when the block ends without an error.

    Parameters
    ----------
    place : Place
        Where it goes.
    is_points : bool
        Points, or else rectangles.
    dtype : str
        One of ``float32 float64 int8 uint8 int16 uint16 int32 uint32``.
    storage : Storage, optional
        Codec and chunks.
    provenance : Provenance, optional
        Where the values come from.
    overwrite : bool
        Replace a track of that name.
    layout : {"per-chromosome", "indexed"}, optional
        None takes ``indexed`` above 1,000 chromosomes or 100 pairs.
    n_pairs : int, optional
        How many pairs will come, for the choice of layout.
    is_ordered : bool
        Pairs come in the order of the database, which saves an indexed file a detour.

    Examples
    --------
    >>> with new_pairs(db.place("hic"), is_points=True) as draft:  # doctest: +SKIP
    ...     draft.write("chr1", "chr1", [100, 500], [200, 900], [1, 3])
    """
    check_dtype(dtype)
    chroms, kind = place.chroms, schema.POINTS if is_points else schema.RECTANGLES
    if layout is None and (n_pairs or 0) > MANY_PAIRS:
        layout = schema.INDEXED
    layout = layout_for(len(chroms), layout)
    missing = math.nan if np.dtype(dtype).kind == "f" else None
    with publish(place.path, overwrite=overwrite, verify=require_sound) as draft:
        describe(
            draft, kind, chroms, place.assembly, completed(provenance), dtype=dtype,
            missing=missing, layout=layout,
        )  # fmt: skip
        writer = PairsWriter(
            draft, chroms, kind, dtype=dtype, layout=layout, storage=storage or Storage(),
            is_ordered=is_ordered,
        )  # fmt: skip
        made = PairsDraft(draft, place, dtype, writer, is_points=is_points)
        yield made
        made.finish()


__all__ = ["MANY_PAIRS", "PairsDraft", "copy_pairs", "new_pairs"]
