"""Stream: scope, iterator and expressions together, evaluated task by task."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import count
from os import getpid
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from genomedb.core.parallel import check_executor, map_tasks
from genomedb.core.progress import Progress
from genomedb.core.spans import Spans, Spans2D
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.expr.bind import Plan, plan_of
from genomedb.intervals.setops import merge_spans
from genomedb.iterators.blocks import Block
from genomedb.iterators.choose import steps_of
from genomedb.iterators.pieces import Task, tasks_of
from genomedb.iterators.scope import scope_of
from genomedb.iterators.steps import Steps
from genomedb.virtual.definition import VirtualTrack
from genomedb.virtual.make import source_of, source_of_track
from genomedb.virtual.source import Source

Result = TypeVar("Result")
_NUMBERS = count()
_KEPT = threading.local()


class Evaluation:
    """Expressions with their sources, opened in the process that evaluates."""

    def __init__(self, plan: Plan, *, is_disjoint: bool) -> None:
        db = plan.db
        self.chroms = db.chroms
        self._sources: dict[str, Source] = {
            name: source_of_track(db.open_track(track), is_disjoint=is_disjoint)
            for name, track in plan.tracks.items()
        }
        for name, bound in plan.virtual.items():
            self._sources[name] = source_of(db, bound, is_disjoint=is_disjoint)
        self._evaluators = plan.evaluators()
        self.n_expressions = len(plan.expressions)
        self._names = {name for e in plan.expressions for name, _ in e.names}

    def run(self, block: Block) -> list[NDArray[Any]]:
        """One float64 or bool array an expression; they may be used again for the next block."""
        columns: dict[str, Any] = {
            name: source.values(block) for name, source in self._sources.items()
        }
        if "START" in self._names:
            columns["START"] = block.start
        if "END" in self._names:
            columns["END"] = block.end
        chrom = self.chroms.names[block.code]
        return [e.run(columns, len(block), chrom=chrom) for e in self._evaluators]


Work = Callable[[Evaluation, Task], Result]


@dataclass(frozen=True, eq=False)
class _Job:
    """What every task of a call has in common."""

    plan: Plan
    is_disjoint: bool
    work: Work[Any]
    number: tuple[int, int]


def _run(job: _Job, task: Task) -> Any:
    """Do one task, with the evaluation of the task before where it belongs to the same call."""
    number, evaluation = getattr(_KEPT, "last", (None, None))
    if number != job.number:
        evaluation = Evaluation(job.plan, is_disjoint=job.is_disjoint)
        _KEPT.last = (job.number, evaluation)
    return job.work(evaluation, task)


@dataclass(frozen=True, eq=False)
class Stream:
    """Expressions to be evaluated over the intervals of an iterator in a scope.

    Attributes
    ----------
    scope : Spans
        Where; the rows that `Block.row` counts.
    steps : Steps
        How to walk.
    """

    plan: Plan
    scope: Spans
    steps: Steps

    @property
    def db(self) -> GenomeDB:
        """The database of the tracks."""
        return self.plan.db

    def tasks(self) -> Iterator[Task]:
        """Parts of the walk; they do not depend on who works on them."""
        return tasks_of(self.steps.pieces(self.scope))

    def map(
        self,
        work: Work[Result],
        executor: Executor | int | None = None,
        *,
        tasks: Sequence[Task] | None = None,
        what: str = "bp",
    ) -> Iterator[tuple[Task, Result]]:
        """Yield each task with ``work(evaluation, task)``, in order.

        Parameters
        ----------
        work : callable
            A function of a module, or a `functools.partial` of one.
        executor : Executor, int or None
            As for `core.parallel.map_tasks`.
        tasks : sequence, optional
            The tasks, where the caller has listed them.
        what : str
            Shown before the progress bar.
        """
        check_executor(executor)
        job = _Job(self.plan, self.steps.is_disjoint, work, (getpid(), next(_NUMBERS)))
        sent: list[Task] = []

        def handed_out() -> Iterator[Task]:
            for task in self.tasks() if tasks is None else tasks:
                sent.append(task)
                yield task

        before = np.concatenate(([0], np.cumsum(self.scope.end - self.scope.start)))
        try:
            with (
                Progress(int(before[-1]), what, unit="bp") as bar,
                closing(map_tasks(partial(_run, job), handed_out(), executor)) as results,
            ):
                for result in results:
                    task = sent.pop(0)
                    bar.at(self._position(task, before))
                    yield task, result
        finally:
            _KEPT.last = (None, None)

    def _position(self, task: Task, before: NDArray[np.int64]) -> int:
        """Base pairs of the scope up to the end of a task."""
        row, end = task[-1].reach()
        return int(before[row] + end - self.scope.start[row])


def stream_of(
    db: GenomeDB,
    expressions: str | Sequence[str],
    scope: Any = None,
    *,
    iterator: Any = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    is_union: bool = False,
) -> Stream:
    """Check everything a verb is given, before any work.

    Parameters
    ----------
    is_union : bool
        Bases in several scope rows count once: the rows are merged and sorted.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        As `scope_of`, `steps_of` and `plan_of`.
    """
    plan = plan_of(db, expressions, virtual=virtual, variables=variables)
    where = scope_of(db, scope)
    if isinstance(where, Spans2D):
        raise UsageError(
            "the scope is two-dimensional, the expressions are not",
            fix="Give intervals with chrom, start and end",
        )
    if is_union:
        where = merge_spans(where, db.chroms)
    others = any(bound.track is None for bound in plan.virtual.values())
    steps = steps_of(db, iterator, where, tracks=plan.sources(), has_virtual=others)
    return Stream(plan, where, steps)
