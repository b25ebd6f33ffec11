"""One record of each of many windows of a pair: the first, the last, or one drawn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from genomedb.kernels.plane_pick import LEAF, Parts, leaf_of, pick, search
from genomedb.kernels.quadtree_query import Quadtree, Records

_I8 = NDArray[np.int64]
_F8 = NDArray[np.float64]
_Band = tuple[int, int] | None
Load = Callable[[_I8, _I8], tuple[Records, _I8]]
"""Firsts and lasts of ranges, sorted and apart -> records, and the rows where the ranges begin."""


class Picker:
    """Values of single records of windows.

    Parameters
    ----------
    tree : Quadtree
    load : callable
        Gives ranges of the same records.
    """

    def __init__(self, tree: Quadtree, load: Load) -> None:
        self._tree, self._load = tree, load

    def extreme(self, windows: _I8, wanted: str, band: _Band) -> _F8:
        """Value of the record that begins ``"first"`` or ``"last"``; NaN where there is none."""
        parts = search(self._tree, windows, wanted, band=band)
        columns, parts = self._loaded(parts)
        row, _ = pick(columns, parts, wanted, windows=windows, band=band)
        return _values(columns, row)

    def drawn(self, windows: _I8, share: _F8, band: _Band) -> _F8:
        """Value of the record before which `share` of all others of the window are stored."""
        k = windows.shape[1]
        parts = search(self._tree, windows, "any", band=band)
        n = self._tree.count[parts.node]
        border = np.flatnonzero(parts.node < 0)
        n[border] = self._counted(Parts(*(a[border] for a in parts)), windows, band)
        before = np.cumsum(n) - n
        first = np.searchsorted(parts.window, np.arange(k + 1))
        edge = np.append(before, n.sum())[first]
        size = np.diff(edge)
        some = np.flatnonzero(size)
        wanted = edge[some] + np.minimum(
            (share[some] * size[some]).astype(np.int64), size[some] - 1
        )
        at = np.searchsorted(before, wanted, side="right") - 1  # the part that has it
        leaf, skip = leaf_of(
            self._tree, np.where(parts.node[at] < 0, parts.first[at] // LEAF, parts.node[at]),
            wanted - before[at],
        )  # fmt: skip
        here = leaf * LEAF
        mine = Parts(
            np.arange(some.size),
            here,
            np.minimum(here + LEAF, self._tree.n),
            np.full(some.size, -1),
        )
        columns, mine = self._loaded(mine)
        row, _ = pick(columns, mine, "any", windows=windows[:, some], band=band, skip=skip)
        found = np.full(k, np.nan)
        found[some] = _values(columns, row)
        return found

    def _counted(self, parts: Parts, windows: _I8, band: _Band) -> _I8:
        """How many records with a value each part has."""
        alone = windows[:, parts.window]
        columns, moved = self._loaded(parts._replace(window=np.arange(parts.first.size)))
        return pick(columns, moved, "any", windows=alone, band=band)[1]

    def _loaded(self, parts: Parts) -> tuple[Records, Parts]:
        """Columns that hold the records of leaves, each once, and where the leaves are there."""
        touched = np.zeros(-(-self._tree.n // LEAF), np.bool_)
        leaf = parts.first // LEAF
        touched[leaf] = True
        first = np.flatnonzero(touched) * LEAF
        columns, begin = self._load(first, np.minimum(first + LEAF, self._tree.n))
        moved = begin[np.cumsum(touched)[leaf] - 1]
        return columns, parts._replace(first=moved, last=moved + (parts.last - parts.first))


def _values(columns: Records, row: _I8) -> _F8:
    """Values of rows, NaN for -1."""
    found = np.full(row.size, np.nan)
    known = row >= 0
    found[known] = columns.value[row[known]]
    return found


__all__ = ["Picker"]
