"""screen: where an expression is true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.spans import Spans
from genomedb.db.database import GenomeDB
from genomedb.expr.stream import Evaluation, stream_of
from genomedb.expr.syntax import one_expression
from genomedb.intervals.frame import frame_of
from genomedb.intervals.setops import merge_spans
from genomedb.iterators.blocks import BinBlock
from genomedb.iterators.pieces import Task
from genomedb.iterators.steps import ScopeRows
from genomedb.kernels.runs import TrueStretches
from genomedb.virtual.definition import VirtualTrack

_I8 = NDArray[np.int64]
_Part = tuple[_I8, _I8, _I8]


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
        copy=False,
    )  # fmt: skip


def screen_spans(db: GenomeDB, expression: str, scope: Any = None, **options: Any) -> Spans:
    """As `screen`, as `Spans`."""
    executor = options.pop("executor", None)
    stream = stream_of(db, one_expression(expression), scope, is_union=True, **options)
    parts = [part for _, part in stream.map(_true, executor, what="screen") if part[0].size]
    if not parts:
        return Spans.empty()
    is_any = isinstance(stream.steps, ScopeRows)  # in any order, and they may overlap
    joined = parts if is_any else list(_joined(parts))
    code, start, end = (np.concatenate(columns) for columns in zip(*joined, strict=True))
    found = Spans(code, start, end)
    return merge_spans(found, db.chroms) if is_any else found


def _joined(parts: list[_Part]) -> Iterator[_Part]:
    """Join the last stretch of a part and the first of the next where they touch."""
    held = parts[0]
    for part in parts[1:]:
        if held[0][-1] == part[0][0] and held[2][-1] == part[1][0]:
            part[1][0] = held[1][-1]
            code, start, end = held
            held = code[:-1], start[:-1], end[:-1]
        yield held
        held = part
    yield held


def _true(evaluation: Evaluation, task: Task) -> _Part:
    """Codes, starts and ends of stretches where the expression is true."""
    found = TrueStretches(sum(map(len, task)))
    codes, edges = [-1], [0]
    for piece in task:
        if piece.code != codes[-1]:
            codes.append(piece.code)
            edges.append(len(found))
            found.begin()
        for block in piece.blocks():
            values = evaluation.run(block)[0]
            is_true = values if values.dtype == np.bool_ else (values != 0) & (values == values)
            if isinstance(block, BinBlock):
                found.add_bins(
                    is_true, first=block.first, width=block.width, lower=block.lower,
                    upper=block.upper,
                )  # fmt: skip
            else:
                found.add_intervals(is_true, block.start, block.end)
    return np.repeat(codes, np.diff([*edges, len(found)])), *found.arrays()
