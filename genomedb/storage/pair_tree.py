"""PairTree: the records of one pair of chromosomes and the tree that finds them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.lazy import lazy
from genomedb.errors import FormatError
from genomedb.kernels.plane_order import plane_order, points_in
from genomedb.kernels.quadtree_build import Nodes, node_first
from genomedb.kernels.quadtree_query import (
    Borders,
    Quadtree,
    Records,
    Sums,
    add_records,
    take,
    windows_of,
)
from genomedb.storage import schema
from genomedb.storage.handle import TrackFile
from genomedb.storage.pair_pick import Picker
from genomedb.storage.pair_records import RecordColumns
from genomedb.storage.pairs import PairRows, directory_of

SCAN_RECORDS = 1 << 20
_WINDOWS = 1 << 15  # windows whose borders are kept at once
_PICKED = 1 << 11  # windows of which one record each is looked for at once
_F8 = NDArray[np.float64]
_Window = tuple[int, int, int, int]
_Band = tuple[int, int] | None


class PairTree:
    """Records of a pair in Z-order, and a tree of boxes and sums over them.

    Opening it reads no record and no node; each comes when first needed. Safe to share between
    threads.

    Attributes
    ----------
    n : int
        Number of records.
    is_points : bool
        Points, or else rectangles.
    code1, code2 : int
        Codes of the chromosomes of x and y.
    rows : PairRows
        Its columns in the file.
    """

    def __init__(self, rows: PairRows) -> None:
        self.n: int = rows.size
        self.is_points = rows.file.kind == schema.POINTS
        self.code1, self.code2 = rows.code1, rows.code2
        self.rows = rows
        self._records = RecordColumns({**rows.positions(), schema.VALUE: rows.value()})

    @lazy
    def nodes(self) -> Nodes:
        """The nodes of the tree: leaves of 64 records first, root last.

        Raises
        ------
        FormatError
            They are not those of a tree over so many records.
        """
        return self._read_nodes()

    @lazy
    def _search(self) -> Quadtree:
        return Quadtree(self._read_nodes(), self.n)  # it keeps what it needs of them

    def _read_nodes(self) -> Nodes:
        read = {name: c.read(0, c.size) for name, c in self.rows.nodes().items()}
        if not np.array_equal(read["first"], node_first(self.n)):
            raise FormatError(
                f"the tree over the records of {self.rows.label} is damaged: its nodes are not "
                "over 64 records and 16 nodes each",
                where=self.rows.file.path,
            )
        return Nodes(*(read.get(name) for name in Nodes._fields))  # type: ignore[arg-type]

    def total(self) -> Sums:
        """Totals of all records: count, area, sums and extremes, from the root."""
        return self._search.inner(self._everything())[0]

    def query(self, x1: int, x2: int, y1: int, y2: int, band: _Band = None) -> Records:
        """Records that have a base pair in ``[x1, x2) x [y1, y2)`` and the band, not clipped.

        Parameters
        ----------
        x1, x2, y1, y2 : int
            Window, 0-based half-open.
        band : (d1, d2), optional
            Only base pairs with ``d1 <= x - y < d2`` count; between two chromosomes there are
            none.

        Returns
        -------
        Records
            ``x1 x2 y1 y2 value`` in Z-order, of the types stored; x2 and y2 are None for points.
        """
        window = self._window((x1, x2, y1, y2), band)
        found = self._records.over(*self._search.ranges(window, band))
        return take(_as_records(found.columns), (found.first, found.last), window, band)

    def sorted_query(self, x1: int, x2: int, y1: int, y2: int, band: _Band = None) -> Records:
        """As `query`, but by x1, then y1, and with positions as int64."""
        window = self._window((x1, x2, y1, y2), band)
        found = self._records.over(*self._search.ranges(window, band))
        records = _as_records(found.columns)
        if self.is_points:
            columns = records.x1, records.y1, records.value
            points = points_in(columns, found[1:], window, band)
            if points is not None:
                return Records(points[0], None, points[1], None, points[2])
        taken = take(records, found[1:], window, band)
        order = plane_order(taken.x1, taken.y1)
        return Records(
            _ordered(taken.x1, order), None if taken.x2 is None else _ordered(taken.x2, order),
            _ordered(taken.y1, order), None if taken.y2 is None else _ordered(taken.y2, order),
            taken.value[order],
        )  # fmt: skip

    def scan(self, block: int = SCAN_RECORDS) -> Iterator[Records]:
        """Yield all records in Z-order, at most `block` at a time, of the types stored."""
        for first in range(0, self.n, block):
            yield _as_records(self._records.read(first, min(first + block, self.n)))

    def sums(
        self, x1: ArrayLike, x2: ArrayLike, y1: ArrayLike, y2: ArrayLike, band: _Band = None
    ) -> Sums:
        """Totals of k windows, which may overlap and come in any order.

        Records below a node that is wholly inside a window and the band are not touched.

        Parameters
        ----------
        x1, x2, y1, y2 : arrays of int64, shape (k,)
            Windows, 0-based half-open.
        band : (d1, d2), optional
            As in `query`.

        Returns
        -------
        Sums
            Arrays of shape (k,): ``n`` records with a value that have a base pair in the window,
            ``area`` of their parts in it, ``wsum`` of value times that area; ``sum``, ``min``
            and ``max`` of their values.
        """
        windows = windows_of((x1, x2, y1, y2))
        if band is not None and self.code1 != self.code2:
            windows[:], band = 0, None
        parts = [self._sums(windows[:, at : at + _WINDOWS], band)
                 for at in range(0, max(windows.shape[1], 1), _WINDOWS)]  # fmt: skip
        if len(parts) == 1:
            return parts[0]
        return Sums(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def _sums(self, windows: NDArray[np.int64], band: _Band) -> Sums:
        sums, borders = self._search.inner(windows, band)
        if borders.first.size:
            found = self._records.over(borders.first, borders.last)
            moved = Borders(borders.window, found.first, found.last)
            add_records(sums, moved, _as_records(found.columns), windows=windows, band=band)
        return sums

    def extreme(self, windows: NDArray[np.int64], wanted: str, band: _Band = None) -> _F8:
        """Value of the record of each window that begins first or last by x, then y.

        Parameters
        ----------
        windows : ndarray of int64, shape (4, k)
            x1, x2, y1, y2, as in `sums`.
        wanted : {"first", "last"}
        band : (d1, d2), optional

        Returns
        -------
        ndarray of float64, shape (k,)
            NaN where no record has a value.
        """
        parts = [self._picker.extreme(some, wanted, band) for some in self._in_turn(windows, band)]
        return np.concatenate([np.empty(0), *parts])

    def drawn(self, windows: NDArray[np.int64], share: _F8, band: _Band = None) -> _F8:
        """Value of one record of each window: after `share` of those that have one, as stored.

        Parameters
        ----------
        share : ndarray of float64, shape (k,)
            From 0 to less than 1. Other parameters and the result are as of `extreme`.
        """
        parts, at = [np.empty(0)], 0
        for some in self._in_turn(windows, band):
            parts.append(self._picker.drawn(some, share[at : at + some.shape[1]], band))
            at += some.shape[1]
        return np.concatenate(parts)

    @lazy
    def _picker(self) -> Picker:
        return Picker(self._search, self._loaded)

    def _loaded(self, first: NDArray[np.int64], last: NDArray[np.int64]) -> tuple[Records, Any]:
        found = self._records.over(first, last)
        return _as_records(found.columns), found.first

    def _in_turn(self, windows: NDArray[np.int64], band: _Band) -> Iterator[NDArray[np.int64]]:
        """Some windows at a time; between two chromosomes there is no band, and nothing in it."""
        if band is not None and self.code1 != self.code2:
            windows = np.zeros_like(windows)
        for at in range(0, windows.shape[1], _PICKED):
            yield np.ascontiguousarray(windows[:, at : at + _PICKED])

    def _window(self, window: _Window, band: _Band) -> _Window:
        return window if band is None or self.code1 == self.code2 else (0, 0, 0, 0)

    def _everything(self) -> _Window:
        lengths = self.rows.chroms.lengths
        return 0, lengths[self.code1], 0, lengths[self.code2]


def open_pair(file: TrackFile, chroms: ChromTable, code1: int, code2: int) -> PairTree | None:
    """The records of a pair of chromosomes; None when it has none.

    Raises
    ------
    FormatError
        A column is missing, or of another type or length.
    """
    rows = directory_of(file, chroms).find(code1, code2)
    return None if rows is None else PairTree(rows)


def _as_records(columns: dict[str, NDArray[Any]]) -> Records:
    return Records(
        columns[schema.X1], columns.get(schema.X2), columns[schema.Y1], columns.get(schema.Y2),
        columns[schema.VALUE],
    )  # fmt: skip


def _ordered(places: NDArray[Any], order: NDArray[np.int64]) -> NDArray[np.int64]:
    return places[order].astype(np.int64)


__all__ = ["PairTree", "open_pair"]
