"""screen: where an expression is true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.spans import Spans, Spans2D
from genomedb.db.database import GenomeDB
from genomedb.expr.stream import Evaluation, Stream, Stream2D, any_stream_of
from genomedb.expr.syntax import one_expression
from genomedb.intervals.frame import frame_of
from genomedb.intervals.grid import joined_2d
from genomedb.intervals.setops import merge_spans
from genomedb.intervals.two_d import frame2d_of
from genomedb.iterators.blocks import BinBlock
from genomedb.iterators.pieces import Task
from genomedb.iterators.rectangles import RectBlock
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
    band: tuple[int, int] | None = None,
    executor: Executor | int | None = None,
) -> Any:
    """Intervals where an expression is true, those that touch joined; rectangles stay apart.

    Parameters are those of `summary`. A number is true when it is neither 0 nor missing.

    Returns
    -------
    pandas.DataFrame
        ``chrom start end``, sorted; no rows where it is true nowhere. Of two-dimensional walks
        ``chrom1 start1 end1 chrom2 start2 end2``.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        As `summary`.

    Examples
    --------
    >>> screen(db, "(chip > 0.6) & (input < 0.1)", iterator=100)  # doctest: +SKIP
    """
    stream = any_stream_of(
        db, one_expression(expression), scope, iterator=iterator, virtual=virtual,
        variables=variables, band=band, is_union=True,
    )  # fmt: skip
    if isinstance(stream, Stream2D):
        return frame2d_of(_true_rectangles(stream, executor), db.chroms)
    return frame_of(_true_spans(stream, executor), db.chroms, copy=False)


def _true_spans(stream: Stream, executor: Executor | int | None) -> Spans:
    parts = [part for _, part in stream.map(_true, executor, what="screen") if part[0].size]
    if not parts:
        return Spans.empty()
    is_any = isinstance(stream.steps, ScopeRows)  # in any order, and they may overlap
    joined = parts if is_any else list(_joined(parts))
    code, start, end = (np.concatenate(columns) for columns in zip(*joined, strict=True))
    found = Spans(code, start, end)
    return merge_spans(found, stream.db.chroms) if is_any else found


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
            is_true = _is_true(values)
            if isinstance(block, BinBlock):
                found.add_bins(
                    is_true, first=block.first, width=block.width, lower=block.lower,
                    upper=block.upper,
                )  # fmt: skip
            else:
                found.add_intervals(is_true, block.start, block.end)
    return np.repeat(codes, np.diff([*edges, len(found)])), *found.arrays()


def _is_true(values: NDArray[Any]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (
        values if values.dtype == np.bool_ else (values != 0) & (values == values)
    )
    return found


def _true_rectangles(stream: Stream2D, executor: Executor | int | None) -> Spans2D:
    results = stream.map(_rectangles, executor, what="screen")
    found = joined_2d([part for _, part in results if len(part)])
    return found if found.is_sorted() else found.sorted()  # of several scope rows, it may not be


def _rectangles(evaluation: Evaluation, task: Task) -> Spans2D:
    """Rectangles where the expression is true."""
    found = []
    for piece in task:
        for block in piece.blocks():
            assert isinstance(block, RectBlock)
            found.append(block.rects[np.flatnonzero(_is_true(evaluation.run(block)[0]))])
    return joined_2d(found)
