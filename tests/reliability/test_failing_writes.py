"""Every system call of a writer may fail: the answer is an error or success, never damage."""

import errno
import fcntl
import os

import numpy as np
import pytest

from genomedb.errors import GenomeDBError, LockedError, WriteError

LIMITED = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from genomedb.errors import WriteError
data = values(7)
for kb in LIMITS:
    resource.setrlimit(resource.RLIMIT_FSIZE, (kb * 1000, resource.RLIM_INFINITY))
    for storage in (Storage(), Storage(compression=None)):
        try:
            db.create_dense("t", data, bin_size=1, overwrite=True, storage=storage)
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
            print(kb, "written")
            break
        except WriteError as error:
            assert "t.h5" in str(error) and "ulimit -f" in str(error), error
            assert not [n for n in os.listdir(db.path) if n.startswith(".")], os.listdir(db.path)
print("alive")
"""


def test_a_file_size_limit_is_an_error_and_the_old_track_stays(db, child, values, hidden):
    db.create_dense("t", {"chr1": values(3)}, bin_size=1)
    limits = [0, 1, 2, 3, 4, 6, 8, 12, 16, 30, 50, 64, 65, 66, 100, 150, 200, 300, 400, 500, 700,
              800, 900]  # fmt: skip
    process = child(f"LIMITS = {limits}" + LIMITED)
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert out == "alive\n"
    assert hidden() == []
    np.testing.assert_array_equal(db.open_track("t").read("chr1"), values(3))


def test_a_limit_that_is_never_met_does_not_matter(db, child):
    process = child("LIMITS = [100_000]" + LIMITED)
    out, errors = process.communicate(timeout=60)
    assert out == "100000 written\nalive\n", errors


class Fails:
    """A system call that fails at its n-th use, once or from then on."""

    def __init__(self, really, n, error, *, always=False):
        self.really, self.left, self.error, self.always = really, n, error, always
        self.failed = False

    def __call__(self, *args, **kwargs):
        self.left -= 1
        if self.left == 0 or (self.always and self.left < 0):
            self.failed = True
            raise OSError(self.error, os.strerror(self.error))
        return self.really(*args, **kwargs)


CALLS = ["pwrite", "preadv", "fsync", "link", "rename", "replace", "unlink", "open", "write",
         "ftruncate", "close", "fstat", "pread", "scandir", "stat"]  # fmt: skip


@pytest.mark.parametrize("replacing", [False, True])
@pytest.mark.parametrize("always", [False, True])
@pytest.mark.parametrize("call", CALLS)
def test_any_failing_call_gives_an_error_or_success(
    db, monkeypatch, values, call, always, replacing
):
    old, new = values(3)[:1000], values(7)[:1000]
    small = _small(db)
    for n in range(1, 400):
        if small.has_track("t"):
            small.remove_track("t")
        if replacing:
            small.create_dense("t", {"c": old}, bin_size=1)
        fails = Fails(getattr(os, call), n, errno.EIO, always=always)
        done = False
        with monkeypatch.context() as patch:
            patch.setattr(os, call, fails)
            try:
                small.create_dense("t", {"c": new}, bin_size=1, overwrite=replacing)
                done = True
            except (GenomeDBError, OSError) as error:
                assert fails.failed, error
        small.clean()
        left = sorted(p.name for p in small.path.rglob(".*"))
        if call == "unlink":  # what cannot be removed stays until this process has ended
            for name in left:
                (small.path / name).unlink()
        else:
            assert left == []
        assert all(findings == [] for _, findings in small.validate())
        if small.has_track("t"):
            found = small.open_track("t").read("c")
            assert np.array_equal(found, new) or (replacing and np.array_equal(found, old))
        else:
            assert not replacing
        if done:
            assert np.array_equal(small.open_track("t").read("c"), new)
        if not fails.failed:
            break
    else:
        pytest.fail("never got through")


def _small(db):
    from genomedb.db.create import create_database

    return create_database(db.path.parent, "small", {"c": 1000})


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EIO])
@pytest.mark.parametrize("compression", ["gzip", None])
def test_a_full_disk_names_the_track_and_leaves_the_interpreter_alive(
    db, monkeypatch, values, hidden, code, compression
):
    from genomedb.tracks.create import Storage

    for n in (1, 2, 3, 5, 8, 13):
        with monkeypatch.context() as patch:
            patch.setattr(os, "pwrite", Fails(os.pwrite, n, code, always=True))
            with pytest.raises(WriteError, match=r"a/t\.h5: cannot be written") as caught:
                storage = Storage(compression=compression)
                db.create_dense("a/t", {"chr1": values(1)}, bin_size=1, storage=storage)
        assert caught.value.errno == code
        assert not (db.path / "a").exists()
        assert hidden() == []


def test_an_error_of_the_callers_own_is_not_blamed_on_the_track(db):
    from genomedb.tracks.create import new_dense

    with pytest.raises(FileNotFoundError, match=r"input\.bw") as caught:  # noqa: SIM117
        with new_dense(db.place("t"), bin_size=1):
            raise FileNotFoundError(errno.ENOENT, "no such file", "input.bw")
    assert not isinstance(caught.value, GenomeDBError)
    assert not db.has_track("t")


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EWOULDBLOCK, errno.EIO])
def test_flock_that_refuses_hinders_no_reader_and_at_most_explains_itself_to_a_writer(
    db, monkeypatch, values, hidden, code
):
    db.create_dense("t", {"chr1": values(3)}, bin_size=1)

    def refuse(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", refuse)
    np.testing.assert_array_equal(db.open_track("t").read("chr1"), values(3))
    try:
        db.create_dense("t", {"chr1": values(5)}, bin_size=1, overwrite=True)
    except WriteError as error:
        assert "t.h5" in str(error)
        assert code == errno.EIO
    else:
        np.testing.assert_array_equal(db.open_track("t").read("chr1"), values(5))
    assert hidden() == []


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EWOULDBLOCK])
def test_without_flock_two_writers_are_still_kept_apart(db, monkeypatch, values, code):
    from genomedb.tracks.create import new_dense

    def refuse(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with new_dense(db.place("t"), bin_size=1) as draft:
        with pytest.raises(LockedError, match=f"process {os.getpid()} on "):
            db.create_dense("t", {"chr1": values(1)}, bin_size=1)
        draft.write("chr1", [values(2)])
    np.testing.assert_array_equal(db.open_track("t").read("chr1"), values(2))


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP])
def test_a_file_system_without_hard_links_works(db, monkeypatch, values, hidden, code):
    from pathlib import Path

    from genomedb.errors import TrackExistsError

    def refuse(*_, **__):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    db.create_dense("t", {"chr1": values(1)}, bin_size=1)
    with pytest.raises(TrackExistsError):
        db.create_dense("t", {"chr1": values(2)}, bin_size=1)
    db.create_dense("t", {"chr1": values(3)}, bin_size=1, overwrite=True)
    np.testing.assert_array_equal(db.open_track("t").read("chr1"), values(3))
    assert hidden() == []


def test_a_read_only_folder_can_be_read_and_writing_names_the_path(db, values, unprivileged):
    db.create_dense("t", {"chr1": values(1)}, bin_size=1)
    with unprivileged(db.path):
        db.path.chmod(0o555)
        try:
            np.testing.assert_array_equal(db.open_track("t").read("chr1"), values(1))
            with pytest.raises(WriteError, match=r"u\.h5: cannot be written"):
                db.create_dense("u", {"chr1": values(1)}, bin_size=1)
            with pytest.raises(WriteError, match=r"t\.h5: cannot be written"):
                db.set_attributes("t", {"a": "b"})
            with pytest.raises(WriteError, match=r"t\.h5"):
                db.remove_track("t")
        finally:
            db.path.chmod(0o755)
    np.testing.assert_array_equal(db.open_track("t").read("chr1"), values(1))
