"""Imports of alignments that are stopped: absent or whole, and nothing left behind."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from alignment_files import in_order, random_reads, read, write

from genomedb import GenomeDB, create_database

ROOT = Path(__file__).parents[2]
CODES = {signal.SIGTERM: 143, signal.SIGINT: 130}
EVERY_SIGNAL = pytest.mark.parametrize("number", CODES, ids=lambda s: s.name)
CHROMS = {"chr1": 1000, "chr2": 60_000_000}


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path, "toy", CHROMS)


@pytest.fixture
def start(db):
    """Call it with words of the command line; the process ends with the test."""
    running = []

    def call(*words):
        process = subprocess.Popen(
            [sys.executable, "-m", "genomedb", "import", "bam", "--db", str(db.path), *words],
            env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
        )  # fmt: skip
        running.append(process)
        return process

    yield call
    for process in running:
        process.kill()
        process.communicate()


def files(db):
    return sorted(os.listdir(db.path))


@EVERY_SIGNAL
def test_while_it_waits_for_more_of_a_stream(db, start, tmp_path, number):
    reads = in_order(random_reads(3000, chroms={"chr1": 1000}))
    stored = write(tmp_path / "x.bam", reads, CHROMS, format="bu").read_bytes()
    assert len(stored) > 250_000
    process = start("-", "--depth", "x", "-q")
    process.stdin.write(stored[:200_000])  # more than a pipe holds: it has begun to read
    process.stdin.flush()
    process.send_signal(number)
    assert process.wait(60) == CODES[number]
    assert (process.stdout.read(), process.stderr.read()) == (b"", b"")
    assert files(db) == ["chromosome.h5"]


@EVERY_SIGNAL
def test_while_it_writes_two_tracks_each_is_absent_or_whole(db, start, tmp_path, number):
    path = write(tmp_path / "x.bam", [read("chr2", 100 * i, "90M") for i in range(500)], CHROMS)
    rng = random.Random(int(number))
    for _ in range(3):
        process = start(str(path), "--depth", "x", "--left-ends", "y", "-q")
        while not any(".part-" in name for name in files(db)):
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.005)
        time.sleep(rng.uniform(0, 0.4))
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        assert (out, err) == (b"", b"")
        assert process.returncode in (0, CODES[number], -number)
        left = [name for name in files(db) if name != "chromosome.h5"]
        assert set(left) <= {"x.h5", "y.h5"}
        assert not any(found for _, found in GenomeDB(db.path).validate())
        for name in left:
            (db.path / name).unlink()


def test_a_stream_is_read_as_a_file_is(db, start, tmp_path):
    reads = random_reads(300, chroms={"chr1": 1000})
    path = write(tmp_path / "x.bam", reads, CHROMS)
    for words, given in (((str(path), "--depth", "file"), b""),
                         (("-", "--depth", "stream"), path.read_bytes())):  # fmt: skip
        process = start(*words, "-q")
        assert process.communicate(given, timeout=60) == (b"", b"")
    one, other = (GenomeDB(db.path).open_track(name).read("chr1") for name in ("file", "stream"))
    assert one.any()
    assert one.tolist() == other.tolist()
