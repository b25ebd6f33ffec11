"""Stretches of a scope with the cell of each base, in parts of bounded size."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.breaks import Binning
from genomedb.analysis.synth_model import Dimension
from genomedb.analysis.table import values_of
from genomedb.core.spans import Spans, Spans2D
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.expr.stream import Evaluation, Stream, stream_of
from genomedb.intervals.setops import merge_spans
from genomedb.iterators.pieces import Task
from genomedb.iterators.scope import scope_of
from genomedb.kernels.markov import OUTSIDE
from genomedb.tracks.dense import SequenceTrack

_I4 = NDArray[np.int32]
_I8 = NDArray[np.int64]
BASES: Final = 1 << 20  # of a stretch, but for its lead
REACH: Final = 1 << 23  # from the first to the last base of the rows of a stretch, which is sorted


@dataclass(frozen=True, eq=False)
class Stretch:
    """Some whole rows of a scope on one chromosome, or a part of one row.

    Attributes
    ----------
    code : int
        The chromosome.
    row : int
        Number of the first row.
    start, end : ndarray of int64, shape (rows,)
        What is laid end to end: the rows, or the part with its lead.
    lead : int
        Bases of the part that belong to the stretch before: the last k of them.
    offset : ndarray of int64, shape (rows + 1,)
        Where each row begins in what is laid end to end.
    is_last : bool
        The last row ends here.
    cell : ndarray of int32, shape (offset[-1],)
        Of each base, -1 for none. Not to be changed.
    """

    code: int
    row: int
    start: _I8
    end: _I8
    lead: int
    offset: _I8
    is_last: bool
    cell: _I4

    def letters(self, track: SequenceTrack) -> NDArray[np.uint8]:
        """Letters of the rows, laid end to end."""
        name = track.chroms.names[self.code]
        if self.start.size == 1:
            return track.read(name, int(self.start[0]), int(self.end[0]))
        names = np.full(self.start.size, name)
        return track.read_many((names, self.start, self.end)).values

    def painted(self, spans: dict[int, tuple[_I8, _I8]]) -> NDArray[np.bool_]:
        """Which bases lie in intervals, from `by_chrom`."""
        there = np.zeros(self.cell.size + 1, np.int8)
        if self.code in spans:
            start, end = spans[self.code]
            first = np.searchsorted(end, self.start, "right")
            n = np.maximum(np.searchsorted(start, self.end, "left") - first, 0)
            row = np.repeat(np.arange(n.size), n)
            which = np.repeat(first - (np.cumsum(n) - n), n) + np.arange(row.size)
            shift = self.offset[row] - self.start[row]
            there[np.maximum(start[which], self.start[row]) + shift] += 1
            there[np.minimum(end[which], self.end[row]) + shift] -= 1
        return np.cumsum(there[:-1], dtype=np.int8).view(np.bool_)


def rows_of(db: GenomeDB, scope: Any, *, what: str = "scope") -> Spans:
    """Intervals of a scope of one dimension."""
    spans = scope_of(db, scope, what=what)
    if isinstance(spans, Spans2D):
        raise UsageError(
            f"{what} is two-dimensional", fix="Give intervals with chrom, start and end"
        )
    return spans


def by_chrom(db: GenomeDB, scope: Any, *, what: str) -> dict[int, tuple[_I8, _I8]]:
    """Starts and ends of intervals by chromosome, merged and sorted; none for None."""
    if scope is None:
        return {}
    spans = merge_spans(rows_of(db, scope, what=what), db.chroms)
    return {code: (spans.start[rows], spans.end[rows]) for code, rows in spans.groups()}


@dataclass(frozen=True, eq=False)
class Strata:
    """Finds the cells of a scope.

    Attributes
    ----------
    scope : Spans
    k : int
        Bases of a row that come again at the beginning of its next part.
    stream : Stream or None
        Of the expressions; None where there is one cell.
    binning : Binning or None
    table : ndarray of int32
        What each cell of `binning` counts as.
    """

    scope: Spans
    k: int
    stream: Stream | None
    binning: Binning | None
    table: _I4

    @classmethod
    def of(
        cls, db: GenomeDB, dimensions: tuple[Dimension, ...], scope: Spans, *, k: int,
        table: _I4, iterator: Any, **options: Any,
    ) -> Strata:  # fmt: skip
        """Check expressions, iterator and what else `stream_of` takes."""
        if not dimensions:
            return cls(scope, k, None, None, table)
        backwards = dimensions[::-1]  # the first dimension is the fastest
        binning = Binning(tuple(one.breaks for one in backwards))
        listed = [one.expression for one in backwards]
        stream = stream_of(db, listed, scope, iterator=iterator, **options)
        return cls(scope, k, stream, binning, table)

    def stretches(
        self, executor: Executor | int | None, *, what: str, is_sorted: bool = False
    ) -> Iterator[Stretch]:
        """Yield the scope in the order of its rows.

        Parameters
        ----------
        executor : Executor, int or None
            Who evaluates the expressions.
        what : str
            Shown before the progress bar.
        is_sorted : bool
            The rows are sorted; then those of a stretch are near one another.
        """
        if self.stream is None:
            same = np.empty(0, np.int32)
            for code, row, start, end, is_last, lead in _parts(self.scope, self.k, near=is_sorted):
                offset = np.concatenate(([0], np.cumsum(end - start)))
                if same.size < offset[-1]:
                    same = np.full(int(offset[-1]), self.table[0], np.int32)
                cell = same[: int(offset[-1])]
                yield Stretch(code, row, start, end, lead, offset, is_last, cell)
            return
        assert self.binning is not None
        work = partial(_cells, self.binning, self.table)
        with closing(self.stream.map(work, executor, what=what)) as results:  # type: ignore[type-var]
            feed = _Feed(results)
            before = np.empty(0, np.int32)
            for code, row, start, end, is_last, lead in _parts(self.scope, self.k, near=is_sorted):
                offset = np.concatenate(([0], np.cumsum(end - start)))
                cell = np.empty(int(offset[-1]), np.int32)
                cell[:lead] = before[before.size - lead :]
                feed.paint(cell, row, start, end, lead, offset)
                before = cell[max(cell.size - self.k, 0) :]
                yield Stretch(code, row, start, end, lead, offset, is_last, cell)


def _cells(binning: Binning, table: _I4, evaluation: Evaluation, task: Task) -> _I4:
    """Cells of the intervals of a task."""
    numbers = binning.numbers(values_of(evaluation, task))
    return np.where(numbers >= 0, table[numbers], np.int32(OUTSIDE))


def _parts(scope: Spans, k: int, *, near: bool) -> Iterator[tuple[int, int, _I8, _I8, bool, int]]:
    """Divide rows: (code, first row, starts with the lead, ends, is the row over, lead)."""
    size = scope.end - scope.start
    total = np.concatenate(([0], np.cumsum(size)))
    for code, rows in scope.groups():
        i = rows.start
        while i < rows.stop:
            if size[i] > BASES:
                low, high = int(scope.start[i]), int(scope.end[i])
                for a in range(low, high, BASES):
                    b, lead = min(a + BASES, high), min(k, a - low)
                    yield code, i, np.array([a - lead]), np.array([b]), b == high, lead
                i += 1
                continue
            j = int(np.searchsorted(total, total[i] + BASES, "right")) - 1
            j = min(max(j, i + 1), rows.stop)
            if near:
                reach = np.searchsorted(scope.end[i:j], scope.start[i] + REACH, "right")
                j = i + max(int(reach), 1)
            yield code, i, scope.start[i:j], scope.end[i:j], True, 0
            i = j


class _Feed:
    """Intervals with their cells, as they come from a stream, taken as they are needed."""

    def __init__(self, results: Iterator[tuple[Task, _I4]]) -> None:
        self._blocks = self._listed(results)
        none = np.empty(0, np.int64)
        self._row, self._start, self._end = none, none, none
        self._cell = np.empty(0, np.int32)

    @staticmethod
    def _listed(results: Iterator[tuple[Task, _I4]]) -> Iterator[tuple[_I8, _I8, _I8, _I4]]:
        for task, cells in results:
            at = 0
            for piece in task:
                block = piece.whole()
                yield block.row, block.start, block.end, cells[at : at + len(piece)]
                at += len(piece)

    def paint(self, cell: _I4, row: int, start: _I8, end: _I8, lead: int, offset: _I8) -> None:
        """Fill the cells of some rows behind the lead."""
        last, stop, begin = row + start.size - 1, int(end[-1]), int(start[0]) + lead
        while not self._reaches(last, stop) and (more := next(self._blocks, None)) is not None:
            self._add(more)
        first = int(np.searchsorted(self._row, last, "left"))
        past = int(np.searchsorted(self._row, last, "right"))
        past = first + int(np.searchsorted(self._start[first:past], stop, "left"))
        number = self._row[:past] - row
        a, b = self._start[:past], self._end[:past]
        if ((a[1:] < b[:-1]) & (number[1:] == number[:-1])).any():
            raise UsageError(
                "intervals of the iterator overlap: bases would be in several bins",
                fix="Give a bin size",
            )
        mine = np.flatnonzero((number > 0) | ((number == 0) & (b > begin)))
        shift = offset[number[mine]] - start[number[mine]]
        value = self._cell[:past][mine]
        if start.size == 1:
            a = np.maximum(a, begin)
        first_base, past_base = a[mine] + shift, np.minimum(b[mine], end[number[mine]]) + shift
        edges = np.concatenate((first_base, past_base[-1:]))
        if (
            mine.size
            and edges[0] == lead
            and (edges[1:] == past_base).all()
            and (edges[-1] == cell.size)
        ):  # no gaps, as usual
            cell[lead:] = np.repeat(value, np.diff(edges))
        else:
            change = np.zeros(cell.size + 1, np.int32)
            change[first_base] += value - OUTSIDE
            change[past_base] -= value - OUTSIDE
            cell[lead:] = np.cumsum(change[lead:-1], dtype=np.int32) + OUTSIDE
        self._drop(past - 1 if past and self._row[past - 1] == last and b[-1] > stop else past)

    def _reaches(self, row: int, stop: int) -> bool:
        """Is everything up to here there?"""
        if not self._row.size:
            return False
        return bool(self._row[-1] > row or (self._row[-1] == row and self._end[-1] >= stop))

    def _add(self, more: tuple[_I8, _I8, _I8, _I4]) -> None:
        row, start, end, cell = more
        if self._row.size:
            row, start = np.concatenate((self._row, row)), np.concatenate((self._start, start))
            end, cell = np.concatenate((self._end, end)), np.concatenate((self._cell, cell))
        self._row, self._start, self._end, self._cell = row, start, end, cell

    def _drop(self, n: int) -> None:
        self._row, self._start = self._row[n:], self._start[n:]
        self._end, self._cell = self._end[n:], self._cell[n:]
