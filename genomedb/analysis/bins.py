"""bins_summary and bins_quantiles: an expression where others fall in each bin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.analysis.breaks import Binning, binning_of
from genomedb.analysis.order import group_quantiles
from genomedb.analysis.quantiles import checked_percentiles
from genomedb.analysis.summary import SUMMARY_NAMES
from genomedb.analysis.table import values_of
from genomedb.db.database import GenomeDB
from genomedb.expr.stream import Evaluation, Stream, Stream2D, any_stream_of
from genomedb.expr.syntax import one_expression
from genomedb.iterators.pieces import Task
from genomedb.kernels.grouped import GroupedMoments
from genomedb.virtual.definition import VirtualTrack

_F8 = NDArray[np.float64]
_I8 = NDArray[np.int64]


def bins_summary(
    db: GenomeDB,
    bin_expressions: str | Sequence[str],
    breaks: Any,
    expression: str | None = None,
    scope: Any = None,
    *,
    include_lowest: bool = False,
    iterator: Any = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    band: tuple[int, int] | None = None,
    executor: Executor | int | None = None,
) -> _F8:
    """Statistics of an expression over the intervals whose other values fall in each bin.

    Parameters
    ----------
    db : GenomeDB
        Where tracks and interval sets are.
    bin_expressions : str or sequence of str
        Decide the bin; one a dimension.
    breaks : sequence
        Increasing edges of the bins ``(breaks[i], breaks[i + 1]]`` of one expression, or a list
        of such, one an expression. The ends may be infinite.
    expression : str, optional
        What the statistics are of, default the first of `bin_expressions`.
    scope : optional
        Where to look, default the whole genome; see `scope_of`. Bases in several rows count once.
    include_lowest : bool
        The first bins have their lower edges too.
    iterator, virtual, variables, band, executor : optional
        As in `distribution`.

    Returns
    -------
    ndarray of float64, shape (bins, ..., 7)
        In the order of `summary`: intervals, those of them without a value, smallest, largest,
        sum, mean, sample standard deviation.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        Breaks, scope, iterator or an expression is not right; nothing was read then.

    Examples
    --------
    >>> bins_summary(db, "dense_track", [0, 0.2, 2], "sparse_track", iterator=50)  # doctest: +SKIP
    """
    stream, binning = _checked(
        db, bin_expressions, breaks, expression, scope, include_lowest=include_lowest,
        iterator=iterator, virtual=virtual, variables=variables, band=band,
    )  # fmt: skip
    whole = GroupedMoments.empty(binning.n_cells)
    for _, (part, at) in stream.map(partial(_moments, binning), executor, what="bins_summary"):
        whole.merge(part, at)
    return whole.table().reshape(*binning.shape, len(SUMMARY_NAMES))


def bins_quantiles(
    db: GenomeDB,
    bin_expressions: str | Sequence[str],
    breaks: Any,
    expression: str | None = None,
    scope: Any = None,
    *,
    percentiles: ArrayLike = 0.5,
    include_lowest: bool = False,
    iterator: Any = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    band: tuple[int, int] | None = None,
    executor: Executor | int | None = None,
) -> _F8:
    """Exact quantiles of an expression over the intervals whose other values fall in each bin.

    Parameters
    ----------
    percentiles : float or sequence of float
        From 0 to 1; see `quantiles`.
    db, bin_expressions, breaks, expression, scope, include_lowest
        As in `bins_summary`.
    iterator, virtual, variables, band, executor : optional
        As in `distribution`.

    Returns
    -------
    ndarray of float64, shape (bins, ..., percentiles)
        NaN for bins without values.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        Percentiles, breaks, scope, iterator or an expression is not right; nothing was read then.

    Examples
    --------
    >>> bins_quantiles(
    ...     db, "dense_track", [0, 0.2, 2], "sparse_track", percentiles=[0.2, 0.5], iterator=50
    ... )  # doctest: +SKIP
    """
    wanted = checked_percentiles(percentiles)
    stream, binning = _checked(
        db, bin_expressions, breaks, expression, scope, include_lowest=include_lowest,
        iterator=iterator, virtual=virtual, variables=variables, band=band,
    )  # fmt: skip
    found = group_quantiles(
        stream, partial(_binned, binning), binning.n_cells, wanted, executor=executor,
        what="bins_quantiles",
    )  # fmt: skip
    return found.reshape(*binning.shape, wanted.size)


def _checked(
    db: GenomeDB,
    bin_expressions: str | Sequence[str],
    breaks: Any,
    expression: str | None,
    scope: Any,
    *,
    include_lowest: bool,
    **options: Any,
) -> tuple[Stream | Stream2D, Binning]:
    """The stream of the expressions that bin, and of the one that is described, last."""
    listed, binning = binning_of(bin_expressions, breaks, include_lowest=include_lowest)
    described = listed[0] if expression is None else one_expression(expression)
    stream = any_stream_of(
        db, [*listed, described], scope, is_union=True, is_ordered=False, **options
    )
    return stream, binning


def _binned(binning: Binning, evaluation: Evaluation, task: Task) -> tuple[_F8, _I8]:
    """Values of a task and the numbers of their cells."""
    *bins, values = values_of(evaluation, task)
    return values, binning.numbers(bins)


def _moments(binning: Binning, evaluation: Evaluation, task: Task) -> tuple[GroupedMoments, _I8]:
    """Statistics of the cells that a task has intervals in, and their numbers."""
    values, cell = _binned(binning, evaluation, task)
    if binning.n_cells <= values.size:
        part = GroupedMoments.of(values, cell, binning.n_cells)
        at = part.used()
        return part.take(at), at
    inside = cell >= 0  # few of very many cells
    at, group = np.unique(cell[inside], return_inverse=True)
    return GroupedMoments.of(values[inside], group, at.size), at
