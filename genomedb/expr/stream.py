"""Stream: scope, iterator and expressions together, evaluated task by task."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from genomedb.expr.bind import Plan, plan_of, require_axes, require_line
from genomedb.intervals.setops import merge_spans
from genomedb.iterators.blocks import Block
from genomedb.iterators.choose import steps_of
from genomedb.iterators.choose2d import is_2d_iterator, steps2d_of, whole_scope2d
from genomedb.iterators.once import each_once
from genomedb.iterators.pieces import Task, tasks_of
from genomedb.iterators.rectangles import RectBlock, Steps2D
from genomedb.iterators.scope import scope_of
from genomedb.iterators.steps import ScopeRows, Steps
from genomedb.tracks.pairs import PairTrack
from genomedb.virtual.definition import VirtualTrack
from genomedb.virtual.make import source_of, source_of_track
from genomedb.virtual.source import Source

Result = TypeVar("Result")
_NUMBERS = count()
_WAITING = 2  # results of own processes, beyond those being computed, that are held in memory
_KEPT = threading.local()


class Evaluation:
    """Expressions with their sources, opened in the process that evaluates."""

    def __init__(self, plan: Plan, *, is_disjoint: bool) -> None:
        db = plan.db
        self.chroms = db.chroms
        self._sources: dict[str, Source] = {
            name: source_of_track(plan.open_track(track), is_disjoint=is_disjoint)
            for name, track in plan.tracks.items()
        }
        for name, bound in plan.virtual.items():
            self._sources[name] = source_of(
                db, bound, is_disjoint=is_disjoint, opened=plan.open_track
            )
        self._evaluators = plan.evaluators()
        self.n_expressions = len(plan.expressions)
        self._names = {name for e in plan.expressions for name, _ in e.names}

    def run(self, block: Block) -> list[NDArray[Any]]:
        """One float64 or bool array an expression; they may be used again for the next block."""
        columns: dict[str, Any] = {
            name: source.values(block) for name, source in self._sources.items()
        }
        if isinstance(block, RectBlock):  # has two chromosomes: the plan refuses CHROM
            return [e.run(columns, len(block)) for e in self._evaluators]
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
    last: tuple[tuple[int, int], Evaluation] | None = getattr(_KEPT, "last", None)
    if last is None or last[0] != job.number:
        last = _KEPT.last = job.number, Evaluation(job.plan, is_disjoint=job.is_disjoint)
    return job.work(last[1], task)


class Walk(ABC):
    """Expressions to be evaluated over the intervals of an iterator in a scope.

    Attributes
    ----------
    plan : Plan
        The expressions and what their names mean.
    n_axes : int
        1, or 2 where rectangles are walked.
    """

    plan: Plan
    steps: Steps | Steps2D
    n_axes: int

    @property
    def db(self) -> GenomeDB:
        """The database of the tracks."""
        return self.plan.db

    @abstractmethod
    def tasks(self) -> Iterator[Task]:
        """Parts of the walk; they do not depend on who works on them."""

    @property
    @abstractmethod
    def axis(self) -> Spans:
        """The scope on its first axis, by which progress is told."""

    def evaluation(self) -> Evaluation:
        """What evaluates the blocks of this walk, for who does it all in this process."""
        return Evaluation(self.plan, is_disjoint=self.steps.is_disjoint)

    def map(
        self, work: Work[Result], executor: Executor | int | None = None, *,
        tasks: Iterable[Task] | None = None, what: str = "bp", in_flight: int = 64,
    ) -> Iterator[tuple[Task, Result]]:  # fmt: skip
        """Yield each task with ``work(evaluation, task)``, in order.

        Parameters
        ----------
        work : callable
            A function of a module, or a `functools.partial` of one.
        executor : Executor, int or None
            As for `core.parallel.map_tasks`.
        tasks : iterable, optional
            The tasks, where the caller has listed them.
        what : str
            Shown before the progress bar.
        in_flight : int
            Results held, at most, that wait for those before them or for the caller.
        """
        if n := check_executor(executor):
            in_flight = min(in_flight, n + _WAITING)
        job = _Job(self.plan, self.steps.is_disjoint, work, (getpid(), next(_NUMBERS)))
        run, sent = partial(_run, job), deque[Task]()

        def handed_out() -> Iterator[Task]:
            for task in self.tasks() if tasks is None else tasks:
                sent.append(task)
                yield task

        axis = self.axis
        before = np.concatenate(([0], np.cumsum(axis.end - axis.start)))
        try:
            with (
                Progress(int(before[-1]), what, unit="bp") as bar,
                closing(map_tasks(run, handed_out(), executor, in_flight)) as results,
            ):
                for result in results:
                    task = sent.popleft()
                    row, end = task[-1].reach()
                    bar.at(int(before[row] + end - axis.start[row]))  # bp of the scope so far
                    yield task, result
        finally:
            _KEPT.last = None


@dataclass(frozen=True, eq=False)
class Stream(Walk):
    """A walk in one dimension.

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
    n_axes = 1

    def tasks(self) -> Iterator[Task]:
        """Parts of the walk."""
        return tasks_of(self.steps.pieces(self.scope))

    @property
    def axis(self) -> Spans:
        """The scope."""
        return self.scope


@dataclass(frozen=True, eq=False)
class Stream2D(Walk):
    """A walk in two dimensions; `scope` and `steps` are rectangles."""

    plan: Plan
    scope: Spans2D
    steps: Steps2D
    n_axes = 2

    def tasks(self) -> Iterator[Task]:
        """Parts of the walk."""
        return tasks_of(self.steps.pieces(self.scope))

    @property
    def axis(self) -> Spans:
        """The scope on axis 1."""
        return self.scope.first


def stream_of(
    db: GenomeDB, expressions: str | Sequence[str], scope: Any = None, **options: Any
) -> Stream:
    """As `any_stream_of`, for verbs of one dimension only."""
    found = any_stream_of(db, expressions, scope, **options)
    if not isinstance(found, Stream):
        raise UsageError(
            "the expression, the scope or the iterator is two-dimensional; "
            "this question is of one dimension",
            fix="Give a 1D track, scope and iterator",
        )
    return found


def any_stream_of(
    db: GenomeDB,
    expressions: str | Sequence[str],
    scope: Any = None,
    *,
    iterator: Any = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    band: Any = None,
    is_union: bool = False,
    is_ordered: bool = True,
) -> Stream | Stream2D:
    """Check everything a verb is given, before any work.

    Parameters
    ----------
    band : (int, int), optional
        Of two-dimensional walks only.
    is_union : bool
        Bases in several scope rows count once: the rows are merged and sorted, or, where they are
        rectangles, walked as by `EachOnce`.
    is_ordered : bool
        Records of a 2D track as iterator come sorted by place; what adds everything up does not
        need that.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        As `scope_of`, `steps_of` and `plan_of`.
    """
    plan = plan_of(db, expressions, virtual=virtual, variables=variables)
    tracks = plan.sources()
    is_2d = any(isinstance(track, PairTrack) for track in tracks)
    choice: dict[str, Any] = {
        "band": band, "tracks": tracks, "has_virtual": bool(plan.virtual), "is_ordered": is_ordered
    }  # fmt: skip
    if scope is None and (is_2d or is_2d_iterator(db, iterator)):
        require_axes(plan)
        steps2d = steps2d_of(db, iterator, **choice)
        return Stream2D(plan, whole_scope2d(db, steps2d), steps2d)
    where = scope_of(db, scope)
    if isinstance(where, Spans2D):
        require_axes(plan)
        steps2d = steps2d_of(db, iterator, **choice)
        if is_union:
            where, steps2d = each_once(where, steps2d, db.chroms)
        return Stream2D(plan, where, steps2d)
    if is_2d:
        require_line(plan)
    if band is not None:
        raise UsageError("a band needs a 2D track, scope or iterator", fix="Leave band out")
    others = any(bound.track is None for bound in plan.virtual.values())
    steps = steps_of(db, iterator, where, tracks=tracks, has_virtual=others)
    if is_union and not isinstance(steps, ScopeRows):  # the rows themselves are what counts there
        where = merge_spans(where, db.chroms)
    return Stream(plan, where, steps)
