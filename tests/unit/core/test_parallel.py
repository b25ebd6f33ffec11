"""Tasks over executors: order, errors, bounds, and nothing left running."""

import logging
import math
import operator
import os
import pickle
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from multiprocessing import active_children, get_context
from pathlib import Path

import pytest

from genomedb import errors
from genomedb.core.parallel import map_tasks

ROOT = Path(__file__).parents[3]


@pytest.fixture(params=["None", "1", "2", "threads", "processes"])
def executor(request):
    if request.param == "threads":
        with ThreadPoolExecutor(3) as pool:
            yield pool
    elif request.param == "processes":
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            yield pool
    else:
        yield None if request.param == "None" else int(request.param)


def test_results_come_in_the_order_of_the_items_whatever_the_executor(executor):
    items = list(range(40))
    for in_flight in (1, 3, 64):
        found = list(map_tasks(math.factorial, items, executor, in_flight=in_flight))
        assert found == [math.factorial(i) for i in items]


def test_no_items_give_no_results(executor):
    assert list(map_tasks(math.sqrt, [], executor)) == []


def test_what_a_task_raises_comes_out_as_it_is(executor):
    results = map_tasks(math.sqrt, [4, -1, 9], executor)
    assert next(results) == 2
    with pytest.raises(ValueError, match="math domain error"):
        next(results)
    assert active_children() == [] or isinstance(executor, ProcessPoolExecutor)


def test_our_errors_keep_their_fields(executor):
    error = errors.ParseError("no number", path="x.bed", line=7, fix="Write one")
    with pytest.raises(errors.ParseError) as caught:
        list(map_tasks(partial(_raise, error), [0], executor))
    assert (caught.value.path, caught.value.line, caught.value.fix) == ("x.bed", 7, "Write one")
    assert str(caught.value) == str(error)


def _raise(error, _):
    raise error


def _pid(_):
    time.sleep(0.05)
    return os.getpid()


def test_items_are_taken_only_as_tasks_are_handed_out(executor):
    taken = []

    def items():
        for i in range(50):
            taken.append(i)
            yield i

    with closing(map_tasks(math.sqrt, items(), executor, in_flight=4)) as results:
        next(results)
        assert len(taken) <= 4
    assert active_children() == [] or isinstance(executor, ProcessPoolExecutor)


def test_a_number_is_that_many_processes_and_none_is_this_one():
    assert set(map_tasks(_pid, range(3), None)) == {os.getpid()}
    pids = set(map_tasks(_pid, range(8), 2))
    assert len(pids) == 2
    assert os.getpid() not in pids
    assert active_children() == []


def test_an_executor_is_left_running():
    with ThreadPoolExecutor(2) as pool:
        with pytest.raises(ValueError, match="domain"):
            list(map_tasks(math.sqrt, [-1] * 50, pool))
        assert pool.submit(math.sqrt, 4).result() == 2


def test_a_worker_that_dies_is_reported():
    with pytest.raises(errors.GenomeDBError, match=r"a worker process died \(killed, or out of"):
        list(map_tasks(os._exit, [1, 2], 2))
    assert active_children() == []


@pytest.mark.parametrize("wrong", [0, -1, 5000, True, "2", 1.5])
def test_what_is_no_executor_is_refused_before_anything_runs(wrong):
    with pytest.raises(errors.UsageError, match=r"processes cannot be started|is neither a number"):
        map_tasks(math.sqrt, [1], wrong)
    with pytest.raises(errors.UsageError, match="in_flight must be at least 1"):
        map_tasks(math.sqrt, [1], in_flight=0)


def test_log_messages_of_workers_come_out_here_in_order(caplog):
    with caplog.at_level(logging.WARNING, logger="genomedb"):
        list(map_tasks(_warn, range(6), 2))
    assert [r.getMessage() for r in caplog.records] == [f"item {i}" for i in range(6)]
    assert {r.name for r in caplog.records} == {"genomedb.test"}


def _warn(i):
    log = logging.getLogger("genomedb.test")
    log.warning("item %d", i)
    log.debug("not wanted")


def test_every_error_survives_the_way_between_processes():
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.GenomeDBError):
            fields = {
                errors.ParseError: {"path": "x", "line": 1},
                errors.ExpressionError: {"text": "a + b", "position": 4},
            }.get(kind, {"where": "x"})
            made = kind("p", **fields, fix="f")
            again = pickle.loads(pickle.dumps(made))
            assert type(again) is kind
            assert str(again) == str(made)
            assert vars(again) == vars(made)


SCRIPT = """
import operator, time, sys
from functools import partial
from genomedb.core.parallel import map_tasks
from genomedb.core.stopping import stoppable
print("once", flush=True)
with stoppable():
    for pid in map_tasks(%s):
        print(pid, flush=True)
"""


def script(tmp_path, call):
    path = tmp_path / "script.py"
    path.write_text(SCRIPT % call)
    return subprocess.Popen(
        [sys.executable, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def test_a_script_needs_no_guard(tmp_path):
    with script(tmp_path, "operator.neg, range(3), 2") as process:
        assert process.communicate(timeout=60) == ("once\n0\n-1\n-2\n", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_stop_leaves_no_worker_behind(tmp_path, number):
    ask = '(__import__("os").getpid())'
    wait = '__import__("time").sleep(100)'
    call = f"partial(eval), {[ask, ask, wait, wait]!r}, 2, 2"
    process = script(tmp_path, call)
    try:
        assert process.stdout.readline() == "once\n"
        pids = {int(process.stdout.readline())}
        process.send_signal(number)
        process.wait(30)
    finally:
        process.kill()
        _, err = process.communicate()
    assert process.returncode in (143, -number, 1, 130)
    assert "Traceback" not in err or number == signal.SIGINT
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_task_can_be_bound_to_arguments():
    assert list(map_tasks(partial(operator.add, 5), [1, 2], 2)) == [6, 7]


def test_an_executor_that_is_shut_down_is_named():
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    with pytest.raises(errors.UsageError, match=r"the executor takes no work .* not shut down"):
        list(map_tasks(math.sqrt, [4], pool))
