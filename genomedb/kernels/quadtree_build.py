"""Door to ext/quadtree_build.pyx: the nodes of a quad-tree over records in Z-order."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb._ext import quadtree_build as _build
from genomedb.errors import UsageError
from genomedb.kernels.zorder import positions

LEAF = 64  # records of a leaf, as in the kernels
FAN = 16  # children of an inner node, as in the kernels
_STORED = frozenset(map(np.dtype, ("i1", "u1", "i2", "u2", "i4", "u4", "f4", "f8")))

_F8 = NDArray[np.float64]
_I8 = NDArray[np.int64]


class Nodes(NamedTuple):
    """Nodes of a complete tree over records: the leaves first, the root last.

    A leaf lies over 64 consecutive records, an inner node over 16 consecutive nodes of the level
    below; the last of a level may have fewer. Statistics leave out records whose value is
    missing.

    Attributes
    ----------
    first : ndarray of int64, shape (m,)
        The first record below.
    x1, x2, y1, y2 : ndarray of int32 or int64
        The box around all records below, 0-based half-open.
    count : ndarray of int64
        Records that have a value.
    sum, min, max : ndarray of float64
        Of these values; 0, NaN and NaN where `count` is 0.
    area : ndarray of int64, or None for points
        Base pairs of the rectangles that have a value, at most 2**63 - 1.
    wsum : ndarray of float64, or None for points
        Sum of value times area.
    """

    first: _I8
    x1: NDArray[Any]
    x2: NDArray[Any]
    y1: NDArray[Any]
    y2: NDArray[Any]
    count: _I8  # type: ignore[assignment]  # hides tuple.count
    sum: _F8
    min: _F8
    max: _F8
    area: _I8 | None
    wsum: _F8 | None


def level_sizes(n: int) -> list[int]:
    """Number of nodes of each level of the tree over n records, the leaves first."""
    if n <= 0:
        return []
    sizes = [-(-n // LEAF)]
    while sizes[-1] > 1:
        sizes.append(-(-sizes[-1] // FAN))
    return sizes


def n_nodes(n: int) -> int:
    """Number of nodes of the tree over n records."""
    return sum(level_sizes(n))


def node_first(n: int) -> _I8:
    """The first record below each node of the tree over n records."""
    widths = [LEAF * FAN**k for k in range(len(level_sizes(n)))]
    levels = [np.arange(s) * w for s, w in zip(level_sizes(n), widths, strict=True)]
    return np.concatenate([np.empty(0, np.int64), *levels]).astype(np.int64, copy=False)


def build_nodes(
    x: tuple[ArrayLike, ArrayLike | None],
    y: tuple[ArrayLike, ArrayLike | None],
    value: ArrayLike,
) -> Nodes:
    """Build the tree over records that are in Z-order.

    Parameters
    ----------
    x, y : (start, end) arrays of integers, shape (n,)
        Half-open extents of the records on each axis; an end of None means points. Any order
        gives a correct tree, the Z-order a fast one. The boxes are int32 if all arrays are.
    value : array_like, shape (n,)
        Floats, of which NaN is missing, or integers.

    Returns
    -------
    Nodes
        Without nodes for n = 0.

    Raises
    ------
    UsageError
        For arrays of different lengths, or points on one axis only.

    Examples
    --------
    >>> build_nodes(([3, 8], None), ([5, 1], None), [1.0, 2.0]).x2.tolist()
    [9]
    """
    if (x[1] is None) != (y[1] is None):
        raise UsageError("records have an end on one axis only")
    is_points = x[1] is None
    x1, y1, *ends = positions(x[0], y[0], *(e for e in (x[1], y[1]) if e is not None))
    values = real_values(value)
    if len({a.shape for a in (x1, y1, values, *ends)}) > 1 or values.ndim != 1:
        sizes = ", ".join(str(a.size) for a in (x1, y1, *ends, values))
        raise UsageError(f"columns of records have {sizes} rows, which differ")
    top = np.iinfo(np.int32).max  # the end of a box is one more than its last point
    if is_points and x1.dtype == np.int32 and top in (x1.max(initial=0), y1.max(initial=0)):
        x1, y1 = x1.astype(np.int64), y1.astype(np.int64)
    x2, y2 = ends or (x1, y1)
    m = n_nodes(values.size)
    box = np.empty((4, m), x1.dtype)
    _build.boxes(x1, x2, int(is_points), box[0], box[1])
    _build.boxes(y1, y2, int(is_points), box[2], box[3])
    count, stats = np.empty(m, np.int64), np.empty((3, m))
    _build.stats(values, count, *stats)
    area = weighted = None
    if not is_points:
        area, weighted = np.empty(m, np.int64), np.empty(m)
        _build.areas(x1, x2, y1, y2, values, area, weighted)
    return Nodes(
        node_first(values.size),
        box[0],
        box[1],
        box[2],
        box[3],
        count,
        stats[0],
        stats[1],
        stats[2],
        area,
        weighted,
    )


def stored_values(value: ArrayLike) -> NDArray[Any]:
    """Values of a type that tracks store as they are, others as float64.

    Raises
    ------
    UsageError
        For what is no number.
    """
    array = np.asarray(value)
    if array.dtype in _STORED:
        return np.ascontiguousarray(array)
    return real_values(array)


def real_values(value: ArrayLike) -> NDArray[Any]:
    """Values as float32 if they are, else as float64; copied only where needed.

    Raises
    ------
    UsageError
        For what is no number.
    """
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        raise UsageError(f"values of type {array.dtype} are no numbers")
    kind = np.float32 if array.dtype == np.float32 else np.float64
    return np.ascontiguousarray(array, kind)
