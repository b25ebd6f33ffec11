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
        self._blocks: list[tuple[Nodes, int]] = []
        self._n = 0

    def add(self, records: Records) -> None:
        """Take a block; all but the last have a multiple of 64 records."""
        assert self._n % LEAF == 0
        n = records.value.size
        made = build_nodes(records[:2], records[2:4], records.value)
        self._blocks.append((made, -(-n // LEAF)))
        self._n += n

    def finish(self) -> Nodes:
        """The nodes of all levels."""
        if len(self._blocks) == 1:
            return self._blocks[0][0]
        leaves = [
            {name: column[:n] for name, column in made._asdict().items()
             if column is not None and name != "first"}
            for made, n in self._blocks
        ]  # fmt: skip
        level = {name: np.concatenate([each[name] for each in leaves]) for name in leaves[0]}
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


def nodes_of_few(edges: NDArray[np.int64], records: Records) -> Nodes:
    """The single nodes of many pairs of at most 64 records each.

    Sums are added in some order, and areas may wrap around.

    Parameters
    ----------
    edges : ndarray of int64, shape (k + 1,)
        Where the records of each pair begin.
    records : Records
    """
    at, value = edges[:-1], records.value.astype(np.float64)
    known = ~np.isnan(value)
    x2, y2 = (start + 1 if end is None else end for start, end in
              ((records.x1, records.x2), (records.y1, records.y2)))  # fmt: skip
    weights: list[Any] = [None, None]
    present = np.where(known, value, 0)
    if records.x2 is not None:
        width, height = (end.astype(np.int64) - start for start, end in
                         ((records.x1, x2), (records.y1, y2)))  # fmt: skip
        area = np.where(known, width * height, 0)
        with np.errstate(invalid="ignore", over="ignore"):
            weights = [np.add.reduceat(part, at) for part in (area, present * area)]
    with np.errstate(invalid="ignore", over="ignore"):
        total = np.add.reduceat(present, at)
    return Nodes(
        np.zeros(at.size, np.int64),
        np.minimum.reduceat(records.x1, at), np.maximum.reduceat(x2, at),
        np.minimum.reduceat(records.y1, at), np.maximum.reduceat(y2, at),
        np.add.reduceat(known.astype(np.int64), at), total,
        np.fmin.reduceat(value, at), np.fmax.reduceat(value, at), *weights,
    )  # fmt: skip


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


__all__ = ["NodesBuilder", "level_above", "nodes_of_few"]
