"""Columns: what expressions give in a whole task, as float64."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.expr.stream import Evaluation, Stream
from genomedb.iterators.pieces import Task


def task_columns(evaluation: Evaluation, task: Task) -> list[NDArray[np.float64]]:
    """One array an expression, of all intervals of a task; true is 1, false 0."""
    n = sum(len(piece) for piece in task)
    found = [np.empty(n, np.float64) for _ in range(evaluation.n_expressions)]
    at = 0
    for piece in task:
        for block in piece.blocks():
            rows = slice(at, at + len(block))
            for column, values in zip(found, evaluation.run(block), strict=True):
                column[rows] = values
            at = rows.stop
    return found


def count_rows(stream: Stream) -> int:
    """Intervals of the whole walk; none of them is kept."""
    return sum(len(piece) for piece in stream.steps.pieces(stream.scope))


def compact(values: NDArray[np.float64]) -> NDArray[Any]:
    """The same values as float32 where that loses nothing: most tracks hold no more."""
    with np.errstate(over="ignore", under="ignore"):
        narrow = values.astype(np.float32)
    return narrow if np.array_equal(narrow, values, equal_nan=True) else values
