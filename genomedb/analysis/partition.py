"""partition: intervals by the bin that the value of an expression falls in."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.breaks import Binning, binning_of
from genomedb.core.spans import Spans
from genomedb.db.database import GenomeDB
from genomedb.expr.stream import Evaluation, stream_of
from genomedb.expr.syntax import one_expression
from genomedb.intervals.frame import frame_of
from genomedb.iterators.blocks import BinBlock, Block
from genomedb.iterators.pieces import Task
from genomedb.virtual.definition import VirtualTrack

_I8 = NDArray[np.int64]


class _Runs(NamedTuple):
    """Intervals with a bin number each, 0 the first bin."""

    code: _I8
    start: _I8
    end: _I8
    bin: _I8


def partition(
    db: GenomeDB,
    expression: str,
    breaks: Any,
    scope: Any = None,
    *,
    include_lowest: bool = False,
    iterator: Any = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    executor: Executor | int | None = None,
) -> Any:
    """Intervals of an iterator by the bins their values fall in, those that touch joined.

    Parameters
    ----------
    db : GenomeDB
        Where tracks and interval sets are.
    expression : str
        Such as ``"np.log(chip + 1)"``.
    breaks : sequence of float
        Increasing edges of the bins ``(breaks[i], breaks[i + 1]]``; the ends may be infinite.
    scope : optional
        Where to look, default the whole genome; see `scope_of`. Bases in several rows count once.
    include_lowest : bool
        The first bin has its lower edge too.
    iterator, virtual, variables, executor : optional
        As in `distribution`.

    Returns
    -------
    pandas.DataFrame
        ``chrom start end bin``, sorted; bins are counted from 1. Intervals whose value is missing
        or outside of all bins are left out. Neighbours that touch and have one bin are one row.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        Breaks, scope, iterator or expression is not right; nothing was read then.

    Examples
    --------
    >>> partition(db, "dense_track", [0, 0.1, 0.2, 0.5], "chr1:0-5,000")  # doctest: +SKIP
    """
    listed, binning = binning_of(one_expression(expression), breaks, include_lowest=include_lowest)
    stream = stream_of(
        db, listed, scope, iterator=iterator, virtual=virtual, variables=variables, is_union=True
    )
    parts = [part for _, part in stream.map(partial(_parted, binning), executor, what="partition")]
    # the rows of a scope, where they are walked one by one, are in any order
    runs = _joined(parts, is_sorted=stream.scope.is_sorted())
    return frame_of(Spans(runs.code, runs.start, runs.end), db.chroms, {"bin": runs.bin + 1})


def _parted(binning: Binning, evaluation: Evaluation, task: Task) -> _Runs:
    """Runs of a task."""
    return _joined(
        [
            _runs(block, binning.numbers(evaluation.run(block)))
            for piece in task
            for block in piece.blocks()
        ]
    )


def _runs(block: Block, number: _I8) -> _Runs:
    """Stretches of intervals that touch and have one bin."""
    is_new = np.empty(number.size, bool)
    is_new[:1] = True
    np.not_equal(number[1:], number[:-1], out=is_new[1:])
    if not isinstance(block, BinBlock):
        is_new[1:] |= block.start[1:] != block.end[:-1]
    first = np.flatnonzero(is_new)
    last = np.append(first[1:], number.size) - 1
    inside = number[first] >= 0
    first, last = first[inside], last[inside]
    return _Runs(
        np.full(first.size, block.code, np.int64), block.start[first], block.end[last],
        number[first],
    )  # fmt: skip


def _joined(parts: list[_Runs], *, is_sorted: bool = True) -> _Runs:
    """Parts in order as one, with what touches across their borders joined."""
    if not parts:
        none = np.empty(0, np.int64)
        return _Runs(none, none, none, none)
    code, start, end, number = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    if not is_sorted:
        order = np.lexsort((start, code))
        code, start, end, number = code[order], start[order], end[order], number[order]
    if not code.size:
        return _Runs(code, start, end, number)
    touches = (start[1:] >= start[:-1]) & (start[1:] <= end[:-1])
    touches &= (code[1:] == code[:-1]) & (number[1:] == number[:-1])
    first = np.flatnonzero(np.append(True, ~touches))
    end = np.maximum.reduceat(end, first)
    return _Runs(code[first], start[first], end, number[first])
