"""Walks in two dimensions: rectangles of pairs of chromosomes."""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genomedb.core.spans import Spans, Spans2D
from genomedb.intervals.band import band_clip
from genomedb.intervals.cartesian import CartesianGrid
from genomedb.intervals.grid import iter_rect_grid
from genomedb.intervals.two_d_setops import clipped_pairs, overlapping_pairs
from genomedb.iterators.blocks import BLOCK_ROWS, Block
from genomedb.iterators.pieces import PIECE_ROWS, Piece

_I8 = NDArray[np.int64]
Band = tuple[int, int] | None


class RectBlock(Block):
    """Rectangles of one pair of chromosomes.

    Attributes
    ----------
    rects : Spans2D, shape (n,)
    row : ndarray of int64, shape (n,)
        The scope row each comes from, counted from 0.
    band : (int, int) or None
        Of each rectangle, only what lies in it is meant.
    """

    def __init__(self, rects: Spans2D, row: _I8, band: Band = None) -> None:
        self.rects, self.row, self.band = rects, row, band
        self.code = int(rects.first.code[0])

    def __len__(self) -> int:
        return len(self.rects)

    def axis(self, dim: int) -> Block:
        """The intervals on one axis, 1 or 2."""
        spans = self.rects.first if dim == 1 else self.rects.second
        return Block(int(spans.code[0]), spans.start, spans.end, self.row)


@dataclass(frozen=True, eq=False)
class RectPiece(Piece):
    """Rectangles of one pair of chromosomes, listed one by one."""

    rects: Spans2D
    row: _I8
    band: Band = None

    def __len__(self) -> int:
        return len(self.rects)

    def blocks(self, rows: int = BLOCK_ROWS) -> Iterator[Block]:
        """The rectangles in blocks of at most `rows`."""
        for i in range(0, len(self), rows):
            cut = slice(i, i + rows)
            yield RectBlock(self.rects[cut], self.row[cut], self.band)

    def reach(self) -> tuple[int, int]:
        """Scope row of the last rectangle, and how far it reaches on axis 1."""
        return int(self.row[-1]), int(self.rects.first.end[-1])

    def cut(self, parts: Spans2D, which: _I8) -> RectPiece:
        """Parts of its rectangles, given by number, in their place."""
        return RectPiece(parts, self.row[which], self.band)


class Steps2D(ABC):
    """How to walk through a scope of rectangles.

    Parameters
    ----------
    band : (int, int), optional
        Only what lies at distances ``d1 <= x - y < d2`` on one chromosome.

    Attributes
    ----------
    is_whole : bool
        Rectangles come whole, once for each scope row with a base pair in common, in the band.
    """

    is_disjoint = True
    bin_size: int | None = None
    is_whole = False

    def __init__(self, band: Band = None) -> None:
        self.band = band

    @abstractmethod
    def pieces(self, scope: Spans2D) -> Iterator[Piece]:
        """Yield the rectangles, those of one pair of chromosomes and one million at a time."""

    def whole(self) -> Steps2D:
        """The same walk of whole rectangles, cut neither to the scope nor to the band."""
        other = copy(self)
        other.is_whole = True
        return other


class ListedSteps(Steps2D):
    """A walk of rectangles that are listed, whatever their pairs of chromosomes."""

    @abstractmethod
    def parts(self, scope: Spans2D) -> Iterator[tuple[Spans2D, _I8]]:
        """Yield rectangles within the scope's rows, in their order, and the row of each."""

    def pieces(self, scope: Spans2D) -> Iterator[Piece]:
        """Yield the rectangles, those of one pair of chromosomes and one million at a time."""
        for rects, row in self.parts(scope):
            pair = np.diff(rects.first.code) | np.diff(rects.second.code)
            edges = [0, *(np.flatnonzero(pair) + 1).tolist(), len(rects)]
            for begin, stop in itertools.pairwise(edges):
                for i in range(begin, stop, PIECE_ROWS):
                    cut = slice(i, min(i + PIECE_ROWS, stop))
                    yield RectPiece(rects[cut], row[cut], self.band)


class Rectangles(ListedSteps):
    """Given rectangles, which do not overlap; sorted."""

    def __init__(self, rects: Spans2D, band: Band = None) -> None:
        super().__init__(band)
        self._rects = rects

    def parts(self, scope: Spans2D) -> Iterator[tuple[Spans2D, _I8]]:
        """Yield what each rectangle has in common with each scope row."""
        yield _sorted_by_row(scope, self._rects, self.band, is_whole=self.is_whole)


class ScopeRectangles(ListedSteps):
    """Each scope row is one rectangle."""

    is_disjoint = False

    def parts(self, scope: Spans2D) -> Iterator[tuple[Spans2D, _I8]]:
        """Yield the rows as they are, within the band."""
        yield banded(scope, np.arange(len(scope)), self.band)


class GridCells(ListedSteps):
    """Cells of `size` = (width, height) bp, aligned at the starts of both chromosomes."""

    def __init__(self, size: tuple[int, int], band: Band = None) -> None:
        super().__init__(band)
        self._size = size

    def parts(self, scope: Spans2D) -> Iterator[tuple[Spans2D, _I8]]:
        """Yield the cells that touch each scope row, cut to it."""
        for cells, row in iter_rect_grid(self._size, scope, band=self.band):
            yield self._uncut(cells) if self.is_whole else cells, row

    def _uncut(self, cells: Spans2D) -> Spans2D:
        """Cells as they are without a scope; they may reach over the end of a chromosome."""
        sides = []
        for spans, width in zip((cells.first, cells.second), self._size, strict=True):
            start = spans.start // width * width
            sides.append(Spans(spans.code, start, start + width))
        return Spans2D(sides[0], sides[1])


class CartesianCells(ListedSteps):
    """Cells around pairs of centres."""

    def __init__(self, grid: CartesianGrid, band: Band = None) -> None:
        super().__init__(band)
        self._grid = grid

    def parts(self, scope: Spans2D) -> Iterator[tuple[Spans2D, _I8]]:
        """Yield what the cells have in common with each scope row."""
        for i in range(len(scope)):  # rows are few here: pairs of chromosomes, or regions
            row = scope[slice(i, i + 1)]
            x, y = row.first, row.second
            within = int(x.start[0]), int(x.end[0]), int(y.start[0]), int(y.end[0])
            for cells in self._grid.cells(int(x.code[0]), int(y.code[0]), within):
                rects, rows = _sorted_by_row(row, cells, self.band, is_whole=self.is_whole)
                yield rects, rows + i


def _sorted_by_row(
    scope: Spans2D, rects: Spans2D, band: Band, *, is_whole: bool
) -> tuple[Spans2D, _I8]:
    """Common parts, by scope row, then both chromosomes, then both starts."""
    rows, which = overlapping_pairs(scope, rects)
    common, kept = banded(clipped_pairs(scope, rects, (rows, which)), np.arange(rows.size), band)
    if is_whole:
        common = rects[which[kept]]
    rows = rows[kept]
    a, b = common.first, common.second
    order = np.lexsort((b.end, a.end, b.start, a.start, b.code, a.code, rows))
    return common[order], rows[order]


def banded(rects: Spans2D, rows: _I8, band: Band) -> tuple[Spans2D, _I8]:
    """What a band leaves of rectangles, and the numbers that belong to it."""
    if band is None:
        return rects, rows
    kept, which = band_clip(rects, band)
    return kept, rows[which]
