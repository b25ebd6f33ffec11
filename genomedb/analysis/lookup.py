"""lookup: values of a table, by the bins that the values of expressions fall in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.analysis.breaks import Binning, binning_of
from genomedb.analysis.table import Table
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.expr.stream import Evaluation, any_stream_of
from genomedb.iterators.pieces import Task
from genomedb.virtual.definition import VirtualTrack

_F8 = NDArray[np.float64]


def lookup(
    db: GenomeDB,
    table: ArrayLike,
    expressions: str | Sequence[str],
    breaks: Any,
    scope: Any = None,
    *,
    include_lowest: bool = False,
    force_binning: bool = True,
    iterator: Any = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    band: tuple[int, int] | None = None,
    executor: Executor | int | None = None,
) -> Any:
    """The value of a table in each interval of an iterator, found by the values of expressions.

    Parameters
    ----------
    db : GenomeDB
        Where tracks and interval sets are.
    table : array_like, shape (bins, ...)
        One dimension an expression, one item a cell.
    expressions, breaks, include_lowest
        The dimensions and their bins, as in `distribution`.
    scope : optional
        Where to look, default the whole genome; see `scope_of`. Bases in several rows come out
        once.
    force_binning : bool
        Values below all bins are taken as of the first, those above as of the last. Otherwise
        they give NaN.
    iterator, virtual, variables, band, executor : optional
        As in `distribution`.

    Returns
    -------
    pandas.DataFrame
        ``chrom start end`` (``chrom1 start1 end1 chrom2 start2 end2`` of rectangles), ``value``
        (float64; NaN where an expression is) and ``intervalID``, the row each interval comes from
        in the scope as walked (sorted and merged, but for the iterator -1), counted from 1.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        The table has not the shape of the bins; breaks, scope, iterator or an expression is not
        right. Nothing was read then.

    Examples
    --------
    >>> lookup(db, [10, 20], "dense_track", [0, 0.1, 0.2], "chr1:0-500")  # doctest: +SKIP
    """
    listed, binning = binning_of(expressions, breaks, include_lowest=include_lowest)
    cells = checked_table(table, binning)
    stream = any_stream_of(
        db, listed, scope, iterator=iterator, virtual=virtual, variables=variables, band=band,
        is_union=True,
    )  # fmt: skip
    tasks = list(stream.tasks())
    found = Table(
        sum(len(piece) for task in tasks for piece in task),
        ["value"],
        db.chroms,
        n_axes=stream.n_axes,
    )
    work = partial(_looked_up, binning, cells, clamp=bool(force_binning))
    for task, values in stream.map(work, executor, tasks=tasks, what="lookup"):
        found.fill(task, [values])
    return found.frame()


def checked_table(table: ArrayLike, binning: Binning) -> _F8:
    """Cells of a table in the order of their numbers, and NaN last, which number -1 finds.

    Raises
    ------
    UsageError
        It has not the shape of the bins, or does not hold numbers.
    """
    try:
        cells = np.asarray(table, np.float64)
    except (TypeError, ValueError):
        raise UsageError(f"{table!r:.60} are not numbers in one shape", where="table") from None
    if cells.shape != binning.shape:
        raise UsageError(
            f"shape {cells.shape}, but the breaks make {binning.shape} bins",
            where="table",
            fix="Give one value a cell; n breaks make n - 1 bins",
        )
    return np.append(cells.ravel(), np.nan)


def _looked_up(
    binning: Binning, cells: _F8, evaluation: Evaluation, task: Task, *, clamp: bool
) -> _F8:
    """Values of all intervals of a task."""
    parts = [
        cells[binning.numbers(evaluation.run(block), clamp=clamp)]
        for piece in task
        for block in piece.blocks()
    ]
    return np.concatenate(parts)
