"""screen: where an expression is true."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.spans import Spans
from genomedb.db.database import GenomeDB
from genomedb.expr.stream import Evaluation, stream_of
from genomedb.intervals.frame import frame_of
from genomedb.intervals.setops import merge_spans
from genomedb.iterators.blocks import BinBlock, Block
from genomedb.iterators.pieces import Task
from genomedb.virtual.definition import VirtualTrack

_I8 = NDArray[np.int64]


def screen(
    db: GenomeDB,
    expression: str,
    scope: Any = None,
    *,
    iterator: Any = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    executor: Executor | int | None = None,
) -> Any:
    """Intervals where an expression is true, those that touch joined.

    Parameters are those of `summary`. A number is true when it is neither 0 nor missing.

    Returns
    -------
    pandas.DataFrame
        ``chrom start end``, sorted; no rows where it is true nowhere.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        As `summary`.

    Examples
    --------
    >>> screen(db, "(chip > 0.6) & (input < 0.1)", iterator=100)  # doctest: +SKIP
    """
    return frame_of(
        screen_spans(
            db, expression, scope, iterator=iterator, virtual=virtual, variables=variables,
            executor=executor,
        ),
        db.chroms,
    )  # fmt: skip


def screen_spans(db: GenomeDB, expression: str, scope: Any = None, **options: Any) -> Spans:
    """As `screen`, as `Spans`."""
    executor = options.pop("executor", None)
    stream = stream_of(db, expression, scope, is_union=True, **options)
    parts = [part for _, part in stream.map(_true, executor, what="screen")]
    if not parts:
        return Spans.empty()
    code, start, end = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return merge_spans(Spans(code, start, end), db.chroms)


def _true(evaluation: Evaluation, task: Task) -> tuple[_I8, _I8, _I8]:
    """Codes, starts and ends of stretches where the expression is true."""
    code, start, end = [], [], []
    for piece in task:
        for block in piece.blocks():
            a, b = _stretches(block, evaluation.run(block)[0])
            code.append(np.full(a.size, block.code))
            start.append(a)
            end.append(b)
    return np.concatenate(code), np.concatenate(start), np.concatenate(end)


def _stretches(block: Block, values: NDArray[Any]) -> tuple[_I8, _I8]:
    """Starts and ends of the runs of consecutive bins, or of each interval, that are true."""
    is_true = values if values.dtype == np.bool_ else (values != 0) & (values == values)
    if not isinstance(block, BinBlock):
        return block.start[is_true], block.end[is_true]
    edges = np.flatnonzero(np.diff(is_true, prepend=False, append=False)) + block.first
    start, end = edges[::2] * block.width, edges[1::2] * block.width
    return np.maximum(start, block.lower), np.minimum(end, block.upper)
