"""RankTable: which share of all the values of a source are at most a given one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.virtual.elements import ElementSource
from genomedb.virtual.functions import AggregateFunction, OpenChrom

_PART = 1 << 20  # elements read at a time
_PENDING = 1 << 22  # distinct values that wait to be merged
_F8 = NDArray[np.float64]
_Counted = tuple[NDArray[Any], NDArray[np.int64]]


class RankTable:
    """All values that are not NaN, each distinct one once, with how many are at most it.

    Memory is 12 to 16 bytes a distinct value, however many values there are.

    Parameters
    ----------
    parts : iterable of ndarray
        All the values, such as `known_values` gives of a source; none is NaN.
    """

    def __init__(self, parts: Iterable[NDArray[Any]]) -> None:
        values, counts = _counted(parts)
        self._values, self._below = values, np.cumsum(counts)

    def share(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """P(v <= value) of each value, over all values of the source; NaN for NaN.

        Values are rounded to the precision of the source first: the mean of 0.1 and 0.5 is then
        a stored 0.3, not a little less.
        """
        out = np.full(values.size, np.nan)
        known = ~np.isnan(values)
        if not self._values.size or not known.any():
            return out
        asked = values[known]
        with np.errstate(over="ignore"):
            asked = asked.astype(self._values.dtype)
        place = np.searchsorted(self._values, asked, side="right")
        below = np.where(place > 0, self._below[place - 1], 0)
        out[known] = below / self._below[-1]
        return out


def known_values(source: ElementSource) -> Iterable[NDArray[Any]]:
    """All values of a source that are not NaN, part by part."""
    for code in range(source.n_chroms):
        elements = source(code)
        for begin in range(0, elements.size, _PART):
            values = elements.read(begin, min(begin + _PART, elements.size))
            yield values[~np.isnan(values)]


def _counted(parts: Iterable[NDArray[Any]]) -> _Counted:
    """Distinct values in order, and how often each occurs."""
    whole: _Counted = np.empty(0, np.float32), np.empty(0, np.int64)
    pending: list[_Counted] = []
    waiting = 0
    for part in parts:
        values, counts = np.unique(part, return_counts=True)
        pending.append((values, counts.astype(np.int64)))
        waiting += values.size
        if waiting > max(_PENDING, whole[0].size):
            whole, pending, waiting = _merged([whole, *pending]), [], 0
    return _merged([whole, *pending])


def _merged(tables: list[_Counted]) -> _Counted:
    values = np.concatenate([t[0] for t in tables])
    counts = np.concatenate([t[1] for t in tables])
    if not values.size:
        return values, counts
    order = np.argsort(values, kind="stable")
    values = values[order]
    begin = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    return values[begin], np.add.reduceat(counts[order], begin)


class GlobalRankFunction(AggregateFunction):
    """Rank of the mean, lowest or highest value of a window among all values of the source.

    The table is made when first needed, or by `prepare`, and travels with a pickled function.
    Two threads may both make it: there is no lock that a forked process could find locked.
    """

    _table: RankTable | None = None

    def prepare(self) -> None:
        """Make the table now: once, instead of in every process."""
        if self._table is None:
            self._table = RankTable(known_values(self._source))

    def _values(self, chrom: OpenChrom, start: NDArray[np.int64], end: NDArray[np.int64]) -> _F8:
        self.prepare()
        assert self._table is not None
        return self._table.share(super()._values(chrom, start, end))
