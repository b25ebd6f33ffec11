"""The threads that decode and encode chunks, with the interpreter lock released."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from genomedb.core import settings

MAX_THREADS = 16


class Pool:
    """Threads made when first needed, and again in a forked child.

    Attributes
    ----------
    threads : int
        How many a read or write may use.
    """

    def __init__(self) -> None:
        self.threads = min(settings.threads(), MAX_THREADS)
        self._executor: ThreadPoolExecutor | None = None

    @property
    def executor(self) -> ThreadPoolExecutor:
        """The executor."""
        if self._executor is None:
            self._executor = ThreadPoolExecutor(MAX_THREADS, thread_name_prefix="genomedb")
        return self._executor

    def _after_fork(self) -> None:
        self._executor = None


POOL = Pool()
os.register_at_fork(after_in_child=POOL._after_fork)


@contextmanager
def decoding_threads(n: int) -> Iterator[None]:
    """Use `n` threads inside the block (process-wide; for measuring and for clusters)."""
    before, POOL.threads = POOL.threads, max(1, min(n, MAX_THREADS))
    try:
        yield
    finally:
        POOL.threads = before
