"""Segments of high score along a sequence."""

from __future__ import annotations

from numpy.typing import ArrayLike

from genomedb.kernels.dsegment import high_segments


def find_segments(scores: ArrayLike, thresh: float, max_dropoff: float) -> list[tuple[int, int]]:
    """Stretches whose running sum of scores reaches a threshold.

    The sum starts anew when it falls below 0, or more than `max_dropoff` below its peak; a stretch
    ends at the peak.

    Parameters
    ----------
    scores : array of float, shape (n,)
    thresh : float
        Sum that a stretch must reach.
    max_dropoff : float

    Returns
    -------
    list of (start, end)
        Indexes, half-open.

    Examples
    --------
    >>> find_segments([-1, 2, 2, -1, 3, -9, 1], 4, 5)
    [(1, 5)]
    """
    start, end = high_segments(scores, thresh, max_dropoff)
    return list(zip(start.tolist(), end.tolist(), strict=True))
