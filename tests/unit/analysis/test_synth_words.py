"""Models without a word, sequence without a word, merged bins and cells."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from synth_toy import LETTERS, SIZES, make_toy

from genomedb.analysis.synth_cells import cell_redirects, cell_table
from genomedb.analysis.synth_model import Dimension, bin_map
from genomedb.analysis.synth_train import train_markov
from genomedb.analysis.synth_words import forbid_kmer, replace_kmer, replace_kmer_to_file
from genomedb.errors import UsageError

EDGES = [0, 1, 2, 4]


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return make_toy(tmp_path_factory.mktemp("words"))


@pytest.fixture(scope="module")
def model(toy):
    by = [Dimension.of("t", [0, 0.4, 1]), Dimension.of("u", [0, 0.2, 0.5, 1])]
    return train_markov(toy.db, by, k=2, iterator=10)


# ---- words of a model


@pytest.mark.parametrize("word", ["C", "CG", "AA", "TTT", "acg"])
def test_letters_that_complete_the_word_have_no_probability(model, word):
    found = forbid_kmer(model, word)
    word, n_lost, n_empty = word.upper(), 0, 0
    for cell in range(6):
        for i, before in enumerate(map("".join, product(LETTERS, repeat=2))):
            counts = model.counts[cell, i]
            bad = np.array([word in before + letter for letter in LETTERS])
            n_lost += np.count_nonzero(counts[bad])
            kept = np.where(bad, 0, counts)
            if kept.sum():
                expected = kept / kept.sum()
            else:
                n_empty += 1
                expected = np.where(bad.all() | ~bad, 1.0, 0)
                expected /= expected.sum()
            np.testing.assert_allclose(found.model.probabilities[cell, i], expected, atol=1e-12)
            assert found.model.counts[cell, i].tolist() == kept.tolist()
    assert (found.n_transitions, found.n_empty) == (n_lost, n_empty)
    assert 0 < found.n_cells <= 6
    assert model.counts.sum() == model.kmers.sum(), "the model itself stays"


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("", "non-empty DNA over ACGT"),
        ("ACN", "non-empty DNA over ACGT"),
        (5, "non-empty DNA over ACGT"),
        ("ACGT", r"pattern length 4 exceeds k \+ 1 = 3"),
    ],
)
def test_words_that_cannot_be_forbidden_are_named(model, word, message):
    with pytest.raises(UsageError, match=message):
        forbid_kmer(model, word)


# ---- words of a sequence


def test_the_leftmost_word_is_replaced_until_there_is_none(toy, tmp_path):
    rows = [("chr2", 3, 203), ("chr1", 0, 61), ("chr2", 0, 403)]
    expected = []
    for chrom, start, end in rows:
        text = toy.text[chrom][start:end].upper()
        while "CA" in text:
            text = text.replace("CA", "AC", 1)
        expected.append(text)
    assert replace_kmer(toy.db, "cA", "AC", rows) == expected
    assert len(replace_kmer(toy.db, "CA", "AC")) == len(SIZES)
    replace_kmer_to_file(toy.db, "CA", "AC", tmp_path / "a", scope=rows, format="raw")
    assert (tmp_path / "a").read_text() == "".join(expected)
    replace_kmer_to_file(toy.db, "CA", "AC", tmp_path / "a.fa", scope=rows)
    assert (tmp_path / "a.fa").read_text().split("\n")[0] == ">chr2:3-203"
    assert ">chr1\n" in (tmp_path / "a.fa").read_text()


def test_composition_may_change_if_asked(toy):
    (text,) = replace_kmer(toy.db, "C", "T", "chr1", check_composition=False)
    assert text == toy.text["chr1"].upper().replace("C", "T")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("", "A"), "target cannot be empty"),
        (("A", None), "replacement cannot be empty"),
        (("A", "AC"), "must have the same length"),
        (("AC", "AG"), "must have the same nucleotide composition"),
        (("CG", "cg"), "replaced by itself"),
        (("C-", "-C"), "target is 'C-'"),
    ],
)
def test_words_that_cannot_be_replaced_are_named(toy, words, message):
    with pytest.raises(UsageError, match=message):
        replace_kmer(toy.db, *words)


# ---- bins and cells


@pytest.mark.parametrize(
    ("merge", "expected"),
    [
        ([], [0, 1, 2]),
        ([{"from": (2, 4), "to": (1, 2)}], [0, 1, 1]),
        ([{"from": 1, "to": 0.5}], [0, 0, 0]),
        ([{"from": (0, 1), "to": (1, 2)}, {"from": (0, 2), "to": (2, 4)}], [2, 2, 2]),
        ([{"to": (0, 1)}], [0, 1, 2]),
    ],
)
def test_bins_whose_middle_is_in_a_range_count_as_another(merge, expected):
    found = bin_map(EDGES, merge)
    assert found.tolist() == expected
    assert found.dtype == np.int32


@pytest.mark.parametrize(
    ("breaks", "merge", "message"),
    [
        ([0], [], "1 breaks make no bin"),
        (EDGES, [{"from": 1}], "merge 1: has no 'to'"),
        (EDGES, [{"to": (0, 1)}, 5], "merge 2: has no 'to'"),
        (EDGES, [{"from": 1, "to": (7, 8)}], r"'to' \(7, 8\) is in none of the bins from 0 to 4"),
        (EDGES, [{"from": (1, 2, 3), "to": 1}], r"\(1, 2, 3\) is no range"),
        (EDGES, [{"from": 1, "to": "x"}], "'x' is no range"),
    ],
)
def test_merges_that_cannot_be_are_named(breaks, merge, message):
    with pytest.raises(UsageError, match=message):
        bin_map(breaks, merge)


def test_the_first_dimension_is_the_fastest():
    plain = [Dimension.of("a", EDGES), Dimension.of("b", [0, 1, 2])]
    assert cell_table(plain).tolist() == [0, 1, 2, 3, 4, 5]
    merged = [Dimension.of("a", EDGES, [{"from": (0, 1), "to": (2, 4)}]), plain[1]]
    assert cell_table(merged).tolist() == [2, 1, 2, 5, 4, 5]
    assert cell_table([]).tolist() == [0]


def test_cells_are_found_by_values(model):
    items = [{"from": [0.1, 0.5], "to": [1, 1]}, {"from": [0.4, 0], "to": [0, 0.3]}]
    found = cell_redirects(model, items)
    expected = pd.DataFrame(
        {"source_flat": [5, 2], "target_flat": [6, 3], "from_1": [1, 2], "to_1": [2, 1],
         "from_2": [3, 1], "to_2": [3, 2]}
    )  # fmt: skip
    pd.testing.assert_frame_equal(found, expected)
    merge = [None, [{"from": (0.5, 1), "to": (0, 0.2)}]]
    assert cell_redirects(model, items, merge)["source_flat"].tolist() == [1, 2]
    assert len(cell_redirects(model, [])) == 0


def test_a_model_of_one_cell_has_no_redirects(toy):
    with pytest.raises(UsageError, match="requires a stratified model"):
        cell_redirects(train_markov(toy.db, k=1), [])


def test_models_tell_what_they_are(model, toy):
    assert repr(model) == f"<MarkovModel of order 2, 6 cells by t, u, {model.kmers.sum():,} k-mers>"
    assert "order 1, one cell, " in repr(train_markov(toy.db, k=1))
