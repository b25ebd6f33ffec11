"""Imports that are stopped: absent or whole, and nothing left behind."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from genomedb import GenomeDB, create_database

ROOT = Path(__file__).parents[2]
CODES = {signal.SIGTERM: 143, signal.SIGINT: 130}
EVERY_SIGNAL = pytest.mark.parametrize("number", CODES, ids=lambda s: s.name)
KINDS = pytest.mark.parametrize("options", [["--sparse"], ["-b", "1"]], ids=["sparse", "dense"])
LINES = "".join(f"chr1\t{i * 2}\t{i * 2 + 1}\t{i % 97 / 8}\n" for i in range(200_000)).encode()


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path, "toy", {"chr1": 400_000, "chr2": 3_000_000})


RUNNING = []


@pytest.fixture(autouse=True)
def _no_process_stays():
    yield
    while RUNNING:
        process = RUNNING.pop()
        process.kill()
        for stream in (process.stdin, process.stdout, process.stderr):
            with contextlib.suppress(OSError):
                stream.close()
        process.wait()


def started(db, *words):
    process = subprocess.Popen(
        [sys.executable, "-m", "genomedb", "import", "--db", str(db.path), "x", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    RUNNING.append(process)
    return process


def wait_for_part(db, process):
    """Until the import has begun to write."""
    while not any(".part-" in name for name in os.listdir(db.path)):
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.005)


def ended(process):
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def files(db):
    return sorted(os.listdir(db.path))


@EVERY_SIGNAL
@KINDS
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_stopped_import_leaves_nothing_and_has_its_code(db, number, options, share):
    """It waits for more of its input when the signal comes."""
    process = started(db, "-", "-f", "bedgraph", "-q", *options)
    wait_for_part(db, process)
    process.stdin.write(LINES[: int(len(LINES) * share)])
    process.stdin.flush()
    process.send_signal(number)
    process.wait(60)  # standard input is still open: it does not wait for the rest
    assert ended(process) == (CODES[number], b"", b"")
    assert files(db) == ["chromosome.h5"]


@EVERY_SIGNAL
@KINDS
def test_an_import_stopped_at_any_moment_is_absent_or_whole(db, tmp_path, number, options):
    """Seeded moments of reading, sorting, writing, checking and publishing."""
    path = tmp_path / "x.bedgraph"
    path.write_bytes(LINES)
    rng = random.Random(f"{number} {options}")
    for _ in range(5):
        process = started(db, str(path), "-q", *options)
        wait_for_part(db, process)
        time.sleep(rng.uniform(0, 0.25))
        process.send_signal(number)
        code, out, err = ended(process)
        assert (out, err) == (b"", b"")
        assert code in (0, CODES[number], -number)  # the last: on its way out, all done
        if files(db) == ["chromosome.h5", "x.h5"]:  # stopped when it was published already
            assert [found for _, found in db.validate()] == [[], []]
            db.remove_track("x")
        else:
            assert code == CODES[number]
            assert files(db) == ["chromosome.h5"]


@KINDS
def test_a_killed_replacement_leaves_the_old_track_and_the_next_import_cleans_up(
    db, tmp_path, options
):
    path, old = tmp_path / "x.bedgraph", tmp_path / "old.bedgraph"
    path.write_bytes(LINES)
    old.write_text("chr2 5 9 3\n")
    process = started(db, str(old), "-q", *options)
    assert ended(process) == (0, b"", b"")
    rng = random.Random(7)
    for _ in range(4):
        before = db.track_path("x").read_bytes()
        process = started(db, str(path), "-q", "--overwrite", *options)
        wait_for_part(db, process)
        time.sleep(rng.uniform(0, 0.25))
        process.kill()
        process.communicate(timeout=60)
        if db.track_path("x").read_bytes() != before:  # it had just been published
            assert [found for _, found in GenomeDB(db.path).validate(["x"])] == [[]]
    process = started(db, str(path), "-q", "--overwrite", *options)
    assert ended(process) == (0, b"", b"")
    assert files(db) == ["chromosome.h5", "x.h5"]
    assert [found for _, found in GenomeDB(db.path).validate()] == [[], []]


def test_two_imports_of_one_name_one_wins_and_the_other_is_told(db):
    first = started(db, "-", "-f", "bedgraph", "-q")
    wait_for_part(db, first)
    second = started(db, "-", "-f", "bedgraph", "-q")
    code, _, err = ended(second)
    assert code == 1
    assert f"being written by process {first.pid}".encode() in err
    assert err.count(b"\n") == 1
    first.stdin.write(LINES)
    assert ended(first) == (0, b"", b"")
    assert files(db) == ["chromosome.h5", "x.h5"]
