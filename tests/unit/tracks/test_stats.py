"""Statistics of chromosomes: stored with every track, the same as of its values, never stale."""

import math

import numpy as np
import pandas as pd
import pytest

import genomedb
from genomedb import ChromTable, FormatError, UsageError, create_database
from genomedb.core.track_stats import LetterStats, TrackStats, exact_sum
from genomedb.storage.edit import replace_attributes
from genomedb.storage.files import publish
from genomedb.tracks.create import new_dense
from genomedb.tracks.stats import compute_stats, get_stats

LENGTHS = {"chr1": 40_000, "chr2": 70, "chr3": 5000}


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path, "toy", ChromTable(list(LENGTHS), list(LENGTHS.values())))


def write(db, name, values, **how):
    with new_dense(db.place(name), bin_size=1, **how) as draft:
        for chrom, array in values.items():
            draft.write(chrom, np.array_split(array, 3))


def slow_stats(values, missing=None):
    there = [float(v) for v in values if v == v and v != missing]
    return TrackStats(
        len(values), len(values) - len(there), math.fsum(there),
        min(there, default=math.nan), max(there, default=math.nan),
    )  # fmt: skip


def same(found, wanted):
    return repr(found) == repr(wanted)


def floats(rng):
    values = {c: rng.normal(size=n).astype(np.float32) for c, n in LENGTHS.items() if c != "chr3"}
    values["chr1"][[0, 17, 39_999]] = np.nan
    return values


@pytest.mark.parametrize("pyramid", [True, False])
def test_a_new_track_knows_the_statistics_of_its_values(db, pyramid):
    values = floats(np.random.default_rng(1))
    write(db, "x", values, pyramid=pyramid)
    found = genomedb.get_track_stats(db, "x")
    assert list(found) == list(LENGTHS)
    for chrom, array in values.items():
        wanted = slow_stats(array)
        assert found[chrom].sum == pytest.approx(wanted.sum, rel=1e-12)
        assert (found[chrom].n, found[chrom].n_nan) == (wanted.n, wanted.n_nan)
        assert (found[chrom].min, found[chrom].max) == (wanted.min, wanted.max)
    assert same(found["chr3"], slow_stats([math.nan] * 5000))
    assert same(compute_stats(db.open_track("x")), found)


def test_whole_numbers_are_summed_exactly_and_missing_ones_left_out(db):
    rng = np.random.default_rng(2)
    values = {c: rng.integers(0, 60_000, n).astype(np.uint16) for c, n in LENGTHS.items()}
    values["chr2"][:] = 7
    write(db, "x", values, dtype="uint16", missing=7)
    found = genomedb.get_track_stats(db, "x", ["chr3", "chr1", "chr2"])
    assert list(found) == ["chr3", "chr1", "chr2"]
    for chrom, array in values.items():
        assert same(found[chrom], slow_stats(array, missing=7))
    assert math.isnan(found["chr2"].mean())
    total = TrackStats.total(found.values())
    assert (total.n, total.n_nan) == (45_070, sum(s.n_nan for s in found.values()))
    assert total.mean() == total.sum / (total.n - total.n_nan)


def test_an_indexed_track_answers_of_its_values(db):
    values = floats(np.random.default_rng(3))
    write(db, "x", values, layout="indexed")
    write(db, "y", values)
    one, other = genomedb.get_track_stats(db, "x"), genomedb.get_track_stats(db, "y")
    assert list(one) == list(other)
    for chrom in one:
        assert one[chrom].n_nan == other[chrom].n_nan
        assert one[chrom].sum == pytest.approx(other[chrom].sum)
    assert same(genomedb.set_track_stats(db, "x"), one)


def test_changing_values_changes_the_statistics(db):
    write(db, "x", {c: np.ones(n, np.float32) for c, n in LENGTHS.items()})
    genomedb.modify_track(db, "x", "x * 3", "chr2:0-10")
    assert genomedb.get_track_stats(db, "x", "chr2")["chr2"] == TrackStats(70, 0, 90.0, 1.0, 3.0)
    genomedb.repack(db.open_track("x"), storage=genomedb.tracks.create.Storage(level=3))
    assert genomedb.get_track_stats(db, "x", "chr2")["chr2"].sum == 90
    replace_attributes(db.place("x").path, {"note": "kept"})
    assert genomedb.get_track_stats(db, "x", "chr2")["chr2"].sum == 90


def forget(db, name, **instead):
    """Take the statistics of chr1 out of a file, or some of them."""
    path = db.place(name).path
    with publish(path, overwrite=True, template=path) as draft:
        for key in ("n", "n_nan", "min", "max", "sum"):
            if key not in instead:
                del draft.h5["chr1"].attrs[key]
            elif instead[key] is not None:
                draft.h5["chr1"].attrs[key] = instead[key]


def test_a_file_of_another_program_has_none_until_they_are_set(db):
    write(db, "x", {c: np.ones(n, np.float32) for c, n in LENGTHS.items()})
    before = genomedb.get_track_stats(db, "x")
    forget(db, "x")
    with pytest.raises(UsageError, match=r"no statistics are stored for chr1. .*set_track_stats x"):
        genomedb.get_track_stats(db, "x")
    assert genomedb.get_track_stats(db, "x", "chr2")["chr2"].n == 70
    assert same(genomedb.set_track_stats(db, "x"), before)
    assert same(genomedb.get_track_stats(db, "x"), before)
    stamp = db.open_track("x").stamp
    genomedb.set_track_stats(db, "x")
    assert db.open_track("x").stamp == stamp  # nothing to do: the file stays


def test_statistics_that_contradict_the_values_are_damage(db):
    write(db, "x", {c: np.ones(n, np.float32) for c, n in LENGTHS.items()})
    forget(db, "x", n=3, n_nan=None, min=None, max=None, sum=None)
    with pytest.raises(FormatError, match=r"contradict the 40000 values.*set_track_stats"):
        genomedb.get_track_stats(db, "x")
    forget(db, "x", n=40_000)
    with pytest.raises(FormatError, match="not whole"):
        genomedb.get_track_stats(db, "x")


def test_letters_are_counted_in_either_case(db):
    letters = b"NNACGTacgtRnNN" * 5
    write(db, "seq", {"chr2": np.frombuffer(letters, np.uint8)}, dtype="uint8", missing=78,
          track_type="sequence")  # fmt: skip
    found = genomedb.get_seq_track_stats(db)
    assert found["chr2"] == LetterStats(70, 10, 10, 10, 10, 25, 2, 66)
    assert found["chr2"].n_def == 45
    assert found["chr2"].gc == 0.5
    assert found["chr1"] == LetterStats(40_000, 0, 0, 0, 0, 40_000, -1, -1)
    assert compute_stats(db.open_track("seq")) == found
    assert LetterStats.total(found.values()).n_n == 25 + 45_000
    assert genomedb.set_seq_track_stats(db) == found


def test_other_tracks_are_refused_with_a_way_out(db):
    with new_dense(db.place("seq"), bin_size=1, dtype="uint8", missing=78, track_type="sequence"):
        pass
    one = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
    genomedb.create_sparse_from(db, "s", one, [1.0])
    with pytest.raises(UsageError, match="get_seq_track_stats"):
        genomedb.get_track_stats(db, "seq")
    with pytest.raises(UsageError, match="holds no sequence"):
        genomedb.get_seq_track_stats(db, "s")
    with pytest.raises(UsageError, match=r"sparse track keeps no statistics.*convert"):
        genomedb.set_track_stats(db, "s")
    db.create_points("p", {("chr1", "chr1"): ([1], [2], [3])})
    with pytest.raises(UsageError, match=r"points track keeps .* of its values$"):
        genomedb.get_track_stats(db, "p")
    with pytest.raises(genomedb.ChromError, match="chr9"):
        get_stats(db.open_track("seq"), ["chr9"])


def test_sums_are_rounded_once_and_survive_infinities():
    assert exact_sum([1e16, 1.0, -1e16]) == 1.0
    assert exact_sum([1e308, 1e308]) == math.inf
    assert math.isnan(exact_sum([math.inf, -math.inf]))
    assert exact_sum([]) == 0
