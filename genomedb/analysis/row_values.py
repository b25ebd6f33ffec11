"""Values of expressions with the scope rows they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.table import values_of
from genomedb.core.spans import Spans, Spans2D
from genomedb.expr.stream import Evaluation, Stream, Stream2D
from genomedb.intervals.frame import frame_of
from genomedb.intervals.two_d import frame2d_of
from genomedb.iterators.pieces import BinPiece, Piece, Task

_F8 = NDArray[np.float64]
_I8 = NDArray[np.int64]


class RowValues(NamedTuple):
    """Values of some intervals of an iterator, by the scope rows they come from.

    Attributes
    ----------
    row : ndarray of int64, shape (m,)
        Scope rows that have intervals, counted from 0; each once, in order.
    edges : ndarray of int64, shape (m + 1,)
        The values of ``row[i]`` are ``values[edges[i]:edges[i + 1]]`` of each array.
    values : list of ndarray of float64
        One array an expression.
    """

    row: _I8
    edges: _I8
    values: list[_F8]


def values_by_row(evaluation: Evaluation, task: Task) -> RowValues:
    """All values of a task, for `Stream.map`; the next task may go on with its last row."""
    return RowValues(*_rows_of(task), values_of(evaluation, task))


def _rows_of(task: Task) -> tuple[_I8, _I8]:
    """Scope rows of a task, each once, and where their intervals begin and end."""
    rows, counts = zip(*(_counted(piece) for piece in task), strict=True)
    row, count = np.concatenate(rows), np.concatenate(counts)
    is_new = np.append(True, row[1:] != row[:-1])
    ends = np.append(0, np.cumsum(count))
    edges = np.append(ends[:-1][is_new], ends[-1])
    return row[is_new], edges.astype(np.int64, copy=False)


def _counted(piece: Piece) -> tuple[_I8, _I8]:
    """Scope rows of a piece and the number of intervals of each."""
    if isinstance(piece, BinPiece):
        return np.array([piece.row], np.int64), np.array([len(piece)], np.int64)
    row = piece.whole().row
    begin = np.flatnonzero(np.append(True, row[1:] != row[:-1]))
    return row[begin], np.diff(np.append(begin, row.size))


def scope_frame(stream: Stream | Stream2D, columns: Mapping[str, Any]) -> Any:
    """DataFrame of the scope's rows as they were given, without strands, and further columns."""
    scope = stream.scope
    if isinstance(scope, Spans2D):
        return frame2d_of(scope, stream.db.chroms, columns)
    return frame_of(Spans(scope.code, scope.start, scope.end), stream.db.chroms, columns)
