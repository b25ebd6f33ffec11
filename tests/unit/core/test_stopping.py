"""A stop comes where what was begun is cleaned up."""

import signal
import sys
from contextlib import contextmanager

import pytest

from genomedb.core import stopping
from genomedb.core.stopping import stoppable


@contextmanager
def _entered(found):
    found.append(sys._getframe(1))  # contextlib's own, which hands this one out
    found.append(sys._getframe(0))
    yield


def test_a_stop_waits_until_a_begun_manager_is_within_its_block():
    found = []
    with _entered(found):
        pass
    between, inside = found
    assert between.f_code.co_name == "__enter__"
    assert stopping._is_deaf(between)
    assert not stopping._is_deaf(inside)


def test_a_stop_is_an_exception_that_cleans_up():
    cleaned = []
    with pytest.raises(SystemExit) as stop, stoppable(signal.SIGTERM):
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            cleaned.append(True)
    assert stop.value.code == 143
    assert cleaned == [True]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
