"""SignalFunction: one number of the elements of each window; those that are values."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.kernels.window_direct import Kind, Mode
from genomedb.kernels.window_tiles import STRETCH
from genomedb.virtual.aggregate import Aggregates
from genomedb.virtual.elements import Elements, ElementSource
from genomedb.virtual.quantiles import window_quantiles
from genomedb.virtual.stretches import Stretches

_I8 = NDArray[np.int64]
_F8 = NDArray[np.float64]


class OpenChrom:
    """One chromosome as one thread sees it, with what it keeps for the next windows."""

    def __init__(self, code: int, elements: Elements, *, is_disjoint: bool) -> None:
        self.code, self.elements = code, elements
        self.stretches = Stretches(elements)
        self._is_disjoint = is_disjoint
        self._aggregates: dict[Kind, Aggregates] = {}
        self._known: _I8 | None = None

    def aggregates(self, kind: Kind) -> Aggregates:
        """Aggregates of a kind."""
        found = self._aggregates.get(kind)
        if found is None:
            found = Aggregates(self.stretches, kind, is_disjoint=self._is_disjoint)
            self._aggregates[kind] = found
        return found

    def known(self) -> _I8:
        """Numbers of all elements that have a value."""
        if self._known is None:
            some = [
                np.flatnonzero(~np.isnan(self.stretches.values(k))) + k * STRETCH
                for k in range(-(-self.elements.size // STRETCH))
            ]
            self._known = np.concatenate([np.empty(0, np.int64), *some])
        return self._known


class SignalFunction(ABC):
    """A function of windows: see `signal_function`.

    Safe to call from several threads, and picklable; each thread keeps its own state.
    """

    def __init__(self, source: ElementSource, *, is_disjoint: bool) -> None:
        self._source, self._is_disjoint = source, is_disjoint
        self._local = threading.local()

    def __call__(self, code: int, start: _I8, end: _I8) -> _F8:
        """One number of each window of a chromosome."""
        chrom: OpenChrom | None = getattr(self._local, "chrom", None)
        if chrom is None or chrom.code != code:
            chrom = OpenChrom(code, self._source(code), is_disjoint=self._is_disjoint)
            self._local.chrom = chrom
        return self._values(chrom, start, end)

    @abstractmethod
    def _values(self, chrom: OpenChrom, start: _I8, end: _I8) -> _F8:
        """One number of each window."""

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_local"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._local = threading.local()


class AggregateFunction(SignalFunction):
    """Mean, sum, extreme, ... of the elements of a window."""

    def __init__(self, source: ElementSource, kind: Kind, mode: Mode, *, is_disjoint: bool) -> None:
        super().__init__(source, is_disjoint=is_disjoint)
        self._kind, self._mode = kind, mode

    def _values(self, chrom: OpenChrom, start: _I8, end: _I8) -> _F8:
        first, last = chrom.elements.ranges(start, end)
        return chrom.aggregates(self._kind).of(first, last, self._mode)


class NearestFunction(AggregateFunction):
    """Mean of a window; of records, where it has no value, that of the nearest (ties: left)."""

    def __init__(self, source: ElementSource, *, is_disjoint: bool) -> None:
        super().__init__(source, Kind.SUMS, Mode.MEAN, is_disjoint=is_disjoint)

    def _values(self, chrom: OpenChrom, start: _I8, end: _I8) -> _F8:
        elements = chrom.elements
        first, last = elements.ranges(start, end)
        values = chrom.aggregates(self._kind).of(first, last, self._mode)
        if elements.is_dense or not elements.size:
            return values
        empty = np.flatnonzero(chrom.aggregates(self._kind).of(first, last, Mode.EXISTS) == 0)
        known = chrom.known()
        if not empty.size or not known.size:
            return values
        far = np.iinfo(np.int64).max
        left = np.searchsorted(known, first[empty]) - 1
        right = np.searchsorted(known, last[empty])
        to_left = start[empty] - elements.ends(known[np.maximum(left, 0)])
        to_right = elements.starts(known[np.minimum(right, known.size - 1)]) - end[empty]
        to_left[left < 0] = far
        to_right[right == known.size] = far
        nearest = np.where(to_left <= to_right, left, right)
        values[empty] = chrom.stretches.at(known[nearest])
        return values


class QuantileFunction(SignalFunction):
    """Quantile of the elements of a window, interpolated between two values (type 7)."""

    def __init__(self, source: ElementSource, p: float, *, is_disjoint: bool) -> None:
        super().__init__(source, is_disjoint=is_disjoint)
        self._p = p

    def _values(self, chrom: OpenChrom, start: _I8, end: _I8) -> _F8:
        first, last = chrom.elements.ranges(start, end)
        return window_quantiles(
            chrom.elements, first, last, p=self._p, is_disjoint=self._is_disjoint
        )
