"""Cells of a grid that hold records: what is worth looking at of a map that is mostly empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from genomedb.core.spans import Spans, Spans2D
from genomedb.iterators.records import slabs
from genomedb.iterators.rectangles import Band, ListedSteps, banded
from genomedb.kernels.quadtree_query import Records
from genomedb.storage.pair_tree import PairTree
from genomedb.tracks.pairs import PairTrack

_TOGETHER = 1 << 22  # cells listed at once
_I8 = NDArray[np.int64]
_Window = tuple[int, int, int, int]


class TouchedCells(ListedSteps):
    """Square cells of a grid in which any of some 2D tracks has a record, cut to the scope.

    They come as those of the whole grid do, without the empty ones; of cells across the border of
    a band some may be empty there.

    Parameters
    ----------
    size : int
        Width and height of a cell in bp.
    tracks : sequence of PairTrack
    band : (int, int), optional
    upper : bool
        Of the cells that mirror each other only that whose x is before y.
    """

    def __init__(
        self, size: int, tracks: Sequence[PairTrack], band: Band = None, *, upper: bool = False
    ) -> None:
        super().__init__(band)
        self._size, self._tracks, self._upper = size, tracks, upper

    def parts(self, scope: Spans2D) -> Iterator[tuple[Spans2D, _I8]]:
        """Yield the cells of each scope row, cut to it, and its number."""
        x, y = scope.first, scope.second
        for i in range(len(scope)):
            code1, code2 = int(x.code[i]), int(y.code[i])
            if self._upper and code1 > code2:
                continue
            found = [track.tree(code1, code2) for track in self._tracks]
            trees = [tree for tree in found if tree is not None]
            window = int(x.start[i]), int(x.end[i]), int(y.start[i]), int(y.end[i])
            for bin1, bin2 in self._cells(trees, window):
                if self._upper and code1 == code2:
                    kept = bin1 <= bin2
                    bin1, bin2 = bin1[kept], bin2[kept]
                cells = Spans2D(
                    self._side(code1, bin1, window[:2]), self._side(code2, bin2, window[2:])
                )
                cells, rows = banded(cells, np.full(len(cells), i), self.band)
                if len(cells):
                    yield cells, rows

    def _cells(self, trees: list[PairTree], window: _Window) -> Iterator[tuple[_I8, _I8]]:
        """Numbers of the cells on both axes, sorted, slab by slab of x."""
        if not trees:
            return
        x1, x2, y1, y2 = window
        n_bins = -(-y2 // self._size)
        inner = np.concatenate([slabs(tree, *window)[1:-1] for tree in trees])
        edges = np.unique(inner.astype(np.int64) // self._size * self._size)
        for a, b in pairwise([x1, *edges[(edges > x1) & (edges < x2)].tolist(), x2]):
            slab = a, b, y1, y2
            keys = [np.empty(0, np.int64)]
            for tree in trees:
                keys += self._keys(tree.query(*slab, self.band), slab, n_bins)
            distinct = _distinct(np.concatenate(keys))
            yield distinct // n_bins, distinct % n_bins

    def _keys(self, found: Records, window: _Window, n_bins: int) -> Iterator[_I8]:
        """Numbers of the cells that records touch, each as one number."""
        size = self._size
        x1, y1 = found.x1.astype(np.int64), found.y1.astype(np.int64)
        if found.x2 is None or found.y2 is None:
            yield _distinct(x1 // size * n_bins + y1 // size)
            return
        first1, first2 = np.maximum(x1, window[0]) // size, np.maximum(y1, window[2]) // size
        n1 = -(-np.minimum(found.x2, window[1]).astype(np.int64) // size) - first1
        n2 = -(-np.minimum(found.y2, window[3]).astype(np.int64) // size) - first2
        stop = np.cumsum(n1 * n2)
        for at in range(0, int(stop[-1]) if stop.size else 0, _TOGETHER):
            cell = np.arange(at, min(at + _TOGETHER, int(stop[-1])))
            record = np.searchsorted(stop, cell, side="right")
            within = cell - (stop - n1 * n2)[record]
            bin1 = first1[record] + within // n2[record]
            yield _distinct(bin1 * n_bins + first2[record] + within % n2[record])

    def _side(self, code: int, number: _I8, limits: tuple[int, int]) -> Spans:
        start = number * self._size
        end = np.minimum(start + self._size, limits[1])
        return Spans(np.full(number.size, code), np.maximum(start, limits[0]), end)


def _distinct(keys: _I8) -> _I8:
    """As `numpy.unique`, which hashes; to sort takes a fifth of the time. In place."""
    keys.sort()
    first = np.ones(keys.size, bool)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    return keys[first]


__all__ = ["TouchedCells"]
