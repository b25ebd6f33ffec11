"""SIGTERM and Ctrl-C as exceptions that let everything be cleaned up."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

TERMINATED = 143
# a stop raised here would be lost, or would cut publishing and cleaning up short; while a pool
# starts a thread, it would leave one that nobody ends, and the program could not end either
DEAF_MODULES = (
    "genomedb.storage.sink", "genomedb.storage.files", "genomedb.storage.lock",
    "genomedb.core.workers", "concurrent.futures.thread", "weakref", "_weakrefset",
)  # fmt: skip
LONG_CHECK = "require_sound"  # runs inside publishing and may be stopped
RETRY_SECONDS = 0.01
AGAIN_SECONDS = 1.0  # cleaning up after a stop takes far less


@contextmanager
def stoppable(*numbers: signal.Signals) -> Iterator[None]:
    """Let these signals clean up as Ctrl-C does; only the main thread can ask for that.

    Parameters
    ----------
    *numbers : signal.Signals
        ``SIGTERM`` raises ``SystemExit(143)``, ``SIGINT`` raises `KeyboardInterrupt`; both when
        none is named.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        if _is_deaf(frame):
            signal.setitimer(signal.ITIMER_REAL, RETRY_SECONDS)
            return
        # what is raised may still be lost in a callback of some library: then ask again
        signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
        if signal.SIGTERM in asked:
            raise SystemExit(TERMINATED)
        if signal.SIGINT in asked:
            raise KeyboardInterrupt

    heard = (*(numbers or (signal.SIGTERM, signal.SIGINT)), signal.SIGALRM)
    before = {number: signal.signal(number, stop) for number in heard}
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


def _is_deaf(frame: FrameType | None) -> bool:
    """Should a stop wait: in a callback of HDF5, while objects go, or while a file is published?

    Also between a context manager of a generator and the block that would leave it again: what
    it has begun would be left to the garbage collector.
    """
    if frame is not None and frame.f_globals.get("__name__") == "contextlib":
        return True
    while frame is not None and frame.f_code.co_name != LONG_CHECK:
        if frame.f_code.co_name == "__del__" or frame.f_globals.get("__name__") in DEAF_MODULES:
            return True
        frame = frame.f_back
    return False
