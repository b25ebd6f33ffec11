"""Door to ext/quadtree_query.pyx: windows of the plane over records with a quad-tree."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb._ext import quadtree_query as _query
from genomedb.errors import UsageError
from genomedb.kernels.quadtree_build import Nodes, n_nodes, real_values
from genomedb.kernels.summary import checked_ranges
from genomedb.kernels.zorder import positions

_FAR = 2**61  # beyond any position; sums of a few still fit in 64 bits
_BLOCK = 1 << 15  # windows looked at together when their borders are kept
_FIRST_ROOM = 512  # ranges for which there is room at the first try

_I8 = NDArray[np.int64]
_F8 = NDArray[np.float64]
_Window = tuple[int, int, int, int]
_Windows = tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike]
_Band = tuple[int, int] | None
_Columns = tuple[Any, Any, Any, Any, Any, int]


class Records(NamedTuple):
    """Columns of records of the plane, 0-based half-open; points have no x2 and y2."""

    x1: NDArray[Any]
    x2: NDArray[Any] | None
    y1: NDArray[Any]
    y2: NDArray[Any] | None
    value: NDArray[Any]


class Borders(NamedTuple):
    """Ranges of records, ``first`` to ``last``, that may lie in windows, sorted by window."""

    window: _I8
    first: _I8
    last: _I8


class Sums(NamedTuple):
    """What each of k windows holds; records without a value are left out.

    Attributes
    ----------
    n : ndarray of int64, shape (k,)
        Records that have a base pair in the window and the band.
    area : ndarray of int64
        Base pairs of the records inside the window and the band, at most 2**63 - 1.
    wsum : ndarray of float64
        Sum of value times that area.
    sum, min, max : ndarray of float64
        Of the values; 0, NaN and NaN where `n` is 0.
    """

    n: _I8
    area: _I8
    wsum: _F8
    sum: _F8
    min: _F8
    max: _F8


class Quadtree:
    """Finds what lies in windows of the plane from the nodes over records.

    A window is ``(x1, x2, y1, y2)``, 0-based half-open; one without a base pair holds nothing.
    A band ``(d1, d2)`` leaves of it the base pairs (x, y) with ``d1 <= x - y < d2``.

    Parameters
    ----------
    nodes : Nodes
        As `build_nodes` makes them.
    n : int
        Number of records.

    Attributes
    ----------
    n : int
        Number of records.
    boxes : ndarray of int64, shape (m, 4)
        x1, x2, y1, y2 of each node.

    Raises
    ------
    UsageError
        If a column does not have as many nodes as the tree over n records.

    Examples
    --------
    >>> from genomedb.kernels.quadtree_build import build_nodes
    >>> records = Records(np.array([1, 7]), None, np.array([2, 3]), None, np.array([5.0, 6.0]))
    >>> tree = Quadtree(build_nodes(records[0:2], records[2:4], records.value), 2)
    >>> tree.sums((0, 5, 0, 5), records).sum
    array([5.])
    """

    def __init__(self, nodes: Nodes, n: int) -> None:
        m = n_nodes(n)
        area = nodes.count if nodes.area is None else nodes.area
        weighted = nodes.sum if nodes.wsum is None else nodes.wsum
        whole = (nodes.count, area)
        real = (nodes.sum, nodes.min, nodes.max, weighted)
        for column in (nodes.x1, nodes.x2, nodes.y1, nodes.y2, *whole, *real):
            if column.shape != (m,):
                raise UsageError(f"{column.shape} nodes over {n} records, which have {m}")
        self.n = n
        self.boxes = np.empty((m, 4), np.int64)
        for axis, column in enumerate((nodes.x1, nodes.x2, nodes.y1, nodes.y2)):
            self.boxes[:, axis] = column
        count, covered = (np.ascontiguousarray(a, np.int64) for a in whole)
        total, low, high, mass = (np.ascontiguousarray(a, np.float64) for a in real)
        self._statistics = (count, total, low, high, covered, mass)

    def ranges(self, window: _Window, band: _Band = None) -> tuple[_I8, _I8]:
        """Ranges of records outside of which none lies in a window.

        Returns
        -------
        first, last : ndarray of int64
            Half-open, sorted, not touching each other. Records of a range may lie outside:
            `take` sorts them out.
        """
        corners, distances = _corners(window), _distances(band)
        room = _FIRST_ROOM
        while True:
            out = np.empty((2, room), np.int64)
            found = _query.ranges(self.n, self.boxes, *corners, *distances, out)
            if found <= room:
                return out[0, :found], out[1, :found]
            room = found

    def inner(self, windows: _Windows, band: _Band = None) -> tuple[Sums, Borders]:
        """Totals of the nodes inside each window, and which records are to be added one by one.

        Parameters
        ----------
        windows : x1, x2, y1, y2, each an array of k integers or one
            In any order; they may overlap.
        band : (int, int), optional

        Returns
        -------
        Sums
            To be completed with `add_records`.
        Borders
            Ranges of records that lie across the border of a window, or of the band.
        """
        return self._inner(_windows(windows), _distances(band))

    def sums(self, windows: _Windows, records: Records, band: _Band = None) -> Sums:
        """Totals of windows over records in memory.

        To the last bit the same as `inner` followed by `add_records`, and for a window the same
        whatever the others are.

        Parameters
        ----------
        windows : x1, x2, y1, y2, each an array of k integers or one
        records : Records
            All n records.
        band : (int, int), optional

        Raises
        ------
        UsageError
            If there are not n records.
        """
        if records.value.shape != (self.n,):
            raise UsageError(f"{records.value.size} records, where the tree has {self.n}")
        columns, limits, grid = _columns(records), _distances(band), _windows(windows)
        parts = []
        for at in range(0, max(grid.shape[1], 1), _BLOCK):
            block = np.ascontiguousarray(grid[:, at : at + _BLOCK])
            sums, borders = self._inner(block, limits)
            _add(sums, borders, columns, block, limits)
            parts.append(sums)
        if len(parts) == 1:
            return parts[0]
        return Sums(*map(np.concatenate, zip(*parts, strict=True)))

    def _inner(self, windows: _I8, limits: tuple[int, int]) -> tuple[Sums, Borders]:
        k = windows.shape[1]
        sums = Sums(*np.empty((2, k), np.int64), *np.empty((4, k)))
        room = _FIRST_ROOM + 8 * k
        while True:
            out = np.empty((3, room), np.int64)
            found = _query.sums(self.n, self.boxes, *self._statistics, windows, *limits, *sums, out)
            if found <= room:
                return sums, Borders(*out[:, :found])
            room = found


def add_records(
    sums: Sums, borders: Borders, records: Records, *, windows: _Windows, band: _Band = None
) -> None:
    """Add to the totals of windows, in place, what the records of ranges have in them.

    Parameters
    ----------
    sums : Sums
        Of `Quadtree.inner`.
    borders : Borders
        Of the same; `first` and `last` may have been moved to where the records now are. The
        ranges of one window stand together and are all given at once.
    records : Records
        Some or all of the records.
    windows, band
        As given to `Quadtree.inner`.

    Raises
    ------
    UsageError
        For ranges that are not inside the records, or windows that `sums` does not have.
    """
    grid, columns = _windows(windows), _columns(records)
    if grid.shape[1] != sums.n.size:
        raise UsageError(f"{grid.shape[1]} windows, where the totals have {sums.n.size}")
    checked_ranges(borders.first, borders.last, columns[4].size, "records")
    owner = np.asarray(borders.window)
    if owner.shape != np.shape(borders.first):
        raise UsageError(f"{owner.size} windows of {np.size(borders.first)} ranges")
    if owner.size and not 0 <= owner.min() <= owner.max() < sums.n.size:
        raise UsageError(f"ranges of window {owner.max()}, where there are {sums.n.size}")
    _add(sums, borders, columns, grid, _distances(band))


def select(records: Records, window: _Window, band: _Band = None) -> _I8:
    """Rows of the records that have a base pair in a window.

    Parameters
    ----------
    records : Records, n rows
        In any order.
    window : (x1, x2, y1, y2)
    band : (d1, d2), optional

    Returns
    -------
    ndarray of int64
        Sorted.

    Raises
    ------
    UsageError
        For columns of different lengths.
    """
    x1, x2, y1, y2, value, extra = _columns(records)
    row = np.empty(value.size, np.int64)
    packed = np.array((*_corners(window), *_distances(band)), np.int64)
    return row[: _query.select(x1, x2, y1, y2, extra, packed, row)]


def take(
    records: Records, ranges: tuple[ArrayLike, ArrayLike], window: _Window, band: _Band = None
) -> Records:
    """Copy the records of ranges that have a base pair in a window.

    Parameters
    ----------
    records : Records, n rows
    ranges : first, last
        Half-open, as `Quadtree.ranges` gives them.
    window : (x1, x2, y1, y2)
    band : (d1, d2), optional

    Returns
    -------
    Records
        Whole, not cut to the window, in the order of the ranges; of the types given.

    Raises
    ------
    UsageError
        For columns of different lengths, or ranges that are not inside the records.
    """
    x1, x2, y1, y2, value, extra = _columns(records)
    part = np.array(checked_ranges(*ranges, value.size, "records"))
    size = int((part[1] - part[0]).sum())
    place = np.empty((2 if extra else 4, size), x1.dtype)
    item = np.empty(size, value.dtype)
    packed = np.array((*_corners(window), *_distances(band)), np.int64)
    bits = f"u{value.itemsize}"
    found = _query.copy(
        x1, x2, y1, y2, value.view(bits), extra, part, packed, place, item.view(bits)
    )
    ends = (None, None) if extra else (place[2, :found], place[3, :found])
    return Records(place[0, :found], ends[0], place[1, :found], ends[1], item[:found])


def _add(
    sums: Sums, borders: Borders, columns: _Columns, windows: _I8, limits: tuple[int, int]
) -> None:
    x1, x2, y1, y2, value, is_points = columns
    part = np.array(borders, np.int64)
    reals = real_values(value)
    _query.add_records(x1, x2, y1, y2, reals, bool(is_points), part, windows, *limits, *sums)


def _columns(records: Records) -> _Columns:
    """x1, x2, y1, y2, value as the kernels take them, and what is added to the ends."""
    if (records.x2 is None) != (records.y2 is None):
        raise UsageError("records have an end on one axis only")
    if records.x2 is None or records.y2 is None:
        x1, y1 = positions(records.x1, records.y1)
        x2, y2, extra = x1, y1, 1
    else:
        x1, x2, y1, y2 = positions(records.x1, records.x2, records.y1, records.y2)
        extra = 0
    value = np.ascontiguousarray(records.value)
    if len({a.shape for a in (x1, x2, y1, y2, value)}) > 1 or value.ndim != 1:
        sizes = ", ".join(str(a.size) for a in (x1, x2, y1, y2, value))
        raise UsageError(f"columns of records have {sizes} rows, which differ")
    return x1, x2, y1, y2, value, extra


def _corners(window: _Window) -> _Window:
    x1, x2, y1, y2 = (min(max(int(p), -_FAR), _FAR) for p in window)
    return x1, x2, y1, y2


def _distances(band: _Band) -> tuple[int, int]:
    """The limits of a band, or such as hold everything."""
    if band is None:
        return -2 * _FAR, 2 * _FAR
    d1, d2 = (min(max(int(d), -_FAR), _FAR) for d in band)
    if d1 >= d2:
        raise UsageError(f"band ({band[0]}, {band[1]}): d1 is not below d2")
    return d1, d2


def _windows(windows: _Windows) -> _I8:
    """Corners as rows of one array."""
    corners = [np.asarray(c, np.int64) for c in windows]
    sizes = {c.size for c in corners if c.ndim}
    if len(sizes) > 1 or any(c.ndim > 1 for c in corners):
        shapes = ", ".join(str(c.shape) for c in corners)
        raise UsageError(f"corners of windows have the shapes {shapes}")
    grid = np.empty((4, *(sizes or {1})), np.int64)
    for row, corner in zip(grid, corners, strict=True):
        row[:] = corner
    return grid
