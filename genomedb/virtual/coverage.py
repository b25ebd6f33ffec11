"""How much of a window intervals cover, and how many lie at it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genomedb.core.spans import Spans


class Coverage:
    """Fraction of each window that the intervals of one chromosome cover.

    Parameters
    ----------
    spans : Spans
        Of one chromosome, in any order; they may overlap.

    Examples
    --------
    >>> Coverage(Spans.of([0, 0], [0, 5], [10, 20])).of(np.array([10]), np.array([30]))
    array([0.5])
    """

    def __init__(self, spans: Spans) -> None:
        order = np.argsort(spans.start, kind="stable")
        start, end = spans.start[order], spans.end[order]
        reach = np.maximum.accumulate(end) if end.size else end
        begins = np.flatnonzero(np.concatenate(([True], start[1:] > reach[:-1])))[: start.size]
        self._start = start[begins]
        self._end = reach[np.concatenate((begins[1:] - 1, [end.size - 1]))[: begins.size]]
        lengths = self._end - self._start
        self._before = np.concatenate(([0], np.cumsum(lengths)))  # bases before each stretch

    def of(self, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
        """Fraction of each window ``[start, end)``; 0 when there are no intervals."""
        if not self._start.size:
            return np.zeros(start.size)
        fraction: NDArray[np.float64] = (self._up_to(end) - self._up_to(start)) / (end - start)
        return fraction

    def _up_to(self, position: NDArray[np.int64]) -> NDArray[np.int64]:
        """Covered bases before each position."""
        n = np.searchsorted(self._start, position, side="right")
        over = np.maximum(self._end[np.maximum(n - 1, 0)] - position, 0)
        covered: NDArray[np.int64] = self._before[n] - np.where(n > 0, over, 0)
        return covered


class NeighborCount:
    """How many intervals of one chromosome overlap each window or lie closer than a distance.

    Parameters
    ----------
    spans : Spans
        Of one chromosome, in any order; they may overlap.
    within : float
        An interval counts when it overlaps the window or the gap between them is smaller.
    """

    def __init__(self, spans: Spans, *, within: float) -> None:
        self._start, self._end = np.sort(spans.start), np.sort(spans.end)
        self._within = int(np.ceil(within))  # gaps are whole numbers

    def of(self, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
        """Number of intervals of each window ``[start, end)``."""
        begun = np.searchsorted(self._start, end + self._within, side="left")
        over = np.searchsorted(self._end, start - self._within, side="right")
        return (begun - over).astype(np.float64)
