"""Block: some consecutive intervals of an iterator, on one chromosome."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genomedb.core.lazy import lazy

BLOCK_ROWS = 1 << 16


class Block:
    """Intervals of one chromosome for which values are wanted; made by an iterator.

    Attributes
    ----------
    code : int
        The chromosome's position in the database's table.
    start, end : ndarray of int64, shape (n,)
        The intervals, clipped to the scope; sorted by start within a scope row.
    row : ndarray of int64, shape (n,)
        The scope row each comes from, counted from 0.
    """

    code: int
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    row: NDArray[np.int64]

    def __init__(
        self, code: int, start: NDArray[np.int64], end: NDArray[np.int64], row: NDArray[np.int64]
    ) -> None:
        self.code, self.start, self.end, self.row = code, start, end, row

    def __len__(self) -> int:
        return int(self.start.size)


class BinBlock(Block):
    """Consecutive bins of one width within one scope row; positions are made when asked for.

    Attributes
    ----------
    width : int
        Base pairs of a bin.
    first, last : int
        Its bins are the chromosome's bins ``[first, last)``.
    lower, upper : int
        The scope row, which cuts the outermost bins.
    """

    def __init__(
        self, code: int, *, width: int, first: int, last: int, lower: int, upper: int, row: int
    ) -> None:
        self.code, self.width, self.scope_row = code, width, row
        self.first, self.last, self.lower, self.upper = first, last, lower, upper

    def __len__(self) -> int:
        return self.last - self.first

    @lazy
    def start(self) -> NDArray[np.int64]:
        """Starts, the first of them cut at the scope's start."""
        start = np.arange(self.first * self.width, self.last * self.width, self.width)
        start[0] = max(int(start[0]), self.lower)
        return start

    @lazy
    def end(self) -> NDArray[np.int64]:
        """Ends, the last of them cut at the scope's end."""
        end = np.arange((self.first + 1) * self.width, (self.last + 1) * self.width, self.width)
        end[-1] = min(int(end[-1]), self.upper)
        return end

    @lazy
    def row(self) -> NDArray[np.int64]:
        """The one scope row, for each bin."""
        return np.full(len(self), self.scope_row, np.int64)
