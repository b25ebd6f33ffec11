"""summary: count, extremes, sum, mean and spread of an expression."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from typing import Any

import numpy as np

from genomedb.db.database import GenomeDB
from genomedb.expr.stream import Evaluation, any_stream_of
from genomedb.expr.syntax import one_expression
from genomedb.iterators.pieces import Task
from genomedb.kernels.moments import Moments
from genomedb.virtual.definition import VirtualTrack

SUMMARY_NAMES = (
    "Total intervals", "NaN intervals", "Min", "Max", "Sum", "Mean", "Std dev",
)  # fmt: skip


def summary(
    db: GenomeDB,
    expression: str,
    scope: Any = None,
    *,
    iterator: Any = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    band: tuple[int, int] | None = None,
    executor: Executor | int | None = None,
) -> Any:
    """Statistics of an expression over the intervals of an iterator.

    Parameters
    ----------
    db : GenomeDB
        Where tracks and interval sets are.
    expression : str
        Such as ``"np.log(chip + 1) - input"``.
    scope : optional
        Where to look, default the whole genome; see `scope_of`. Bases in several rows count once.
    iterator : optional
        How to walk, default as the expression's tracks are; see `steps_of`.
    virtual, variables : mapping, optional
        Virtual tracks, and numbers, by the names they have in the expression.
    band : (int, int), optional
        Of two-dimensional walks, see `any_stream_of`.
    executor : Executor, int or None
        Who works; the answer is the same.

    Returns
    -------
    pandas.Series
        ``Total intervals``, ``NaN intervals``, ``Min``, ``Max``, ``Sum``, ``Mean`` and ``Std dev``
        (of the sample, n - 1). Without values all but the counts are NaN.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        The scope, iterator or expression is not right; nothing was read then.

    Examples
    --------
    >>> summary(db, "dense_track")["Mean"]  # doctest: +SKIP
    0.0869
    """
    import pandas as pd

    stream = any_stream_of(
        db, one_expression(expression), scope, iterator=iterator, virtual=virtual,
        variables=variables, band=band, is_union=True, is_ordered=False,
    )  # fmt: skip
    whole = Moments()
    for _, part in stream.map(_moments, executor, what="summary"):
        whole.merge(part)
    return pd.Series(summary_row(whole), index=list(SUMMARY_NAMES))


def summary_row(found: Moments) -> list[float]:
    """The statistics in the order of `SUMMARY_NAMES`."""
    n, n_missing = float(found.total), float(found.n_missing)
    return [n, n_missing, found.min, found.max, found.sum, found.mean, found.std]


def _moments(evaluation: Evaluation, task: Task) -> Moments:
    found = Moments()
    for piece in task:
        for block in piece.blocks():
            found.add(np.asarray(evaluation.run(block)[0]))
    return found
