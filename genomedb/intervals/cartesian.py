"""Cartesian grids: rectangles around pairs of centres of intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans, Spans2D
from genomedb.errors import UsageError
from genomedb.intervals.frame import spans_of
from genomedb.intervals.grid import BLOCK_CELLS, joined_2d
from genomedb.intervals.two_d import frame2d_of

if TYPE_CHECKING:
    import pandas as pd

_MAX_POSITION = 2**62

_I64 = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Windows:
    """Windows around centres, sorted by chromosome, start and end.

    Attributes
    ----------
    spans : Spans, shape (n,)
    centre : ndarray of int64, shape (n,)
        Number of the interval that each lies around.
    """

    spans: Spans
    centre: _I64


@dataclass(frozen=True, eq=False)
class CartesianGrid:
    """Every window of one set with every window of another; made by `cartesian_grid`.

    Attributes
    ----------
    windows1, windows2 : Windows
        On axis 1 and axis 2.
    band : (int, int) or None
        Only cells of one chromosome with ``band[0] <= i1 - i2 <= band[1]``, i1 and i2 being
        numbers of intervals.
    chroms : ChromTable
    """

    windows1: Windows
    windows2: Windows
    band: tuple[int, int] | None
    chroms: ChromTable

    def iter_pairs(self, *, max_cells: int = BLOCK_CELLS) -> Iterator[tuple[int, int, Spans2D]]:
        """Yield the cells of each pair of chromosomes: (code1, code2, cells).

        A pair with more than about `max_cells` cells comes in several blocks. Cells are sorted,
        and none is there twice.
        """
        second = np.unique(self.windows2.spans.code).tolist()
        for code1 in np.unique(self.windows1.spans.code).tolist():
            for code2 in second if self.band is None else [code1]:
                for cells in self.cells(code1, code2, max_cells=max_cells):
                    yield code1, code2, cells

    def cells(
        self, code1: int, code2: int, within: tuple[int, int, int, int] | None = None, *,
        max_cells: int = BLOCK_CELLS,
    ) -> Iterator[Spans2D]:  # fmt: skip
        """Yield the cells of one pair of chromosomes, in blocks as those of `iter_pairs`.

        Parameters
        ----------
        within : (x1, x2, y1, y2), optional
            Only cells that have a base pair in this rectangle.
        """
        x, y = (None, None) if within is None else (within[:2], within[2:])
        rows1 = _rows_on(self.windows1.spans, code1, x)
        rows2 = _rows_on(self.windows2.spans, code2, y)
        if self.band is None:
            yield from self._all(rows1, rows2, max_cells)
        elif code1 == code2:
            yield from self._near(rows1, rows2, self.band, max_cells)

    def spans2d(self) -> Spans2D:
        """All cells at once, sorted."""
        return joined_2d([cells for _, _, cells in self.iter_pairs()])

    def _all(self, rows1: _I64, rows2: _I64, max_cells: int) -> Iterator[Spans2D]:
        one, other = _unique(self.windows1.spans[rows1]), _unique(self.windows2.spans[rows2])
        for a, b in _stretches(one, np.full(len(one), len(other)), max_cells):
            i = np.repeat(np.arange(a, b), len(other))
            cells = Spans2D(one[i], other[np.tile(np.arange(len(other)), b - a)])
            # windows cut at the chromosome may begin together: their cells go by the other axis
            tied = (one.start[a + 1 : b] == one.start[a : b - 1]).any()
            yield cells.sorted() if tied else cells

    def _near(
        self, rows1: _I64, rows2: _I64, band: tuple[int, int], max_cells: int
    ) -> Iterator[Spans2D]:
        one, centre1 = self.windows1.spans[rows1], self.windows1.centre[rows1]
        by_centre = np.argsort(self.windows2.centre[rows2], kind="stable")
        other = self.windows2.spans[rows2][by_centre]
        centre2 = self.windows2.centre[rows2][by_centre]
        first = np.searchsorted(centre2, centre1 - band[1], side="left")
        n = np.searchsorted(centre2, centre1 - band[0], side="right") - first
        for a, b in _stretches(one, n, max_cells):
            i = np.repeat(np.arange(a, b), n[a:b])
            k = np.arange(i.size) - np.repeat(np.cumsum(n[a:b]) - n[a:b], n[a:b])
            cells = _unique2d(Spans2D(one[i], other[first[i] + k]))
            if len(cells):
                yield cells


def _rows_on(spans: Spans, code: int, limits: tuple[int, int] | None) -> _I64:
    """Rows of sorted spans on a chromosome that have a base within limits."""
    first, last = np.searchsorted(spans.code, (code, code + 1)).tolist()
    rows = np.arange(first, last)
    if limits is not None:
        rows = rows[(spans.start[rows] < limits[1]) & (spans.end[rows] > limits[0])]
    return rows


def _stretches(spans: Spans, n: _I64, size: int) -> Iterator[tuple[int, int]]:
    """Stretches of rows with about `size` cells; windows of one start stay together."""
    edges = np.concatenate(([0], np.flatnonzero(np.diff(spans.start)) + 1, [len(spans)]))
    before = np.concatenate(([0], np.cumsum(n)))[edges]
    i = 0
    while i < edges.size - 1:
        j = max(int(np.searchsorted(before, before[i] + size, side="right")) - 1, i + 1)
        yield int(edges[i]), int(edges[j])
        i = j


def _unique(spans: Spans) -> Spans:
    """Sorted spans of one chromosome without those that are there already."""
    new = np.ones(len(spans), np.bool_)
    new[1:] = (np.diff(spans.start) != 0) | (np.diff(spans.end) != 0)
    return spans[new]


def _unique2d(cells: Spans2D) -> Spans2D:
    """Cells of one pair of chromosomes, sorted, each once."""
    cells = cells.sorted()
    new = np.zeros(len(cells), np.bool_)
    new[:1] = True
    for spans in (cells.first, cells.second):
        new[1:] |= (np.diff(spans.start) != 0) | (np.diff(spans.end) != 0)
    return cells[new]


def cartesian_grid(
    intervals1: Any,
    expansion1: Any,
    intervals2: Any = None,
    expansion2: Any = None,
    *,
    min_band_idx: int | None = None,
    max_band_idx: int | None = None,
    chroms: ChromTable,
) -> CartesianGrid:
    """Rectangles around pairs of centres.

    Around each centre C (the middle of an interval, rounded down) lie the windows
    ``[C + E[i], C + E[i + 1])``, cut at the ends of the chromosome; the cells are every window
    of axis 1 with every one of axis 2.

    Parameters
    ----------
    intervals1, intervals2 : DataFrame or Spans
        Their centres are meant. `intervals2` is `intervals1` by default.
    expansion1, expansion2 : sequence of int
        At least two different offsets E in bp, in any order. `expansion2` is `expansion1` by
        default.
    min_band_idx, max_band_idx : int, optional
        Both or none, and only without `intervals2`: keep cells of one chromosome with
        ``min_band_idx <= i1 - i2 <= max_band_idx``, i1 and i2 being the numbers of their
        intervals when sorted by chromosome, start and end.
    chroms : ChromTable

    Returns
    -------
    CartesianGrid
        ``spans2d()`` makes all cells, ``iter_pairs()`` those of one chromosome pair at a time.

    Raises
    ------
    UsageError, ChromError

    Examples
    --------
    >>> grid = cartesian_grid(centres, [-5000, 0, 5000], chroms=table)  # doctest: +SKIP
    >>> grid.spans2d()  # doctest: +SKIP
    """
    offsets1 = _check_expansion(expansion1, "expansion1")
    offsets2 = offsets1 if expansion2 is None else _check_expansion(expansion2, "expansion2")
    band = _check_band_idx(min_band_idx, max_band_idx)
    if band is not None and intervals2 is not None:
        raise UsageError(
            "min_band_idx and max_band_idx compare centres of one set",
            fix="Leave out intervals2, or the two limits",
        )
    centres1 = _centres(_spans(intervals1, chroms, "intervals1"))
    centres2 = centres1
    if intervals2 is not None:
        centres2 = _centres(_spans(intervals2, chroms, "intervals2"))
    windows = [_windows(c, e, chroms) for c, e in ((centres1, offsets1), (centres2, offsets2))]
    return CartesianGrid(windows[0], windows[1], band, chroms)


def cartesian_frame(grid: CartesianGrid) -> pd.DataFrame:
    """Cells of a grid as a DataFrame ``chrom1 start1 end1 chrom2 start2 end2``."""
    return frame2d_of(grid.spans2d(), grid.chroms)


def _spans(intervals: Any, chroms: ChromTable, what: str) -> Spans:
    return intervals if isinstance(intervals, Spans) else spans_of(intervals, chroms, what=what)


def _check_expansion(expansion: Any, what: str) -> _I64:
    array = np.asarray(list(expansion) if hasattr(expansion, "__iter__") else [expansion])
    if array.ndim != 1 or array.dtype.kind not in "iuf" or not np.isfinite(array).all():
        raise UsageError(f"{what} must be whole numbers", fix="Give offsets in bp")
    if (array != np.floor(array)).any() or (np.abs(array) >= _MAX_POSITION).any():
        raise UsageError(f"{what} has offsets that are not whole numbers", fix="Round them")
    made = np.unique(array.astype(np.int64))
    if array.size < 2 or made.size != array.size:
        raise UsageError(f"{what} needs at least 2 offsets, all different")
    return made


def _check_band_idx(low: Any, high: Any) -> tuple[int, int] | None:
    if low is None and high is None:
        return None
    if low is None or high is None:
        raise UsageError("min_band_idx and max_band_idx go together", fix="Give both or none")
    if not all(hasattr(i, "__index__") and not isinstance(i, bool) for i in (low, high)):
        raise UsageError(f"min_band_idx={low!r}, max_band_idx={high!r} are not whole numbers")
    if low > high:
        raise UsageError(f"min_band_idx={low} is above max_band_idx={high}")
    return index(low), index(high)


def _centres(spans: Spans) -> Spans:
    """Centres as intervals of one base, in the order of the sorted intervals: their numbers."""
    spans = spans.sorted()
    middle = (spans.start + spans.end) // 2
    return Spans(spans.code, middle, middle + 1)


def _windows(centres: Spans, offsets: _I64, chroms: ChromTable) -> Windows:
    n = offsets.size - 1
    code = np.repeat(centres.code, n)
    middle = np.repeat(centres.start, n)
    start = np.maximum(middle + np.tile(offsets[:-1], len(centres)), 0)
    end = np.minimum(middle + np.tile(offsets[1:], len(centres)), chroms.length_array[code])
    kept = np.flatnonzero(start < end)
    spans = Spans(code, start, end)[kept]
    order = spans.order()
    return Windows(spans[order], np.repeat(np.arange(len(centres)), n)[kept][order])
