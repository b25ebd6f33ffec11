"""distribution: how often the values of expressions fall in each bin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.breaks import Binning, binning_of
from genomedb.analysis.extract import column_names
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.expr.stream import Evaluation, any_stream_of
from genomedb.iterators.pieces import Task
from genomedb.kernels.histogram import count_bins
from genomedb.virtual.definition import VirtualTrack

_I8 = NDArray[np.int64]
COUNT = "n"


def distribution(
    db: GenomeDB,
    expressions: str | Sequence[str],
    breaks: Any,
    scope: Any = None,
    *,
    include_lowest: bool = False,
    as_frame: bool = False,
    names: Sequence[str] | None = None,
    iterator: Any = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    band: tuple[int, int] | None = None,
    executor: Executor | int | None = None,
) -> Any:
    """How many intervals of an iterator have values in each bin.

    Parameters
    ----------
    db : GenomeDB
        Where tracks and interval sets are.
    expressions : str or sequence of str
        One a dimension.
    breaks : sequence
        Increasing edges of the bins ``(breaks[i], breaks[i + 1]]`` of one expression, or a list
        of such, one an expression. The ends may be infinite.
    scope : optional
        Where to look, default the whole genome; see `scope_of`. Bases in several rows count once.
    include_lowest : bool
        The first bins have their lower edges too.
    as_frame : bool
        Give a DataFrame.
    names : sequence of str, optional
        Of the DataFrame's columns, default the expressions.
    iterator : optional
        How to walk, default as the expressions' tracks are; see `steps_of`.
    virtual, variables : mapping, optional
        Virtual tracks, and numbers, by the names they have in the expressions.
    band : (int, int), optional
        Of two-dimensional walks, see `any_stream_of`.
    executor : Executor, int or None
        Who works; the answer is the same.

    Returns
    -------
    ndarray of float64, shape (bins, ...)
        Counts; one dimension an expression. Missing values, and values outside of all bins, are
        not counted.
    pandas.DataFrame
        With `as_frame`: a column of bins such as ``(0.0, 0.1]`` (ordered categories) an
        expression and ``n``, one row a cell, the last expression's bins fastest.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        Breaks, scope, iterator or an expression is not right; nothing was read then.

    Examples
    --------
    >>> distribution(db, "dense_track", [0, 0.1, 0.2, 0.5])  # doctest: +SKIP
    array([7830., 4633., 1518.])
    """
    listed, binning = binning_of(expressions, breaks, include_lowest=include_lowest)
    columns = column_names(listed, names)
    if COUNT in columns:
        raise UsageError(
            f"a column is called {COUNT!r}, as the counts are",
            where="names",
            fix="Give other names",
        )
    stream = any_stream_of(
        db, listed, scope, iterator=iterator, virtual=virtual, variables=variables, band=band,
        is_union=True, is_ordered=False,
    )  # fmt: skip
    counts = np.zeros(binning.n_cells)
    for _, (at, n) in stream.map(partial(_counts, binning), executor, what="distribution"):
        counts[at] += n
    table = counts.reshape(binning.shape)
    return _frame(binning, table, columns) if as_frame else table


def _counts(binning: Binning, evaluation: Evaluation, task: Task) -> tuple[_I8, _I8]:
    """Numbers of the cells that a task has values in, and how many."""
    counts = np.zeros(binning.n_cells, np.int64)
    for piece in task:
        for block in piece.blocks():
            count_bins(binning.numbers(evaluation.run(block)), counts)
    at = np.flatnonzero(counts)
    return at, counts[at]


def _frame(binning: Binning, table: NDArray[np.float64], names: list[str]) -> Any:
    import pandas as pd

    codes = np.indices(binning.shape).reshape(len(names), -1)
    columns: dict[str, Any] = {
        name: pd.Categorical.from_codes(codes[i], binning.labels(i), ordered=True)
        for i, name in enumerate(names)
    }
    return pd.DataFrame({**columns, COUNT: table.ravel()})
