"""Imports over processes that are stopped: no process and no file stays behind."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from genomedb import create_database

ROOT = Path(__file__).parents[2]
CODES = {signal.SIGTERM: 143, signal.SIGINT: 130}
N_CHROMS = 6
LINES = [
    "".join(f"chr{c}\t{i * 3}\t{i * 3 + 1}\t{i % 97 / 8}\n" for i in range(80_000))
    for c in range(N_CHROMS)
]


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path, "toy", {f"chr{c}": 400_000 for c in range(N_CHROMS)})


@pytest.fixture
def started(db):
    """Call it with words of a subcommand; it leads a process group of its own."""
    running = []

    def start(*words):
        process = subprocess.Popen(
            [sys.executable, "-m", "genomedb", *words, "--db", str(db.path), "-q", "-j", "2"],
            env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, start_new_session=True,
        )  # fmt: skip
        running.append(process)
        return process

    yield start
    for process in running:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def processes(group):
    """Processes of a group that still run."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if folder.name.isdigit():
                state, _, owner = (folder / "stat").read_text().rpartition(") ")[2].split()[:3]
                if int(owner) == group and state != "Z":
                    found.append(int(folder.name))
    return found


def none_left(group, seconds=10.0):
    deadline = time.monotonic() + seconds
    while processes(group) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not processes(group)


def files(db):
    return sorted(str(p.relative_to(db.path)) for p in db.path.rglob("*"))


def wait_for_part(db, process):
    while not any(".part-" in name for name in files(db)):
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.005)


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")


@needs_proc
@pytest.mark.parametrize("everybody", [False, True], ids=["the command", "its whole group"])
@pytest.mark.parametrize("number", CODES, ids=lambda s: s.name)
def test_a_stopped_import_leaves_neither_files_nor_processes(
    db, tmp_path, started, number, everybody
):
    path = tmp_path / "x.bedgraph"
    path.write_text("".join(LINES))
    rng = random.Random(f"{number} {everybody}")
    for _ in range(4):
        process = started("import", "x", str(path), "-b", "1")
        wait_for_part(db, process)
        time.sleep(rng.uniform(0, 0.5))
        (os.killpg if everybody else os.kill)(process.pid, number)
        out, err = process.communicate(timeout=60)
        assert (out, err) == (b"", b"")
        assert none_left(process.pid)
        if files(db) == ["chromosome.h5", "x.h5"]:
            assert process.returncode in (0, CODES[number], -number)
            db.remove_track("x")
        else:
            assert process.returncode == CODES[number]
            assert files(db) == ["chromosome.h5"]


@needs_proc
@pytest.mark.parametrize("number", CODES, ids=lambda s: s.name)
def test_many_imports_that_are_stopped_leave_whole_tracks_and_go_on(db, tmp_path, started, number):
    for i, text in enumerate(LINES):
        (tmp_path / f"t{i}.bedgraph").write_text(text)
    words = ["import", "many", str(tmp_path / "*.bedgraph"), "-b", "1"]
    rng = random.Random(number)
    for _ in range(3):
        process = started(*words, "--overwrite")
        wait_for_part(db, process)
        time.sleep(rng.uniform(0, 0.3))
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        assert (out, err) == (b"", b"")
        assert process.returncode in (0, CODES[number], -number)
        assert none_left(process.pid)
        assert not [name for name in files(db) if ".part-" in name or ".lock-" in name]
        assert all(found == [] for _, found in db.validate())
    process = started(*words, "--skip-existing")
    assert process.communicate(timeout=120) == (b"", b"")
    assert process.returncode == 0
    assert db.list_tracks() == [f"t{i}" for i in range(N_CHROMS)]


@needs_proc
def test_workers_end_when_the_command_is_killed(db, tmp_path, started):
    path = tmp_path / "x.bedgraph"
    path.write_text("".join(LINES))
    process = started("import", "x", str(path), "-b", "1")
    wait_for_part(db, process)
    time.sleep(0.2)
    process.kill()
    process.communicate(timeout=60)
    assert none_left(process.pid)
    process = started("import", "x", str(path), "-b", "1")
    assert process.communicate(timeout=60) == (b"", b"")
    assert files(db) == ["chromosome.h5", "x.h5"]
