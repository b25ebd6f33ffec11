"""Exact quantiles of the elements of windows, in the way that is fastest for them.

The ways give the same answer to the last bit: they find the same values.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.kernels.window_ranks import quantile_of_parts, select_quantile, slide_quantile
from genomedb.virtual.elements import Elements

_I8 = NDArray[np.int64]
_F8 = NDArray[np.float64]
NARROW = 16  # elements of a window that is sorted on its own
WIDE = 1 << 21  # elements of a window that is not held in memory
_LEAST, _MOST = 1 << 12, 1 << 20  # elements ranked at a time, unless one window has more
_PART = 1 << 20


def window_quantiles(
    elements: Elements, first: _I8, last: _I8, *, p: float, is_disjoint: bool
) -> _F8:
    """Quantile `p` of each window of elements ``[first, last)``; NaN where it has no value."""
    out = np.full(first.size, np.nan)
    width = last - first
    single = width > 0 if is_disjoint else (width > 0) & (width <= NARROW)
    wide = width > WIDE
    moving = ~single & ~wide & (width > 0)
    single &= ~wide
    for i in np.flatnonzero(wide).tolist():  # each reads millions of elements
        out[i] = _streamed(elements, int(first[i]), int(last[i]), p)
    if single.any():
        rows = np.flatnonzero(single)
        out[rows] = _selected(elements, first[rows], last[rows], p)
    if moving.any():
        rows = np.flatnonzero(moving)
        out[rows] = _moved(elements, first[rows], last[rows], p)
    return out


def _moved(elements: Elements, first: _I8, last: _I8, p: float) -> _F8:
    """Quantiles of windows that overlap."""
    if (first[1:] < first[:-1]).any():
        order = np.lexsort((last, first))
        back = np.empty(first.size)
        back[order] = _moved(elements, first[order], last[order], p)
        return back
    steps = np.abs(np.diff(first)) + np.abs(np.diff(last))
    if int(steps.sum()) > int((last - first).sum()):  # far apart: nothing is gained by moving
        return _selected(elements, first, last, p)
    out = np.empty(first.size)
    for a, b in _groups(first, last):
        low, high = int(first[a]), int(last[a:b].max())
        values = elements.read(low, high)
        out[a:b] = slide_quantile(values, first[a:b], last[a:b], p=p, base=low)
    return out


def _selected(elements: Elements, first: _I8, last: _I8, p: float) -> _F8:
    """Quantiles of windows one by one."""
    order = np.argsort(first, kind="stable")
    first, last = first[order], last[order]
    found = np.empty(first.size)
    for a, b in _groups(first, last, least=_PART):
        low, high = int(first[a]), int(last[a:b].max())
        values: NDArray[Any] = elements.read(low, high)
        found[a:b] = select_quantile(values, first[a:b], last[a:b], p=p, base=low)
    out = np.empty(first.size)
    out[order] = found
    return out


def _groups(first: _I8, last: _I8, *, least: int = _LEAST) -> Iterator[tuple[int, int]]:
    """Yield runs of windows, sorted by first, that span a bounded number of elements.

    A run spans several times the width of its first window, so that little is ranked twice.
    """
    reach = np.maximum.accumulate(last)
    a = 0
    while a < first.size:
        width = int(last[a] - first[a])
        limit = int(first[a]) + max(least, min(8 * width, _MOST), 2 * width)
        b = max(a + 1, int(np.searchsorted(reach, limit, side="right")))
        yield a, b
        a = b


def _streamed(elements: Elements, first: int, last: int, p: float) -> float:
    """Quantile of one window, read several times in parts."""

    def parts() -> Iterator[NDArray[Any]]:
        for begin in range(first, last, _PART):
            yield elements.read(begin, min(begin + _PART, last))

    return quantile_of_parts(parts, p=p)
