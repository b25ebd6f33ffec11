"""Masked windows: a function of what a mask leaves of each window."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from genomedb.core.spans import Spans
from genomedb.virtual.elements import ElementSource
from genomedb.virtual.gathered import quantiles, sampled
from genomedb.virtual.global_rank import RankTable, known_values
from genomedb.virtual.positions import places
from genomedb.virtual.sampling import window_keys
from genomedb.virtual.segments import Segments, without_repeats
from genomedb.virtual.source import WindowFunction

_I8 = NDArray[np.int64]
_F8 = NDArray[np.float64]
FunctionOf = Callable[[str], WindowFunction]


class MaskedFunction:
    """A function of windows, of which a mask leaves segments; NaN where it leaves nothing.

    Values are taken of all segments together: the mean is the segments' means weighted by their
    lengths, everything else treats their elements as one list. A record that the mask cuts counts
    once, a bin in every segment that it reaches into.

    Parameters
    ----------
    mask : Spans
        Sorted, without overlaps.
    name : str
        The function.
    function_of : callable
        Gives the plain function of a name, for what its combination needs.
    elements : callable, optional
        Of the source, by chromosome; functions of intervals or of the sequence have none.
    p : float, optional
        Of ``quantile``.
    """

    def __init__(
        self,
        mask: Spans,
        name: str,
        function_of: FunctionOf,
        *,
        elements: ElementSource | None = None,
        p: float = 0.5,
    ) -> None:
        self._mask = {code: rows for code, rows in mask.groups()}
        self._spans, self._name, self._of = mask, name, function_of
        self._elements, self._p = elements, p
        self._functions: dict[str, WindowFunction] = {}
        self._table: RankTable | None = None

    def __call__(self, code: int, start: _I8, end: _I8) -> _F8:
        """Values of windows of one chromosome."""
        if self._name in UNMASKED:
            return self._value(self._name, code, start, end)
        rows = self._mask.get(code, slice(0, 0))
        left = Segments.between(start, end, self._spans.start[rows], self._spans.end[rows])
        if self._elements is not None and self._name not in _WEIGHTED:
            left = without_repeats(self._elements(code), left)
        if self._name.startswith("sample"):
            return self._sample(code, left, start, end)
        found = self._combined(code, left)
        if self._name == "pwm.max.pos":  # counted from the window, not from the segment
            found = np.copysign(np.abs(found) - start, found)
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

        if name == "nearest":
            near = value(name)
            found = left.weighted(value("avg"))
            return np.where(np.isnan(found), left.picked(near, ~np.isnan(near)), found)
        if name in _WEIGHTED:
            return left.weighted(value(name))
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
        if name == "quantile":
            assert self._elements is not None
            return quantiles(self._elements(code), left, p=self._p)
        if name.startswith("global.percentile"):
            return self._rank(name.removeprefix("global.percentile"), left, value)
        if name == "pwm.max.pos":
            place, score = value(name), value("pwm.max")
            best = left.reduce(np.fmax, score)[left.window] == score
            return left.picked(np.copysign(np.abs(place) + left.start, place), best)
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

    def _rank(self, of: str, left: Segments, value: Callable[[str], _F8]) -> _F8:
        """Share of all values of the source that are at most that of the window."""
        assert self._elements is not None
        if self._table is None:
            self._table = RankTable(known_values(self._elements))
        if of:
            found = left.reduce(np.fmin if of == ".min" else np.fmax, value(of.removeprefix(".")))
        else:
            size = left.total(value("size"))
            found = left.total(value("sum")) / np.where(size > 0, size, np.nan)
        return self._table.share(found)

    def _sample(self, code: int, left: Segments, start: _I8, end: _I8) -> _F8:
        """A random element of each window, or its position."""
        assert self._elements is not None
        elements = self._elements(code)
        number, found, segment = sampled(elements, left, key=window_keys(0, code, start, end))
        if self._name == "sample":
            return found
        has = np.flatnonzero(number >= 0)
        place = np.full(number.size, np.nan)
        place[has] = places(
            elements, number[has].astype(np.float64), left.start[segment[has]], is_relative=False
        )
        return place - start if self._name.endswith(".relative") else place


def _spread(left: Segments, n: _F8, mean: _F8, std: _F8) -> _F8:
    """Sample standard deviation of all segments of a window together."""
    count = left.total(n)
    mean = np.where(n > 0, mean, 0.0)
    whole = left.total(n * mean) / np.where(count > 0, count, np.nan)
    within = np.where(n > 1, std * std * (n - 1), 0.0)
    squares = left.total(within + n * (mean - whole[left.window]) ** 2)
    return np.sqrt(squares / np.where(count > 1, count - 1, np.nan))


UNMASKED = ("distance", "distance.center", "distance.edge")
_WEIGHTED = ("avg", "nearest", "coverage", "masked.frac", "kmer.frac")
_ADDED = ("sum", "size", "neighbor.count", "masked.count", "kmer.count", "pwm.count")
MASKED = {
    *UNMASKED, *_WEIGHTED, *_ADDED, "min", "max", "exists", "pwm", "pwm.max", "pwm.max.pos", "lse",
    "first", "last", "stddev", "quantile", "sample",
    *(f"{what}.pos.{how}" for what in ("first", "last", "min", "max", "sample")
      for how in ("abs", "relative")),
    *(f"global.percentile{of}" for of in ("", ".min", ".max")),
}  # fmt: skip
"""Functions that a mask can be given to."""
