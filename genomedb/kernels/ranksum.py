"""Door to ext/ranksum.pyx: rank sums of sliding windows, and changes of level."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb._ext import ranksum as _ranksum
from genomedb.errors import UsageError

_F8 = NDArray[np.float64]
_I8 = NDArray[np.int64]
_TILE = 1 << 16  # centres whose ranks are counted together: the counts stay in the cache
_MOST = 2**31 - 2


class RankSums(NamedTuple):
    """Comparison of two windows around each value.

    Attributes
    ----------
    u : ndarray of float64, shape (n,)
        Pairs in which the value of the small window is above that of the large one; ties count a
        half.
    n_small, n_large : ndarray of int64, shape (n,)
        Values in each window, missing ones left out.
    """

    u: _F8
    n_small: _I8
    n_large: _I8

    def scores(self) -> _F8:
        """Normal scores of the smaller U, never above 0; NaN where a window has no values."""
        pairs = (self.n_small * self.n_large).astype(np.float64)
        spread = np.sqrt(pairs * (self.n_small + self.n_large + 1) / 12)
        with np.errstate(invalid="ignore"):
            found: _F8 = (np.minimum(self.u, pairs - self.u) - 0.5 * pairs) / spread
        return found

    def higher(self) -> NDArray[np.int8]:
        """1 where the small window holds more of the larger values, -1 fewer, 0 equally many."""
        return np.sign(2 * self.u - self.n_small * self.n_large).astype(np.int8)


def sliding_rank_sums(
    values: ArrayLike, edges: ArrayLike | None = None, *, small: int, large: int
) -> RankSums:
    """Compare a small window with the large one that contains it, around each value.

    The cost of a value does not depend on how wide the windows are.

    Parameters
    ----------
    values : array_like, shape (n,)
        Converted to float64; NaN is missing.
    edges : array_like of int64, shape (m + 1,), optional
        Windows do not reach from one stretch ``[edges[i], edges[i + 1])`` into another; default
        one stretch of everything.
    small, large : int
        Values on each side of the centre, ``small <= large``.

    Raises
    ------
    UsageError
        The windows or edges are not such.

    Examples
    --------
    >>> found = sliding_rank_sums([1, 5, 2], small=0, large=1)
    >>> found.u.tolist(), found.n_small.tolist(), found.n_large.tolist()
    ([0.5, 2.5, 0.5], [1, 1, 1], [2, 3, 2])
    """
    signal, parts = _checked(values, edges)
    if not 0 <= small <= large:
        raise UsageError(f"windows of {small} and {large} values a side: needs 0 <= small <= large")
    n = signal.size
    large = min(large, n)  # no window reaches further, nor is there room in a C integer
    small = min(small, n)
    wins, n_small, n_large = (np.zeros(n, np.int64) for _ in range(3))
    step = max(_TILE, 4 * large)
    for first in range(0, n, step):
        last = min(first + step, n)
        near = slice(max(first - large, 0), min(last + large, n))
        ranks, n_ranks = _ranks(signal[near])
        i = int(np.searchsorted(parts, near.start, "right")) - 1
        j = int(np.searchsorted(parts, near.stop, "left")) + 1
        local = np.clip(parts[i:j], near.start, near.stop) - near.start
        inner, outer = (np.zeros(n_ranks + 1, np.int32) for _ in range(2))
        _ranksum.slide(
            ranks, local, first - near.start, last - near.start, small, large, inner, outer,
            wins[near], n_small[near], n_large[near],
        )  # fmt: skip
    return RankSums(wins.astype(np.float64) / 2, n_small, n_large)


def level_changes(
    values: ArrayLike, edges: ArrayLike | None = None, *, width: int, highest: float
) -> _I8:
    """Where a signal changes its level: at which values a new segment begins.

    A segment begins with `width` values. The `width` values after it are compared with all of it
    by their ranks; while they do not differ, the segment takes one more. Where they differ, the
    place where they do so most among the next `width` is the cut, and the next segment begins
    there. What follows the last cut that is found belongs to the segment before it.

    Parameters
    ----------
    values : array_like, shape (n,)
        Converted to float64; missing values (NaN) are passed over.
    edges : array_like of int64, shape (m + 1,), optional
        Stretches that are segmented each for itself, as for `sliding_rank_sums`.
    width : int
        Values of a window, at least 1.
    highest : float
        Windows differ where the normal score of their rank sum is not above this.

    Returns
    -------
    ndarray of int64
        Indices into `values`, sorted: each follows the last value of a segment, so that missing
        values between two segments belong to the second. Starts of stretches are not among them.

    Raises
    ------
    UsageError
        The width or the edges are not such.

    Examples
    --------
    >>> level_changes([0] * 20 + [9] * 20 + [0] * 60, width=20, highest=-4).tolist()
    [20]
    """
    signal, parts = _checked(values, edges)
    if width < 1:
        raise UsageError(f"a window of {width} values", fix="Needs at least 1")
    kept = np.flatnonzero(signal == signal)
    ranks, n_ranks = _ranks(signal[kept])
    segment, window = (np.zeros(n_ranks + 1, np.int32) for _ in range(2))
    is_cut = np.zeros(kept.size, np.uint8)
    inside = np.searchsorted(kept, parts).astype(np.int64, copy=False)
    width = min(width, kept.size + 1)  # there is room for it in a C integer
    _ranksum.cuts(ranks, inside, width, highest, segment, window, is_cut)
    found: _I8 = kept[np.flatnonzero(is_cut) - 1] + 1
    return found


def _checked(values: ArrayLike, edges: ArrayLike | None) -> tuple[_F8, _I8]:
    """Values and edges as contiguous arrays."""
    signal = np.ascontiguousarray(values, np.float64)
    if signal.ndim != 1:
        raise UsageError(f"values have {signal.ndim} dimensions, not 1")
    if signal.size > _MOST:
        raise UsageError(f"{signal.size:,} values at once", fix=f"At most {_MOST:,} are compared")
    if edges is None:
        return signal, np.array([0, signal.size], np.int64)
    parts = np.ascontiguousarray(edges, np.int64)
    if (
        parts.ndim != 1 or parts.size == 0 or parts[0] != 0 or parts[-1] != signal.size
        or (np.diff(parts) < 0).any()
    ):  # fmt: skip
        raise UsageError(f"edges do not part {signal.size} values from 0 on", fix="Sort them")
    return signal, parts


def _ranks(values: _F8) -> tuple[NDArray[np.int32], int]:
    """Rank of each value among the distinct ones, -1 for missing ones, and how many there are."""
    order = np.argsort(values)
    ordered = values[order]
    n = int(np.searchsorted(ordered, np.nan))  # missing values are at the end
    found = np.full(values.size, -1, np.int32)
    if n == 0:
        return found, 0
    steps = np.zeros(n, np.int32)
    np.not_equal(ordered[1:n], ordered[: n - 1], out=steps[1:], casting="unsafe")
    np.cumsum(steps, out=steps)
    found[order[:n]] = steps
    return found, int(steps[-1]) + 1
