"""Worker processes of one call: how they begin, and how they are ended.

A stop (`genomedb.core.stopping`) that comes in here waits, so that no worker is lost.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import parent_process
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType
from typing import Any

from genomedb.core import settings

PATIENCE_SECONDS = 5.0  # for a worker that is asked to end: it cleans up, on a busy machine slowly


class Workers:
    """Fresh processes that share nothing with this one; made when work is handed in.

    Parameters
    ----------
    n : int
        How many processes.
    needs_main : bool
        True when the task is a function of the running script, which each worker then imports.
        Otherwise workers know nothing of the script, and it needs no guard.
    """

    def __init__(self, n: int, *, needs_main: bool) -> None:
        self._context = _Context(needs_main=needs_main)
        level = logging.getLogger("genomedb").getEffectiveLevel()
        self.pool = ProcessPoolExecutor(
            n,
            mp_context=self._context,
            initializer=_begin,
            initargs=(max(1, settings.threads() // n), level),
        )

    def submit(self, task: Callable[[Any], Any], item: Any) -> Future[Any]:
        """Hand a task in; starts a process when more are wanted."""
        return self.pool.submit(task, item)

    def finish(self) -> None:
        """Let the processes end: all work is done."""
        self.pool.shutdown()

    def stop(self) -> None:
        """End the processes at once; what they write is cleaned up by them."""
        started = [worker for worker in self._context.made if worker.pid is not None]
        for worker in started:
            worker.terminate()
        deadline = time.monotonic() + PATIENCE_SECONDS
        for worker in started:
            worker.join(max(0.0, deadline - time.monotonic()))
            if worker.is_alive():
                worker.kill()
                worker.join()
        self._end_answers()
        self.pool.shutdown()

    def _end_answers(self) -> None:
        """Let the pool's thread see that no more comes from workers that are gone.

        One that was ended in the middle of an answer leaves it waiting for the rest, for as long
        as anybody could still write: which is this process, by an end it never uses.
        """
        answers = getattr(self.pool, "_result_queue", None)
        writer = getattr(answers, "_writer", None)
        if writer is not None:
            writer.close()


class _Worker(SpawnProcess):
    """A process that does not hear Ctrl-C from its very beginning."""

    needs_main = True

    def start(self) -> None:
        main = sys.modules["__main__"]
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # inherited
        if not self.needs_main:
            sys.modules["__main__"] = ModuleType("__main__")  # says that there is no script
        try:
            super().start()
        finally:
            sys.modules["__main__"] = main
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Context(SpawnContext):
    """Makes workers, and remembers them."""

    def __init__(self, *, needs_main: bool) -> None:
        self._needs_main = needs_main
        self.made: list[_Worker] = []

    def Process(self, *args: Any, **named: Any) -> _Worker:  # type: ignore[override]  # noqa: N802
        """Make a worker."""
        worker = _Worker(*args, **named)
        worker.needs_main = self._needs_main
        self.made.append(worker)
        return worker


def _begin(threads: int, level: int) -> None:
    """Prepare this process for work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it, and ends us
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    os.environ["GENOMEDB_THREADS"] = str(threads)  # the processes share the cores
    os.environ["GENOMEDB_PROGRESS"] = "0"
    log = logging.getLogger("genomedb")
    log.setLevel(level)
    log.propagate = False
    log.addHandler(logging.NullHandler())
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End when the parent is gone, even if it was killed."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
