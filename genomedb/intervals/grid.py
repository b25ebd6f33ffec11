"""Grids of cells of one size over rectangles."""

from __future__ import annotations

from collections.abc import Iterator
from operator import index
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.spans import Spans, Spans2D
from genomedb.errors import UsageError
from genomedb.intervals.band import band_clip, check_band

BLOCK_CELLS = 1 << 18
_COLUMNS = 1 << 16  # columns of cells spread at a time

_MAX_POSITION = 2**62

_I64 = NDArray[np.int64]
Block = tuple[Spans2D, _I64]


def check_cell(size: Any) -> tuple[int, int]:
    """Check the (width, height) of the cells of a grid: two whole numbers of at least 1.

    Raises
    ------
    UsageError
    """
    listed = list(size) if isinstance(size, (tuple, list, np.ndarray)) else [size]
    whole = [int(n) if isinstance(n, float) and n.is_integer() else n for n in listed]
    good = len(whole) == 2 and all(
        hasattr(n, "__index__") and not isinstance(n, bool) and 0 < index(n) < _MAX_POSITION
        for n in whole
    )
    if not good:
        raise UsageError(
            f"{size!r:.60} is not the size of a cell", fix="Give (width, height) in bp, at least 1"
        )
    return index(whole[0]), index(whole[1])


def iter_rect_grid(
    size: tuple[int, int], scope: Spans2D, *, band: Any = None, max_cells: int = BLOCK_CELLS
) -> Iterator[Block]:
    """Yield the cells of a grid that touch rectangles, cut to them, in blocks.

    Cells are ``[i w, (i + 1) w) x [j h, (j + 1) h)`` on every chromosome pair.

    Parameters
    ----------
    size : (int, int)
        Width and height of a cell in bp.
    scope : Spans2D
        Rectangles; each has its own cells, in its own order.
    band : (int, int), optional
        Only cells that touch it, shrunk as by `band_clip`; others cost nothing.
    max_cells : int
        Cells of a block, about.

    Yields
    ------
    Spans2D
        Cells, by row of the scope, then by start on axis 1, then on axis 2.
    rows : ndarray of int64
        The scope row of each.
    """
    w, h = check_cell(size)
    limits = None if band is None else check_band(band)
    for rows, i in _columns(w, scope):
        a, b = scope.first[rows], scope.second[rows]
        start, end = np.maximum(a.start, i * w), np.minimum(a.end, (i + 1) * w)
        low, high = b.start, b.end
        if limits is not None:  # the part of the column that the band can touch
            low = np.maximum(low, start - limits[1] + 1)
            high = np.where(a.code == b.code, np.minimum(high, end - limits[0]), low)
        first = low // h
        n = np.where(low < high, -(-high // h) - first, 0)
        for column, k in _spread(n, max_cells):
            j = first[column] + k
            x = Spans(a.code[column], start[column], end[column])
            y1 = np.maximum(b.start[column], j * h)
            y2 = np.minimum(b.end[column], (j + 1) * h)
            cells, at = Spans2D(x, Spans(b.code[column], y1, y2)), rows[column]
            if limits is not None:
                cells, kept = band_clip(cells, limits)
                at = at[kept]
            if len(cells):
                yield cells, at


def _columns(w: int, scope: Spans2D) -> Iterator[tuple[_I64, _I64]]:
    """Yield columns of cells: scope rows, and numbers of the columns."""
    first = scope.first.start // w
    n = -(-scope.first.end // w) - first
    for rows, k in _spread(n, _COLUMNS):
        yield rows, first[rows] + k


def _spread(n: _I64, size: int) -> Iterator[tuple[_I64, _I64]]:
    """Yield (i, k) for each 0 <= k < n[i], at most `size` at a time."""
    stop = np.cumsum(n)
    total = int(stop[-1]) if n.size else 0
    for a in range(0, total, size):
        at = np.arange(a, min(a + size, total))
        i = np.searchsorted(stop, at, side="right")
        yield i, at - (stop[i] - n[i])


def joined_2d(parts: list[Spans2D]) -> Spans2D:
    """Rectangles of several sets, one behind the other."""
    if not parts:
        return Spans2D.empty()
    axes = [[part.first for part in parts], [part.second for part in parts]]
    made = [
        Spans(*(np.concatenate([getattr(s, k) for s in axis]) for k in ("code", "start", "end")))
        for axis in axes
    ]
    return Spans2D(made[0], made[1])
