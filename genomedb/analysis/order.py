"""Exact quantiles of values that are too many to hold: their range is narrowed by counting."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.holding import count_rows
from genomedb.expr.stream import Evaluation, Stream, Stream2D
from genomedb.iterators.pieces import Task
from genomedb.kernels.selection import Nodes, Tally, gather, tally, values_of_keys

HELD = 1 << 23  # values held at a time: 64 MB
_CELLS = 1 << 20  # counts held at a time
_MOST_BITS, _LEAST_BITS = 20, 2
_F8 = NDArray[np.float64]
_I8 = NDArray[np.int64]
Columns = Callable[[Evaluation, Task], tuple[_F8, "_I8 | None"]]


def group_quantiles(
    stream: Stream | Stream2D,
    columns: Columns,
    n_groups: int,
    percentiles: _F8,
    *,
    executor: Executor | int | None = None,
    what: str = "quantiles",
) -> _F8:
    """Exact quantiles of the values of each group, by linear interpolation (type 7).

    Up to `HELD` values are held and sorted. More are walked through several times: each walk
    counts the values by the next bits of their keys, and keeps to the parts that the quantiles are
    in, until those hold one value each or few enough to be held.

    Parameters
    ----------
    columns : callable
        ``columns(evaluation, task)`` gives values (NaN is left out) and their group numbers, None
        for all 0; a function of a module or a `functools.partial` of one.
    n_groups : int
    percentiles : ndarray of float64, shape (p,)
        From 0 to 1.

    Returns
    -------
    ndarray of float64, shape (n_groups, p)
        NaN for groups without values.
    """
    walk = _Walk(stream, columns, executor, what)
    nodes = Nodes.whole(n_groups)
    n_rows = count_rows(stream)
    if n_rows <= _held(nodes):
        values, node = walk.gather(nodes, n_rows)
        n = np.array([values.size]) if node is None else np.bincount(node, minlength=n_groups)
        wanted = _Wanted.of(n, percentiles)
        wanted.value[:] = _picked(values, node, n, wanted.node, wanted.rank)
    else:
        wanted = _narrowed(walk, nodes, percentiles)
    return wanted.interpolated()


@dataclass(eq=False)
class _Wanted:
    """The two neighbours of each quantile in sorted order, and what is known of them."""

    node: _I8  # where each is
    rank: _I8  # its place among the values of its node, from 0
    value: _F8
    fraction: _F8  # of the way from the first neighbour to the second, shape (groups, p)

    @classmethod
    def of(cls, n: _I8, percentiles: _F8) -> _Wanted:
        """Of groups of n values."""
        place = np.maximum(n - 1, 0)[:, None] * percentiles
        rank = np.minimum(place.astype(np.int64), np.maximum(n - 1, 0)[:, None])
        next_rank = np.minimum(rank + 1, np.maximum(n - 1, 0)[:, None])
        fraction = np.where(n[:, None] > 0, place - rank, np.nan)
        group = np.repeat(np.arange(n.size), percentiles.size)
        ranks = np.concatenate((rank.ravel(), next_rank.ravel()))
        return cls(np.concatenate((group, group)), ranks, np.full(ranks.size, np.nan), fraction)

    def interpolated(self) -> _F8:
        """The quantiles."""
        low, high = self.value.reshape(2, *self.fraction.shape)
        with np.errstate(invalid="ignore", over="ignore"):
            between = low + (high - low) * self.fraction
        is_low = (self.fraction == 0) | (low == high)
        return np.where(np.isnan(self.fraction), np.nan, np.where(is_low, low, between))


def _narrowed(walk: _Walk, nodes: Nodes, percentiles: _F8) -> _Wanted:
    """Narrow the parts with the wanted values down."""
    groups = len(nodes)
    wanted: _Wanted | None = None
    n_left = 0
    while True:
        if wanted is not None and n_left <= _held(nodes):
            return _finished(walk, nodes, wanted, n_left)
        bits = _bits(nodes)
        found = walk.tally(nodes, bits)
        ends = np.cumsum(found.count)
        edges = np.searchsorted(found.at, np.arange(len(nodes) + 1) << bits)
        before = np.concatenate(([0], ends))[edges]  # values in the nodes before each
        if wanted is None:
            wanted = _Wanted.of(np.diff(before), percentiles)
            wanted.node[np.diff(before)[wanted.node] == 0] = -1
        is_open = np.flatnonzero(wanted.node >= 0)
        place = before[wanted.node[is_open]] + wanted.rank[is_open]
        part = np.searchsorted(ends, place, "right")
        wanted.rank[is_open] = place - (ends - found.count)[part]
        is_known = found.low[part] == found.high[part]
        wanted.value[is_open[is_known]] = values_of_keys(found.low[part[is_known]])
        wanted.node[is_open[is_known]] = -1
        if is_known.all():
            return wanted
        parts, node = np.unique(part[~is_known], return_inverse=True)
        wanted.node[is_open[~is_known]] = node
        n_left = int(found.count[parts].sum())
        nodes = _below(nodes, found.at[parts], bits, groups)


def _below(nodes: Nodes, at: _I8, bits: int, n_groups: int) -> Nodes:
    """Parts of nodes as nodes."""
    parent, part = at >> bits, (at & ((1 << bits) - 1)).astype(np.uint64)
    group = np.repeat(np.arange(n_groups), np.diff(nodes.first))[parent]
    prefix = (nodes.prefix[parent] << np.uint64(bits)) | part
    return Nodes(np.searchsorted(group, np.arange(n_groups + 1)), prefix, nodes.above - bits)


def _finished(walk: _Walk, nodes: Nodes, wanted: _Wanted, n: int) -> _Wanted:
    """Hold the values of the nodes and look the wanted ones up."""
    values, node = walk.gather(nodes, n)
    n_each = np.array([values.size]) if node is None else np.bincount(node, minlength=len(nodes))
    is_open = wanted.node >= 0
    wanted.value[is_open] = _picked(
        values, node, n_each, wanted.node[is_open], wanted.rank[is_open]
    )
    return wanted


def _picked(values: _F8, node: NDArray[np.int32] | None, n: _I8, at: _I8, rank: _I8) -> _F8:
    """Value of each rank among the values of a node; NaN where the node is empty."""
    if not values.size:
        return np.full(at.size, np.nan)
    if node is None:
        places = np.unique(rank)
        values.partition(places)
        return values[rank]
    order = np.lexsort((values, node))
    first = np.cumsum(n) - n
    is_there = n[at] > 0
    places = np.where(is_there, first[at] + rank, 0)
    return np.where(is_there, values[order[places]], np.nan)


def _held(nodes: Nodes) -> int:
    """How many values may be held: sorting by node takes more room."""
    return HELD if len(nodes) == 1 else HELD // 2


def _bits(nodes: Nodes) -> int:
    """How many bits of the keys to count by, so that the counts fit."""
    room = (_CELLS // max(len(nodes), 1)).bit_length() - 1
    return min(max(room, _LEAST_BITS), _MOST_BITS, nodes.above)


@dataclass(frozen=True, eq=False)
class _Walk:
    """A stream to be walked through again and again."""

    stream: Stream | Stream2D
    columns: Columns
    executor: Executor | int | None
    what: str

    def gather(self, nodes: Nodes, most: int) -> tuple[_F8, NDArray[np.int32] | None]:
        """The values of some nodes, and the node of each (None where there is one node)."""
        values = np.empty(most)
        node = np.empty(most, np.int32) if len(nodes) != 1 else None
        at = 0
        work = partial(_gathered, self.columns, nodes)
        for _, (some, which) in self.stream.map(work, self.executor, what=self.what):
            values[at : at + some.size] = some
            if node is not None and which is not None:
                node[at : at + some.size] = which
            at += some.size
        return values[:at], None if node is None else node[:at]

    def tally(self, nodes: Nodes, bits: int) -> Tally:
        """Count all values by the next bits of their keys."""
        size = len(nodes) << bits
        count, high = np.zeros(size, np.int64), np.zeros(size, np.uint64)
        low = np.full(size, np.iinfo(np.uint64).max)
        work = partial(_tallied, self.columns, nodes, bits)
        for _, part in self.stream.map(work, self.executor, what=self.what):
            count[part.at] += part.count
            low[part.at] = np.minimum(low[part.at], part.low)
            high[part.at] = np.maximum(high[part.at], part.high)
        at = np.flatnonzero(count)
        return Tally(at, count[at], low[at], high[at])


def _gathered(
    columns: Columns, nodes: Nodes, evaluation: Evaluation, task: Task
) -> tuple[_F8, NDArray[np.int32] | None]:
    values, group = columns(evaluation, task)
    found, node = gather(values, group, nodes)
    return found, None if len(nodes) == 1 else node.astype(np.int32)


def _tallied(
    columns: Columns, nodes: Nodes, bits: int, evaluation: Evaluation, task: Task
) -> Tally:
    return tally(*columns(evaluation, task), nodes, bits)
