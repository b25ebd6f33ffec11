"""What a bin makes of the intervals in it: means, sums, extremes, counts, medians."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.lazy import lazy
from genomedb.iterators.steps import expanded
from genomedb.kernels.binning import accumulate_overlap, finish_mean

WINDOW_BINS: Final = 1 << 16  # a bin's number fits in 16 bits
_MOST_PAIRS: Final = 1 << 22
_I8 = NDArray[np.int64]
_F8 = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Window:
    """Consecutive bins of a chromosome and the intervals that touch them.

    The bases that are left, the length of a bin less the overlaps of all intervals in it, have
    the default value unless that is NaN; intervals over one another use up more than they cover.

    Attributes
    ----------
    start, end : ndarray of int64, shape (n,)
        Intervals, which may reach beyond the window.
    value : ndarray of float64, shape (n,)
        Never NaN.
    width : int
        Base pairs of a bin.
    first, n_bins : int
        The bins are ``[first, first + n_bins)``.
    length : int
        Of the chromosome, which cuts its last bin.
    default : float
        Value of bases that are left; NaN for none.
    """

    start: _I8
    end: _I8
    value: _F8
    width: int
    first: int
    n_bins: int
    length: int
    default: float

    @property
    def fills(self) -> bool:
        """Do bases that are left have a value?"""
        return not np.isnan(self.default)

    @property
    def lengths(self) -> _F8:
        """True length of each bin."""
        found = np.full(self.n_bins, float(self.width))
        found[-1] = min(self.length, (self.first + self.n_bins) * self.width) - (
            (self.first + self.n_bins - 1) * self.width
        )
        return found

    @lazy
    def sums(self) -> tuple[_F8, _F8]:
        """Sums of value times overlap, and of overlap."""
        total, covered = np.zeros(self.n_bins), np.zeros(self.n_bins)
        accumulate_overlap(
            self.start, self.end, self.value, bin_size=self.width, first_bin=self.first,
            total=total, covered=covered,
        )  # fmt: skip
        return total, covered

    @property
    def left(self) -> _F8:
        """Bases of each bin that have the default value."""
        return np.maximum(self.lengths - self.sums[1], 0.0)

    @lazy
    def reach(self) -> tuple[_I8, _I8]:
        """First and last + 1 bin of each interval, counted from the window's first."""
        first = np.maximum(self.start // self.width - self.first, 0)
        return first, np.minimum(-(-self.end // self.width) - self.first, self.n_bins)

    def pairs(self) -> Iterator[tuple[_I8, _I8]]:
        """Yield pairs of interval and bin that touch: (numbers of intervals, of bins)."""
        first, last = self.reach
        for rows, item in expanded(np.maximum(last - first, 0), _MOST_PAIRS):
            yield rows, first[rows] + item


def _mean(window: Window) -> _F8:
    total, covered = window.sums
    return finish_mean(
        total, covered, bin_size=window.width, first_bin=window.first, chrom_length=window.length,
        defval=window.default,
    )  # fmt: skip


def _sum(window: Window) -> _F8:
    total, covered = window.sums
    if not window.fills:
        return np.where(covered > 0, total, np.nan)
    left = window.left
    return np.where(left > 0, total + window.default * left, total)


def _coverage(window: Window) -> _F8:
    return _sum(window) / window.lengths


def _count(window: Window) -> _F8:
    first, last = window.reach
    inside = first < last
    steps = np.bincount(first[inside], minlength=window.n_bins + 1)
    steps -= np.bincount(last[inside], minlength=window.n_bins + 1)
    return np.cumsum(steps[:-1]).astype(np.float64)


def _extreme(window: Window, better: np.ufunc, worst: float) -> _F8:
    found = np.full(window.n_bins, worst)
    for rows, bins in window.pairs():
        better.at(found, bins, window.value[rows])
    if window.fills:
        left = window.left > 0
        found[left] = better(found[left], window.default)
        return found
    found[window.sums[1] == 0] = np.nan
    return found


def _max(window: Window) -> _F8:
    return _extreme(window, np.maximum, -np.inf)


def _min(window: Window) -> _F8:
    return _extreme(window, np.minimum, np.inf)


def _median(window: Window) -> _F8:
    """Smallest value whose overlaps, with those of smaller values, make half of all."""
    by_value = np.argsort(window.value, kind="stable")
    window = replace(
        window, start=window.start[by_value], end=window.end[by_value],
        value=window.value[by_value],
    )  # fmt: skip
    pairs = list(window.pairs())
    rows, bins = (np.concatenate([p[i] for p in pairs] or [np.empty(0, np.int64)]) for i in (0, 1))
    low = (bins + window.first) * window.width
    weight = np.minimum(window.end[rows], low + window.width)
    weight -= np.maximum(window.start[rows], low)
    value = window.value[rows]
    if window.fills:
        left = window.left
        filled = np.flatnonzero(left > 0)
        at = int(np.searchsorted(value, window.default))
        bins = np.concatenate((bins[:at], filled, bins[at:]))
        value = np.concatenate((value[:at], np.full(filled.size, window.default), value[at:]))
        weight = np.concatenate((weight[:at], left[filled].astype(np.int64), weight[at:]))
    # short keys are sorted without comparing; the values of a bin stay in order
    order = np.argsort(bins.astype(np.uint16), kind="stable")
    value, so_far = value[order], np.cumsum(weight[order])
    n = np.bincount(bins, minlength=window.n_bins)
    last = np.cumsum(n)
    found = np.full(window.n_bins, np.nan)
    some = np.flatnonzero(n)
    before = np.where(last[some] > n[some], so_far[last[some] - n[some] - 1], 0)
    half = before + (so_far[last[some] - 1] - before + 1) // 2
    found[some] = value[np.searchsorted(so_far, half)]
    return found


FUNCTIONS: Final[dict[str, Callable[[Window], _F8]]] = {
    "weighted.mean": _mean,
    "weighted.sum": _sum,
    "max": _max,
    "min": _min,
    "count": _count,
    "coverage": _coverage,
    "median": _median,
}


def iter_bins(
    start: _I8, end: _I8, value: _F8, *, length: int, width: int, default: float, function: str
) -> Iterator[_F8]:
    """Yield what a function makes of the bins of a chromosome, from left to right.

    Parameters
    ----------
    start, end : ndarray of int64, shape (n,)
        Intervals inside the chromosome sorted by start; they may overlap.
    value : ndarray of float64, shape (n,)
        NaN leaves an interval out.
    length, width : int
        Base pairs of the chromosome and of a bin.
    default : float
        Value of bases that are left; NaN for none.
    function : str
        One of `FUNCTIONS`.

    Yields
    ------
    ndarray of float64
        The next bins; memory beside the intervals does not depend on the chromosome.
    """
    present = ~np.isnan(value)
    if not present.all():
        start, end, value = start[present], end[present], value[present]
    make, n_bins, at = FUNCTIONS[function], -(-length // width), 0
    reaching = start[:0], end[:0], value[:0]  # intervals of earlier windows that go on
    for first in range(0, n_bins, WINDOW_BINS):
        n = min(WINDOW_BINS, n_bins - first)
        stop = (first + n) * width
        begun = int(np.searchsorted(start, stop))
        columns = start[at:begun], end[at:begun], value[at:begun]
        if reaching[0].size:
            columns = tuple(map(np.concatenate, zip(reaching, columns, strict=True)))  # type: ignore[assignment]
        at = begun
        beyond = columns[1] > stop
        reaching = tuple(column[beyond] for column in columns)  # type: ignore[assignment]
        yield make(Window(*columns, width, first, n, length, default))
