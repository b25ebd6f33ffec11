"""extract: the values of expressions in each interval of an iterator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.parallel import check_executor
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.expr.stream import Evaluation, Stream, stream_of
from genomedb.intervals.frame import chrom_column
from genomedb.iterators.blocks import BLOCK_ROWS, BinBlock, Block
from genomedb.iterators.pieces import Task
from genomedb.virtual.definition import VirtualTrack

INTERVAL_ID = "intervalID"


def extract(
    db: GenomeDB,
    expressions: str | Sequence[str],
    scope: Any = None,
    *,
    iterator: Any = None,
    names: Sequence[str] | None = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    executor: Executor | int | None = None,
) -> Any:
    """Values of expressions in each interval of an iterator.

    Parameters
    ----------
    db : GenomeDB
        Where tracks and interval sets are.
    expressions : str or sequence of str
        Such as ``"np.log(chip + 1) - input"``.
    scope : optional
        Where to look, default the whole genome; see `scope_of`. Bases in several rows come out
        once for each.
    iterator : optional
        How to walk, default as the expressions' tracks are; see `steps_of`.
    names : sequence of str, optional
        Of the columns, default the expressions.
    virtual, variables : mapping, optional
        Virtual tracks, and numbers, by the names they have in the expressions.
    executor : Executor, int or None
        Who works; the answer is the same.

    Returns
    -------
    pandas.DataFrame
        ``chrom start end``, a float64 column an expression (true is 1, false 0), and
        ``intervalID``, the scope row each interval comes from, counted from 1.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        The scope, iterator or an expression is not right; nothing was read then.

    See Also
    --------
    extract_blocks : piece by piece, for what does not fit in memory.
    extract_to_file : into a file.

    Examples
    --------
    >>> extract(db, ["chip", "np.log(chip + 1)"], "chr1:0-50,000", iterator=100)  # doctest: +SKIP
    """
    stream = stream_of(
        db, expressions, scope, iterator=iterator, virtual=virtual, variables=variables
    )
    columns = column_names(expressions, names)
    tasks = list(stream.tasks())
    n = sum(len(piece) for task in tasks for piece in task)
    found = _Table(n, columns, len(db.chroms))
    if check_executor(executor) == 1:  # straight into its place
        for _ in stream.map(found.evaluate, tasks=tasks, what="extract"):
            pass
    else:
        for task, values in stream.map(_values, executor, tasks=tasks, what="extract"):
            found.fill(task, values)
    return found.frame(db)


def extract_blocks(
    db: GenomeDB,
    expressions: str | Sequence[str],
    scope: Any = None,
    *,
    names: Sequence[str] | None = None,
    executor: Executor | int | None = None,
    **options: Any,
) -> Iterator[Any]:
    """What `extract` gives, as consecutive DataFrames of about a million rows.

    Parameters are those of `extract`; a genome-wide result never has to fit in memory.
    """
    stream = stream_of(db, expressions, scope, **options)
    return _frames(stream, column_names(expressions, names), executor)


def _frames(stream: Stream, columns: list[str], executor: Executor | int | None) -> Iterator[Any]:
    for task, values in stream.map(_values, executor, what="extract"):
        found = _Table(sum(map(len, task)), columns, len(stream.db.chroms))
        found.fill(task, values)
        yield found.frame(stream.db)


def column_names(expressions: str | Sequence[str], names: Sequence[str] | None) -> list[str]:
    """Names of the result's columns; a repeated expression gets ``_`` at its end.

    Raises
    ------
    UsageError
        There are not as many names as expressions, or one comes twice.
    """
    listed = [expressions] if isinstance(expressions, str) else list(expressions)
    if names is not None:
        chosen = [names] if isinstance(names, str) else list(names)
        if len(chosen) != len(listed):
            raise UsageError(f"{len(chosen)} column names for {len(listed)} expressions")
        twice = [name for i, name in enumerate(chosen) if name in chosen[:i]]
        if twice:
            raise UsageError(f"column name {twice[0]!r} comes twice", fix="Give each its own")
        return chosen
    found: list[str] = []
    for text in listed:
        name = text
        while name in found:
            name += "_"
        found.append(name)
    return found


class _Table:
    """Columns of a result, filled task by task."""

    def __init__(self, n: int, names: list[str], n_chroms: int) -> None:
        self._names = names
        self._code = np.empty(n, np.int8 if n_chroms < 128 else np.int32)
        self._start, self._end = np.empty(n, np.int64), np.empty(n, np.int64)
        self._row = np.empty(n, np.int64)
        self._values = [np.empty(n, np.float64) for _ in names]
        self._at = 0

    def evaluate(self, evaluation: Evaluation, task: Task) -> None:
        """Add the intervals and the values of a task, evaluated here."""
        for piece in task:
            for block in piece.blocks():
                rows = slice(self._at, self._at + len(block))
                for column, values in zip(self._values, evaluation.run(block), strict=True):
                    column[rows] = values
                self._place(block)

    def fill(self, task: Task, values: list[NDArray[np.float64]]) -> None:
        """Add the intervals and the values of a task."""
        first = self._at
        for piece in task:
            for block in piece.blocks():
                self._place(block)
        for column, found in zip(self._values, values, strict=True):
            column[first : self._at] = found

    def _place(self, block: Block) -> None:
        """Add the intervals of a block."""
        rows = slice(self._at, self._at + len(block))
        self._at = rows.stop
        self._code[rows] = block.code
        if isinstance(block, BinBlock):
            steps, at = _multiples(block.width)[: len(block)], block.first * block.width
            start, end = self._start[rows], self._end[rows]
            np.add(steps, at, out=start)
            np.add(steps, at + block.width, out=end)
            start[0] = max(int(start[0]), block.lower)
            end[-1] = min(int(end[-1]), block.upper)
            self._row[rows] = block.scope_row + 1
            return
        self._start[rows], self._end[rows] = block.start, block.end
        np.add(block.row, 1, out=self._row[rows])

    def frame(self, db: GenomeDB) -> Any:
        """All of it as a DataFrame."""
        import pandas as pd

        columns = {
            "chrom": chrom_column(self._code, db.chroms), "start": self._start, "end": self._end,
            **dict(zip(self._names, self._values, strict=True)), INTERVAL_ID: self._row,
        }  # fmt: skip
        return pd.DataFrame(columns, copy=False)


@lru_cache(maxsize=4)
def _multiples(width: int) -> NDArray[np.int64]:
    """0, width, 2 width, ... of a block: adding to it is cheaper than counting again."""
    return np.arange(BLOCK_ROWS) * width


def _values(evaluation: Evaluation, task: Task) -> list[NDArray[np.float64]]:
    """One array an expression, of all intervals of a task."""
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
