"""Attributes against a reference that is slow and obvious."""

from urllib.parse import quote

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomedb.core.texts import Texts
from genomedb.kernels.attributes import AttributeSplitter, info_ends


def columns_of(lines, style="gff3", max_keys=200, splitter=None):
    splitter = splitter or AttributeSplitter(style, max_keys)
    texts = Texts.of(lines)
    found = splitter.split(texts.data, texts.offset)
    keys = [*splitter.keys, *["(other)"] * (max_keys + 1 - len(splitter.keys))]
    return {keys[k]: Texts(*run).tolist() for k, run in found.items()}


KEYS = st.text("abcXY", min_size=1, max_size=3)
VALUES = st.text(st.characters(codec="utf-8", exclude_characters='"\n\r\t'), max_size=12)


@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=5), max_size=8))
def test_gff3_reads_back(rows):
    lines = [";".join(f"{k}={quote(v)}" for k, v in row.items()) for row in rows]
    keys = {k for row in rows for k in row}
    assert columns_of(lines) == {k: [row.get(k, "") for row in rows] for k in keys}


@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=5), max_size=8))
def test_gtf_reads_back(rows):
    lines = [" ".join(f'{k} "{v}";' for k, v in row.items()) for row in rows]
    keys = {k for row in rows for k in row}
    assert columns_of(lines, "gtf") == {k: [row.get(k, "") for row in rows] for k in keys}


def test_repeated_keys_are_joined():
    lines = ['gene_id "g"; tag "a"; tag "b; c"; level 2', 'tag "d"']
    assert columns_of(lines, "gtf") == {
        "gene_id": ["g", ""], "tag": ["a,b; c", "d"], "level": ["2", ""],
    }  # fmt: skip


def test_several_quoted_values_stay_as_written():
    assert columns_of(['note "a" "b"; x "1'], "gtf") == {"note": ['"a" "b"'], "x": ['"1']}


@pytest.mark.parametrize(
    ("value", "shown"), [("100%", "100%"), ("%zz%4", "%zz%4"), ("%41%e2%82%AC", "A€"), ("%", "%")]
)
def test_percent_signs(value, shown):
    assert columns_of([f"n={value}"]) == {"n": [shown]}


def test_keys_after_the_last_one_and_words_without_value_are_kept_as_written():
    lines = ["a=1;b=2;c=%41;word", ".", "d=4;=5;a=", "k" * 300 + "=1"]
    assert columns_of(lines, max_keys=2) == {
        "a": ["1", "", "", ""],
        "b": ["2", "", "", ""],
        "(other)": ["c=%41;word", "", "d=4;=5", "k" * 300 + "=1"],
    }


def test_keys_continue_and_only_those_that_occur_have_texts():
    splitter = AttributeSplitter("gff3", 3)
    assert columns_of(["a=1"], splitter=splitter, max_keys=3) == {"a": ["1"]}
    assert columns_of(["b=2"], splitter=splitter, max_keys=3) == {"b": ["2"]}
    assert splitter.keys == ["a", "b"]


def test_ends_of_info():
    texts = Texts.of(["X;END=7", "CIEND=3;END=9;END=1", "SVLEN=3", "", "END=x"])
    ends, wrong = info_ends(texts.data, texts.offset, np.arange(4))
    assert (ends.tolist(), wrong) == ([7, 9, -1, -1], -1)
    assert info_ends(texts.data, texts.offset, np.array([0, 4]))[1] == 1
