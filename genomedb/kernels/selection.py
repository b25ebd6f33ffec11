"""Door to ext/selection.pyx: values counted and gathered by the leading bits of their order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import selection as _selection
from genomedb.errors import UsageError

_F8 = NDArray[np.float64]
_I8 = NDArray[np.int64]
_U8 = NDArray[np.uint64]
BITS = 64
_SIGN = np.uint64(1 << 63)


@dataclass(frozen=True, eq=False)
class Nodes:
    """Ranges of values of some groups. Keys of 64 bits are in the order of the values.

    Attributes
    ----------
    first : ndarray of int64, shape (groups + 1,)
        Group g has the nodes ``first[g]`` to ``first[g + 1]``.
    prefix : ndarray of uint64, shape (nodes,)
        What the keys of a node are without their last `above` bits; increasing within a group.
    above : int
        64: a node has all values of its group.
    """

    first: _I8
    prefix: _U8
    above: int

    def __post_init__(self) -> None:
        first, prefix = self.first, self.prefix
        if not 0 <= self.above <= BITS:
            raise UsageError(f"keys have {BITS} bits, none is above bit {self.above}")
        if (
            first.size < 1
            or first[0] != 0
            or first[-1] != prefix.size
            or (np.diff(first) < 0).any()
        ):
            raise UsageError(f"{prefix.size} nodes are not those of {first.size - 1} groups")

    @classmethod
    def whole(cls, n_groups: int) -> Nodes:
        """One node a group, of all its values."""
        return cls(np.arange(n_groups + 1), np.zeros(n_groups, np.uint64), BITS)

    def __len__(self) -> int:
        return int(self.prefix.size)


@dataclass(frozen=True, eq=False)
class Tally:
    """How many values are in each part of each node; parts split the keys' next bits.

    Attributes
    ----------
    at : ndarray of int64
        ``node * 2 ** bits + part`` of the parts that have values, increasing.
    count : ndarray of int64
        Their values.
    low, high : ndarray of uint64
        Smallest and largest key of each.
    """

    at: _I8
    count: _I8
    low: _U8
    high: _U8


def tally(values: _F8, group: _I8 | None, nodes: Nodes, bits: int) -> Tally:
    """Count values by node and by the next `bits` bits of their keys; NaN is left out.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
    group : ndarray of int64, shape (n,), optional
        Default all are of group 0; values of other groups than the nodes', as -1, are left out.
    nodes : Nodes
    bits : int
        1 to `nodes.above`.
    """
    if not 1 <= bits <= nodes.above:
        raise UsageError(f"cannot split {nodes.above} bits after the first {bits}")
    x, g = _checked(values, group)
    shape = len(nodes), 1 << bits
    counts, high = np.zeros(shape, np.int64), np.zeros(shape, np.uint64)
    low = np.full(shape, np.iinfo(np.uint64).max)
    _selection.tally(
        x, g, group is not None, nodes.first, nodes.prefix, nodes.above, nodes.above - bits,
        counts, low, high,
    )  # fmt: skip
    at = np.flatnonzero(counts)
    return Tally(at, counts.ravel()[at], low.ravel()[at], high.ravel()[at])


def gather(values: _F8, group: _I8 | None, nodes: Nodes) -> tuple[_F8, _I8]:
    """Values that belong to a node, and the number of the node of each.

    Parameters are those of `tally`.
    """
    x, g = _checked(values, group)
    out, out_node = np.empty(x.size), np.empty(x.size, np.int64)
    n = _selection.gather(
        x, g, group is not None, nodes.first, nodes.prefix, nodes.above, out, out_node
    )
    return out[:n], out_node[:n]


def _checked(values: _F8, group: _I8 | None) -> tuple[_F8, _I8]:
    x = np.ascontiguousarray(values, np.float64)
    g = np.empty(0, np.int64) if group is None else np.ascontiguousarray(group, np.int64)
    if x.ndim != 1 or (group is not None and g.shape != x.shape):
        raise UsageError(f"values {x.shape} and groups {g.shape} are not one length")
    return x, g


def values_of_keys(keys: _U8) -> _F8:
    """The values that have these keys.

    Examples
    --------
    >>> values_of_keys(np.array([2**63], np.uint64)).tolist()
    [0.0]
    """
    is_positive = (keys & _SIGN) != 0
    bits = np.where(is_positive, keys ^ _SIGN, ~keys)
    return bits.view(np.float64)
