"""Sequence of intervals; words and motifs in texts."""

import collections

import numpy as np
import pandas as pd
import pytest

from genomedb.analysis import sequences
from genomedb.analysis.sequences import (
    complement,
    extract_sequence,
    kmer_count,
    kmer_distribution,
    pwm_score,
    reverse,
    reverse_complement,
)
from genomedb.db.create import create_database
from genomedb.errors import ChromError, TrackNotFoundError, UsageError
from genomedb.importers.sequence import import_fasta

P = [[0.7, 0.1, 0.1, 0.1], [0.1, 0.7, 0.1, 0.1], [0.05, 0.05, 0.85, 0.05]]
SIZES = {"chr1": 100_000, "chr2": 500}


@pytest.fixture(scope="module")
def genome():
    rng = np.random.default_rng(3)
    letters = list("ACGTacgtN")
    return {name: "".join(rng.choice(letters, size)) for name, size in SIZES.items()}


@pytest.fixture(scope="module")
def db(tmp_path_factory, genome):
    folder = tmp_path_factory.mktemp("sequences")
    fasta = folder / "toy.fa"
    fasta.write_text("".join(f">{name}\n{text}\n" for name, text in genome.items()))
    db = create_database(folder / "db", "toy", SIZES)
    import_fasta(db, "seq", fasta)
    return db


def frame(*rows, strand=None):
    made = pd.DataFrame(rows, columns=["chrom", "start", "end"])
    return made if strand is None else made.assign(strand=strand)


def random_rows(n):
    rng = np.random.default_rng(n)
    chrom = rng.choice(list(SIZES), n).tolist()
    start = [int(rng.integers(0, SIZES[c] - 1)) for c in chrom]
    end = [min(s + int(rng.integers(1, 900)), SIZES[c])
           for c, s in zip(chrom, start, strict=True)]  # fmt: skip
    return list(zip(chrom, start, end, strict=True))


def test_sequences_come_in_the_order_of_rows_and_on_their_strand(db, genome):
    rows = random_rows(50)
    strand = [(-1, 0, 1)[i % 3] for i in range(50)]
    expected = [genome[c][s:e] for c, s, e in rows]
    assert extract_sequence(db, frame(*rows)) == expected
    turned = [reverse_complement(t) if x == -1 else t
              for t, x in zip(expected, strand, strict=True)]  # fmt: skip
    assert extract_sequence(db, frame(*rows, strand=strand)) == turned
    assert extract_sequence(db, frame()) == []


def test_rows_outside_the_chromosome_are_refused(db):
    with pytest.raises(ChromError, match="chr2"):
        extract_sequence(db, frame(("chr2", 400, 501)))


def test_a_database_without_sequence_says_so(tmp_path):
    empty = create_database(tmp_path, "toy", SIZES)
    with pytest.raises(TrackNotFoundError, match="has no sequence"):
        extract_sequence(empty, frame(("chr2", 0, 5)))


def test_texts_are_turned_and_complemented_alone_or_in_lists():
    assert reverse_complement("AACgN") == "NcGTT"
    assert reverse_complement(["CGTTA", ""]) == ["TAACG", ""]
    assert complement("AACgN") == "TTGcN"
    assert complement(("AC", "g")) == ["TG", "c"]
    assert reverse("ACg") == "gCA"
    assert reverse(["AC"]) == ["CA"]


def test_words_are_counted_in_texts():
    assert kmer_count("ACACAC", "AC").tolist() == [3]
    assert kmer_count(["ACACAC", "GTac", "", "A"], "AC").tolist() == [3, 2, 0, 0]
    assert kmer_count(["ACACAC", "GTac"], "AC", strand=1).tolist() == [3, 1]
    assert kmer_count(["ACACAC", "A"], "AC", mode="frac").tolist() == [0.3, 0]
    assert kmer_count([], "AC").tolist() == []


def test_motifs_are_scored_in_texts():
    rows = [[0.7, 0.1, 0.1, 0.1], [0.1, 0.7, 0.1, 0.1]]
    one = {"bidirect": False, "prior": 0}
    np.testing.assert_allclose(pwm_score("ACGT", rows, **one), -0.673345, atol=1e-6)
    np.testing.assert_allclose(pwm_score("ACGT", rows, mode="max", **one), -0.713350, atol=1e-6)
    assert pwm_score("ACGT", rows, mode="pos", **one).tolist() == [1]
    found = pwm_score("AC", rows, mode="max", bidirect=False)
    np.testing.assert_allclose(found, -0.763422, atol=1e-6)
    texts = ["CGTTT", "AAACGT", "AC", "", "NNNN"]
    np.testing.assert_array_equal(pwm_score(texts, P, mode="pos"), [-1, 3, np.nan, np.nan, np.nan])
    counts = pwm_score(texts, P, mode="count", score_thresh=-3)
    assert counts.tolist() == [1, 2, 0, 0, 0]
    np.testing.assert_array_equal(pwm_score(texts, P)[2:], [np.nan, np.nan, -np.inf])


def test_a_text_is_not_scored_with_its_neighbors():
    rng = np.random.default_rng(4)
    texts = ["".join(rng.choice(list("ACGT"), n)) for n in rng.integers(3, 40, 30)]
    for mode in ("lse", "max", "pos"):
        alone = [pwm_score(text, P, mode=mode)[0] for text in texts]
        np.testing.assert_allclose(pwm_score(texts, P, mode=mode), alone, rtol=1e-12)


@pytest.mark.parametrize("k", [1, 2, 5])
def test_word_distributions_are_those_of_a_slow_twin(db, genome, monkeypatch, k):
    monkeypatch.setattr(sequences, "_PIECE", 100)
    rows = [*random_rows(30), ("chr1", 10, 40_000)]
    expected = collections.Counter()
    for c, s, e in rows:
        text = genome[c][s:e].upper()
        expected.update(text[i : i + k] for i in range(len(text) - k + 1))
    expected = {word: n for word, n in expected.items() if not set(word) - set("ACGT")}
    found = kmer_distribution(db, frame(*rows), k)
    assert found["kmer"].tolist() == sorted(expected)
    assert dict(zip(found["kmer"], found["count"], strict=True)) == expected
    assert found["count"].dtype == np.int64


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: kmer_count("A", "AN"), "kmer 'AN' holds 'N'"),
        (lambda: kmer_count("A", "A", mode="x"), "no mode 'x'"),
        (lambda: kmer_count(["A", 3], "A"), "sequence 1 is 3, not text"),
        (lambda: pwm_score("A", P, mode="x"), "no mode 'x'. Take one of lse, max, pos, count"),
        (lambda: pwm_score("A", P, mode="count"), "needs a score_thresh"),
        (lambda: pwm_score("A", P, bidirectional=1), "no parameter 'bidirectional'"),
        (lambda: pwm_score("A", P, extend=True), "nothing lies beyond a text"),
    ],
)
def test_bad_arguments_are_refused(call, said):
    with pytest.raises(UsageError, match=said.replace(".", r"\.")):
        call()


@pytest.mark.parametrize("k", [0, 13, 2.0, True])
def test_word_lengths_that_cannot_be_counted_are_refused(db, k):
    with pytest.raises(UsageError, match="Take a whole number from 1 to 12"):
        kmer_distribution(db, frame(("chr2", 0, 9)), k)
