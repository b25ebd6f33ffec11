"""Items of bigBed blocks, against a slow twin that goes byte by byte."""

import itertools
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomedb.errors import FormatError, UsageError
from genomedb.kernels.bigbed import split_items


def slow_items(blocks, order, n_columns):
    """Rows of chromosome, start, end and column texts; None when they are no such items."""
    rows = []
    for block in blocks:
        while block:
            if len(block) <= 12 or 0 not in block[12:]:
                return None
            stop = block.index(0, 12)
            texts = bytes(block[12:stop]).split(b"\t")
            if len(texts) != max(n_columns, 1) or (not n_columns and texts != [b""]):
                return None
            rows.append((*struct.unpack(order + "III", block[:12]), *texts))
            block = block[stop + 1 :]
    return rows


def fast_items(blocks, order, n_columns):
    try:
        items = split_items(blocks, order, n_columns)
    except FormatError as error:
        assert str(error).startswith("its items do not")
        return None
    texts = []
    for column in range(max(n_columns, 1)):
        data, offset = items.text_column(column)
        texts.append([data[a:b].tobytes() for a, b in itertools.pairwise(offset)])
    numbers = (items.chrom.tolist(), items.start.tolist(), items.end.tolist())
    return list(zip(*numbers, *texts, strict=True))


few = st.sampled_from([0, 1, 9, 255, 256, 2304, 2**31, 2**32 - 1])
item = st.tuples(few, few, few, st.text("ab\t", max_size=6))


@given(st.lists(st.lists(item, max_size=5), max_size=4), st.sampled_from("<>"), st.integers(0, 3))
def test_items_of_blocks(blocks, order, n_columns):
    packed = []
    for items in blocks:
        block = b""
        for *numbers, text in items:
            text = "\t".join(text.split("\t")[:n_columns]) if len(text) > 3 else text
            block += struct.pack(order + "III", *numbers) + text.encode() + b"\0"
        packed.append(block)
    assert fast_items(packed, order, n_columns) == slow_items(packed, order, n_columns)


@given(st.lists(st.binary(max_size=60), max_size=3), st.sampled_from("<>"), st.integers(0, 3))
def test_any_bytes_are_items_or_refused(blocks, order, n_columns):
    assert fast_items(blocks, order, n_columns) == slow_items(blocks, order, n_columns)


def test_blocks_without_end_ask_for_little_memory():
    items = bytes(13) * 100_000
    assert len(split_items([items], "<", 0).start) == 100_000
    with pytest.raises(FormatError, match="do not have 60003 columns"):
        split_items([items], "<", 60_000)


def test_what_cannot_be_is_refused():
    with pytest.raises(UsageError, match="byte order '=' with 1 columns"):
        split_items([], "=", 1)
    with pytest.raises(UsageError, match="with -1 columns"):
        split_items([], "<", -1)
    assert np.size(split_items([], "<", 2).edges) == 0
    for column in (-1, 2):
        with pytest.raises(UsageError, match=f"column {column} of 2"):
            split_items([], "<", 2).text_column(column)
