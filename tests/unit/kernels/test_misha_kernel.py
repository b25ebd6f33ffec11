"""Bytes of misha files: checksum, value blocks, texts, against slow twins."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from misha_files import crc64 as slow_crc64
from misha_files import r_string

from genomedb.errors import UsageError
from genomedb.kernels.misha import crc64, spread_blocks, text_places


def test_the_checksum_of_the_usual_digits_is_the_known_one():
    assert crc64(b"123456789") == 0x995DC9BBDF1939FA


@given(st.binary(max_size=300))
def test_the_checksum_is_that_of_the_slow_twin(data):
    assert crc64(data) == crc64(np.frombuffer(data, np.uint8)) == slow_crc64(data)


BLOCKS = st.lists(
    st.dictionaries(st.integers(0, 4), st.floats(width=32), max_size=5), min_size=1, max_size=8
)


@given(blocks=BLOCKS)
def test_blocks_are_spread_over_the_columns(blocks):
    data, at = b"", []
    want = np.full((len(blocks), 5), np.nan, "f4")
    for row, block in enumerate(blocks):
        at.append(len(data))
        data += struct.pack("<I", len(block))
        for column, value in block.items():
            data += struct.pack("<fI", value, column)
            want[row, column] = value if np.isfinite(value) else np.nan
    table, bad = spread_blocks(data, np.array(at), 5)
    assert bad == -1
    assert np.array_equal(table, want, equal_nan=True)


@pytest.mark.parametrize(
    ("data", "at"),
    [
        (b"", 0), (bytes(4), 1), (bytes(4), -1), (bytes(4), 2**62), (struct.pack("<I", 1), 0),
        (struct.pack("<I", 2**32 - 1) + bytes(16), 0), (struct.pack("<IfI", 1, 1, 2), 0),
        (struct.pack("<IfI", 1, 1, 2**32 - 1), 0),
    ],
)  # fmt: skip
def test_the_first_damaged_block_is_told(data, at):
    assert spread_blocks(data, np.array([at]), 2)[1] == 0
    good = struct.pack("<IfI", 1, 7, 1)
    if at >= 0:
        assert spread_blocks(good + data, np.array([0, len(good) + at]), 2)[1] == 1


@given(st.lists(st.none() | st.text(max_size=6), max_size=10))
def test_texts_are_found_one_behind_the_other(texts):
    data = b"head" + b"".join(map(r_string, texts))
    start, length, is_latin, end = text_places(data, 4, len(texts))
    assert end == len(data)
    assert not is_latin.any()
    found = [
        data[a : a + n].decode() if n >= 0 else None for a, n in zip(start, length, strict=True)
    ]
    assert found == texts


@pytest.mark.parametrize("n", [-1, 2, 2**40])
def test_texts_that_are_not_there_are_told(n):
    assert text_places(r_string("abc"), 0, n)[3] == -1
    assert text_places(r_string("abc")[:-1], 0, 1)[3] == -1
    assert text_places(struct.pack(">ii", 9, -2), 0, 1)[3] == -1
    assert text_places(struct.pack(">ii", 13, 0), 0, 1)[3] == -1
    assert text_places(b"", 1, 0)[3] == -1


def test_what_are_no_bytes_is_refused():
    with pytest.raises(UsageError, match="array of uint8"):
        crc64(np.zeros(3))
    with pytest.raises(UsageError, match="n_columns is 0"):
        spread_blocks(b"", np.zeros(0, np.int64), 0)
