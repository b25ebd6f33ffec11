"""Readers, writers, threads and forks at the same time."""

import multiprocessing
import os
import pickle
import signal
import threading
import time

import h5py
import numpy as np
import pytest

from genomedb.db.database import GenomeDB
from genomedb.errors import LockedError, TrackExistsError
from genomedb.storage.columns import decoding_threads
from genomedb.tracks.create import Storage, new_dense
from genomedb.tracks.open import open_track

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # what is tested
KINDS = {"gzip": Storage(chunk_bytes=4096), "raw": Storage(compression=None)}


@pytest.fixture(params=KINDS)
def track(request, db, values):
    db.create_dense("t", {"chr1": values(3)}, bin_size=1, storage=KINDS[request.param])
    return db.open_track("t")


def read_wrongly(track, expected, seconds, seed):
    """First window that is read wrongly within some seconds, None if there is none."""
    rng = np.random.default_rng(seed)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        a = int(rng.integers(0, expected.size - 1))
        b = int(rng.integers(a + 1, min(a + 60_000, expected.size)))
        if not np.array_equal(track.read("chr1", a, b), expected[a:b]):
            return a, b
    return None


def in_threads(n, work):
    found = []

    def run(i):
        try:
            found.append(work(i))
        except BaseException as error:
            found.append(error)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_sixteen_threads_read_right_values(track, values):
    expected = values(3)
    with decoding_threads(4):
        assert in_threads(16, lambda i: read_wrongly(track, expected, 1.5, i)) == [None] * 16


def test_children_forked_while_other_threads_read_find_right_values(track, values):
    expected, stop = values(3), threading.Event()
    wrong = []

    def read_on(i):
        while not stop.is_set():
            fresh = open_track(track.path)  # opening holds every lock that there is
            wrong.append(read_wrongly(fresh, expected, 0.02, i))

    readers = [threading.Thread(target=read_on, args=(i,)) for i in range(3)]
    for reader in readers:
        reader.start()
    codes = []
    try:
        for i in range(25):
            pid = os.fork()
            if pid == 0:
                signal.alarm(20)
                try:
                    good = read_wrongly(track, expected, 0.02, i) is None
                    again = open_track(track.path)
                    good &= np.array_equal(again.read("chr1"), expected)
                    os._exit(0 if good else 1)
                except BaseException:
                    os._exit(2)
            codes.append(os.waitpid(pid, 0)[1])
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert codes == [0] * 25
    assert set(wrong) == {None}


def test_a_child_forked_while_its_parent_writes_leaves_the_file_alone(db, values, hidden):
    with new_dense(db.place("t"), bin_size=1) as draft:
        pid = os.fork()
        if pid == 0:
            try:
                draft.write("chr1", [values(9)])
                draft.draft.h5.close()
            finally:
                os._exit(0)
        os.waitpid(pid, 0)
        assert len(hidden()) == 2
        draft.write("chr1", [values(3)])
    np.testing.assert_array_equal(db.open_track("t").read("chr1"), values(3))
    assert hidden() == []


def _leave_the_block(db_path, data):
    class Unwound(BaseException):
        pass

    db = GenomeDB(db_path)
    child = -1
    try:
        with new_dense(db.place("t"), bin_size=1) as draft:
            child = os.fork()
            if child == 0:
                raise Unwound
            os.waitpid(child, 0)
            draft.write("chr1", [data])
    except Unwound:
        os._exit(0)


def test_a_child_that_unwinds_out_of_a_draft_removes_nothing(db, values, hidden):
    _leave_the_block(db.path, values(3))
    np.testing.assert_array_equal(db.open_track("t").read("chr1"), values(3))
    assert hidden() == []


def _sum(track):
    return float(track.read("chr1").sum(dtype="f8"))


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_track_goes_to_a_pool_of_processes(track, values, method):
    expected = float(values(3).sum(dtype="f8"))
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert pool.map(_sum, [track] * 4) == [expected] * 4


def test_a_pickled_track_and_database_open_their_files_again(db, track, values):
    for copy in (pickle.loads(pickle.dumps(track)), pickle.loads(pickle.dumps(db)).open_track("t")):
        np.testing.assert_array_equal(copy.read("chr1", 5, 5000), values(3)[5:5000])
        assert copy.name == "t"


@pytest.mark.parametrize("new", KINDS)
def test_an_open_track_keeps_its_data_when_it_is_replaced(db, track, values, new):
    track.read("chr1", 0, 10)
    db.create_dense("t", {"chr1": values(5)}, bin_size=1, storage=KINDS[new], overwrite=True)
    np.testing.assert_array_equal(track.read("chr1"), values(3))
    np.testing.assert_array_equal(db.open_track("t").read("chr1"), values(5))
    np.testing.assert_array_equal(db.open_track("t").read("chr1", 0, 10), values(5)[:10])
    db.remove_track("t")
    np.testing.assert_array_equal(track.read("chr1"), values(3))


def test_readers_during_replacement_see_the_old_or_the_new_track_as_a_whole(db, child, values):
    db.create_dense("t", {"chr1": values(3)}, bin_size=1)
    process = child("""
sets = [values(3), values(7)]
print("ready", flush=True)
while True:
    for data in sets:
        db.create_dense("t", data, bin_size=1, overwrite=True)
""")
    assert process.stdout.readline() == "ready\n"
    seen, allowed = set(), {values(s).tobytes(): s for s in (3, 7)}
    end = time.monotonic() + 2
    while time.monotonic() < end:
        seen.add(allowed.get(db.open_track("t").read("chr1").tobytes(), "mixed"))
    process.kill()
    process.communicate()
    assert seen == {3, 7}


def test_of_two_threads_writing_one_name_one_wins_and_the_other_learns_why(db, values, hidden):
    outcomes = []

    def write(i):
        try:
            db.create_dense("t", {"chr1": values(i)}, bin_size=1)
            return i
        except (LockedError, TrackExistsError) as error:
            outcomes.append(error)
            return None

    for _ in range(5):
        won = [i for i in in_threads(4, write) if i is not None]
        assert len(won) == 1
        np.testing.assert_array_equal(db.open_track("t").read("chr1"), values(won[0]))
        db.remove_track("t")
    for error in outcomes:
        if isinstance(error, LockedError):
            assert f"being written by process {os.getpid()} on {os.uname().nodename}" in str(error)
    assert hidden() == []


def test_of_two_processes_writing_one_name_one_wins(db, child, hidden):
    code = """
from genomedb.errors import GenomeDBError
data = values(7)
print("ready", flush=True)
sys.stdin.readline()
try:
    db.create_dense("t", data, bin_size=1)
    print("won")
except GenomeDBError as error:
    print(type(error).__name__)
"""
    for _ in range(3):
        pair = [child(code, stdin=-1) for _ in range(2)]
        for one in pair:
            assert one.stdout.readline() == "ready\n"
        for one in pair:
            one.stdin.write("\n")
            one.stdin.flush()
        said = sorted(one.communicate()[0].strip() for one in pair)
        assert said in (["LockedError", "won"], ["TrackExistsError", "won"])
        db.remove_track("t")
    assert hidden() == []


@pytest.mark.parametrize("ours_first", [True, False])
def test_h5py_may_have_the_same_file_open_with_its_own_settings(db, track, values, ours_first):
    if ours_first:
        track.read("chr1", 0, 5)
    with h5py.File(track.path) as theirs:
        again = open_track(track.path)
        np.testing.assert_array_equal(again.read("chr1"), theirs["chr1"][:])
        np.testing.assert_array_equal(track.read("chr1"), values(3))
        again.close()
        np.testing.assert_array_equal(theirs["chr1"][:5], values(3)[:5])
    np.testing.assert_array_equal(track.read("chr1"), values(3))


def test_a_reader_works_while_another_program_locks_the_file(track, values):
    import fcntl

    with open(track.path, "rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        np.testing.assert_array_equal(open_track(track.path).read("chr1"), values(3))


def test_a_thousand_mapped_chromosomes_need_one_descriptor(tmp_path):
    from genomedb.db.create import create_database

    names = [f"s{i}" for i in range(1000)]
    many = create_database(tmp_path, "many", dict.fromkeys(names, 10))
    data = np.arange(10, dtype="f4")
    made = many.create_dense("t", dict.fromkeys(names, data), bin_size=1, storage=KINDS["raw"])
    before = len(os.listdir("/proc/self/fd"))
    for name in names:
        np.testing.assert_array_equal(made.read(name), data)
    assert len(os.listdir("/proc/self/fd")) <= before + 2


def test_no_descriptor_is_left_open_by_files_that_are_refused_or_dropped(db, track, tmp_path):
    bad = tmp_path / "bad.h5"
    bad.write_bytes(track.path.read_bytes()[:3000])
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(30):
        with pytest.raises(ValueError, match=r"bad\.h5"):
            open_track(bad)
        open_track(track.path).read("chr1", 0, 10)
    assert len(os.listdir("/proc/self/fd")) <= before + 1
