"""combine_strands: the shift a slow search finds, and both strands moved by it."""

import numpy as np
import pytest

from genomedb import ChromError, ChromTable, UsageError, combine_strands, create_database
from genomedb.analysis import combine_strands as module
from genomedb.analysis.combine_strands import CombinedStrands, strand_shift

N = 20_000
LENGTHS = {"chr21": N, "small": 60}


@pytest.fixture
def db(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_BLOCK", 512)
    return create_database(tmp_path, "toy", ChromTable(list(LENGTHS), list(LENGTHS.values())))


def make(db, name, values, dtype="uint8", **how):
    held = {"chr21": values.astype(dtype), "small": np.arange(60, dtype=dtype)}
    db.create_dense(name, held, bin_size=1, dtype=dtype, **how)
    return held


def fragments(seed=0, size=150):
    rng = np.random.default_rng(seed)
    middles = (rng.integers(400, N - 400, 60)[:, None] + rng.normal(0, 15, (60, 30))).astype(int)
    sizes = rng.normal(size, 8, middles.size).astype(int)
    ends = middles.ravel() - sizes // 2, middles.ravel() + sizes // 2
    return [np.bincount(np.clip(at, 0, N - 1), minlength=N) for at in ends]


def slow_shift(fwd, rev):
    def peaks(counts):
        sums = np.convolve(counts.astype(float), np.ones(50))[24 : 24 + N]
        sums[sums < np.percentile(sums, 95)] = 0
        return sums

    plus, minus = peaks(fwd), peaks(rev)
    best, found = -np.inf, 20
    for shift in range(20, 250):
        if shift - found > 50:
            break
        a, b = np.zeros(N), np.zeros(N)
        a[shift:], b[:-shift] = plus[:-shift], minus[shift:]
        covariance = (a * b).mean() - a.mean() * b.mean()
        if covariance > best:
            best, found = covariance, shift
    return found


@pytest.mark.parametrize(("seed", "size"), [(0, 150), (1, 80), (2, 400)])
def test_the_shift_is_that_of_the_best_covariance(db, seed, size):
    fwd, rev = fragments(seed, size)
    make(db, "fwd", fwd)
    make(db, "rev", rev)
    found = strand_shift(db, "fwd", "rev")
    assert found == slow_shift(fwd, rev)
    assert abs(found - size / 2) < 12 or size == 400


def test_strands_are_moved_by_the_shift_and_nothing_comes_round(db):
    fwd, rev = fragments()
    a, b = make(db, "fwd", fwd), make(db, "rev", rev)
    found = combine_strands(db, "fwd", "rev", "both")
    assert found == CombinedStrands(slow_shift(fwd, rev), "uint8", 0)
    s = found.shift
    wanted = np.zeros(N, int)
    wanted[s:] += a["chr21"][:-s]
    wanted[:-s] += b["chr21"][s:]
    assert db.open_track("both").read("chr21").tolist() == wanted.tolist()
    assert db.open_track("both").read("small").tolist() == [0] * 60  # shorter than the shift
    combine_strands(db, "fwd", "rev", "three", shift=3, chrom="small")
    small = np.arange(60)
    wanted = np.concatenate(([0] * 3, small[:-3])) + np.concatenate((small[3:], [0] * 3))
    assert db.open_track("three").read("small").tolist() == wanted.tolist()


def test_missing_values_and_edges_add_nothing(db):
    fwd, rev = fragments()
    make(db, "fwd", np.where(fwd > 0, fwd, np.nan), "float32")
    make(db, "rev", np.where(rev > 0, rev, 99), "uint8", missing=99)
    assert strand_shift(db, "fwd", "rev") == slow_shift(fwd, rev)
    combine_strands(db, "fwd", "rev", "both", shift=40)
    found = db.open_track("both").read("chr21")
    wanted = np.zeros(N)
    wanted[40:] += fwd[:-40]
    wanted[:-40] += rev[40:]
    np.testing.assert_array_equal(found, np.where(wanted > 0, wanted, np.nan))


def test_overflow_names_the_position_or_is_cut(db):
    full = np.full(N, 200)
    make(db, "fwd", full)
    make(db, "rev", full)
    with pytest.raises(UsageError, match=r"value 400 at chr21:7 does not fit uint8\. Use uint16"):
        combine_strands(db, "fwd", "rev", "both", shift=7, dtype="uint8")
    found = combine_strands(db, "fwd", "rev", "both", shift=7, dtype="uint8", saturate=True)
    assert found.n_saturated == N - 14


def test_what_cannot_be_moved_is_refused(db):
    fwd, _ = fragments()
    make(db, "fwd", fwd)
    make(db, "none", np.zeros(N))
    db.create_dense("wide", {"chr21": np.zeros(N // 10)}, bin_size=10)
    db.create_dense("part", {"small": np.zeros(60)}, bin_size=1)
    with pytest.raises(UsageError, match=r"no reads on chr21.*Give a shift"):
        combine_strands(db, "fwd", "none", "both")
    with pytest.raises(UsageError, match=r"bins of 10 bp.*moved by bases"):
        combine_strands(db, "wide", "wide", "both")
    with pytest.raises(UsageError, match="shift is -1"):
        combine_strands(db, "fwd", "fwd", "both", shift=-1)
    with pytest.raises(UsageError, match="fwd, part: no reads on chr21"):
        combine_strands(db, "fwd", "part", "both")
    with pytest.raises(ChromError, match="chr9"):
        strand_shift(db, "fwd", "fwd", "chr9")
