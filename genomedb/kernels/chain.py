"""Door to ext/chain.pyx: intervals through blocks of alignment."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import chain as _chain
from genomedb.errors import UsageError
from genomedb.kernels.overlap import OverlapIndex

_I8 = NDArray[np.int64]
MEASURES: Final = {"union": 0, "sum": 1, "max": 2}


class Pieces(NamedTuple):
    """Parts of intervals that lie in a block, on both sides; arrays of one length.

    Attributes
    ----------
    row : ndarray of int64
        Which interval; ascending.
    block : ndarray of int64
        Which block; within an interval ascending.
    source_start, source_end, target_start, target_end : ndarray of int64
    """

    row: _I8
    block: _I8
    source_start: _I8
    source_end: _I8
    target_start: _I8
    target_end: _I8

    def take(self, which: NDArray[Any] | slice) -> Pieces:
        """Some of the pieces: a mask, numbers or a slice."""
        return Pieces(*(column[which] for column in self))


class BlockMap:
    """Blocks of alignment that intervals are put through.

    Positions are of one line on each side: whoever has chromosomes lays them end to end.

    Parameters
    ----------
    source, size, target : array of int64, shape (n,)
        Starts on the source side, sorted; lengths of at least 1; starts on the target side.
    reverse : array of bool, shape (n,)
        Whether the last base of the source is the first of the target.

    Examples
    --------
    >>> BlockMap([50], [100], [0], [False]).place([60, 10], [70, 60]).target_start.tolist()
    [10, 0]
    """

    def __init__(self, source: Any, size: Any, target: Any, reverse: Any) -> None:
        self._source = np.ascontiguousarray(source, np.int64)
        self._size = np.ascontiguousarray(size, np.int64)
        self._target = np.ascontiguousarray(target, np.int64)
        self._reverse = np.ascontiguousarray(reverse, np.int8)
        shape = self._source.shape
        others = self._size.shape, self._target.shape, self._reverse.shape
        if len(shape) != 1 or any(other != shape for other in others):
            raise UsageError(f"blocks have {shape} sources and {', '.join(map(str, others))} rest")
        if shape[0] and self._size.min() < 1:
            raise UsageError("blocks have at least 1 base")
        self._index = OverlapIndex(self._source, self._source + self._size)

    def place(self, start: Any, end: Any) -> Pieces:
        """Find where intervals of the source side are on the target side.

        Parameters
        ----------
        start, end : array of int64, shape (n,)
            Intervals without bases have no place.

        Returns
        -------
        Pieces
            In the order of the intervals, then of the blocks.
        """
        a, b = np.ascontiguousarray(start, np.int64), np.ascontiguousarray(end, np.int64)
        if a.shape != b.shape or a.ndim != 1:
            raise UsageError(f"{a.size} starts and {b.size} ends")
        empty = a >= b
        if empty.any():  # such an interval would still be found inside a block
            low = int(self._source[0]) if self._source.size else 0
            a, b = np.where(empty, low, a), np.where(empty, low, b)
        block, offset = self._index.find(a, b)
        columns = [np.empty(block.size, np.int64) for _ in range(5)]
        _chain.place(
            a, b, offset, block, self._source, self._size, self._target, self._reverse, *columns
        )
        return Pieces(columns[0], block, *columns[1:])


def winners(start: Any, end: Any, rank: Any) -> tuple[_I8, _I8, _I8]:
    """Give each base that intervals cover to the one of lowest rank.

    Parameters
    ----------
    start, end, rank : array of int64, shape (n,)
        Sorted by start; ranks are distinct.

    Returns
    -------
    start, end, item : ndarray of int64
        Stretches from left to right, and the number of the interval each belongs to. A stretch of
        one interval is cut only where another one wins.

    Examples
    --------
    >>> [found.tolist() for found in winners([0, 3], [10, 5], [1, 0])]
    [[0, 3, 5], [3, 5, 10], [0, 1, 0]]
    """
    a, b = np.ascontiguousarray(start, np.int64), np.ascontiguousarray(end, np.int64)
    order = np.ascontiguousarray(rank, np.int64)
    if a.ndim != 1 or a.shape != b.shape or a.shape != order.shape:
        raise UsageError(f"{a.size} starts, {b.size} ends and {order.size} ranks")
    if (a[1:] < a[:-1]).any():
        raise UsageError("starts must be sorted")
    if (a >= b).any():
        raise UsageError("intervals have at least 1 base")
    heap = np.empty(a.size, np.int64)
    found = [np.empty(2 * a.size, np.int64) for _ in range(3)]
    n = _chain.winners(a, b, order, heap, *found)
    return found[0][:n], found[1][:n], found[2][:n]


def best_clusters(pieces: Pieces, chain: Any, measure: str) -> NDArray[np.bool_]:
    """Say which pieces are in the largest cluster of their interval.

    Pieces of one interval are in one cluster when they share source bases or a chain, or are
    linked through others. Of equally large clusters the one that begins first on the source side
    is taken.

    Parameters
    ----------
    pieces : Pieces
        As `BlockMap.place` gives them.
    chain : array of int64, shape (pieces,)
        Chain of each piece.
    measure : {"union", "sum", "max"}
        Size of a cluster: source bases covered, bases of all pieces, bases of the largest piece.

    Returns
    -------
    ndarray of bool
    """
    if measure not in MEASURES:
        raise UsageError(f"measure {measure!r:.40} is none of {', '.join(MEASURES)}")
    of = np.ascontiguousarray(chain, np.int64)
    n = pieces.row.size
    if of.shape != (n,):
        raise UsageError(f"{n} pieces and {of.size} chains")
    by_chain = np.lexsort((of, pieces.row)).astype(np.int64, copy=False)
    keep = np.zeros(n, np.uint8)
    _chain.best_clusters(
        pieces.row, pieces.source_start, pieces.source_end, of, by_chain, MEASURES[measure],
        np.empty(n, np.int64), np.empty(n, np.int64), keep,
    )  # fmt: skip
    return keep.view(np.bool_)
