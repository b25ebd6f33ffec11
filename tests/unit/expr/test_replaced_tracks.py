"""A call reads the files it began with, or says that it cannot."""

import pickle
from concurrent.futures import Executor, Future

import numpy as np
import pytest

from genomedb.analysis.extract import extract, extract_blocks
from genomedb.analysis.summary import summary
from genomedb.db.create import create_database
from genomedb.errors import GenomeDBError
from genomedb.expr import stream as stream_module
from genomedb.virtual.definition import VirtualTrack

LENGTHS = {"chr1": 100, "chr2": 100, "chr3": 95}
VIRTUAL = {"v": VirtualTrack("t", "max", sshift=-10, eshift=10)}
every_question = pytest.mark.parametrize("question", ["t", "v"], ids=["track", "virtual track"])


@pytest.fixture
def db(tmp_path, monkeypatch):
    db = create_database(tmp_path / "root", "toy", LENGTHS)
    dense(db, 1)
    # a task a chromosome
    tasks_of = stream_module.tasks_of
    monkeypatch.setattr(stream_module, "tasks_of", lambda pieces: tasks_of(pieces, rows=1))
    return db


def dense(db, value, *, bin_size=10):
    values = {c: np.full(-(-n // bin_size), value, np.float32) for c, n in LENGTHS.items()}
    db.create_dense("t", values, bin_size=bin_size, overwrite=True)


def sparse(db):
    records = {"chr1": (np.array([0]), np.array([50]), np.array([9.0]))}
    db.create_sparse("t", records, overwrite=True)


class FreshWorkers(Executor):
    """Does each task as a process that has done none before; something happens before one."""

    def __init__(self, number, happens):
        self.left, self.happens = number, happens

    def submit(self, task, *items):
        if self.left == 0:
            self.happens()
        self.left -= 1
        stream_module._KEPT.last = None
        done = Future()
        try:
            done.set_result(pickle.loads(pickle.dumps(task))(*pickle.loads(pickle.dumps(items))))
        except GenomeDBError as error:
            done.set_exception(error)
        return done


CHANGES = {
    "values": lambda db: dense(db, 2),
    "bin size": lambda db: dense(db, 2, bin_size=25),
    "type": sparse,
}
every_change = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)


@every_question
@every_change
def test_workers_never_mix_two_files_of_one_name(db, question, change):
    workers = FreshWorkers(1, lambda: change(db))
    with pytest.raises(GenomeDBError, match="track 't' was replaced while it was being read"):
        summary(db, question, virtual=VIRTUAL, executor=workers)


@every_question
def test_workers_read_what_stays_as_it_is(db, question):
    here = summary(db, question, virtual=VIRTUAL)
    there = summary(db, question, virtual=VIRTUAL, executor=FreshWorkers(-1, None))
    assert there.equals(here)


@every_question
@every_change
def test_blocks_go_on_with_the_file_they_began_with(db, question, change):
    before = extract(db, question, virtual=VIRTUAL)
    blocks = extract_blocks(db, question, virtual=VIRTUAL)
    change(db)
    found = [next(blocks)]
    db.remove_track("t")
    found += blocks
    assert [len(block) for block in found] == [10, 10, 10]
    assert {float(v) for block in found for v in block[question]} == set(before[question])


@every_question
@every_change
def test_the_next_call_reads_the_new_file(db, question, change):
    summary(db, question, virtual=VIRTUAL)
    change(db)
    fresh = type(db)(db.path)
    asked = {"virtual": VIRTUAL, "iterator": 10}
    assert extract(db, question, **asked).equals(extract(fresh, question, **asked))
