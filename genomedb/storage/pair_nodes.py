"""NodesBuilder: the tree over records that come block by block."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.kernels.quadtree_build import FAN, LEAF, Nodes, build_nodes, node_first
from genomedb.kernels.quadtree_query import Records

_LEAST, _MOST = ("x1", "y1", "min"), ("x2", "y2", "max")  # others are added
_TOP = np.iinfo(np.int64).max  # where areas stop
_Columns = dict[str, NDArray[Any]]


class NodesBuilder:
    """Collects the leaves over blocks of records, then builds what is above them.

    The nodes are to the last bit those that `build_nodes` makes of all records at once.
    """

    def __init__(self) -> None:
        self._leaves: list[_Columns] = []
        self._n = 0

    def add(self, records: Records) -> None:
        """Take a block; all but the last have a multiple of 64 records."""
        assert self._n % LEAF == 0
        made = build_nodes(records[:2], records[2:4], records.value)
        n = records.value.size
        self._leaves.append({
            name: column[: -(-n // LEAF)] for name, column in made._asdict().items()
            if column is not None and name != "first"
        })  # fmt: skip
        self._n += n

    def finish(self) -> Nodes:
        """The nodes of all levels."""
        level = {name: np.concatenate([leaves[name] for leaves in self._leaves])
                 for name in self._leaves[0]}  # fmt: skip
        levels = [level]
        while levels[-1]["count"].size > 1:
            levels.append(level_above(levels[-1]))
        found: dict[str, Any] = {"area": None, "wsum": None, "first": node_first(self._n)}
        found |= {name: np.concatenate([each[name] for each in levels]) for name in level}
        return Nodes(**found)


def level_above(columns: _Columns) -> _Columns:
    """The nodes over groups of 16 nodes, by column, in the order in which kernels add."""
    edges = np.arange(0, columns["count"].size, FAN)
    made = {}
    for name, column in columns.items():
        if name in _LEAST:
            made[name] = np.fmin.reduceat(column, edges)
        elif name in _MOST:
            made[name] = np.fmax.reduceat(column, edges)
        else:
            made[name] = _added(column, edges.size, saturates=name == "area")
    return made


def _added(column: NDArray[Any], n: int, *, saturates: bool) -> NDArray[Any]:
    """Sums of groups, from left to right."""
    padded = np.zeros(n * FAN, column.dtype)
    padded[: column.size] = column
    total = np.zeros(n, column.dtype)
    for part in padded.reshape(n, FAN).T:
        if saturates:
            part = np.minimum(part, _TOP - total)
        total += part
    return total


__all__ = ["NodesBuilder", "level_above"]
