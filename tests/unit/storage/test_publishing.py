"""Publishing, locks, the sink, and attributes."""

import errno
import json
import os
import socket

import h5py
import numpy as np
import pytest

from genomedb.errors import FormatError, LockedError, TrackExistsError, UsageError, WriteError
from genomedb.storage import attrs
from genomedb.storage.digest import structure_digest
from genomedb.storage.files import publish, sweep
from genomedb.storage.lock import lock_path, started, writer_lock
from genomedb.storage.sink import Sink, write_error


def make(path, **how):
    with publish(path, **how) as draft:
        draft.h5["x"] = np.arange(3)


def hidden(folder):
    return sorted(p.name for p in folder.iterdir() if p.name.startswith("."))


def test_a_file_appears_only_when_it_is_complete(tmp_path):
    path = tmp_path / "a/b/t.h5"
    with publish(path) as draft:
        draft.h5["x"] = np.arange(3)
        assert not path.exists()
        assert len(hidden(path.parent)) == 2
    assert path.exists()
    assert hidden(path.parent) == []


def test_an_error_leaves_neither_file_nor_folders(tmp_path):
    with pytest.raises(ZeroDivisionError), publish(tmp_path / "a/b/t.h5"):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_does_not_verify_is_not_published(tmp_path):
    def refuse(part, _):
        assert part.exists()
        raise FormatError("does not read back", where=part)

    with pytest.raises(FormatError, match="does not read back"):
        make(tmp_path / "t.h5", verify=refuse)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_replaced_only_on_request(tmp_path):
    make(tmp_path / "t.h5")
    first = (tmp_path / "t.h5").stat().st_ino
    with pytest.raises(TrackExistsError, match="there already"):
        make(tmp_path / "t.h5")
    make(tmp_path / "t.h5", overwrite=True)
    assert (tmp_path / "t.h5").stat().st_ino != first


def test_the_mode_of_a_new_file_follows_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        make(tmp_path / "t.h5")
    finally:
        os.umask(before)
    assert (tmp_path / "t.h5").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("place", ["file/t.h5", "file/a/t.h5", "folder.h5"])
def test_a_place_that_cannot_hold_a_file_is_a_write_error(tmp_path, place):
    (tmp_path / "file").touch()
    (tmp_path / "folder.h5").mkdir()
    with pytest.raises(WriteError, match=place):
        make(tmp_path / place, overwrite=True)


def test_a_lock_names_who_holds_it_and_since_when(tmp_path):
    path = tmp_path / "t.h5"
    with (
        writer_lock(path),
        pytest.raises(
            LockedError,
            match=rf"t\.h5: being written by process {os.getpid()} on {socket.gethostname()} "
            r"since \d{4}-.*delete \.t\.h5\.lock if that process is gone",
        ),
        writer_lock(path),
    ):
        pass
    assert hidden(tmp_path) == []


def a_lock(path, **changes):
    holder = {"host": socket.gethostname(), "pid": 2**22 + 5, "start": "1", "since": "then"}
    lock_path(path).write_text(json.dumps({**holder, **changes}))


@pytest.mark.parametrize("flock_works", [True, False])
@pytest.mark.parametrize(
    ("changes", "taken"),
    [
        ({}, True),
        ({"pid": os.getpid(), "start": "1"}, True),  # another process had that number
        ({"host": "elsewhere"}, False),
        ({"pid": "x"}, False),
    ],
)
def test_a_lock_of_a_dead_process_of_this_machine_is_taken_over(
    tmp_path, monkeypatch, changes, taken, flock_works
):
    import fcntl

    def refuse(*_):
        raise OSError(errno.ENOLCK, "no locks")

    if not flock_works:
        monkeypatch.setattr(fcntl, "flock", refuse)
    path = tmp_path / "t.h5"
    a_lock(path, **changes)
    if taken:
        make(path)
        assert hidden(tmp_path) == []
        a_lock(path, **changes)
        assert [p.name for p in sweep(tmp_path)] == [".t.h5.lock"]
    else:
        with pytest.raises(LockedError):
            make(path)
        assert sweep(tmp_path) == []
        assert not path.exists()


def test_without_flock_a_lock_of_a_living_process_stays(tmp_path, monkeypatch):
    import fcntl

    def refuse(*_):
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", refuse)
    a_lock(tmp_path / "t.h5", pid=os.getpid(), start=started(os.getpid()))
    with pytest.raises(LockedError, match=f"process {os.getpid()}"):
        make(tmp_path / "t.h5")
    assert sweep(tmp_path) == []


def test_a_lock_that_is_a_symbolic_link_is_not_followed(tmp_path):
    (tmp_path / "precious").write_text("x")
    lock_path(tmp_path / "t.h5").symlink_to(tmp_path / "precious")
    with pytest.raises(WriteError):
        make(tmp_path / "t.h5")
    assert (tmp_path / "precious").read_text() == "x"


@pytest.mark.parametrize(
    ("name", "swept"),
    [
        (".t.h5.part-{host}-4194999-1-0a", True),
        (".t.h5.lock-{host}-4194999-1-0a", True),
        (".t.h5.part-elsewhere-4194999-1-0a", False),
        (".t.h5.part-{host}-{pid}-{start}-0a", False),
        (".t.h5.part-{host}-{pid}-1-0a", True),
        (".t.part", False),
        (".hidden.h5", False),
        ("t.h5.part-{host}-4194999-1-0a", False),
    ],
)
def test_only_leftovers_of_dead_processes_of_this_machine_are_swept(tmp_path, name, swept):
    from genomedb.storage.lock import host

    made = tmp_path / name.format(host=host(), pid=os.getpid(), start=started(os.getpid()))
    made.touch()
    (tmp_path / (made.name + "-d")).mkdir()
    assert [p.name for p in sweep(tmp_path)] == ([made.name] if swept else [])


@pytest.mark.parametrize(
    ("code", "way_out"),
    [(errno.ENOSPC, "Free some space"), (errno.EDQUOT, "quota"), (errno.EFBIG, "ulimit -f"),
     (errno.EACCES, "permission"), (errno.EROFS, "read-only"), (errno.EIO, "")],
)  # fmt: skip
def test_a_write_error_names_the_way_out(code, way_out):
    error = write_error(OSError(code, os.strerror(code)), "a/t.h5")
    assert str(error).startswith("a/t.h5: cannot be written (")
    assert way_out in str(error)
    assert error.errno == code


def test_after_a_failure_the_sink_still_reads_back_what_was_written(tmp_path, monkeypatch):
    fd = os.open(tmp_path / "a", os.O_RDWR | os.O_CREAT)
    sink = Sink(fd)
    assert sink.write(b"0123456789") == 10

    def refuse(*_):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "pwrite", refuse)
    sink.seek(8)
    assert sink.write(b"ABCD") == 4
    sink.seek(0)
    assert sink.read(14) == b"01234567ABCD\0\0"
    assert sink.seek(0, 2) == 12
    with pytest.raises(WriteError, match=r"t\.h5"):
        sink.check("t.h5")
    os.close(fd)


def test_what_a_signal_handler_raises_waits_until_hdf5_has_returned(tmp_path, monkeypatch):
    fd = os.open(tmp_path / "a", os.O_RDWR | os.O_CREAT)
    sink, really, calls = Sink(fd), os.pwrite, []

    def interrupted(*args):
        calls.append(args)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return really(*args)

    monkeypatch.setattr(os, "pwrite", interrupted)
    assert sink.write(b"abc") == 3
    assert (tmp_path / "a").read_bytes() == b"abc"
    with pytest.raises(KeyboardInterrupt):
        sink.check("t.h5")
    os.close(fd)


# ---- attributes and digest


@pytest.fixture
def h5(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w", libver=("v110", "v110")) as made:
        yield made


@pytest.mark.parametrize("text", ["", "x", "\u00e4\u4e2d", "a" * 60_000, "line\nline", " x "])
def test_text_is_stored_with_a_fixed_length_and_read_back(h5, text):
    attrs.write_text(h5, "a", text)
    assert attrs.read(h5.id, b"a") == text
    assert h5py.check_string_dtype(h5.attrs.get_id("a").dtype).length is not None


@pytest.mark.parametrize("wrong", ["a" * 60_001, "a\0b", "\ud800", 5, None, b"x"])
def test_text_that_cannot_be_stored_is_refused(h5, wrong):
    with pytest.raises(UsageError, match="attribute a"):
        attrs.write_text(h5, "a", wrong)
    assert attrs.read(h5.id, b"a") is None


@pytest.mark.parametrize(
    "value",
    ["of variable length", np.arange(3), h5py.Empty("f4"), np.void(b"abc"), np.complex64(1),
     np.longdouble(1), np.array(["a", "b"], "S1"), b"\xff"],
)  # fmt: skip
def test_an_attribute_of_another_type_is_refused_one_by_one_and_left_out_of_all(h5, value):
    h5.attrs["a"] = value
    attrs.write_scalar(h5, "n", 5, np.int32)
    with pytest.raises(FormatError, match="attribute"):
        attrs.read(h5.id, b"a")
    assert attrs.read_all(h5.id) == {"n": 5}


def test_the_structure_digest_notices_every_change_of_structure(h5):
    def changed():
        return structure_digest(h5["/"])

    seen = [changed()]
    for change in (
        lambda: h5.create_dataset("x", data=np.zeros(3, "f4")),
        lambda: h5.create_group("g"),
        lambda: attrs.write_text(h5["g"], "a", "b"),
        lambda: attrs.write_text(h5["x"], "a", "b"),
        lambda: attrs.write_scalar(h5, "n", 1, np.int32),
        lambda: attrs.write_scalar(h5, "n", 2, np.int32),
        lambda: (h5.__delitem__("x"), h5.create_dataset("x", data=np.zeros(4, "f4"))),
        lambda: (h5.__delitem__("x"), h5.create_dataset("x", data=np.zeros(4, "i4"))),
    ):
        change()
        seen.append(changed())
    assert len(set(seen)) == len(seen)
    attrs.write_text(h5, "structure_digest", seen[-1])
    assert changed() == seen[-1]
