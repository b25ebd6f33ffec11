"""Stretches: the values of a chromosome in parts of one size, those used last kept."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.kernels.window_tiles import LOG_STRETCH, STRETCH
from genomedb.virtual.elements import Elements

_KEPT = 6


class Stretches:
    """Values of the elements of one chromosome."""

    def __init__(self, elements: Elements) -> None:
        self.elements = elements
        self._kept: OrderedDict[int, NDArray[Any]] = OrderedDict()

    def values(self, number: int) -> NDArray[Any]:
        """Values of the elements from ``number * STRETCH`` on, float32 or float64."""
        found = self._kept.get(number)
        if found is None:
            begin = number * STRETCH
            found = self.elements.read(begin, min(begin + STRETCH, self.elements.size))
            while len(self._kept) >= _KEPT:
                self._kept.popitem(last=False)
            self._kept[number] = found
        else:
            self._kept.move_to_end(number)
        return found

    def at(self, index: NDArray[np.int64]) -> NDArray[np.float64]:
        """Values of some elements in any order."""
        out = np.empty(index.size)
        number = index >> LOG_STRETCH
        order = np.argsort(number, kind="stable")
        edges = np.flatnonzero(np.diff(number[order])) + 1
        for some in np.split(order, edges) if index.size else []:
            k = int(number[some[0]])
            out[some] = self.values(k)[index[some] - k * STRETCH]
        return out
