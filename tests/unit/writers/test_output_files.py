"""Output files appear whole or not at all."""

import gzip
import os
import sys
from io import BytesIO
from types import SimpleNamespace

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from genomedb.errors import MissingDependencyError, UsageError, WriteError
from genomedb.writers.compressed import open_output, publish_file


def write(path, data=b"text\n", **options):
    with open_output(path, **options) as out:
        out.write(data)


def test_a_file_is_there_only_when_it_is_whole(tmp_path):
    with open_output(tmp_path / "x.txt") as out:
        out.write(b"text")
        assert not (tmp_path / "x.txt").exists()
    assert (tmp_path / "x.txt").read_bytes() == b"text"
    assert os.listdir(tmp_path) == ["x.txt"]


def test_nothing_is_left_of_a_file_that_failed(tmp_path):
    def fail():
        with open_output(tmp_path / "x.gz") as out:
            out.write(b"text")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert os.listdir(tmp_path) == []


@given(data=st.binary(max_size=300), repeat=st.sampled_from([1, 1000]))
def test_gzip_by_name_reads_back_and_is_the_same_each_time(tmp_path_factory, data, repeat):
    path = tmp_path_factory.getbasetemp() / "x.gz"
    write(path, data * repeat, overwrite=True)
    first = path.read_bytes()
    assert gzip.decompress(first) == data * repeat
    write(path, data * repeat, overwrite=True)
    assert path.read_bytes() == first


@given(data=st.binary(max_size=300), repeat=st.sampled_from([1, 10_000]))
def test_zstd_by_name_reads_back_and_is_the_same_each_time(tmp_path_factory, data, repeat):
    path = tmp_path_factory.getbasetemp() / "x.ZST"
    write(path, data * repeat, overwrite=True)
    first = path.read_bytes()
    unpacking = zstandard.ZstdDecompressor().decompressobj()
    assert unpacking.decompress(first) == data * repeat
    assert unpacking.eof
    assert not unpacking.unused_data
    write(path, data * repeat, overwrite=True)
    assert path.read_bytes() == first


def test_zstd_without_its_package_is_explained_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(MissingDependencyError, match=r"x.zst: writing zstd needs .*name the file"):
        write(tmp_path / "x.zst")
    assert os.listdir(tmp_path) == []


def test_many_small_writes_make_full_blocks(tmp_path):
    with open_output(tmp_path / "x.bgz") as out:
        for i in range(50_000):
            out.write(b"%d some text that is not very long\n" % i)
    assert gzip.decompress((tmp_path / "x.bgz").read_bytes()).count(b"\n") == 50_000


def test_an_existing_file_is_kept_unless_overwriting_is_asked_for(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"old")
    with pytest.raises(WriteError, match=r"x: there already. Ask to overwrite it"):
        write(path)
    assert path.read_bytes() == b"old"
    write(path, overwrite=True)
    assert path.read_bytes() == b"text\n"


def test_a_file_that_appears_meanwhile_is_kept(tmp_path):
    path = tmp_path / "x"

    def write_meanwhile():
        with open_output(path) as out:
            out.write(b"mine")
            path.write_bytes(b"theirs")

    with pytest.raises(WriteError, match="there already"):
        write_meanwhile()
    assert path.read_bytes() == b"theirs"
    assert os.listdir(tmp_path) == ["x"]


def test_what_cannot_be_written_is_explained(tmp_path):
    with pytest.raises(WriteError, match="does not exist"):
        write(tmp_path / "absent" / "x")
    with pytest.raises(WriteError, match="is a directory"):
        write(tmp_path)
    with pytest.raises(WriteError, match="cannot be"):
        write(tmp_path / "a\0b")
    with pytest.raises(WriteError, match="cannot be written"):
        write(tmp_path / ("n" * 300))


def test_an_error_of_the_disk_is_a_write_error(tmp_path):
    with (
        pytest.raises(WriteError, match="cannot be written: No space left"),
        open_output(tmp_path / "x"),
    ):
        raise OSError(28, "No space left on device")
    with pytest.raises(WriteError, match="cannot be written"), publish_file(tmp_path / "x"):
        pass  # no part file was made
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_standard_output_is_a_write_error(monkeypatch):
    with open("/dev/full", "wb") as full:
        monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=full))
        with pytest.raises(WriteError, match="<stdout>: cannot be written: No space left"):
            write("-")
        monkeypatch.undo()
        full_descriptor = os.open("/dev/null", os.O_WRONLY)
        os.dup2(full_descriptor, full.fileno())
        os.close(full_descriptor)


def test_standard_output(monkeypatch):
    target = BytesIO()
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=target))
    write("-")
    assert target.getvalue() == b"text\n"
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(UsageError, match="standard output is closed"):
        write("-")
