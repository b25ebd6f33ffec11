"""sample_markov: what is copied, what is drawn, and that nobody's work shows."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from synth_toy import SIZES, bin_of, make_toy

from genomedb.analysis import synth_strata
from genomedb.analysis.synth_model import Dimension, MarkovModel
from genomedb.analysis.synth_sample import sample_markov, sample_markov_to_file
from genomedb.analysis.synth_train import train_markov
from genomedb.analysis.synth_words import forbid_kmer
from genomedb.db.create import create_database
from genomedb.errors import GenomeDBWarning, TrackNotFoundError, UsageError, WriteError
from genomedb.expr import stream as stream_module
from genomedb.iterators import steps

ROWS = [("chr10", 3, 90), ("chr2", 33, 34), ("chr2", 30, 300), ("chr2", 150, 403), ("chr1", 0, 61)]
BREAKS = [0, 0.4, 1]


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return make_toy(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def model(toy):
    return train_markov(toy.db, Dimension.of("t", BREAKS), k=2, iterator=10)


@pytest.fixture(scope="module")
def marked(model):
    """Cell 0 writes A only, cell 1 C only."""
    cdf = np.ones_like(model.cdf)
    cdf[1, :, 0] = 0
    return replace(model, cdf=cdf)


def test_sequences_are_as_long_as_their_intervals(toy, model):
    texts = sample_markov(toy.db, model, ROWS, n_samples=2, seed=1)
    assert [len(t) for t in texts] == [b - a for _, a, b in ROWS for _ in range(2)]
    assert [len(t) for t in sample_markov(toy.db, model)] == list(SIZES.values())
    assert sample_markov(toy.db, model, []) == []


def test_n_and_copied_intervals_keep_their_letters(toy, model):
    keep = [("chr2", 100, 180), ("chr2", 150, 200), ("chr1", 60, 61)]
    texts = sample_markov(toy.db, model, ROWS, seed=1, keep=keep)
    for (chrom, start, end), text in zip(ROWS, texts, strict=True):
        for p, letter in enumerate(text, start):
            there = toy.text[chrom][p]
            if there in "Nn" or any(c == chrom and a <= p < b for c, a, b in keep):
                assert letter == there
            else:
                assert letter in "ACGT"
        assert len(text) == end - start
    assert "N" not in "".join(sample_markov(toy.db, model, ROWS, keep_n=False))


def test_letters_depend_on_the_bin_at_the_first_letter_before(toy, marked):
    (text,) = sample_markov(toy.db, marked, "chr2", seed=1)
    for p in range(2, len(text)):
        number = bin_of(toy.values["t"]["chr2"][p - 2], BREAKS)
        if number >= 0 and "N" not in text[p - 2 : p + 1]:
            assert text[p] == "AC"[number], p


@pytest.mark.parametrize(
    "options",
    [
        {"merge": [[{"from": (0, 0.4), "to": (0.4, 1)}]]},
        {"cell_merge": [{"from": [0.2], "to": [0.7]}]},
        {"cell_merge": pd.DataFrame({"from_1": [0.2], "to_1": [0.7]})},
    ],
)
def test_cells_may_use_the_probabilities_of_others(toy, marked, options):
    (text,) = sample_markov(toy.db, marked, "chr2", seed=1, **options)
    for p in range(2, len(text)):
        if bin_of(toy.values["t"]["chr2"][p - 2], BREAKS) >= 0 and "N" not in text[p - 2 : p + 1]:
            assert text[p] == "C"


def test_redirects_that_do_nothing_or_are_overridden_warn(toy, marked):
    items = [{"from": [0.2], "to": [0.2]}, {"from": [0.7], "to": [0.7]}]
    with pytest.warns(GenomeDBWarning, match="2 item.* lead from a cell to itself"):
        sample_markov(toy.db, marked, "chr1", cell_merge=items)
    items = [{"from": [0.2], "to": [0.7]}] * 2
    with pytest.warns(GenomeDBWarning, match="1 item.* the last wins"):
        sample_markov(toy.db, marked, "chr1", cell_merge=items)


def test_the_seed_alone_decides(toy, model, tmp_path):
    draw = partial(sample_markov, toy.db, model, ROWS, n_samples=2, keep="chr2:40-60")
    texts = draw(seed=5)
    assert draw(seed=5) == texts
    assert draw(seed=6) != texts
    assert draw(seed=-5) != texts
    assert draw() != draw()
    assert draw(seed=5, n_samples=1) == texts[::2]
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as pool:
        patch.setattr(steps, "PIECE_ROWS", 7)
        patch.setattr(steps, "_MANY", 5)
        patch.setattr(stream_module, "tasks_of", partial(stream_module.tasks_of, rows=9))
        patch.setattr(synth_strata, "BASES", 13)
        assert draw(seed=5) == texts
        assert draw(seed=5, executor=pool) == texts
        sample_markov_to_file(toy.db, model, tmp_path / "a", scope=ROWS, format="raw", seed=5,
                              n_samples=2, keep="chr2:40-60")  # fmt: skip
    assert (tmp_path / "a").read_text() == "".join(texts)


def test_order_0_is_drawn_in_one_stream_too(toy, monkeypatch):
    letters = MarkovModel.independent([3, 1, 0, 0])
    (text,) = sample_markov(toy.db, letters, "chr2", seed=1, keep_n=False)
    assert set(text) == {"A", "C"}
    assert 0.65 < text.count("A") / len(text) < 0.85
    monkeypatch.setattr(synth_strata, "BASES", 13)
    assert sample_markov(toy.db, letters, "chr2", seed=1, keep_n=False) == [text]


@pytest.mark.parametrize("by", [(), (Dimension.of("t", BREAKS),)])
def test_words_of_samples_are_as_frequent_as_the_model_says(toy, by):
    model = train_markov(toy.db, by, k=2, iterator=10 if by else None, pseudocount=0)
    texts = sample_markov(toy.db, model, n_samples=150, seed=2, keep_n=False)
    counts = np.zeros_like(model.counts)
    for i, text in enumerate(texts):
        codes = np.array(["ACGT".index(c) for c in text])
        cell = np.zeros(codes.size, int)
        if by:
            values = toy.values["t"][list(SIZES)[i // 150]]
            cell = np.array([bin_of(v, BREAKS) for v in values])
        word = 4 * codes[:-2] + codes[1:-1]
        inside = cell[:-2] >= 0
        np.add.at(counts, (cell[:-2][inside], word[inside], codes[2:][inside]), 1)
    found = counts / counts.sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(found, model.probabilities, atol=0.05)


def test_short_intervals_begin_like_the_genome(toy):
    model = train_markov(toy.db, k=3)
    rows = pd.DataFrame({"chrom": "chr2", "start": np.repeat(7, 4000), "end": 10})
    texts = sample_markov(toy.db, model, rows, seed=1, keep_n=False)
    shares = pd.Series(texts).value_counts(normalize=True)
    weight = model.counts.sum(axis=(0, 2))
    for i in np.argsort(weight)[-3:]:
        word = "".join("ACGT"[i >> s & 3] for s in (4, 2, 0))
        assert abs(shares[word] - weight[i] / weight.sum()) < 0.02
    assert len(shares) == np.count_nonzero(weight)


def test_a_forbidden_word_is_nowhere(toy):
    model = train_markov(toy.db, k=3, pseudocount=1)
    for word in ("CG", "T", "ACAT"):
        made = forbid_kmer(model, word).model
        texts = sample_markov(toy.db, made, ROWS, n_samples=20, seed=1)
        assert not any(word in text for text in texts)
    assert any("CG" in text for text in sample_markov(toy.db, model, ROWS, n_samples=20, seed=1))


def test_no_sequence_is_needed_where_none_is_kept(tmp_path):
    db = create_database(tmp_path / "root", "toy", SIZES)
    letters = MarkovModel.independent([1, 1, 1, 1])
    assert len(sample_markov(db, letters, "chr1", keep_n=False)[0]) == 61
    with pytest.raises(TrackNotFoundError, match="no sequence"):
        sample_markov(db, letters, "chr1")


def test_files_hold_records_of_lines_of_60_letters(toy, model, tmp_path, monkeypatch):
    rows = [("chr2", 0, 403), ("chr10", 0, 60), ("chr10", 0, 60), ("chr1", 1, 61)]
    names = ["chr2", "chr10:0-60", "chr10:0-60", "chr1:1-61"]
    for n, size in ((1, 1 << 20), (1, 50), (3, 50)):
        monkeypatch.setattr(synth_strata, "BASES", size)
        path = tmp_path / "s.fa"
        sample_markov_to_file(toy.db, model, path, scope=rows, seed=1, n_samples=n, overwrite=True)
        records = [r.split("\n", 1) for r in path.read_text().split(">")[1:]]
        ends = [f"_sample{i + 1}" for i in range(n)] if n > 1 else [""]
        assert [r[0] for r in records] == [name + end for name in names for end in ends]
        texts = sample_markov(toy.db, model, rows, seed=1, n_samples=n)
        assert ["".join(r[1].split("\n")) for r in records] == texts
        lines = [r[1].splitlines() for r in records]
        assert all(len(one) == 60 for record in lines for one in record[:-1])
        assert all(0 < len(record[-1]) <= 60 for record in lines)


def test_files_that_are_there_stay(toy, model, tmp_path):
    path = tmp_path / "s.fa"
    path.write_text("mine")
    with pytest.raises(WriteError, match="there already"):
        sample_markov_to_file(toy.db, model, path, scope=ROWS)
    assert path.read_text() == "mine"
    with pytest.raises(UsageError, match="no format 'x'"):
        sample_markov_to_file(toy.db, model, path, scope=ROWS, format="x", overwrite=True)
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": "m"}, "model is 'm'"),
        ({"n_samples": 0}, "n_samples is 0"),
        ({"n_samples": 1.5}, "n_samples is 1.5"),
        ({"seed": 1.5}, "seed is 1.5"),
        ({"seed": "x"}, "seed is 'x'"),
        ({"iterator": -1}, "iterator is -1"),
        ({"merge": [None, None]}, "bin_merge must be a list with 1 elements"),
        ({"merge": [[{"from": 1}]]}, "merge 1: has no 'to'"),
        (
            {"cell_merge": [{"from": [5], "to": [0.1]}]},
            "'from' value 5 is in no bin of dimension 1",
        ),
        ({"cell_merge": [{"from": [0.1, 1], "to": [0.1]}]}, "'from' has 2 values, not 1"),
        ({"cell_merge": [{"from": [0.1]}]}, "must be a dict with 'from' and 'to'"),
        ({"cell_merge": pd.DataFrame({"from_1": [1]})}, "cell_merge has no column to_1"),
        ({"cell_merge": 5}, "must be a list of entries or a DataFrame"),
        ({"keep": "nope"}, "nope"),
        ({"scope": pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [62]})}, "chr1"),
    ],
)
def test_bad_arguments_are_named(toy, model, options, message):
    given = {"model": model, "scope": ROWS} | options
    with pytest.raises((UsageError, TrackNotFoundError, ValueError), match=message):
        sample_markov(toy.db, **given)


def test_probabilities_of_letters_are_checked():
    for wrong in ([1, 1, 1], [-1, 1, 1, 1], [0, 0, 0, 0], [np.nan, 1, 1, 1], [np.inf, 1, 1, 1]):
        with pytest.raises(UsageError, match="no probabilities of A, C, G and T"):
            MarkovModel.independent(wrong)
