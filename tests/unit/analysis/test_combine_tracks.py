"""combine_tracks: whole tracks added up, against numpy on all values at once."""

import numpy as np
import pandas as pd
import pytest

import genomedb
from genomedb import ChromTable, UsageError, combine_tracks, create_database
from genomedb.analysis import combine_tracks as module
from genomedb.tracks.create import new_dense
from genomedb.tracks.fitting import smallest_dtype

LENGTHS = {"chr1": 1000, "chr2": 90}


@pytest.fixture
def db(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_BLOCK_BINS", 64)
    return create_database(tmp_path, "toy", ChromTable(list(LENGTHS), list(LENGTHS.values())))


def make(db, name, dtype="uint8", chroms=LENGTHS, high=200, seed=0, **how):
    rng = np.random.default_rng([seed, len(name), ord(name[-1])])
    values = {c: rng.integers(0, high, LENGTHS[c]).astype(dtype) for c in chroms}
    if np.dtype(dtype).kind == "f":
        values = {c: np.where(v < high * 0.4, np.nan, v).astype(dtype) for c, v in values.items()}
    db.create_dense(name, values, bin_size=1, dtype=dtype, **how)
    return values


def test_sums_of_counts_do_not_wrap_and_get_the_type_they_need(db):
    a, b, c = (make(db, name) for name in ("t1", "t2", "t3"))
    assert combine_tracks(db, ["t1", "t2", "t3"], "all") == module.Combined("uint16", None, 0)
    track = db.open_track("all")
    assert (track.dtype, track.missing) == (np.uint16, None)
    for chrom in LENGTHS:
        wanted = a[chrom].astype(int) + b[chrom] + c[chrom]
        assert track.read(chrom).tolist() == wanted.tolist()
    assert "combine_tracks('all', ['t1', 't2', 't3'], how='sum')" in track.attrs["created.by"]


@pytest.mark.parametrize("how", ["sum", "mean", "min", "max"])
def test_floats_are_combined_where_there_are_values(db, how):
    held = [make(db, f"f{i}", "float32", seed=3) for i in range(3)]
    assert combine_tracks(db, ["f0", "f1", "f2"], "all", how=how).dtype == "float32"
    function = {"sum": np.nansum, "mean": np.nanmean, "min": np.nanmin, "max": np.nanmax}[how]
    for chrom in LENGTHS:
        rows = np.array([values[chrom] for values in held], np.float64)
        none = np.isnan(rows).all(axis=0)
        rows[:, none] = 0
        wanted = np.where(none, np.nan, function(rows, axis=0)).astype(np.float32)
        np.testing.assert_array_equal(db.open_track("all").read(chrom), wanted)
        assert none.any()


def test_a_track_without_the_chromosome_is_left_out_there(db):
    a = make(db, "t1")
    b = make(db, "t2", chroms=["chr1"], missing=255)
    found = combine_tracks(db, ["t1", "t2"], "all", how="max")
    assert found == module.Combined("uint8", 255, 0)
    track = db.open_track("all")
    assert track.read("chr2").tolist() == a["chr2"].tolist()
    assert track.read("chr1").tolist() == np.maximum(a["chr1"], b["chr1"]).tolist()
    found = combine_tracks(db, ["t2", "t2"], "twice")
    assert (found.dtype, found.missing) == ("uint16", 65535)
    assert set(db.open_track("twice").read("chr2").tolist()) == {65535}
    assert genomedb.get_track_stats(db, "twice")["chr2"].n_nan == 90


def test_what_does_not_fit_names_its_place_or_is_cut_and_counted(db):
    a, b = make(db, "t1"), make(db, "t2")
    total = {chrom: a[chrom].astype(int) + b[chrom] for chrom in LENGTHS}
    first = int(np.flatnonzero(total["chr1"] > 255)[0])
    problem = f"value {total['chr1'][first]} at chr1:{first} does not fit uint8. Use uint16, or sat"
    with pytest.raises(UsageError, match=problem):
        combine_tracks(db, ["t1", "t2"], "all", dtype="uint8")
    assert not db.has_track("all")
    found = combine_tracks(db, ["t1", "t2"], "all", dtype="uint8", saturate=True)
    assert found.n_saturated == sum(int((v > 255).sum()) for v in total.values())
    assert db.open_track("all").read("chr1").tolist() == np.minimum(total["chr1"], 255).tolist()


def test_the_number_of_missing_values_is_no_value(db):
    db.create_dense("m", {c: np.full(n, 255, np.uint8) for c, n in LENGTHS.items()}, bin_size=1,
                    dtype="uint8", missing=0)  # fmt: skip
    with pytest.raises(UsageError, match=r"largest number for missing values\. Use uint16"):
        combine_tracks(db, ["m"], "all", dtype="uint8")
    assert combine_tracks(db, ["m"], "all").dtype == "uint16"
    assert combine_tracks(db, ["m"], "cut", dtype="uint8", saturate=True).n_saturated == 1090
    assert set(db.open_track("cut").read("chr2").tolist()) == {254}


def test_a_mean_of_counts_is_a_float_and_signed_counts_stay_whole(db):
    a, b = make(db, "t1"), make(db, "t2")
    combine_tracks(db, ["t1", "t2"], "mean", how="mean")
    wanted = ((a["chr1"].astype(float) + b["chr1"]) / 2).astype(np.float32)
    assert np.array_equal(db.open_track("mean").read("chr1"), wanted)
    db.create_dense("s", {c: np.full(n, -100, np.int8) for c, n in LENGTHS.items()}, bin_size=1,
                    dtype="int8")  # fmt: skip
    assert combine_tracks(db, ["s", "s"], "signed").dtype == "int16"
    make(db, "f", "float64")
    assert combine_tracks(db, ["s", "f"], "mixed").dtype == "float64"


def test_bins_of_several_bases_and_indexed_tracks_are_combined_too(db):
    values = {c: np.arange(-(-n // 7), dtype=np.float32) for c, n in LENGTHS.items()}
    for name, layout in (("a", "indexed"), ("b", "per-chromosome")):
        with new_dense(db.place(name), bin_size=7, layout=layout) as draft:
            for chrom, array in values.items():
                draft.write(chrom, [array])
    combine_tracks(db, ["a", "b"], "ab")
    assert db.open_track("ab").bin_size == 7
    assert np.array_equal(db.open_track("ab").read("chr1"), values["chr1"] * 2)


@pytest.mark.parametrize(
    ("tracks", "options", "said"),
    [
        ([], {}, "no tracks to combine"),
        ("t1", {}, "no tracks to combine"),
        (["t1", "wide"], {}, "track 'wide' has bins of 10 bp, 't1' of 1 bp. convert"),
        (["t1", "s"], {}, "track 's' is sparse: only dense tracks can be combined. convert"),
        (["t1"], {"how": "median"}, "how is 'median'. Use one of: sum, mean, min, max"),
        (["t1"], {"dtype": "int128"}, "dtype 'int128' is not one"),
    ],
)
def test_what_cannot_be_combined_is_refused_before_any_work(db, tracks, options, said):
    make(db, "t1")
    db.create_dense("wide", {"chr1": np.zeros(100)}, bin_size=10)
    rows = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
    genomedb.create_sparse_from(db, "s", rows, [1.0])
    with pytest.raises(UsageError, match=said):
        combine_tracks(db, tracks, "all", **options)
    assert not db.has_track("all")


def test_the_smallest_type_holds_the_ends():
    assert smallest_dtype(0, 255) == "uint8"
    assert smallest_dtype(-128, 127) == "int8"
    assert smallest_dtype(-129, 0) == "int16"
    assert smallest_dtype(0, 2**32 - 1) == "uint32"
    assert smallest_dtype(-1, 2**31) == "float64"
