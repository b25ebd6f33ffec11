"""Door to ext/plane_pick.pyx: one record of each of many windows of the plane."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import plane_pick as _pick
from genomedb.errors import UsageError
from genomedb.kernels.quadtree_build import FAN, LEAF, level_sizes, stored_values
from genomedb.kernels.quadtree_query import Quadtree
from genomedb.kernels.quadtree_records import (
    Band,
    Records,
    Windows,
    columns_of,
    limits_of,
    windows_of,
)
from genomedb.kernels.ranges import checked_ranges

_I8 = NDArray[np.int64]
_WANTED = {"any": 0, "first": 1, "last": -1}
_FIRST_ROOM = 512  # parts for which there is room at the first try


class Parts(NamedTuple):
    """Where the records of windows are, sorted by window.

    Attributes
    ----------
    window, first, last : ndarray of int64, shape (k,)
        Records ``[first, last)`` of a window.
    node : ndarray of int64
        Number of the node whose records these are, all of them inside; -1 where some may not be.
    """

    window: _I8
    first: _I8
    last: _I8
    node: _I8


def search(tree: Quadtree, windows: Windows, wanted: str, *, band: Band = None) -> Parts:
    """Find where the record wanted of each window may be.

    Parameters
    ----------
    tree : Quadtree
    windows : x1, x2, y1, y2, each an array of k integers or one
    wanted : {"first", "last", "any"}
        The record with a value that begins first or last by x, then y; then parts are leaves.
        For any, they are all that a window has.
    band : (d1, d2), optional

    Raises
    ------
    UsageError
        If something else is wanted.
    """
    mode, grid, sizes = _mode(wanted), windows_of(windows), np.array(level_sizes(tree.n), np.int64)
    offset = np.cumsum(sizes) - sizes
    room = _FIRST_ROOM + 4 * grid.shape[1]
    while True:
        out = np.empty((4, room), np.int64)
        found = _pick.search(
            tree.n, tree.boxes, tree.count, offset, sizes, grid, *limits_of(band), mode, out
        )
        if found <= room:
            return Parts(*out[:, :found])
        room = found


def pick(
    records: Records, parts: Parts, wanted: str, *, windows: Windows, band: Band = None,
    skip: NDArray[np.int64] | None = None,
) -> tuple[_I8, _I8]:  # fmt: skip
    """Find the record wanted of each window among those of parts.

    Parameters
    ----------
    records : Records
    parts : Parts
        Of `search`; `first` and `last` may have been moved to where the records now are.
    wanted, windows, band
        As given to `search`.
    skip : ndarray of int64, shape (k,), optional
        Of any, how many others are passed over, in the order of the parts.

    Returns
    -------
    row : ndarray of int64, shape (k,)
        Of the records; -1 where there is none.
    n : ndarray of int64, shape (k,)
        Of any, how many records with a value the window has.

    Raises
    ------
    UsageError
        For parts that are not inside the records, or of other windows.

    Examples
    --------
    >>> records = Records(np.array([1, 7]), None, np.array([2, 3]), None, np.array([5.0, 6.0]))
    >>> parts = Parts(*np.array([[0], [0], [2], [-1]]))
    >>> pick(records, parts, "last", windows=(0, 9, 0, 9))[0]
    array([1])
    """
    grid = windows_of(windows)
    x1, x2, y1, y2, value, is_points = columns_of(records)
    first, last = checked_ranges(parts.first, parts.last, value.size, "records")
    part = np.array((parts.window, first, last))
    k = grid.shape[1]
    if part.shape[1] and not 0 <= part[0].min() <= part[0].max() < k:
        raise UsageError(f"parts of window {part[0].max()}, where there are {k}")
    row = np.full(k, -1)
    left = np.zeros(k, np.int64) if skip is None else np.array(skip, np.int64)
    if left.shape != (k,):
        raise UsageError(f"{left.size} numbers to skip for {k} windows")
    before = left.copy()
    _pick.pick(
        x1, x2, y1, y2, stored_values(value), is_points, part, grid, *limits_of(band),
        _mode(wanted), left, row,
    )  # fmt: skip
    return row, before - left


def leaf_of(tree: Quadtree, node: _I8, skip: _I8) -> tuple[_I8, _I8]:
    """The leaf below each node that holds a record with a value, after `skip` others.

    Parameters
    ----------
    tree : Quadtree
    node : ndarray of int64, shape (k,)
    skip : ndarray of int64, shape (k,)
        Less than the node has records with a value.

    Returns
    -------
    leaf, skip : ndarray of int64, shape (k,)
        Number of the leaf, and how many of its records are to be skipped.
    """
    node, skip = node.copy(), skip.copy()
    sizes = level_sizes(tree.n)
    offset = np.cumsum([0, *sizes])
    for level in range(len(sizes) - 1, 0, -1):
        here = np.flatnonzero(node >= offset[level])
        child = ((node[here] - offset[level]) * FAN)[:, None] + np.arange(FAN)
        is_there = child < sizes[level - 1]
        child = offset[level - 1] + np.minimum(child, sizes[level - 1] - 1)
        done = np.cumsum(np.where(is_there, tree.count[child], 0), axis=1)
        which = (done <= skip[here, None]).sum(axis=1)
        rows = np.arange(here.size)
        skip[here] -= np.where(which > 0, done[rows, which - 1], 0)
        node[here] = child[rows, which]
    return node, skip


def _mode(wanted: str) -> int:
    if wanted not in _WANTED:
        raise UsageError(f"{wanted!r} record", fix=f"One of: {', '.join(_WANTED)}")
    return _WANTED[wanted]


__all__ = ["LEAF", "Parts", "leaf_of", "pick", "search"]
