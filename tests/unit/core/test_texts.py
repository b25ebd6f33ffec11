"""Texts behave as the list of strings that they hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomedb.core.texts import Texts

words = st.lists(st.text(st.characters(codec="utf-8"), max_size=5), max_size=12)


@given(words)
def test_texts_are_the_strings_they_were_made_of(listed):
    made = Texts.of(listed)
    assert len(made) == len(listed)
    assert made.tolist() == list(made) == listed
    assert [made[i] for i in range(len(listed))] == listed
    assert [made[i - len(listed)] for i in range(len(listed))] == listed
    assert made.sizes.tolist() == [len(t.encode()) for t in listed]


@given(words, st.integers(0, 12), st.integers(0, 12))
def test_slices_and_joins_are_those_of_lists(listed, a, b):
    first, last = sorted((min(a, len(listed)), min(b, len(listed))))
    made = Texts.of(listed)
    middle = made.slice(first, last)
    assert middle.tolist() == listed[first:last]
    joined = Texts.joined([middle, made, Texts.empty(2)])
    assert joined.tolist() == [*listed[first:last], *listed, "", ""]
    assert joined.offset[0] == 0


def test_bytes_that_are_no_utf8_become_escapes():
    made = Texts(np.frombuffer(b"a\xffb", np.uint8), np.array([0, 2, 3]))
    assert made.tolist() == ["a\\xff", "b"]
    assert made[0] == "a\\xff"


def test_a_text_that_is_not_there_is_an_index_error():
    with pytest.raises(IndexError, match="text 2 of 2"):
        Texts.of(["a", "b"])[2]
    assert Texts.joined([]).tolist() == []
