"""GivenRecords: records of one pair of chromosomes as they are given, checked before stored."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import ChromError, UsageError
from genomedb.kernels.quadtree_build import Nodes
from genomedb.kernels.quadtree_overlap import first_overlap
from genomedb.kernels.quadtree_query import Quadtree, Records
from genomedb.kernels.zorder import zorder
from genomedb.storage import schema
from genomedb.tracks.narrow import narrow
from genomedb.tracks.place import Place

_ENDS = {schema.X1: schema.X2, schema.Y1: schema.Y2}


class GivenRecords:
    """Records of one pair, as columns by name, and where they go, for messages.

    Attributes
    ----------
    columns : dict of str to ndarray, shape (n,)
        ``x1 y1 value`` and, of rectangles, ``x2 y2``.
    is_points : bool
        Points, or else rectangles.
    """

    def __init__(
        self, place: Place, names: tuple[str, str], columns: dict[str, NDArray[Any]]
    ) -> None:
        self.columns, self.is_points = columns, schema.X2 not in columns
        self._place, self._names = place, names

    @classmethod
    def checked(
        cls, place: Place, names: tuple[str, str], given: Records, *, dtype: str, is_points: bool
    ) -> GivenRecords:
        """Columns of equal length, positions inside the chromosomes, values of the stored type.

        Raises
        ------
        ChromError
            A record is not inside its chromosomes.
        UsageError
            Columns are missing or differ in length, a position is no whole number, a value does
            not fit the type.
        """
        pair, columns = f"{names[0]}-{names[1]}", given._asdict()
        values = np.asarray(columns.pop(schema.VALUE))
        wanted = schema.POINT_POSITIONS if is_points else schema.RECTANGLE_POSITIONS
        for name, array in columns.items():
            if (array is None) == (name in wanted):
                kind = "points" if is_points else "rectangles"
                says = "need" if array is None else "have no"
                raise UsageError(f"{pair}: {kind} {says} {name}", where=place.name)
        positions = {name: _whole(columns[name], f"{pair}: {name}", place) for name in wanted}
        sizes = {**{name: column.size for name, column in positions.items()}, "value": values.size}
        if values.ndim != 1 or len(set(sizes.values())) > 1:
            told = ", ".join(f"{n} {name}" for name, n in sizes.items())
            raise UsageError(f"{pair}: {told} were given, which must be as many", where=place.name)
        records = cls(place, names, positions)
        records._check_inside()
        try:
            stored = narrow(values, dtype, None, records._told)
        except UsageError as error:
            raise UsageError(error.problem, where=place.name, fix=error.fix) from None
        return cls(place, names, {**positions, schema.VALUE: stored})

    def __len__(self) -> int:
        return int(self.columns[schema.VALUE].size)

    def as_records(self) -> Records:
        """The columns as kernels take them."""
        return Records(*(self.columns.get(name) for name in Records._fields))  # type: ignore[arg-type]

    def narrowed(self, dtype: np.dtype[Any]) -> GivenRecords:
        """The same with positions of another type."""
        columns = {name: column if name == schema.VALUE else column.astype(dtype, copy=False)
                   for name, column in self.columns.items()}  # fmt: skip
        return GivenRecords(self._place, self._names, columns)

    def sorted(self) -> GivenRecords:
        """The same in Z-order."""
        order = zorder(self.columns[schema.X1], self.columns[schema.Y1])
        columns = {name: column[order] for name, column in self.columns.items()}
        return GivenRecords(self._place, self._names, columns)

    def check_sorted(self, last: tuple[Any, Any] | None) -> tuple[Any, Any]:
        """Complain of records out of Z-order, or equal points; return x and y of the last one.

        `last` are x and y of the one before the first.
        """
        x, y = self.columns[schema.X1], self.columns[schema.Y1]
        if last is not None:
            x, y = np.append(last[0], x), np.append(last[1], y)
        order = zorder(x, y)
        falls = order[1:] < order[:-1]
        if falls.any():
            row = int(order[falls.argmax()]) - (last is not None)
            raise UsageError(
                f"{self._told(row)} is out of order", where=self._place.name,
                fix="Give the records in Z-order, or all at once",
            )  # fmt: skip
        same = (x[1:] == x[:-1]) & (y[1:] == y[:-1])
        if same.any():
            self._refuse_twice(int(same.argmax()) + (last is None))
        return x[-1:], y[-1:]

    def check_apart(self, nodes: Nodes) -> None:
        """Raise `ChromError` for a point given twice, or rectangles that overlap."""
        found = self.as_records()
        rows = first_overlap(found, None if self.is_points else Quadtree(nodes, len(self)))
        if rows is None:
            return
        if self.is_points:
            self._refuse_twice(rows[0])
        raise ChromError(
            f"{self._told(rows[0])} overlaps {self._told(rows[1])}", where=self._place.name,
            fix="A track holds no overlapping rectangles: merge or cut them",
        )  # fmt: skip

    def _check_inside(self) -> None:
        for axis, chrom in zip((schema.X1, schema.Y1), self._names, strict=True):
            start, length = self.columns[axis], self._place.chroms.length(chrom)
            if not start.size:
                return
            end = start if self.is_points else self.columns[_ENDS[axis]]
            top = int(end.max()) + self.is_points
            is_wide = self.is_points or bool((start < end).all())
            if start.min() >= 0 and top <= length and is_wide:
                continue
            last = length - 1 if self.is_points else length
            bad = (start < 0) | (end > last)
            if not self.is_points:
                bad |= end <= start
            raise ChromError(
                f"{self._told(int(bad.argmax()))} is empty or not inside its chromosomes",
                where=self._place.name,
                fix=f"{chrom} is {length} bp long; positions are 0-based half-open",
            )

    def _refuse_twice(self, row: int) -> NoReturn:
        raise ChromError(
            f"{self._told(row)} is given twice", where=self._place.name,
            fix="Add up the values of equal points, or take one of them",
        )  # fmt: skip

    def _told(self, row: int) -> str:
        """A record, for messages."""
        sides = []
        for chrom, start in zip(self._names, (schema.X1, schema.Y1), strict=True):
            side = f"{chrom}:{self.columns[start][row]}"
            end = self.columns.get(_ENDS[start])
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


__all__ = ["GivenRecords"]
