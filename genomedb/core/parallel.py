"""Tasks over any executor: results in order, the same whoever computes them."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import closing, contextmanager
from functools import partial
from typing import Any, TypeVar

from genomedb.core.stopping import TERMINATED, stoppable
from genomedb.errors import GenomeDBError, UsageError

Item = TypeVar("Item")
Result = TypeVar("Result")
MAX_PROCESSES = 1024
_SIGNAL_SECONDS = 0.1  # a signal that ended a worker is for us too, a little later


def map_tasks(
    task: Callable[[Item], Result],
    items: Iterable[Item],
    executor: Executor | int | None = None,
    in_flight: int = 64,
) -> Generator[Result, None, None]:
    """Yield ``task(item)`` in the order of `items`.

    Parameters
    ----------
    task : callable
        A function of a module, or a `functools.partial` of one, so that it can be pickled.
    items : iterable
        Small picklable items; taken one by one, as tasks are handed out.
    executor : Executor, int or None
        None and 1 use this process. A larger number starts that many fresh processes and ends
        them with the call: they divide ``GENOMEDB_THREADS`` among them, and their log messages
        come out here, in the order of the items. An executor is used and left running.
    in_flight : int
        Tasks begun and not yet handed out, at most.

    Yields
    ------
    Result
        Close the generator (`contextlib.closing`) where it may not be read to its end.

    Raises
    ------
    UsageError
        `executor` or `in_flight` is not one, or the executor is shut down.
    GenomeDBError
        A worker process died. What a task raises comes out as it is, and ends the rest.

    Examples
    --------
    >>> list(map_tasks(abs, [-1, 2, -3]))
    [1, 2, 3]
    """
    if in_flight < 1:
        raise UsageError(f"in_flight must be at least 1, not {in_flight}")
    n = check_executor(executor)
    if n == 1:
        return _here(task, items)
    if isinstance(executor, int):
        return _in_processes(task, items, n, max(in_flight, n))
    assert executor is not None
    return _submitted(executor.submit, task, items, in_flight)


def check_executor(executor: Executor | int | None) -> int:
    """How many tasks run at a time: 1 means this process, 0 that only the executor knows.

    Raises
    ------
    UsageError
        It is neither a number of processes, an executor nor None.
    """
    if executor is None:
        return 1
    if isinstance(executor, int) and not isinstance(executor, bool):
        if not 1 <= executor <= MAX_PROCESSES:
            raise UsageError(
                f"{executor} processes cannot be started", fix=f"Give 1 to {MAX_PROCESSES}"
            )
        return executor
    if not callable(getattr(executor, "submit", None)):
        raise UsageError(
            f"executor {executor!r:.60} is neither a number nor an executor",
            fix="Give a number of processes or a concurrent.futures.Executor",
        )
    return 0


def _here(task: Callable[[Item], Result], items: Iterable[Item]) -> Generator[Result, None, None]:
    for item in items:
        yield task(item)


def _submitted(
    submit: Callable[[Callable[[Item], Result], Item], Future[Result]],
    task: Callable[[Item], Result],
    items: Iterable[Item],
    in_flight: int,
    *,
    is_ours: bool = False,
) -> Generator[Result, None, None]:
    waiting: deque[Future[Result]] = deque()
    try:
        for item in items:
            waiting.append(_handed_in(submit, task, item))
            if len(waiting) >= in_flight:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenExecutor as error:
        time.sleep(_SIGNAL_SECONDS)
        raise GenomeDBError(
            "a worker process died (killed, or out of memory?)",
            fix="Use fewer jobs or ask for more memory. A script whose own functions are the "
            'tasks must start its work under if __name__ == "__main__"',
        ) from error
    finally:
        if not is_ours:  # processes of our own are ended; cancelling would confuse their manager
            for future in waiting:
                future.cancel()


def _handed_in(
    submit: Callable[[Callable[[Item], Result], Item], Future[Result]],
    task: Callable[[Item], Result],
    item: Item,
) -> Future[Result]:
    try:
        return submit(task, item)
    except BrokenExecutor:
        raise
    except RuntimeError as error:
        raise UsageError(
            f"the executor takes no work ({error})", fix="Give one that is not shut down"
        ) from error


def _in_processes(
    task: Callable[[Item], Result], items: Iterable[Item], n: int, in_flight: int
) -> Generator[Result, None, None]:
    from genomedb.core.workers import Workers

    workers = Workers(n, needs_main=_module_of(task) == "__main__")
    is_done = False
    try:
        run: Callable[[Item], tuple[Result, list[logging.LogRecord]]] = partial(_run, task)
        with closing(_submitted(workers.submit, run, items, in_flight, is_ours=True)) as results:
            for result, said in results:
                for record in said:
                    logging.getLogger(record.name).handle(record)
                yield result
        is_done = True
    finally:
        if is_done:
            workers.finish()
        else:
            workers.stop()


def _module_of(task: Any) -> str:
    while isinstance(task, partial):
        task = task.func
    return str(getattr(task, "__module__", "__main__"))


def _run(task: Callable[[Item], Result], item: Item) -> tuple[Result, list[logging.LogRecord]]:
    """Do one task in a worker process."""
    try:
        with _listening() as said, stoppable(signal.SIGTERM):
            return task(item), said
    except SystemExit:
        os._exit(TERMINATED)  # all is cleaned up; what else was handed in is not wanted


@contextmanager
def _listening() -> Iterator[list[logging.LogRecord]]:
    """Collect log messages."""
    collector = _Collector()
    log = logging.getLogger("genomedb")
    log.addHandler(collector)
    try:
        yield collector.said
    finally:
        log.removeHandler(collector)


class _Collector(logging.Handler):
    """Keeps messages in a form that can be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        record.msg, record.args, record.exc_info = record.getMessage(), None, None
        self.said.append(record)
