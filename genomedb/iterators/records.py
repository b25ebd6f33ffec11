"""Walks along the records of a 2D track, pair by pair, in blocks of bounded size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.lazy import lazy
from genomedb.core.spans import Spans, Spans2D
from genomedb.intervals.band import band_clip
from genomedb.intervals.two_d_setops import clipped_pairs, overlapping_pairs
from genomedb.iterators.blocks import BLOCK_ROWS, Block
from genomedb.iterators.pieces import PIECE_ROWS, Piece
from genomedb.iterators.rectangles import Band, RectBlock, Steps2D
from genomedb.kernels.plane_order import plane_order
from genomedb.kernels.quadtree_query import Records
from genomedb.storage.pair_scan import scan_together
from genomedb.storage.pair_tree import PairTree
from genomedb.tracks.pairs import PairTrack

_FEW_ROWS = 4  # of the scope, that are looked up one by one
_TOGETHER = 1 << 12  # scope rows that are looked up together
_IN_BOX = 1 << 20  # records around such rows, at most
_SMALL = 1 << 12  # records of a pair that is read without its tree where all are asked for
_LEAF = 64  # records of a leaf of the tree
_I8 = NDArray[np.int64]


class RecordBlock(RectBlock):
    """Rectangles that are the records of a track, cut to the scope, with their values.

    Attributes
    ----------
    track : str
        Name of the track.
    value : ndarray, shape (n,)
        As stored.
    """

    def __init__(self, piece: RecordPiece, cut: slice) -> None:
        self._piece, self._cut = piece, cut
        self.code, self.band, self.track = piece.code, piece.band, piece.track
        self.value = piece.value[cut]

    def __len__(self) -> int:
        return int(self.value.size)

    @lazy
    def rects(self) -> Spans2D:
        """Where the records are; who only wants their values does not ask."""
        piece, cut, n = self._piece, self._cut, len(self)
        sides = []
        for code, starts, ends in (
            (piece.code, piece.x1, piece.x2), (piece.code2, piece.y1, piece.y2),
        ):  # fmt: skip
            start = starts[cut].astype(np.int64, copy=False)
            end = start + 1 if ends is None else ends[cut].astype(np.int64, copy=False)
            sides.append(Spans(np.broadcast_to(code, n), start, end))
        return Spans2D(sides[0], sides[1])

    @lazy
    def row(self) -> _I8:
        """The scope row each comes from; numbers that are all the same take no room."""
        row = self._piece.row
        return np.broadcast_to(row, len(self)) if isinstance(row, int) else row[self._cut]


@dataclass(frozen=True, eq=False)
class RecordPiece(Piece):
    """Records of one pair of chromosomes; points have no ends, records of one row one number."""

    code: int
    code2: int
    x1: NDArray[Any]
    x2: NDArray[Any] | None
    y1: NDArray[Any]
    y2: NDArray[Any] | None
    value: NDArray[Any]
    row: int | _I8
    track: str
    band: Band

    def __len__(self) -> int:
        return int(self.x1.size)

    def blocks(self, rows: int = BLOCK_ROWS) -> Iterator[Block]:
        """The records in blocks of at most `rows`."""
        for i in range(0, len(self), rows):
            yield RecordBlock(self, slice(i, min(i + rows, len(self))))

    def reach(self) -> tuple[int, int]:
        """Scope row of the last record, and how far they reach on axis 1."""
        row = self.row if isinstance(self.row, int) else int(self.row[-1])
        last = self.x1 if self.x2 is None else self.x2
        some = last if isinstance(self.row, int) else last[self.row == row]
        return row, int(some.max()) + (self.x2 is None)

    def cut(self, parts: Spans2D, which: _I8) -> RecordPiece:
        """Parts of its records, given by number, in their place."""
        x, y, row = parts.first, parts.second, self.row
        x2, y2 = (None, None) if self.x2 is None else (x.end, y.end)
        if not isinstance(row, int):
            row = row[which]
        return replace(self, x1=x.start, x2=x2, y1=y.start, y2=y2, value=self.value[which], row=row)


class TrackRecords(Steps2D):
    """The points or rectangles of a track, cut to the scope and to the band.

    Within a scope row they go by both chromosomes, then both starts, unless `is_ordered` is False.
    Not more than about a million are held at a time.
    """

    def __init__(self, track: PairTrack, band: Band = None, *, is_ordered: bool = True) -> None:
        super().__init__(band)
        self.track, self._is_ordered = track, is_ordered

    def pieces(self, scope: Spans2D) -> Iterator[Piece]:
        """Yield the records, those of one pair of chromosomes and one million at a time."""
        first, second, n = scope.first, scope.second, len(self.track.chroms)
        key, known = first.code * n + second.code, self.track.pair_codes @ np.array([n, 1])
        rows = np.flatnonzero(np.isin(key, known))
        if self.band is not None:
            rows = rows[first.code[rows] == second.code[rows]]
        if not rows.size:
            return
        pair = np.searchsorted(known, key[rows])
        new = np.diff(pair) != 0
        small = np.append(True, new) & np.append(new, True) & self._are_small(scope[rows], pair)
        edges = np.flatnonzero(new & ~(small[1:] & small[:-1])) + 1
        for some in np.split(np.arange(rows.size), edges):
            if small[some[0]]:
                yield from self._small_pairs(rows[some], pair[some])
                continue
            code1, code2 = self.track.pair_codes[pair[some[0]]].tolist()
            tree = self.track.tree(code1, code2)
            assert tree is not None
            for at in range(0, some.size, _TOGETHER):
                yield from self._rows(tree, scope, rows[some[at : at + _TOGETHER]])

    def _are_small(self, scope: Spans2D, pair: _I8) -> NDArray[np.bool_]:
        """Which rows are all of a pair that is faster read with others than through its tree."""
        if self.band is not None or not self.track._is_indexed:
            return np.zeros(pair.size, np.bool_)
        small: NDArray[np.bool_] = self.track.pair_sizes[pair] <= _SMALL
        for side in (scope.first, scope.second):
            small &= (side.start == 0) & (side.end == self.track.chroms.length_array[side.code])
        return small

    def _small_pairs(self, rows: _I8, pairs: _I8) -> Iterator[Piece]:
        """All records of small pairs, each of which one scope row asks for."""
        at = 0
        for block in scan_together(self.track._file, self.track.chroms, pairs):
            x1, x2, y1, y2 = (None if p is None else p.astype(np.int64) for p in block.records[:4])
            assert x1 is not None
            assert y1 is not None
            found = Records(x1, x2, y1, y2, block.records.value)
            if self._is_ordered:
                number = np.repeat(np.arange(len(block.codes)), np.diff(block.edges))
                order = np.lexsort((y1, x1, number))
                found = Records(*(None if c is None else c[order] for c in found))  # type: ignore[arg-type]
            for code1, code2, part in block._replace(records=found).each():
                row = int(rows[at])
                yield RecordPiece(code1, code2, *part, row, self.track.name, self.band)
                at += 1

    def _rows(self, tree: PairTree, scope: Spans2D, rows: _I8) -> Iterator[Piece]:
        """Records in scope rows of one pair of chromosomes."""
        if rows.size > _FEW_ROWS:
            x, y = scope.first[rows], scope.second[rows]
            n = tree.sums(x.start, x.end, y.start, y.end, self.band).n
            for some in runs_of(n, _IN_BOX):
                yield from self._some_rows(tree, scope, rows[some])
            return
        yield from self._some_rows(tree, scope, rows)

    def _some_rows(self, tree: PairTree, scope: Spans2D, rows: _I8) -> Iterator[Piece]:
        """As `_rows`, of rows that have about a million records together, or of one."""
        x, y = scope.first, scope.second
        if rows.size > _FEW_ROWS:
            (a, b), (c, d) = _extent(x[rows]), _extent(y[rows])
            box = a, b, c, d
            if tree.n <= _IN_BOX or int(tree.sums(a, b, c, d).n[0]) <= _IN_BOX:
                yield from self._together(tree, scope, rows, box)
                return
        for i in rows.tolist():
            yield from self._one(
                tree, (int(x.start[i]), int(x.end[i]), int(y.start[i]), int(y.end[i])), i
            )

    def _one(self, tree: PairTree, window: tuple[int, int, int, int], row: int) -> Iterator[Piece]:
        """Records in one scope row, in slabs of x that hold about as many as fit in a piece."""
        x1, x2, y1, y2 = window
        for a, b in pairwise(slabs(tree, x1, x2, y1, y2)):
            query = tree.sorted_query if self._is_ordered else tree.query
            found = query(a, b, y1, y2, self.band)
            if found.x2 is None or found.y2 is None:
                yield from self._cut(tree, found.x1, None, found.y1, None, found.value, row)
                continue
            if not found.x1.size:
                continue
            rects = _rects(tree, found.x1, found.x2, found.y1, found.y2)
            cut = Spans2D(_within(rects.first, x1, x2), _within(rects.second, y1, y2))
            value = found.value
            if self.band is not None:
                cut, kept = band_clip(cut, self.band)
                rects, value = rects[kept], value[kept]
            # a record that reaches into several slabs belongs to that in which it starts
            start = cut.first.start
            mine = np.flatnonzero((start >= a) & (start < b))
            if self._is_ordered:
                mine = mine[plane_order(start[mine], cut.second.start[mine])]
            shown = (rects if self.is_whole else cut)[mine]
            x, y = shown.first, shown.second
            yield from self._cut(tree, x.start, x.end, y.start, y.end, value[mine], row)

    def _together(
        self, tree: PairTree, scope: Spans2D, rows: _I8, box: tuple[int, int, int, int]
    ) -> Iterator[Piece]:
        """Records in many scope rows, out of those in a box around all of them."""
        found = tree.query(*box, self.band)
        places = [found.x1, found.x2, found.y1, found.y2]
        x1, x2, y1, y2 = (None if p is None else p.astype(np.int64) for p in places)
        assert x1 is not None
        assert y1 is not None
        ends = (x1 + 1 if x2 is None else x2), (y1 + 1 if y2 is None else y2)
        rects = _rects(tree, x1, ends[0], y1, ends[1])
        mine = scope[rows]
        which, record = overlapping_pairs(mine, rects)
        cut = clipped_pairs(mine, rects, (which, record))
        if self.band is not None:
            cut, kept = band_clip(cut, self.band)
            which, record = which[kept], record[kept]
        order = np.lexsort((cut.second.start, cut.first.start, which))
        shown = rects[record[order]] if self.is_whole else cut[order]
        value, row = found.value[record[order]], rows[which[order]]
        x, y = shown.first, shown.second
        x_end, y_end = (None, None) if tree.is_points else (x.end, y.end)
        yield from self._cut(tree, x.start, x_end, y.start, y_end, value, row)

    def _cut(
        self, tree: PairTree, x1: NDArray[Any], x2: NDArray[Any] | None, y1: NDArray[Any],
        y2: NDArray[Any] | None, value: NDArray[Any], row: int | _I8,
    ) -> Iterator[Piece]:  # fmt: skip
        """Pieces of records that are in order."""
        for i in range(0, x1.size, PIECE_ROWS):
            s = slice(i, i + PIECE_ROWS)
            yield RecordPiece(
                tree.code1, tree.code2, x1[s], None if x2 is None else x2[s], y1[s],
                None if y2 is None else y2[s], value[s], row if isinstance(row, int) else row[s],
                self.track.name, self.band,
            )  # fmt: skip


def slabs(tree: PairTree, x1: int, x2: int, y1: int, y2: int) -> list[int]:
    """Edges of slabs of a window that hold about as many records each as a piece may."""
    if tree.n <= PIECE_ROWS:
        return [x1, x2]
    nodes, n_leaves = tree.nodes, -(-tree.n // _LEAF)
    low, high = nodes.x1[:n_leaves], nodes.x2[:n_leaves]
    touches = (low < x2) & (high > x1)
    touches &= (nodes.y1[:n_leaves] < y2) & (nodes.y2[:n_leaves] > y1)
    middle = np.sort((low[touches].astype(np.int64) + high[touches]) // 2)
    if middle.size * _LEAF <= PIECE_ROWS:
        return [x1, x2]
    edges = np.unique(middle[:: PIECE_ROWS // (2 * _LEAF)])
    return [x1, *edges[(edges > x1) & (edges < x2)].tolist(), x2]


def _rects(
    tree: PairTree, x1: NDArray[Any], x2: NDArray[Any], y1: NDArray[Any], y2: NDArray[Any]
) -> Spans2D:
    a, b, c, d = (place.astype(np.int64, copy=False) for place in (x1, x2, y1, y2))
    x = Spans(np.broadcast_to(tree.code1, a.size), a, b)
    return Spans2D(x, Spans(np.broadcast_to(tree.code2, a.size), c, d))


def runs_of(n: _I8, most: int) -> Iterator[slice]:
    """Runs of rows that have at most `most` of something together, or are one row."""
    before = np.cumsum(n)
    first = 0
    while first < n.size:
        done = int(before[first - 1]) if first else 0
        last = max(int(np.searchsorted(before, done + most, side="right")), first + 1)
        yield slice(first, last)
        first = last


def _extent(spans: Spans) -> tuple[int, int]:
    return int(spans.start.min()), int(spans.end.max())


def _within(spans: Spans, start: int, end: int) -> Spans:
    return Spans(spans.code, np.maximum(spans.start, start), np.minimum(spans.end, end))


__all__ = ["RecordBlock", "RecordPiece", "TrackRecords", "runs_of", "slabs"]
