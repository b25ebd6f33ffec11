"""Door to ext/quadtree_records.pyx: records of the plane in windows."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb._ext import quadtree_records as _records
from genomedb.errors import UsageError
from genomedb.kernels.quadtree_build import stored_values
from genomedb.kernels.ranges import checked_ranges
from genomedb.kernels.zorder import positions

_FAR = 2**61  # beyond any position; sums of a few still fit in 64 bits

_I8 = NDArray[np.int64]
_F8 = NDArray[np.float64]
Window = tuple[int, int, int, int]
Windows = tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike] | _I8
"""x1, x2, y1, y2, each an array of k integers or one; or what `windows_of` made of them."""
Band = tuple[int, int] | None
Columns = tuple[Any, Any, Any, Any, Any, bool]


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


def add_records(
    sums: Sums, borders: Borders, records: Records, *, windows: Windows, band: Band = None
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
    grid, columns = windows_of(windows), columns_of(records)
    if grid.shape[1] != sums.n.size:
        raise UsageError(f"{grid.shape[1]} windows, where the totals have {sums.n.size}")
    checked_ranges(borders.first, borders.last, columns[4].size, "records")
    owner = np.asarray(borders.window)
    if owner.shape != np.shape(borders.first):
        raise UsageError(f"{owner.size} windows of {np.size(borders.first)} ranges")
    if owner.size and not 0 <= owner.min() <= owner.max() < sums.n.size:
        raise UsageError(f"ranges of window {owner.max()}, where there are {sums.n.size}")
    add_borders(sums, borders, columns, grid, limits_of(band))


def select(records: Records, window: Window, band: Band = None) -> _I8:
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
    x1, x2, y1, y2, value, is_points = columns_of(records)
    row = np.empty(value.size, np.int64)
    packed = np.array((*corners_of(window), *limits_of(band)), np.int64)
    return row[: _records.select(x1, x2, y1, y2, is_points, packed, row)]


def take(
    records: Records, ranges: tuple[ArrayLike, ArrayLike], window: Window, band: Band = None
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
    x1, x2, y1, y2, value, is_points = columns_of(records)
    part = np.array(checked_ranges(*ranges, value.size, "records"))
    size = int((part[1] - part[0]).sum())
    place = np.empty((2 if is_points else 4, size), x1.dtype)
    item = np.empty(size, value.dtype)
    packed = np.array((*corners_of(window), *limits_of(band)), np.int64)
    bits = f"u{value.itemsize}"
    found = _records.copy(
        x1, x2, y1, y2, value.view(bits), is_points, part, packed, place, item.view(bits)
    )
    ends = (None, None) if is_points else (place[2, :found], place[3, :found])
    return Records(place[0, :found], ends[0], place[1, :found], ends[1], item[:found])


def add_borders(
    sums: Sums, borders: Borders, columns: Columns, windows: _I8, limits: tuple[int, int]
) -> None:
    """`add_records` of arguments that are known to fit, as the functions below make them."""
    x1, x2, y1, y2, value, is_points = columns
    part = np.array(borders, np.int64)
    values = stored_values(value)
    _records.add_records(x1, x2, y1, y2, values, is_points, part, windows, *limits, *sums)


def columns_of(records: Records) -> Columns:
    """x1, x2, y1, y2, value as the kernels take them, and whether they are points."""
    if (records.x2 is None) != (records.y2 is None):
        raise UsageError("records have an end on one axis only")
    if records.x2 is None or records.y2 is None:
        x1, y1 = positions(records.x1, records.y1)
        x2, y2, is_points = x1, y1, True
    else:
        x1, x2, y1, y2 = positions(records.x1, records.x2, records.y1, records.y2)
        is_points = False
    value = np.ascontiguousarray(records.value)
    if len({a.shape for a in (x1, x2, y1, y2, value)}) > 1 or value.ndim != 1:
        sizes = ", ".join(str(a.size) for a in (x1, x2, y1, y2, value))
        raise UsageError(f"columns of records have {sizes} rows, which differ")
    return x1, x2, y1, y2, value, is_points


def corners_of(window: Window) -> Window:
    """Corners as numbers that kernels can count with."""
    x1, x2, y1, y2 = (min(max(int(p), -_FAR), _FAR) for p in window)
    return x1, x2, y1, y2


def limits_of(band: Band) -> tuple[int, int]:
    """The limits of a band, or such as hold everything."""
    if band is None:
        return -2 * _FAR, 2 * _FAR
    d1, d2 = (min(max(int(d), -_FAR), _FAR) for d in band)
    if d1 >= d2:
        raise UsageError(f"band ({band[0]}, {band[1]}): d1 is not below d2")
    return d1, d2


def windows_of(windows: Windows) -> _I8:
    """Corners of windows as rows x1, x2, y1, y2 of one array, shape (4, k).

    Raises
    ------
    UsageError
        For corners of different lengths.
    """
    if isinstance(windows, np.ndarray) and windows.ndim == 2 and len(windows) == 4:
        return np.ascontiguousarray(windows, np.int64)
    corners = [np.asarray(c, np.int64) for c in windows]
    sizes = {c.size for c in corners if c.ndim}
    if len(sizes) > 1 or any(c.ndim > 1 for c in corners):
        shapes = ", ".join(str(c.shape) for c in corners)
        raise UsageError(f"corners of windows have the shapes {shapes}")
    grid = np.empty((4, *(sizes or {1})), np.int64)
    for row, corner in zip(grid, corners, strict=True):
        row[:] = corner
    return grid
