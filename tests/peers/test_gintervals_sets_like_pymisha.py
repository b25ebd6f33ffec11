"""Rectangles, saved sets, values by interval, words and motifs as pymisha has them.

Listed exceptions, each by a rule of our own: rectangles sort by both chromosomes first; sets are
sorted when they are saved; mapply gives one row an interval whatever the iterator; letters for
several bases are complemented; gaps do not count for weights by distance; the policy log_quarter
holds in all modes.
"""

import numpy as np
import pandas as pd
import pytest
from peer_sessions import (
    QUIET,
    both,  # noqa: F401 - a fixture
    both_give,
    random_intervals,
    random_rectangles,
    same,
)

import genomedb.misha as gm

pm = pytest.importorskip("pymisha")
pytestmark = QUIET
SEEDS = [1, 2, 3]
PLACE_2D = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]


# ---- rectangles


@pytest.mark.parametrize("seed", SEEDS)
def test_rectangles(seed):
    a, b = random_rectangles(seed), random_rectangles(seed + 9)
    columns = [a[name].tolist() for name in PLACE_2D]
    both_give(lambda m: m.gintervals_2d(*columns), by=PLACE_2D)
    both_give(lambda m: m.gintervals_2d_intersect(a, b), by=PLACE_2D)
    both_give(lambda m: m.gintervals_2d_union(a, b), by=PLACE_2D)
    both_give(lambda m: m.gintervals_2d_band_intersect(a, (-300, 200)), by=PLACE_2D)
    for mode in ("diagonal", "full"):
        both_give(lambda m, mode=mode: m.gintervals_2d_all(mode))
    whole = gm.gintervals_2d_all()
    both_give(lambda m: m.gintervals_2d_intersect(whole.iloc[:1], whole.iloc[1:]))
    trans = gm.gintervals_2d("chr1", 0, 9, "chr2")
    both_give(lambda m: m.gintervals_2d_band_intersect(trans, (1, 2)))


# ---- saved sets


def test_a_set_from_saving_to_removal():
    frame = random_intervals(4, strand=True, named=True)
    by = ["chrom", "start", "end", "name"]
    for m in (gm, pm):
        assert m.gintervals_save(frame, "a.b") is None
        with pytest.raises(ValueError, match=r"already|there"):
            m.gintervals_save(frame, "a.b")
        assert m.gintervals_exists("a.b")
        assert not m.gintervals_exists("a.c")
        assert not m.gintervals_exists("1 bad")
    both_give(lambda m: m.gintervals_load("a.b"), by=by)
    both_give(lambda m: m.gintervals_load("a.b", chrom="2"), by=by)
    both_give(lambda m: m.gintervals_load(frame, chrom="X"), by=by)
    both_give(lambda m: m.gintervals_union("a.b", "some.set"))
    new = random_intervals(5, strand=True, named=True).query("chrom == 'chr2'")
    for m in (gm, pm):
        m.gintervals_update("a.b", new.reset_index(drop=True), chrom="chr2")
        m.gintervals_update("a.b", None, chrom="chr1")
    both_give(lambda m: m.gintervals_load("a.b"), by=by)
    both_give(lambda m: m.gintervals_load("a.b", chrom="chr1"))
    for call in (
        lambda m: m.gintervals_ls(),
        lambda m: m.gintervals_ls("A", ignore_case=True),
        lambda m: m.gintervals_ls(r"a\.b"),
        lambda m: m.gintervals_ls("^set"),
        lambda m: m.gintervals_is_bigset("a.b"),
        lambda m: m.gintervals_dataset("zz"),
    ):
        assert call(gm) == call(pm)
    for m in (gm, pm):
        assert m.gintervals_rm("a.b") is None
        assert m.gintervals_rm("a.b", force=True) is None
        with pytest.raises(ValueError, match="does not exist"):
            m.gintervals_rm("a.b")
        with pytest.raises(ValueError, match="does not exist"):
            m.gintervals_load("a.b")
        assert m.gintervals_ls() == ["some.set"]


def test_a_set_of_rectangles():
    frame = random_rectangles(4)
    for m in (gm, pm):
        m.gintervals_save(frame, "flat")
    both_give(lambda m: m.gintervals_load("flat"), by=PLACE_2D)
    both_give(lambda m: m.gintervals_load("flat", chrom1="chr1"), by=PLACE_2D)
    both_give(lambda m: m.gintervals_load("flat", chrom1="2", chrom2="1"), by=PLACE_2D)
    for m in (gm, pm):
        assert m.gintervals_2d_convert_to_indexed("flat") is None
        assert m.gintervals_2d_convert_to_indexed("flat", remove_old=True, force=True) is None
        with pytest.raises(ValueError, match="does not exist"):
            m.gintervals_2d_convert_to_indexed("zz")
    both_give(lambda m: m.gintervals_load("flat"), by=PLACE_2D)
    for m in (gm, pm):
        with pytest.raises(ValueError, match="chrom"):
            m.gintervals_load("flat", chrom="chr1")
        m.gintervals_rm("flat")


def test_attributes_of_sets():
    table = pd.DataFrame({"colour": ["blue"], "size": ["4"]}, index=["some.set"])
    for m in (gm, pm):
        m.gintervals_attr_set("some.set", "n", 5)
        assert m.gintervals_attr_get("some.set", "n") == "5"
        m.gintervals_attr_set("some.set", "n", "")
        m.gintervals_attr_set("some.set", "n", "")
        assert m.gintervals_attr_get("some.set", "n") == ""
        m.gintervals_attr_import(table)
        with pytest.raises(ValueError, match="does not exist"):
            m.gintervals_attr_get("zz", "n")
        with pytest.raises(ValueError, match="does not exist"):
            m.gintervals_attr_import(table.rename({"some.set": "zz"}))
    for asked in ("size", ["colour", "none"]):
        ours, theirs = (m.gintervals_attr_export("some.set", asked) for m in (gm, pm))
        pd.testing.assert_frame_equal(ours, theirs, check_dtype=False)
    for m in (gm, pm):
        m.gintervals_attr_import(table[["colour"]], remove_others=True)
        assert m.gintervals_attr_get("some.set", "size") == ""
        assert m.gintervals_attr_get("some.set", "colour") == "blue"
    assert gm.gintervals_attr_export().loc["some.set", "colour"] == "blue"


# ---- values by interval


@pytest.mark.parametrize("seed", SEEDS)
def test_values_within_intervals(seed):
    frame = random_intervals(seed)
    for iterator in (None, 10, 50):
        both_give(lambda m, i=iterator: m.gintervals_summary("signal", frame, iterator=i))
        both_give(
            lambda m, i=iterator: m.gintervals_quantiles(
                "signal * 2", [0.1, 0.5, 0.93], frame, iterator=i
            )
        )
    both_give(lambda m: m.gintervals_summary("signal", "some.set"), by=["chrom", "start", "end"])
    both_give(lambda m: m.gintervals_quantiles("signal", intervals=frame))
    both_give(lambda m: m.gintervals_mapply(np.nansum, "signal", intervals=frame))
    both_give(
        lambda m: m.gintervals_mapply(
            lambda a, b: np.nansum(a - b), "signal", "signal / 3", intervals=frame, colnames="d"
        )
    )


# ---- sequence


def test_letters():
    frame = random_intervals(6, strand=True)
    assert gm.gseq_extract(frame) == pm.gseq_extract(frame)
    assert gm.gseq_extract(frame.iloc[:0]) == pm.gseq_extract(frame.iloc[:0]) == []
    assert sorted(gm.gseq_extract("some.set")) == sorted(pm.gseq_extract("some.set"))
    texts = [*gm.gseq_extract(frame), "ACGTNacgtn", ""]  # other letters stay as they are there
    for name in ("gseq_revcomp", "grevcomp", "gseq_comp", "gseq_rev"):
        assert getattr(gm, name)(texts) == getattr(pm, name)(texts)
        assert getattr(gm, name)("AAcgN") == getattr(pm, name)("AAcgN")


def some_texts(letters, *, n=30, longest=30):
    rng = np.random.default_rng(8)
    return ["".join(rng.choice(list(letters), rng.integers(0, longest))) for _ in range(n)]


@pytest.mark.parametrize("letters", ["ACGT", "ACGTacgtN", "ACGT-."])
@pytest.mark.parametrize("strand", [0, 1, -1])
def test_words_in_texts(letters, strand):
    texts = some_texts(letters)
    for more in (
        {}, {"mode": "frac"}, {"start_pos": 3, "end_pos": 14}, {"skip_gaps": False},
        {"start_pos": 4, "end_pos": 9, "extend": True, "mode": "frac"}, {"start_pos": 5},
    ):  # fmt: skip
        for word in ("AC", "GTA", "AT"):
            ours, theirs = (m.gseq_kmer(texts, word, strand=strand, **more) for m in (gm, pm))
            np.testing.assert_allclose(ours, theirs, err_msg=f"{word} {more}")


@pytest.mark.parametrize("k", [1, 2, 4])
def test_words_in_intervals(k):
    frame, mask = random_intervals(2), random_intervals(3, 6)
    same(gm.gseq_kmer_dist(frame, k), pm.gseq_kmer_dist(frame, k))
    same(gm.gseq_kmer_dist("some.set", k), pm.gseq_kmer_dist("some.set", k))
    same(gm.gseq_kmer_dist(frame, k, mask), pm.gseq_kmer_dist(frame, k, mask))


MOTIF = np.random.default_rng(3).dirichlet([0.4] * 4, 8)


@pytest.mark.parametrize("letters", ["ACGT", "ACGTNn*", "ACGT-", "ACGTXx"])
@pytest.mark.parametrize("side", [{}, {"bidirect": False}, {"bidirect": False, "strand": -1}])
def test_motifs_in_texts(letters, side):
    texts = some_texts(letters, longest=60)
    for more in (
        {}, {"start_pos": 3, "end_pos": 31}, {"start_pos": 4, "end_pos": 19, "extend": True},
        {"start_pos": 4, "end_pos": 19, "extend": 1}, {"prior": 0.2}, {"skip_gaps": False},
        {"neutral_chars_policy": "na"}, {"neutral_chars": ["X", "x"]},
    ):  # fmt: skip
        _same_scores(texts, {**side, **more})
    if "-" not in letters:  # gaps count for the distance there
        weights = {**side, "spat_factor": [1, 0.5, 0.7], "spat_bin": 2}
        _same_scores(texts, weights)
        _same_scores(texts, {**weights, "start_pos": 6, "end_pos": 20, "extend": True})
    if "X" not in letters and side:  # above 0 there, and other modes leave the policy aside
        given = {**side, "neutral_chars_policy": "log_quarter"}
        ours, theirs = (m.gseq_pwm(texts, MOTIF, "lse", **given) for m in (gm, pm))
        np.testing.assert_allclose(ours, theirs, rtol=3e-5)


def _same_scores(texts, given):
    for mode, more in (("lse", {}), ("max", {}), ("pos", {}), ("count", {"score_thresh": -9.3})):
        ours, theirs = (m.gseq_pwm(texts, MOTIF, mode, **given, **more) for m in (gm, pm))
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, err_msg=f"{mode} {given}")
    same(*(m.gseq_pwm(texts, MOTIF, "pos", return_strand=True, **given) for m in (gm, pm)))
