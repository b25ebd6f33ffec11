"""New tracks of pairs of chromosomes (points, rectangles) from arrays."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import ChromError, UsageError
from genomedb.kernels.quadtree_build import Nodes, build_nodes
from genomedb.kernels.quadtree_overlap import first_overlap
from genomedb.kernels.quadtree_query import Quadtree, Records
from genomedb.kernels.zorder import zorder
from genomedb.storage import schema
from genomedb.storage.describe import Provenance, Source, describe, write_sources
from genomedb.storage.files import Draft, publish
from genomedb.storage.layout import layout_for
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
        names = self.place.chroms.name(chrom1), self.place.chroms.name(chrom2)
        codes = self.place.chroms.code(names[0]), self.place.chroms.code(names[1])
        if codes in self._written:
            raise UsageError(f"{names[0]}-{names[1]} is given twice", where=self.place.name)
        records = self._records(names, {"x1": x1, "x2": x2, "y1": y1, "y2": y2}, value)
        self._written.add(codes)
        if not records[schema.VALUE].size:
            return
        dtype = self._writer.position_dtype(*codes)
        records = {name: column.astype(dtype, copy=False) if name != schema.VALUE else column
                   for name, column in records.items()}  # fmt: skip
        if not is_sorted:
            order = zorder(records[schema.X1], records[schema.Y1])
            records = {name: column[order] for name, column in records.items()}
        found = Records(*(records.get(name) for name in Records._fields))  # type: ignore[arg-type]
        nodes = build_nodes(found[:2], found[2:4], found.value)
        if check:
            self._check_apart(names, records, found, nodes)
        self._writer.write(*codes, records, nodes)
        self.n_records += records[schema.VALUE].size

    def add_sources(self, sources: tuple[Source, ...]) -> None:
        """Record the input files."""
        write_sources(self.draft, sources)

    def finish(self) -> None:
        """Complete the file."""
        self._writer.close()

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


def copy_pairs(old: PairTrack, draft: PairsDraft) -> None:
    """Write all records of a track, which are known to be apart, in the order they have."""
    names = old.chroms.names
    for code1, code2 in old.pair_codes.tolist():
        tree = open_pair(old._file, old.chroms, code1, code2)
        assert tree is not None
        (found,) = tree.scan(tree.n)
        draft.write(
            names[code1], names[code2], found.x1, found.y1, found.value, x2=found.x2,
            y2=found.y2, is_sorted=True, check=False,
        )  # fmt: skip


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
