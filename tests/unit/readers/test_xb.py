"""xb files: every field of the header, both byte orders and strands, and what can be wrong."""

import gzip

import numpy as np
import pytest

from genomedb.errors import FormatError, UsageError
from genomedb.readers.xb import XbHeader, open_xb
from tests.xb_files import xb_bytes

CHROMS = {"chr1": ([1, 2, 255], [7, 8, 9]), "chr2": ([0, 4], [5, 6])}


def read(path, strand="forward"):
    with open_xb(path) as file:
        found = {c: np.concatenate(list(p)).tolist() for c, p in file.values(strand)}
        return file.header, found


@pytest.fixture
def write(tmp_path):
    def put(data):
        (tmp_path / "x.xb").write_bytes(data)
        return tmp_path / "x.xb"

    return put


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("stranded", [False, True])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_values_of_each_strand_are_read(write, order, stranded, pack):
    data = xb_bytes(CHROMS, stranded=stranded, order=order)
    path = write(pack(data))
    header, found = read(path)
    assert header == XbHeader((("chr1", 3), ("chr2", 2)), stranded, len(data))
    assert found == {"chr1": [1, 2, 255], "chr2": [0, 4]}
    if stranded:
        assert read(path, "reverse")[1] == {"chr1": [7, 8, 9], "chr2": [5, 6]}


def test_a_file_of_one_strand_has_no_reverse_values(write):
    path = write(xb_bytes(CHROMS))
    with pytest.raises(UsageError, match=r"one strand only\. Ask for forward"):
        read(path, "reverse")
    with pytest.raises(UsageError, match="strand 'up'"):
        read(path, "up")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is no xb file"),
        (b"\xb1\x60", "is no xb file"),
        (xb_bytes(CHROMS, magic=1), "is no xb file"),
        (xb_bytes(CHROMS, version=2), "version 2"),
        (xb_bytes(CHROMS, size=2), "2 bytes a value"),
        (xb_bytes(CHROMS)[:-1], "ends within chr2"),
        (xb_bytes(CHROMS)[:16], "ends within the header"),
        (xb_bytes(CHROMS) + b"x", "more bytes than its header says. A whole file has 37"),
        (xb_bytes({"": ([1], [])}), "no name or no length"),
        (xb_bytes({"c": ([], [])}), "no name or no length"),
        (xb_bytes({"cc": ([1], [])}).replace(b"cc", b"\xff\xff"), "name is no text"),
        (xb_bytes({"ca": ([1], []), "cb": ([1], [])}).replace(b"cb", b"ca"), "twice"),
    ],
)
def test_what_is_wrong_is_said(write, data, said):
    path = write(data)
    with pytest.raises(FormatError, match=said) as raised:
        read(path)
    assert str(path) in str(raised.value)
