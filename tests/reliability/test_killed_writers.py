"""A killed writer leaves nothing half-visible, and the next one cleans up after it."""

import random
import signal
import subprocess
import time

import numpy as np
import pytest

from genomedb.errors import LockedError

REPEAT = """
print("ready", flush=True)
data = values(7)
while True:
    db.create_dense("t", data, bin_size=1, overwrite=True)
"""
CREATE = """
data = values(7)
print("ready", flush=True)
db.create_dense("t", data, bin_size=1)
"""


def kill_after(process, seconds):
    assert process.stdout.readline() == "ready\n"
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate()


@pytest.mark.parametrize("seed", range(12))
def test_a_writer_killed_during_create_leaves_the_track_absent_or_whole(
    db, child, values, hidden, seed
):
    kill_after(child(CREATE), random.Random(seed).uniform(0, 0.04))
    if db.has_track("t"):
        np.testing.assert_array_equal(db.open_track("t").read("chr1"), values(7))
        assert dict(db.validate(["t"])) == {"t": []}
    else:
        assert db.list_tracks() == []
        db.create_dense("t", {"chr1": values(7)}, bin_size=1)
        assert hidden() == []
    db.clean()
    assert hidden() == []
    np.testing.assert_array_equal(db.open_track("t").read("chr1"), values(7))


@pytest.mark.parametrize("seed", range(12))
def test_a_writer_killed_during_replace_leaves_the_old_or_the_new_track(
    db, child, values, hidden, seed
):
    db.create_dense("t", {"chr1": values(3)}, bin_size=1)
    kill_after(child(REPEAT), random.Random(seed).uniform(0, 0.1))
    found = db.open_track("t").read("chr1")
    assert np.array_equal(found, values(3)) or np.array_equal(found, values(7))
    assert dict(db.validate(["t"])) == {"t": []}
    db.create_dense("t", {"chr1": values(5)}, bin_size=1, overwrite=True)
    assert hidden() == []
    np.testing.assert_array_equal(db.open_track("t").read("chr1"), values(5))


def test_clean_removes_what_a_killed_writer_left_and_nothing_of_a_living_one(
    db, child, values, hidden
):
    waiting = """
from genomedb.tracks.create import new_dense
with new_dense(db.place(sys.argv[2] if len(sys.argv) > 2 else NAME), bin_size=1) as draft:
    draft.write("chr1", [values(1)["chr1"]])
    print("ready", flush=True)
    time.sleep(60)
"""
    dead, living = child("NAME = 'a/dead'" + waiting), child("NAME = 'b/living'" + waiting)
    assert dead.stdout.readline() == living.stdout.readline() == "ready\n"
    assert db.list_tracks() == []
    dead.kill()
    dead.communicate()
    assert len(hidden()) == 4
    removed = db.clean()
    assert {path.parent.name for path in removed} == {"a"}
    assert len(removed) == len(hidden()) == 2
    with pytest.raises(LockedError, match=f"process {living.pid} on "):
        db.create_dense("b/living", {"chr1": values(2)}, bin_size=1)
    living.terminate()
    living.communicate()
    db.create_dense("b/living", {"chr1": values(2)}, bin_size=1)
    db.create_dense("a/dead", {"chr1": values(2)}, bin_size=1)
    assert hidden() == []


def interrupt(process):
    """Press Ctrl-C until it is heard: Python itself drops one that lands in a weakref callback."""
    for _ in range(20):
        process.send_signal(signal.SIGINT)
        try:
            return process.communicate(timeout=2)[1]
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    return "deaf to Ctrl-C: " + process.communicate()[1]


@pytest.mark.parametrize("seed", range(6))
def test_an_interrupted_writer_leaves_nothing(db, child, hidden, seed):
    process = child(REPEAT)
    assert process.stdout.readline() == "ready\n"
    time.sleep(random.Random(seed).uniform(0, 0.15))
    errors = interrupt(process)
    assert process.returncode == -signal.SIGINT, errors
    assert "KeyboardInterrupt" in errors
    assert hidden() == []
    assert all(findings == [] for _, findings in db.validate())


def test_an_interpreter_that_ends_with_files_open_ends_in_peace(db, child, values, hidden):
    db.create_dense("t", {"chr1": values(3)}, bin_size=1)
    code = """
import threading
from genomedb.tracks.create import new_dense
track = db.open_track("t")
track.read("chr1")
keep = new_dense(db.place("never"), bin_size=1)
draft = keep.__enter__()
draft.write("chr1", [values(1)["chr1"]])
cycle = [keep, draft, track]; cycle.append(cycle)
sys.modules["kept"] = cycle
"""
    process = child(code)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 0, (out, errors)
    db.clean()
    assert hidden() == []
    assert db.list_tracks() == ["t"]
