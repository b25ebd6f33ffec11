"""Aggregates of the elements of windows, whatever the order and width of the windows.

The answer for a window depends on that window and the values alone, to the last bit: on which
other windows are asked for, and in how many calls, it does not.
"""

from __future__ import annotations

import itertools
from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from genomedb.kernels import window_tiles as tiles
from genomedb.kernels.window_direct import Kind, Mode, direct
from genomedb.virtual.stretches import Stretches

_I8 = NDArray[np.int64]
_F8 = NDArray[np.float64]
MANY = 1 << 20  # elements of a window that is not walked over, even where windows are disjoint
_KEPT_SIDES = 4
_FEW_RUNS = 64  # runs of windows of one class that are not worth sorting


class Aggregates:
    """Aggregates of windows of one chromosome; keeps what the next windows are likely to need.

    Parameters
    ----------
    stretches : Stretches
        The values.
    kind : Kind
        What is kept of consecutive values.
    is_disjoint : bool
        Do windows not overlap? Each is then answered by a walk over its elements; else from
        tiles, at a cost that does not depend on their widths.
    """

    def __init__(self, stretches: Stretches, kind: Kind, *, is_disjoint: bool) -> None:
        self._stretches, self.kind = stretches, kind
        self._narrow = MANY if is_disjoint else tiles.NARROWEST
        self._suffix: OrderedDict[tuple[int, int], tiles.Side] = OrderedDict()
        self._prefix: OrderedDict[tuple[int, int], tiles.Side] = OrderedDict()
        self._totals: dict[int, _F8] = {}

    def of(self, first: _I8, last: _I8, mode: Mode) -> _F8:
        """One number of each window of elements ``[first, last)``."""
        key = tiles.classify(first, last, narrow=self._narrow)
        edges = np.flatnonzero(key[1:] != key[:-1]) + 1
        order = None
        if edges.size > _FEW_RUNS + key.size // 256:
            order = np.lexsort((first, key))
            first, last, key = first[order], last[order], key[order]
            edges = np.flatnonzero(key[1:] != key[:-1]) + 1
        out = np.empty(first.size)
        bounds = [0, *edges.tolist(), first.size] if first.size else []
        for a, b in itertools.pairwise(bounds):
            found = tiles.class_of(int(key[a]))
            answer = self._slide if found.log_tile else self._walk
            out[a:b] = answer(found, first[a:b], last[a:b], mode)
        if order is not None:
            back = np.empty_like(out)
            back[order] = out
            return back
        return out

    def _walk(self, _: tiles.Class, first: _I8, last: _I8, mode: Mode) -> _F8:
        filled = last > first
        if filled.all():
            low, high = int(first.min()), int(last.max())
        elif filled.any():
            low, high = int(first[filled].min()), int(last[filled].max())
            first, last = np.where(filled, first, low), np.where(filled, last, low)
        else:
            low = high = 0
            first = last = np.zeros_like(first)
        values = self._stretches.elements.read(low, high)
        return direct(values, first, last, kind=self.kind, mode=mode, base=low)

    def _slide(self, found: tiles.Class, first: _I8, last: _I8, mode: Mode) -> _F8:
        middle = np.empty(0)
        if found.log_tile == tiles.LOG_STRETCH and found.tail - found.head > 1:
            between = range(found.head + 1, found.tail)
            middle = np.concatenate([self._total(number) for number in between])
        return tiles.slide(
            self._stretches.values(found.head),
            self._stretches.values(found.tail),
            suffix=self._side(self._suffix, found.log_tile, found.head),
            prefix=self._side(self._prefix, found.log_tile, found.tail),
            middle=middle,
            mode=mode,
            first=first,
            last=last,
        )

    def _side(
        self, kept: OrderedDict[tuple[int, int], tiles.Side], log_tile: int, number: int
    ) -> tiles.Side:
        """Running aggregates of a stretch; those used longest ago make room."""
        key = (log_tile, number)
        found = kept.get(key)
        if found is None:
            full = len(kept) >= _KEPT_SIDES
            found = kept.popitem(last=False)[1] if full else tiles.Side.empty(self.kind)
            found.begin(log_tile, number)
            kept[key] = found
        else:
            kept.move_to_end(key)
        return found

    def _total(self, number: int) -> _F8:
        """Aggregate of a whole stretch."""
        found = self._totals.get(number)
        if found is None:
            values = self._stretches.values(number)
            found = tiles.total(self.kind, values, number * tiles.STRETCH)
            self._totals[number] = found
        return found
