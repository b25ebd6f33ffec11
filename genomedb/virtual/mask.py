"""Masked windows: a function of what a mask leaves of each window."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from genomedb.core.spans import Spans
from genomedb.virtual.elements import Elements
from genomedb.virtual.source import WindowFunction

_I8 = NDArray[np.int64]
_F8 = NDArray[np.float64]
FunctionOf = Callable[[str], WindowFunction]


class Segments:
    """What a mask leaves of windows: stretches, those of window 0 first.

    Attributes
    ----------
    start, end : ndarray of int64, shape (m,)
    window : ndarray of int64, shape (m,)
        The window each is of; ascending.
    n_windows : int
    """

    def __init__(self, start: _I8, end: _I8, window: _I8, n_windows: int) -> None:
        self.start, self.end, self.window, self.n_windows = start, end, window, n_windows
        self._first = np.flatnonzero(np.diff(window, prepend=-1))
        self._has = window[self._first]

    @classmethod
    def between(cls, start: _I8, end: _I8, mask_start: _I8, mask_end: _I8) -> Segments:
        """Windows without a mask, which is sorted and does not overlap."""
        first = np.searchsorted(mask_end, start, "right")
        n = np.maximum(np.searchsorted(mask_start, end, "left") - first, 0)
        window = np.repeat(np.arange(start.size), n + 1)
        number = np.arange(window.size) - np.repeat(np.cumsum(n + 1) - (n + 1), n + 1)
        at = first[window] + number  # the interval of the mask that ends a segment
        is_last = number == n[window]
        edge = np.append(mask_start, 0), np.insert(mask_end, 0, 0)
        begin = np.where(number == 0, start[window], edge[1][at])
        stop = np.where(is_last, end[window], edge[0][np.minimum(at, mask_start.size)])
        kept = begin < stop
        return cls(begin[kept], stop[kept], window[kept], start.size)

    def __getitem__(self, kept: NDArray[np.bool_]) -> Segments:
        """Some of the segments."""
        return Segments(self.start[kept], self.end[kept], self.window[kept], self.n_windows)

    def reduce(self, ufunc: np.ufunc, values: _F8) -> _F8:
        """Combine the values of the segments of each window; NaN where nothing is left of it."""
        found = np.full(self.n_windows, np.nan)
        if self._first.size:
            found[self._has] = ufunc.reduceat(values, self._first)
        return found

    def total(self, values: _F8) -> _F8:
        """Sum over segments with a value; NaN where there is none."""
        known = ~np.isnan(values)
        found = self.reduce(np.add, np.where(known, values, 0.0))
        return np.where(self.reduce(np.add, known.astype(np.float64)) > 0, found, np.nan)

    def weighted(self, values: _F8) -> _F8:
        """Mean over segments with a value, weighted by their lengths."""
        length = np.where(np.isnan(values), np.nan, self.end - self.start)
        return self.total(values * length) / self.total(length)

    def picked(self, values: _F8, wanted: NDArray[np.bool_], *, last: bool = False) -> _F8:
        """Value of the first (or last) wanted segment of each window."""
        found = np.full(self.n_windows, np.nan)
        which = np.flatnonzero(wanted)
        # of several assignments to one place the last stays
        found[self.window[which if last else which[::-1]]] = values[which if last else which[::-1]]
        return found


class MaskedFunction:
    """A function of windows, of which a mask leaves segments; NaN where it leaves nothing.

    Values are taken of all segments together: the mean is the segments' means weighted by their
    lengths, everything else treats their elements as one list.

    Parameters
    ----------
    mask : Spans
        Sorted, without overlaps.
    name : str
        The function.
    function_of : callable
        Gives the plain function of a name, for what its combination needs.
    without_repeats : callable, optional
        Takes elements out of segments that have them already: an interval cut by the mask counts
        once.
    """

    def __init__(
        self,
        mask: Spans,
        name: str,
        function_of: FunctionOf,
        *,
        without_repeats: Callable[[int, Segments], Segments] | None = None,
    ) -> None:
        self._mask = {code: rows for code, rows in mask.groups()}
        self._spans, self._name, self._of = mask, name, function_of
        self._without_repeats = without_repeats
        self._functions: dict[str, WindowFunction] = {}

    def __call__(self, code: int, start: _I8, end: _I8) -> _F8:
        """Values of windows of one chromosome."""
        if self._name in UNMASKED:
            return self._value(self._name, code, start, end)
        rows = self._mask.get(code, slice(0, 0))
        left = Segments.between(start, end, self._spans.start[rows], self._spans.end[rows])
        if self._name not in _WEIGHTED and self._without_repeats is not None:
            left = self._without_repeats(code, left)
        found = self._combined(code, left)
        return found - start if self._name.endswith(".relative") else found

    def _value(self, name: str, code: int, start: _I8, end: _I8) -> _F8:
        function = self._functions.get(name)
        if function is None:
            function = self._functions[name] = self._of(name)
        return function(code, start, end)

    def _combined(self, code: int, left: Segments) -> _F8:
        name = self._name.removesuffix(".relative").removesuffix(".abs")

        def value(of: str) -> _F8:
            return self._value(of, code, left.start, left.end)

        if name in _WEIGHTED:
            return left.weighted(value("avg" if name == "nearest" else name))
        if name in _ADDED:
            return left.total(value(name))
        if name in ("min", "exists", "max", "pwm.max"):
            return left.reduce(np.fmin if name == "min" else np.fmax, value(name))
        if name in ("lse", "pwm"):
            found = value(name)
            joined = left.reduce(np.logaddexp, np.where(np.isnan(found), -np.inf, found))
            return np.where(np.isnan(left.reduce(np.fmax, found)), np.nan, joined)
        if name in ("first", "last"):
            found = value(name)
            return left.picked(found, ~np.isnan(found), last=name == "last")
        if name.endswith(".pos"):
            return self._position(name.removesuffix(".pos"), left, value)
        return _spread(left, value("size"), value("avg"), value("stddev"))

    @staticmethod
    def _position(name: str, left: Segments, value: Callable[[str], _F8]) -> _F8:
        at = value(f"{name}.pos.abs")
        if name in ("first", "last"):
            return left.picked(at, ~np.isnan(at), last=name == "last")
        found = value(name)
        best = left.reduce(np.fmin if name == "min" else np.fmax, found)
        return left.picked(at, found == best[left.window])


def _spread(left: Segments, n: _F8, mean: _F8, std: _F8) -> _F8:
    """Sample standard deviation of all segments of a window together."""
    count = left.total(n)
    mean = np.where(n > 0, mean, 0.0)
    whole = left.total(n * mean) / count
    within = np.where(n > 1, std * std * (n - 1), 0.0)
    squares = left.total(within + n * (mean - whole[left.window]) ** 2)
    return np.sqrt(squares / np.where(count > 1, count - 1, np.nan))


UNMASKED = ("distance", "distance.center", "distance.edge")
_WEIGHTED = ("avg", "nearest", "coverage", "masked.frac", "kmer.frac")
_ADDED = ("sum", "size", "neighbor.count", "masked.count", "kmer.count", "pwm.count")
MASKED = {
    *UNMASKED, *_WEIGHTED, *_ADDED, "min", "max", "exists", "pwm", "pwm.max", "lse", "first",
    "last", "stddev", "first.pos.abs", "last.pos.abs", "min.pos.abs", "max.pos.abs",
    "first.pos.relative", "last.pos.relative", "min.pos.relative", "max.pos.relative",
}  # fmt: skip
"""Functions that a mask can be given to; `quantile` and others need all values at once."""


def once(elements: Callable[[int], Elements]) -> Callable[[int, Segments], Segments]:
    """Take records out of segments that follow, in their window, another that has them too."""

    def without_repeats(code: int, left: Segments) -> Segments:
        found = elements(code)
        if found.is_dense or not left.start.size:
            return left
        first, last = found.ranges(left.start, left.end)
        again = (left.window[1:] == left.window[:-1]) & (first[1:] < last[:-1])
        if not again.any():
            return left
        start = left.start.copy()
        after = found.ends(last[:-1][again] - 1)
        start[1:][again] = np.maximum(start[1:][again], after)
        kept = start < left.end
        return Segments(start, left.end, left.window, left.n_windows)[kept]

    return without_repeats
