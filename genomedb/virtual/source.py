"""Source: the values of one name of an expression, block by block."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from genomedb.iterators.blocks import Block
from genomedb.iterators.rectangles import RectBlock

_FEW = 4  # windows with one start that are not worth to be sorted
WindowFunction = Callable[[int, NDArray[np.int64], NDArray[np.int64]], NDArray[np.float64]]
"""(chromosome code, starts, ends) of windows that lie on the chromosome -> one value each."""


class Source(ABC):
    """Values of a track or virtual track in the intervals of a block.

    Made in the process that evaluates; keeps what it has read for the next block.
    """

    @abstractmethod
    def values(self, block: Block) -> NDArray[np.float64]:
        """One value an interval; the array may be used again for the next block."""


class WindowSource(Source):
    """A function of windows, each interval of the iterator moved by two shifts.

    Parameters
    ----------
    function : callable
        Values of windows of one chromosome.
    lengths : ndarray of int64
        Base pairs of each chromosome.
    sshift, eshift : int
        Added to starts and ends; windows are clipped to the chromosome, and those that lie outside
        it, or are empty, have no value.
    dim : {1, 2}, optional
        Which axis of a rectangle.
    """

    def __init__(
        self, function: WindowFunction, lengths: NDArray[np.int64], *, sshift: int, eshift: int,
        dim: int | None = None,
    ) -> None:  # fmt: skip
        self._function, self._lengths, self._dim = function, lengths, dim
        self._sshift, self._eshift = sshift, eshift

    def values(self, block: Block) -> NDArray[np.float64]:
        """One value an interval; NaN where its window is empty or off the chromosome."""
        if isinstance(block, RectBlock):
            assert self._dim is not None
            return self._along(block.axis(self._dim))
        return self._windows(block)

    def _along(self, block: Block) -> NDArray[np.float64]:
        """Sides of rectangles: cells of a grid share them, and each is evaluated once."""
        start, end = block.start, block.end
        if np.count_nonzero(start == start[0]) <= _FEW:
            return self._windows(block)
        low, width = int(start.min()), int((end - start).max()) + 1
        if (int(start.max()) - low + 1) * width >= 2**62:
            return self._windows(block)
        _, first, number = np.unique(
            (start - low) * width + (end - start), return_index=True, return_inverse=True
        )
        some = Block(block.code, start[first], end[first], block.row[first])
        return self._windows(some)[number]

    def _windows(self, block: Block) -> NDArray[np.float64]:
        if not self._sshift and not self._eshift:
            return self._function(block.code, block.start, block.end)
        start = np.maximum(block.start + self._sshift, 0)
        end = np.minimum(block.end + self._eshift, self._lengths[block.code])
        inside = start < end
        if inside.all():
            return self._function(block.code, start, end)
        values = np.full(len(block), np.nan)
        values[inside] = self._function(block.code, start[inside], end[inside])
        return values
