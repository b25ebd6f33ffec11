"""Positions of elements: the first, last, lowest, highest or a random one of each window."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genomedb.kernels.window_direct import Kind, Mode
from genomedb.virtual.elements import Elements, ElementSource
from genomedb.virtual.functions import OpenChrom, SignalFunction
from genomedb.virtual.sampling import chosen, window_keys

_I8 = NDArray[np.int64]
_F8 = NDArray[np.float64]


class PositionFunction(SignalFunction):
    """Start of the first element of a kind in a window: ``abs``, or ``relative`` to the window."""

    def __init__(self, source: ElementSource, kind: Kind, how: str, *, is_disjoint: bool) -> None:
        super().__init__(source, is_disjoint=is_disjoint)
        self._kind, self._is_relative = kind, how == "relative"

    def _values(self, chrom: OpenChrom, start: _I8, end: _I8) -> _F8:
        first, last = chrom.elements.ranges(start, end)
        number = chrom.aggregates(self._kind).of(first, last, Mode.NUMBER)
        return places(chrom.elements, number, start, is_relative=self._is_relative)


class SampleFunction(SignalFunction):
    """A random value of each window, or its position.

    Parameters
    ----------
    how : {"abs", "relative"} or None
        Which position; None gives the value.
    seed : int
        Another seed makes other choices.
    """

    def __init__(
        self, source: ElementSource, how: str | None, *, seed: int, is_disjoint: bool
    ) -> None:
        super().__init__(source, is_disjoint=is_disjoint)
        self._how, self._seed = how, seed

    def _values(self, chrom: OpenChrom, start: _I8, end: _I8) -> _F8:
        ranges = chrom.elements.ranges(start, end)
        key = window_keys(self._seed, chrom.code, start, end)
        number, value = chosen(chrom.stretches, chrom.aggregates(Kind.SUMS), ranges, key=key)
        if self._how is None:
            return value
        found = np.where(number >= 0, number, np.nan)
        return places(chrom.elements, found, start, is_relative=self._how == "relative")


def places(elements: Elements, number: _F8, start: _I8, *, is_relative: bool) -> _F8:
    """Starts of elements, NaN where `number` is.

    Bins are clipped at the start of the window; intervals of records are not.
    """
    known = ~np.isnan(number)
    place = np.full(number.size, np.nan)
    found = elements.starts(number[known].astype(np.int64))
    if elements.is_dense:
        found = np.maximum(found, start[known])
    place[known] = found - start[known] if is_relative else found
    return place
