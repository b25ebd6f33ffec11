"""Door to ext/quadtree_overlap.pyx: records of the plane, with a quad-tree, that overlap."""

from __future__ import annotations

import numpy as np

from genomedb._ext import quadtree_overlap as _overlap
from genomedb.errors import UsageError
from genomedb.kernels import rectangles
from genomedb.kernels.quadtree_query import Quadtree, Records
from genomedb.kernels.zorder import positions

_BUDGET = 1000  # comparisons a record after which a sweep is the faster way


def first_overlap(
    records: Records, tree: Quadtree | None = None, *, budget: int = _BUDGET
) -> tuple[int, int] | None:
    """Find two records that share a base pair, in O(n log n).

    Parameters
    ----------
    records : Records, n rows
        Points in the order of `zorder`; rectangles in any order, fastest in that one.
    tree : Quadtree, optional
        Over the records, which makes it faster. Not used for points.
    budget : int
        Comparisons a record that the tree may cost before rectangles are swept instead, as
        it happens where long thin ones lie in each other's way.

    Returns
    -------
    (int, int) or None
        Rows, the smaller one first; None when no two overlap.

    Raises
    ------
    UsageError
        For columns of different lengths, a rectangle without a base pair, or a tree over
        another number of records.

    Examples
    --------
    >>> points = Records(np.array([1, 4, 4]), None, np.array([2, 3, 3]), None, np.zeros(3))
    >>> first_overlap(points)
    (1, 2)
    """
    if records.x2 is None or records.y2 is None:
        x, y = positions(records.x1, records.y1)
        if x.shape != y.shape:
            raise UsageError(f"{x.size} positions on the first axis and {y.size} on the second")
        same = (x[1:] == x[:-1]) & (y[1:] == y[:-1])
        row = int(same.argmax()) if same.size else 0
        return (row, row + 1) if same.any() else None
    x1, x2, y1, y2 = positions(records.x1, records.x2, records.y1, records.y2)
    if len({a.shape for a in (x1, x2, y1, y2)}) > 1:
        sizes = ", ".join(str(a.size) for a in (x1, x2, y1, y2))
        raise UsageError(f"columns of rectangles have {sizes} rows, which differ")
    empty = (x2 <= x1) | (y2 <= y1)
    if empty.any():
        raise UsageError(f"rectangle {int(empty.argmax())} is empty")
    row, other = -2, -1
    if tree is not None:
        if tree.n != x1.size:
            raise UsageError(f"{x1.size} rectangles, where the tree has {tree.n}")
        row, other = _overlap.join(tree.boxes, x1, x2, y1, y2, budget * x1.size)
    if row == -2:
        plane = np.zeros(x1.size, np.int64)
        return rectangles.first_overlap(plane, (x1, x2), (y1, y2))
    return None if row < 0 else (min(row, other), max(row, other))
