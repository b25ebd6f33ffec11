"""Door to ext/histogram.pyx: bin numbers of values by breaks, and how many values a bin has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb._ext import histogram as _histogram
from genomedb.errors import UsageError

_I8 = NDArray[np.int64]
_FEW = 24  # bins that a search finds as fast as a division does


def bin_numbers(
    values: Sequence[ArrayLike],
    breaks: Sequence[ArrayLike],
    *,
    include_lowest: bool = False,
    clamp: bool = False,
) -> _I8:
    """Number of the bin each value falls in, or of the cell where there are several dimensions.

    Parameters
    ----------
    values : sequence of array_like, each of shape (n,)
        One a dimension.
    breaks : sequence of array_like
        For each dimension b + 1 increasing numbers, the edges of its b bins
        ``(breaks[i], breaks[i + 1]]``. The outermost may be infinite.
    include_lowest : bool
        The first bins have their lower edges too.
    clamp : bool
        What is below goes into the first bin, what is above into the last.

    Returns
    -------
    ndarray of int64, shape (n,)
        Cells are numbered with the last dimension fastest; -1 where a value is NaN or outside.

    Raises
    ------
    UsageError
        The values differ in length, or the breaks do not increase.

    Examples
    --------
    >>> bin_numbers([[0.0, 1.0, 2.5, float("nan")]], [[0, 2, 5]]).tolist()
    [-1, 0, 1, -1]
    """
    columns = [np.ascontiguousarray(column, np.float64) for column in values]
    edges = [np.ascontiguousarray(edge, np.float64) for edge in breaks]
    if not columns or len(columns) != len(edges):
        raise UsageError(f"{len(columns)} columns of values and {len(edges)} lists of breaks")
    shapes = {column.shape for column in columns}
    if len(shapes) > 1 or columns[0].ndim != 1:
        raise UsageError(f"columns of shapes {sorted(shapes)} are not one length")
    number = np.zeros(columns[0].size, np.int64)
    for column, edge in zip(columns, edges, strict=True):
        if edge.ndim != 1 or edge.size < 2 or not (edge[1:] > edge[:-1]).all():
            raise UsageError(f"breaks {edge.tolist()!s:.60} are not 2 or more increasing numbers")
        _histogram.number(column, edge, _scale(edge), include_lowest, clamp, number)
    return number


def _scale(breaks: NDArray[np.float64]) -> float:
    """Bins per unit where many breaks are about equally far apart, else 0."""
    n = breaks.size - 1
    if n < _FEW or not np.isfinite(breaks[[0, -1]]).all():
        return 0.0
    with np.errstate(over="ignore", divide="ignore"):
        span = breaks[-1] - breaks[0]
        scale = n / span
    if not (0 < scale < np.inf):
        return 0.0
    off = np.abs((breaks - breaks[0]) * scale - np.arange(n + 1)).max()
    return float(scale) if off < 0.5 else 0.0


def count_bins(number: ArrayLike, counts: _I8) -> None:
    """Add to ``counts[i]`` how often bin number i comes; other numbers, as -1, are left out."""
    numbers = np.ascontiguousarray(number, np.int64)
    if numbers.ndim != 1 or counts.ndim != 1 or counts.dtype != np.int64:
        raise UsageError("bin numbers and their counts are one-dimensional, counts int64")
    _histogram.count(numbers, counts)
