"""Sequence, FASTA, FASTQ, bases and words as numbers."""

import gzip
import io
from collections import Counter

import numpy as np
import pytest

from genomedb.classic import fasta, fastq, kmer, nuc, seq
from genomedb.errors import ParseError, UsageError

RNG = np.random.default_rng(2)
TEXT = RNG.choice(np.frombuffer(b"ACGTacgtN", np.uint8), 300).tobytes().decode()
CLEAN = TEXT.replace("N", "")


def test_complements_know_every_iupac_letter_in_either_case():
    letters = "ACGTMRWSYKVHDBNacgtmrwsykvhdbn-*1"
    assert seq.comp(letters) == "TGCAKYWSRMBDHVNtgcakywsrmbdhvn-*1"
    assert seq.revcomp(letters) == seq.comp(letters)[::-1]
    array = np.frombuffer(letters.encode(), np.uint8)
    assert seq.from_nparray(seq.revcomp_nparray(array)) == seq.revcomp(letters)


def test_fasta_is_read_as_written():
    out = io.StringIO()
    fasta.write_fasta(out, "a b", TEXT)
    fasta.write_fasta(out, "short", "ACGT", 3)
    fasta.write_fasta(out, "whole", "ACGTAC", line_width=3)
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) == 60
    assert lines[-6:] == [">short", "ACG", "T", ">whole", "ACG", "TAC"]
    assert list(fasta.read_fasta(io.StringIO(out.getvalue()))) == [
        ("a b", TEXT), ("short", "ACGT"), ("whole", "ACGTAC")
    ]  # fmt: skip
    assert next(fasta.read_fasta(lines[-6:], linejoin=" "))[1] == "ACG T"
    assert list(fasta.read_fasta_lines(lines[-6:-3])) == [("short", ["ACG", "T"])]
    with pytest.raises(ParseError, match="'ACGT' comes before any header"):
        list(fasta.read_fasta(["", "ACGT"]))


def test_values_are_written_sixty_a_line():
    out = io.StringIO()
    fasta.write_vals(out, "v", np.arange(130))
    header, *lines = out.getvalue().splitlines()
    assert header == ">v"
    assert [len(line.split()) for line in lines] == [60, 60, 10]
    with pytest.raises(UsageError, match="line width"):
        fasta.write_vals(out, "v", [1], 0)


def test_fastq_is_read_as_written(tmp_path):
    out = io.StringIO()
    for i in range(3):
        fastq.write_fastq(out, f"r{i} x", "ACGT"[: i + 1], "I" * (i + 1))
    expected = [(f"r{i} x", "ACGT"[: i + 1], "I" * (i + 1)) for i in range(3)]
    assert list(fastq.read_fastq(io.StringIO(out.getvalue()))) == expected
    with gzip.open(tmp_path / "a.fq.gz", "wt") as file:
        file.write(out.getvalue())
    assert list(fastq.read_fastq(tmp_path / "a.fq.gz")) == expected
    with pytest.raises(UsageError, match="1 letters and 2 qualities"):
        fastq.write_fastq(out, "r", "A", "II")


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["r", "A", "+", "I"], "does not begin with @"), (["@r", "A", "x", "I"], "begin with \\+"),
        (["@r", "A", "+q", "I"], "names 'q'"), (["@r", "AC", "+", "I"], "2 letters and 1"),
        (["@r", "AC", "+"], "middle of a read"),
    ],
)  # fmt: skip
def test_wrong_reads_are_named_by_their_line(lines, problem):
    whole = ["@a", "A", "+", "I"]
    with pytest.raises(ParseError, match=f"<lines>:5: .*{problem}"):
        list(fastq.read_fastq([*whole, *lines]))


def test_bases_are_numbers():
    expected = ["ACGT".find(letter) for letter in TEXT.upper()]
    assert nuc.nuc_ids(TEXT).tolist() == expected
    assert nuc.nuc_ids(np.frombuffer(TEXT.encode(), np.uint8)).tolist() == expected
    pairs = [-1 if min(a, b) < 0 else 4 * a + b for a, b in zip(expected, expected[1:])]  # noqa: B905, RUF007
    assert nuc.dinuc_ids(TEXT).tolist() == pairs


def test_matrices_have_one_in_each_row():
    assert nuc.nuc_matrix("ACGT").tolist() == np.eye(4).tolist()
    assert nuc.dinuc_matrix("CA").argmax() == 4
    assert nuc.aa_tt_matrix("AATTC").argmax(axis=1).tolist() == [0, 2, 1, 2]
    for made in (nuc.nuc_matrix, nuc.dinuc_matrix, nuc.aa_tt_matrix):
        assert made("ACN") is None


def test_corrected_matrices_lack_what_is_expected():
    bases, pairs = nuc.nuc_matrix(CLEAN), nuc.dinuc_matrix(CLEAN)
    np.testing.assert_allclose(nuc.correct_nuc_matrix(bases).mean(axis=0), 0, atol=1e-12)
    share = bases.mean(axis=0)
    expected = pairs - np.outer(share, share).ravel()
    np.testing.assert_allclose(nuc.correct_dinuc_matrix(pairs, bases), expected)
    with pytest.raises(UsageError, match="16 columns"):
        nuc.correct_dinuc_matrix(bases, bases)


def _words(text, k):
    return [text[i : i + k].upper() for i in range(len(text) - k + 1)]


@pytest.mark.parametrize("k", [1, 3])
def test_words_are_counted(k):
    words = _words(TEXT, k)
    good = Counter(word for word in words if "N" not in word)
    found = kmer.count_kmers(TEXT, k)
    assert list(found) == kmer.list_kmers(k)
    assert {word: n for word, n in found.items() if n} == good
    weights = RNG.integers(0, 3, len(TEXT))
    flagged = Counter()
    for word, weight in zip(words, weights.tolist(), strict=False):
        flagged[word] += 0 if "N" in word else weight
    counted = kmer.count_flagged_kmers(TEXT, k, weights)
    assert {word: n for word, n in counted.items() if n} == {w: n for w, n in flagged.items() if n}
    starts = [0, 5, 5, len(words) - 1]
    at = kmer.count_kmers_at(TEXT, k, starts)
    expected = Counter(words[i] for i in starts if "N" not in words[i])
    assert {word: n for word, n in at.items() if n} == expected


def test_words_of_both_ends_are_counted_together():
    left, right = [0, 4, 0], [4, 0, 4]
    assert kmer.count_paired_kmers("ACGTACNN", 2, left, right) == {"AC:AC": 3}
    assert kmer.count_paired_kmers("ACGTGGNN", 2, [0, 1], [4, 5]) == {"AC:GG": 1}


def test_rates_are_assigned_with_an_offset():
    rates = {"AC": 1.5, "CG": 2.5}
    out = np.full(8, -1.0)
    kmer.assign_rates("ACGTACNA", 2, 1, rates, out)
    nan = np.nan
    np.testing.assert_array_equal(out, [-1, 1.5, 2.5, nan, nan, 1.5, nan, nan])
    out[:] = -1
    kmer.assign_rates("ACGTACNA", 2, -1, rates, out)
    np.testing.assert_array_equal(out, [2.5, nan, nan, 1.5, nan, nan, -1, -1])


def test_dyads_of_even_fragments_are_halved():
    assert kmer.mnase_weights({147: 1}).argmax() == 73
    found = kmer.mnase_weights({4: 1, 3: 3})
    np.testing.assert_allclose(found, [0, 0.875, 0.125])


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda: kmer.count_kmers("ACGT", 13), "Take 1 to 12"),
        (lambda: kmer.count_kmers_at("ACGT", 3, [2]), "must be inside the 4 letters"),
        (lambda: kmer.assign_rates("ACGT", 2, 0, {"ACG": 1}, np.zeros(4)), "no word of 2"),
        (lambda: kmer.count_flagged_kmers("ACGT", 2, [1]), "1 counts for 4 letters"),
        (lambda: kmer.mnase_weights({}), "fragments need sizes"),
        (lambda: nuc.nuc_ids("ACé"), "no letters of DNA"),
    ],
)  # fmt: skip
def test_impossible_requests_are_refused(call, problem):
    with pytest.raises(UsageError, match=problem):
        call()
