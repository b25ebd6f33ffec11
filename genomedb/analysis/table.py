"""The table that extract makes: columns of a result, filled block by block."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.expr.stream import Evaluation
from genomedb.intervals.chrom_columns import chrom_column, chrom_texts
from genomedb.intervals.frame import of_columns
from genomedb.iterators.blocks import BLOCK_ROWS, BinBlock, Block
from genomedb.iterators.pieces import Task
from genomedb.iterators.rectangles import RectBlock

INTERVAL_ID = "intervalID"
IN_FLIGHT = 16  # results of a million rows that an executor may have waiting


class Table:
    """Columns of a result of one dimension or two.

    Parameters
    ----------
    n : int
        Rows.
    names : list of str
        Of the columns with values.
    chroms : ChromTable
    n_axes : int
        1 or 2.
    """

    def __init__(self, n: int, names: list[str], chroms: ChromTable, *, n_axes: int) -> None:
        self._names, self._chroms, self._at = names, chroms, 0
        small = np.int8 if len(chroms) < 128 else np.int32
        self._code = [np.empty(n, small) for _ in range(n_axes)]
        self._start = [np.empty(n, np.int64) for _ in range(n_axes)]
        self._end = [np.empty(n, np.int64) for _ in range(n_axes)]
        self._row = np.empty(n, np.int64)
        self._values = [np.empty(n, np.float64) for _ in names]

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
        if isinstance(block, BinBlock):
            self._place_bins(block, rows)
            return
        axes = [block]
        if isinstance(block, RectBlock):
            axes = [block.axis(1), block.axis(2)]
        for i, axis in enumerate(axes):
            self._code[i][rows] = axis.code
            self._start[i][rows], self._end[i][rows] = axis.start, axis.end
        np.add(block.row, 1, out=self._row[rows])

    def _place_bins(self, block: BinBlock, rows: slice) -> None:
        self._code[0][rows] = block.code
        steps, at = _multiples(block.width)[: len(block)], block.first * block.width
        start, end = self._start[0][rows], self._end[0][rows]
        np.add(steps, at, out=start)
        np.add(steps, at + block.width, out=end)
        start[0] = max(int(start[0]), block.lower)
        end[-1] = min(int(end[-1]), block.upper)
        self._row[rows] = block.scope_row + 1

    def __len__(self) -> int:
        return int(self._row.size)

    def frame(self, *, with_id: bool = True, as_text: bool = False) -> Any:
        """All of it as a DataFrame.

        Parameters
        ----------
        with_id : bool
            With the column ``intervalID``.
        as_text : bool
            Chromosomes are texts, not a Categorical.
        """
        named = chrom_texts if as_text else chrom_column
        columns: dict[str, Any] = {}
        for i, (code, start, end) in enumerate(
            zip(self._code, self._start, self._end, strict=True)
        ):
            axis = "" if len(self._code) == 1 else str(i + 1)
            columns[f"chrom{axis}"] = named(code, self._chroms)
            columns[f"start{axis}"], columns[f"end{axis}"] = start, end
        columns.update(zip(self._names, self._values, strict=True))
        if with_id:
            columns[INTERVAL_ID] = self._row
        return of_columns(columns, len(self))


def values_of(evaluation: Evaluation, task: Task) -> list[NDArray[np.float64]]:
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


@lru_cache(maxsize=4)
def _multiples(width: int) -> NDArray[np.int64]:
    """0, width, 2 width, ... of a block: adding to it is cheaper than counting again."""
    return np.arange(BLOCK_ROWS) * width
