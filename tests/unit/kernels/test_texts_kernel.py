"""Runs of texts against plain Python."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomedb.core.texts import Texts
from genomedb.errors import UsageError
from genomedb.kernels.texts import (
    count_items,
    gather,
    parse_integers,
    parse_numbers,
)


def run(texts):
    made = Texts.of(texts)
    return made.data, made.offset


@given(st.lists(st.binary(max_size=40), max_size=20), st.data())
def test_gather_is_indexing(texts, data):
    index = data.draw(st.lists(st.integers(0, len(texts) - 1), max_size=30)) if texts else []
    got, offset = gather(*run(texts), np.array(index, np.int64))
    whole = got.tobytes()
    assert [whole[a:b] for a, b in itertools.pairwise(offset)] == [texts[i] for i in index]


def test_gather_takes_a_slice_of_a_run():
    part = Texts.of(["a", "bc", "def"]).slice(1, 3)
    assert Texts(*gather(part.data, part.offset, np.array([1, 0]))).tolist() == ["def", "bc"]


@pytest.mark.parametrize("index", [-1, 2])
def test_gather_names_an_index_outside(index):
    with pytest.raises(UsageError, match=f"index {index} is outside 2 texts"):
        gather(*run(["a", "b"]), np.array([0, index]))


@pytest.mark.parametrize("offset", [[0, 9], [-1, 1], [1, 0], []])
def test_offsets_that_lead_outside_are_refused(offset):
    with pytest.raises(UsageError, match="offsets of texts"):
        parse_numbers(np.zeros(3, np.uint8), np.array(offset, np.int64))


@given(st.lists(st.floats(allow_nan=False)))
def test_numbers_read_back(values):
    got, wrong = parse_numbers(*run([repr(v) for v in values]))
    assert wrong == -1
    assert got.tolist() == values


@pytest.mark.parametrize("text", ["x", "1x", "", ".", "1 2", " 1", "1e999", "--1", "0x10", "1_0"])
def test_the_first_text_that_is_no_number_is_found(text):
    got, wrong = parse_numbers(*run(["1", "-2.5", text, "y"]))
    assert wrong == 2
    assert got[:2].tolist() == [1.0, -2.5]


def test_points_and_nothing_are_nan_when_asked():
    got, wrong = parse_numbers(*run([".", "", "3"]), missing=True)
    assert wrong == -1
    assert math.isnan(got[0])
    assert math.isnan(got[1])
    assert got[2] == 3


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_integers_read_back(values):
    got, wrong = parse_integers(*run([str(v) for v in values]))
    assert wrong == -1
    assert got.tolist() == values


@pytest.mark.parametrize(
    "text",
    [
        "9223372036854775808",
        "-9223372036854775809",
        "1.0",
        "",
        "-",
        "+",
        "1e3",
        "99999999999999999999",
    ],
)
def test_what_is_no_64_bit_integer_is_found(text):
    assert parse_integers(*run(["+1", text]))[1] == 1


def test_no_texts_are_all_integers():
    assert parse_integers(*run([]))[1] == -1
    assert parse_numbers(*run([]))[1] == -1
    assert count_items(*run([])).tolist() == []


@given(st.lists(st.text("1,", max_size=9)))
def test_items_between_commas(texts):
    wanted = [len(t.removesuffix(",").split(",")) if t else 0 for t in texts]
    assert count_items(*run(texts)).tolist() == wanted
