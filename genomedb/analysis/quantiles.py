"""quantiles: values of an expression that given parts of all values are below."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.analysis.order import group_quantiles
from genomedb.analysis.table import values_of
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.expr.stream import Evaluation, any_stream_of
from genomedb.expr.syntax import one_expression
from genomedb.iterators.pieces import Task
from genomedb.virtual.definition import VirtualTrack

_F8 = NDArray[np.float64]


def quantiles(
    db: GenomeDB,
    expression: str,
    percentiles: ArrayLike = 0.5,
    scope: Any = None,
    *,
    iterator: Any = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    band: tuple[int, int] | None = None,
    executor: Executor | int | None = None,
) -> Any:
    """Exact quantiles of an expression over the intervals of an iterator.

    Parameters
    ----------
    db : GenomeDB
        Where tracks and interval sets are.
    expression : str
        Such as ``"np.log(chip + 1)"``.
    percentiles : float or sequence of float
        From 0 to 1.
    scope : optional
        Where to look, default the whole genome; see `scope_of`. Bases in several rows count once.
    iterator, virtual, variables, band, executor : optional
        As in `summary`.

    Returns
    -------
    pandas.Series
        Of float64, indexed by `percentiles` as they were given. With n values in order, the
        quantile p is at place ``p * (n - 1)``, between two neighbours by linear interpolation
        (type 7). Missing values are left out; NaN where there is no other.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        Percentiles, scope, iterator or expression is not right; nothing was read then.

    Notes
    -----
    Up to 8,388,608 intervals are evaluated once. More are evaluated two times, rarely more often,
    so that memory stays bounded whatever the genome.

    Examples
    --------
    >>> quantiles(db, "dense_track", [0.1, 0.5, 0.9])  # doctest: +SKIP
    0.1    0.00
    0.5    0.06
    0.9    0.18
    dtype: float64
    """
    import pandas as pd

    wanted = checked_percentiles(percentiles)
    stream = any_stream_of(
        db, one_expression(expression), scope, iterator=iterator, virtual=virtual,
        variables=variables, band=band, is_union=True, is_ordered=False,
    )  # fmt: skip
    found = group_quantiles(stream, _column, 1, wanted, executor=executor)
    return pd.Series(found[0], index=pd.Index(wanted))


def checked_percentiles(percentiles: ArrayLike) -> _F8:
    """Percentiles as an array.

    Raises
    ------
    UsageError
        There is none, or one is not a number from 0 to 1.
    """
    try:
        found = np.atleast_1d(np.array(percentiles, np.float64))
    except (TypeError, ValueError):
        raise UsageError(f"{percentiles!r:.60} are not numbers", where="percentiles") from None
    if found.ndim != 1 or not found.size:
        raise UsageError(
            f"an array of shape {found.shape}", where="percentiles", fix="Give one number or more"
        )
    wrong = ~((found >= 0) & (found <= 1))
    if wrong.any():
        raise UsageError(
            f"{found[wrong.argmax()]:g} is not between 0 and 1",
            where="percentiles",
            fix="The median is 0.5",
        )
    return found


def _column(evaluation: Evaluation, task: Task) -> tuple[_F8, None]:
    return values_of(evaluation, task)[0], None
