"""Sequence of intervals, words and motifs by the peer's names."""

import numpy as np
import pytest

import genomedb.misha as misha
from genomedb.errors import TrackNotFoundError, UsageError

MOTIF = np.array([[0.7, 0.1, 0.1, 0.1], [0.1, 0.7, 0.1, 0.1]])


@pytest.fixture
def seq(tmp_path):
    fasta = tmp_path / "toy.fa"
    fasta.write_text(">chr1\nCGTTAacgtN\n>chr2\nACACACNACAC\n")
    misha.gdb_create(tmp_path / "toy", fasta)
    misha.gdb_init(tmp_path / "toy")
    yield misha
    misha.gdb_unload()


def test_letters_of_intervals(seq):
    frame = seq.gintervals(["1", "1", "2"], [0, 5, 0], [5, 10, 3], strand=[-1, 1, 1])
    assert seq.gseq_extract(frame) == ["TAACG", "acgtN", "ACA"]
    seq.gintervals_save(frame, "some")
    assert seq.gseq_extract("some") == ["TAACG", "acgtN", "ACA"]
    assert seq.gseq_extract(frame.iloc[:0]) == []
    with pytest.raises(ValueError, match="beyond"):
        seq.gseq_extract(frame.assign(end=99))


def test_a_database_without_sequence(pm):
    with pytest.raises(TrackNotFoundError, match="sequence"):
        pm.gseq_extract(pm.gintervals("1", 0, 5))


def test_complements():
    assert misha.gseq_revcomp("AAcgN") == "NcgTT"
    assert misha.grevcomp(["AC", "g"]) == ["GT", "c"]
    assert misha.gseq_comp(["AAcg"]) == ["TTgc"]
    assert misha.gseq_rev("ACG") == "GCA"
    assert misha.gseq_comp([]) == []


def test_words_in_texts():
    assert misha.gseq_kmer("ACACAC", "AC").tolist() == [3.0]
    assert misha.gseq_kmer(["ACACAC", "GT"], "ac", mode="frac").tolist() == [0.3, 0.5]
    assert misha.gseq_kmer("CGTT", "AA", strand=-1).tolist() == [1.0]


def test_words_in_regions_and_across_gaps():
    one = {"strand": 1, "start_pos": 3, "end_pos": 4}
    assert misha.gseq_kmer("AACACA", "AC", **one).tolist() == [0.0]
    assert misha.gseq_kmer("AACACA", "AC", extend=True, **one).tolist() == [2.0]
    assert misha.gseq_kmer("AACACA", "AC", mode="frac", extend=True, **one).tolist() == [2.0]
    assert misha.gseq_kmer("AACACA", "AC", start_pos=9).tolist() == [0.0]
    assert misha.gseq_kmer("A-.C", "AC", strand=1).tolist() == [1.0]
    assert misha.gseq_kmer("A-.C", "AC", strand=1, skip_gaps=False).tolist() == [0.0]
    assert misha.gseq_kmer("AxC", "AC", strand=1, gap_chars=["x"]).tolist() == [1.0]


def test_words_that_cannot_be():
    with pytest.raises(UsageError, match="'N'"):
        misha.gseq_kmer("ACGT", "AN")
    with pytest.raises(UsageError, match="mode 'sum'"):
        misha.gseq_kmer("ACGT", "AC", mode="sum")
    with pytest.raises(UsageError, match="strand"):
        misha.gseq_kmer("ACGT", "AC", strand=2)
    for wrong in (None, ["AC", 5]):
        with pytest.raises(UsageError, match=r"None|not text"):
            misha.gseq_kmer(wrong, "AC")


def test_words_in_intervals(seq):
    frame = seq.gintervals("2")
    found = seq.gseq_kmer_dist(frame, 2)
    assert dict(zip(found["kmer"], found["count"], strict=True)) == {"AC": 5, "CA": 3}
    found = seq.gseq_kmer_dist(frame, 2, mask=seq.gintervals("2", 0, 7))
    assert dict(zip(found["kmer"], found["count"], strict=True)) == {"AC": 2, "CA": 1}


# ---- motifs


def by_hand(text, *, prior):
    """Log scores of every place of MOTIF in a text, forward."""
    logs = np.log((MOTIF + prior) / (MOTIF + prior).sum(axis=1, keepdims=True))
    return [
        sum(logs[i]["ACGT".index(c)] for i, c in enumerate(text[at : at + 2]))
        for at in range(len(text) - 1)
    ]


def test_the_worked_numbers_of_motifs():
    scores = by_hand("ACGT", prior=0)
    given = {"bidirect": False, "prior": 0}
    assert misha.gseq_pwm("ACGT", MOTIF, **given)[0] == pytest.approx(-0.673345, abs=1e-6)
    assert misha.gseq_pwm("ACGT", MOTIF, "max", **given)[0] == pytest.approx(-0.713350, abs=1e-6)
    assert misha.gseq_pwm("ACGT", MOTIF, "max", **given)[0] == pytest.approx(max(scores))
    assert misha.gseq_pwm("ACGT", MOTIF, "pos", **given).tolist() == [1.0]
    assert misha.gseq_pwm("AC", MOTIF, "max", bidirect=False)[0] == pytest.approx(-0.763422, 1e-6)


def test_places_are_those_in_the_text_and_never_negative():
    assert misha.gseq_pwm(["TTAC", "TTGT", "A"], MOTIF, "pos").tolist()[:2] == [3, 3]
    found = misha.gseq_pwm(["TTAC", "TTGT", "A"], MOTIF, "pos", return_strand=True)
    assert found["strand"].tolist() == [1, -1, 0]
    assert np.isnan(found["pos"][2])
    assert misha.gseq_pwm("TT--AC", MOTIF, "pos").tolist() == [5]
    assert misha.gseq_pwm("ACTTAC", MOTIF, "pos", start_pos=3).tolist() == [5]
    assert misha.gseq_pwm("TTACTT", MOTIF, "pos", start_pos=2, end_pos=3, extend=1).tolist() == [3]
    back = misha.gseq_pwm("TTGT", MOTIF, "pos", bidirect=False, strand=-1, return_strand=True)
    assert back.to_numpy().tolist() == [[3, -1]]


def test_letters_that_count_as_any_base():
    logs = np.log((MOTIF + 0.01) / 1.04)
    one = {"mode": "max", "bidirect": False}
    assert misha.gseq_pwm("AN", MOTIF, **one)[0] == pytest.approx(logs[0, 0] + logs[1].mean())
    quarter = misha.gseq_pwm("AN", MOTIF, neutral_chars_policy="log_quarter", **one)
    assert quarter[0] == pytest.approx(logs[0, 0] + np.log(0.25))
    assert np.isnan(misha.gseq_pwm("ACN", MOTIF, neutral_chars_policy="na", **one)[0])
    assert misha.gseq_pwm("AX", MOTIF, **one)[0] == -np.inf
    known = misha.gseq_pwm("AX", MOTIF, neutral_chars=["X"], **one)
    assert known[0] == pytest.approx(logs[0, 0] + logs[1].mean())
    both = misha.gseq_pwm(["ANG", "N"], MOTIF, "count", score_thresh=-99)
    assert both.tolist() == [2.0, 0.0]
    with pytest.raises(UsageError, match="neutral_chars_policy='skip'"):
        misha.gseq_pwm("AC", MOTIF, neutral_chars_policy="skip")


def test_weights_go_by_the_distance_from_the_start():
    plain, weighed = (
        misha.gseq_pwm("TTAC", MOTIF, "max", bidirect=False, spat_factor=w, spat_bin=1)[0]
        for w in (None, [1, 1, 0.5])
    )
    assert weighed == pytest.approx(plain + np.log(0.5))
    first = misha.gseq_pwm("ACAC", MOTIF, "pos", spat_factor=[0.1, 1], spat_bin=2)
    assert first.tolist() == [3.0]


def test_motifs_that_cannot_be():
    with pytest.raises(UsageError, match="score_thresh"):
        misha.gseq_pwm("AC", MOTIF, "count")
    with pytest.raises(UsageError, match="mode 'sum'"):
        misha.gseq_pwm("AC", MOTIF, "sum")
    with pytest.raises(UsageError, match="extend=-1"):
        misha.gseq_pwm("AC", MOTIF, extend=-1)
    with pytest.raises(UsageError, match="virtual tracks"):
        misha.gseq_pwm("AC", MOTIF, spat_min=5)
    with pytest.raises(UsageError, match="four columns"):
        misha.gseq_pwm("AC", np.ones((2, 3)))
    with pytest.raises(UsageError, match="strand"):
        misha.gseq_pwm("AC", MOTIF, bidirect=False, strand=0)
