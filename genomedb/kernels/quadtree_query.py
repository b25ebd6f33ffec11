"""Door to ext/quadtree_query.pyx: windows of the plane over records with a quad-tree."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import quadtree_query as _query
from genomedb.errors import UsageError
from genomedb.kernels.quadtree_build import Nodes, n_nodes
from genomedb.kernels.quadtree_records import (
    Band,
    Borders,
    Records,
    Sums,
    Window,
    Windows,
    add_borders,
    add_records,
    columns_of,
    corners_of,
    limits_of,
    select,
    take,
    windows_of,
)

__all__ = ["Borders", "Quadtree", "Records", "Sums", "add_records", "select", "take", "windows_of"]

_I8 = NDArray[np.int64]
_BLOCK = 1 << 15  # windows looked at together when their borders are kept
_FIRST_ROOM = 512  # ranges for which there is room at the first try


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
    count : ndarray of int64, shape (m,)
        Records with a value below each node.

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
        self.count = count
        self._statistics = (count, total, low, high, covered, mass)

    def ranges(self, window: Window, band: Band = None) -> tuple[_I8, _I8]:
        """Ranges of records outside of which none lies in a window.

        Returns
        -------
        first, last : ndarray of int64
            Half-open, sorted, not touching each other. Records of a range may lie outside:
            `take` sorts them out.
        """
        corners, distances = corners_of(window), limits_of(band)
        room = _FIRST_ROOM
        while True:
            out = np.empty((2, room), np.int64)
            found = _query.ranges(self.n, self.boxes, *corners, *distances, out)
            if found <= room:
                return out[0, :found], out[1, :found]
            room = found

    def inner(self, windows: Windows, band: Band = None) -> tuple[Sums, Borders]:
        """Totals of the nodes inside each window, and which records are to be added one by one.

        Parameters
        ----------
        windows : x1, x2, y1, y2, each an array of k integers or one
            In any order; they may overlap. Or what `windows_of` made of them.
        band : (int, int), optional

        Returns
        -------
        Sums
            To be completed with `add_records`.
        Borders
            Ranges of records that lie across the border of a window, or of the band.
        """
        return self._inner(windows_of(windows), limits_of(band))

    def sums(self, windows: Windows, records: Records, band: Band = None) -> Sums:
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
        columns, limits, grid = columns_of(records), limits_of(band), windows_of(windows)
        parts = []
        for at in range(0, max(grid.shape[1], 1), _BLOCK):
            block = np.ascontiguousarray(grid[:, at : at + _BLOCK])
            sums, borders = self._inner(block, limits)
            add_borders(sums, borders, columns, block, limits)
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
