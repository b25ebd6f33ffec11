"""Points and rectangles: every layout answers windows, bands and sums as slow twins do."""

import pickle

import numpy as np
import pandas as pd
import pytest
from pairs_twins import (
    CHROMS,
    as_rectangles,
    rows_of,
    slow_read,
    slow_summary,
    some_points,
    some_rectangles,
)

import genomedb as gdb
from genomedb.db.create import create_database
from genomedb.errors import ChromError, UsageError
from genomedb.tracks.create import Storage
from genomedb.tracks.diff import diff_tracks
from genomedb.tracks.rewrite import repack, storage_of_track

SIZES = {("chr1", "chr1"): 900, ("chr1", "chr2"): 1025, ("chr2", "chr1"): 64, ("chr3", "chr3"): 1}


@pytest.fixture(params=["points", "rectangles"])
def kind(request):
    return request.param


@pytest.fixture(params=["per-chromosome", "indexed"])
def layout(request):
    return request.param


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path, "toy", CHROMS)


@pytest.fixture
def made(db, kind, layout):
    """A track and what it was made of."""
    rng = np.random.default_rng(3)
    make = some_points if kind == "points" else some_rectangles
    records = {pair: make(rng, *pair, n) for pair, n in SIZES.items()}
    create = db.create_points if kind == "points" else db.create_rectangles
    return create("hic", records, layout=layout), {p: as_rectangles(r) for p, r in records.items()}


def windows(pair, rng, n=12):
    a, b = CHROMS[pair[0]], CHROMS[pair[1]]
    yield 0, a, 0, b
    yield a - 1, a, b - 1, b
    for _ in range(n):
        x, y = rng.integers(0, a), rng.integers(0, b)
        yield (int(x), int(rng.integers(x + 1, a + 1)), int(y), int(rng.integers(y + 1, b + 1)))


def test_windows_and_bands_are_read_as_a_slow_twin_reads_them(made):
    track, records = made
    rng = np.random.default_rng(4)
    for pair in records:
        for x1, x2, y1, y2 in windows(pair, rng):
            bands = [None, (-30, 50)] if pair[0] == pair[1] else [None]
            for band in bands:
                found = track.read(pair[0], x1, x2, pair[1], y1, y2, band=band)
                expected = slow_read(records[pair], (x1, x2, y1, y2), band)
                assert str(rows_of(found)) == str(expected)


def test_summaries_are_those_of_a_slow_twin(made):
    track, records = made
    rng = np.random.default_rng(5)
    for pair in records:
        for x1, x2, y1, y2 in windows(pair, rng, 6):
            for band in [None, (-30, 50)] if pair[0] == pair[1] else [None]:
                found = track.summarize(pair[0], x1, x2, pair[1], y1, y2, band=band)
                n, area, *rest = slow_summary(records[pair], (x1, x2, y1, y2), band)
                assert (found.n, found.area) == (n, area)
                np.testing.assert_allclose([found.wsum, found.sum, found.min, found.max], rest)
                np.testing.assert_allclose(found.mean, rest[0] / area if area else np.nan)


def test_many_windows_are_summed_at_once(made):
    track, records = made
    tree = track.tree(0, 1)
    grid = [g.ravel() for g in np.meshgrid(range(0, 1000, 250), range(0, 500, 250))]
    found = tree.sums(grid[0], grid[0] + 250, grid[1], grid[1] + 250)
    for i, (x, y) in enumerate(zip(*(g.tolist() for g in grid), strict=True)):
        n, area, wsum, *_ = slow_summary(records["chr1", "chr2"], (x, x + 250, y, y + 250))
        assert (found.n[i], found.area[i]) == (n, area)
        np.testing.assert_allclose(found.wsum[i], wsum)
    assert tree.total().n.tolist() == [np.isfinite(records["chr1", "chr2"][4]).sum()]
    assert tree.sums([], [], [], []).n.size == 0


def test_a_track_tells_its_pairs_and_how_many_records_they_have(made, kind, layout):
    track, records = made
    sizes = {pair: r[0].size for pair, r in records.items()}
    assert (track.track_type, track.layout) == (kind, layout)
    assert track.pairs == sorted(sizes)
    assert track.pair_codes.tolist() == [[0, 0], [0, 1], [1, 0], [2, 2]]
    assert track.n_records() == sum(sizes.values())
    assert track.n_records("chr1") == sizes["chr1", "chr1"] + sizes["chr1", "chr2"]
    assert track.n_records("chr2", "chr1") == sizes["chr2", "chr1"]
    assert track.n_records("chr3", "chr1") == 0
    assert [track.has_chrom(c) for c in (*CHROMS, "chr9")] == [True, True, True, False]
    info = track.info()
    assert (info["type"], info["n_pairs"], info["n_records"]) == (kind, 4, track.n_records())
    assert "records" in track._repr_html_()
    assert "4 pairs" in repr(track)


def test_a_pair_without_data_holds_nothing(made):
    track, _ = made
    assert track.tree(1, 2) is None
    found = track.read("chr2", 0, 500, "chr3")
    assert (len(found), found.x2.size, found.value.dtype) == (0, 0, np.float32)
    assert track.summarize("chr2", chrom2="chr3").n == 0
    assert track.to_frame("chr2", "chr3").empty


def test_sides_are_a_chromosome_or_the_same_region_by_default(made):
    track, _ = made
    assert len(track.read("chr1")) == track.n_records("chr1", "chr1")
    assert len(track.read("chr1", chrom2="chr2")) == track.n_records("chr1", "chr2")
    same = track.read("chr1", 100, 300, "chr1", 100, 300)
    assert rows_of(track.read("chr1", 100, 300)) == rows_of(same) or np.isnan(same.value).any()
    assert len(track.read("chr1", 100, 300)) == len(same)


def test_a_band_between_two_chromosomes_holds_nothing(made):
    track, _ = made
    assert len(track.read("chr1", chrom2="chr2", band=(-1000, 1000))) == 0
    assert track.summarize("chr1", chrom2="chr2", band=(-1000, 1000)).n == 0


def test_blocks_hold_every_record_once(made):
    track, records = made
    found = {pair: [] for pair in records}
    for chrom1, chrom2, block in track.iter_blocks():
        found[chrom1, chrom2] += rows_of(block)
    for pair, rows in found.items():
        whole = (0, CHROMS[pair[0]], 0, CHROMS[pair[1]])
        assert str(sorted(rows)) == str(slow_read(records[pair], whole))


def test_frames_have_both_sides_as_categories_in_database_order(made):
    track, records = made
    frame = track.to_frame("chr1:100-300", ("chr2", 50, 60))
    assert list(frame) == ["chrom1", "start1", "end1", "chrom2", "start2", "end2", "value"]
    assert list(frame["chrom2"].cat.categories) == list(CHROMS)
    rows = frame[["start1", "end1", "start2", "end2", "value"]].to_numpy().tolist()
    expected = [list(map(float, r)) for r in slow_read(records["chr1", "chr2"], (100, 300, 50, 60))]
    assert str(rows) == str(expected)
    assert isinstance(track.to_frame("chr1", band=(0, 10)).index, pd.RangeIndex)


def test_what_is_not_inside_is_refused(made):
    track, _ = made
    with pytest.raises(ChromError, match="chr1:0-1001 is not inside"):
        track.read("chr1", 0, 1001)
    with pytest.raises(ChromError, match="chr9"):
        track.read("chr1", chrom2="chr9")
    with pytest.raises(UsageError, match="d1 is not below d2"):
        track.read("chr1", band=(5, 5))
    with pytest.raises(UsageError, match="whole numbers"):
        track.read("chr1", 0.5)
    with pytest.raises(UsageError, match="is not a region"):
        track.to_frame(5)


def test_a_pickled_track_reads_the_same(made):
    track, _ = made
    again = pickle.loads(pickle.dumps(track))
    assert str(rows_of(again.read("chr1"))) == str(rows_of(track.read("chr1")))


def test_other_layouts_and_codecs_hold_the_same(made, db):
    track, _ = made
    db.set_variable("hic", "told", [1, 2])
    before = str(rows_of(track.read("chr1", chrom2="chr2")))
    for storage, to in [
        (Storage(compression=None), "indexed"),
        (Storage(level=4, chunk_bytes=1024), "per-chromosome"),
        (Storage(compression=None), None),
        (Storage(), "indexed"),
    ]:
        db.copy_track("hic", "copy", overwrite=True)
        other = repack(db["copy"], layout=to, storage=storage)
        assert other.layout == (to or track.layout)
        assert storage_of_track(other) == storage
        assert diff_tracks(track, other).is_same
        assert str(rows_of(other.read("chr1", chrom2="chr2"))) == before
        assert other.summarize("chr1", 10, 900) == db["hic"].summarize("chr1", 10, 900)
        assert db.get_variable("copy", "told") == [1, 2]
        assert list(db.validate(["copy"])) == [("copy", [])]


def test_converted_records_change_their_dtype_only(made, db):
    track, _ = made
    gdb.convert(track, db.place("wide"), dtype="float64")
    assert db["wide"].dtype == np.float64
    assert [d.what for d in diff_tracks(track, db["wide"]).facts] == ["dtype"]
    assert diff_tracks(track, db["wide"]).chroms == []
    with pytest.raises(UsageError, match="has no value, and int16 cannot say so"):
        gdb.convert(track, db.place("whole"), dtype="int16")
    with pytest.raises(UsageError, match="changes its dtype only"):
        gdb.convert(track, db.place("bins"), track_type="dense", bin_size=10)
    assert not db.has_track("whole")


def test_differences_name_the_pair(made, db, kind, layout):
    track, records = made
    pair = ("chr1", "chr2")
    x1, x2, y1, y2, value = (c.copy() for c in records[pair])
    row = int(np.flatnonzero(np.isfinite(value))[7])
    value[row] += 2
    columns = (x1, y1, value) if kind == "points" else (x1, x2, y1, y2, value)
    create = db.create_points if kind == "points" else db.create_rectangles
    create("other", {pair: columns})
    found = {d.chrom: d for d in diff_tracks(track, db["other"]).chroms}
    assert found["chr1 x chr2"].n_differing == 1
    assert found["chr1 x chr2"].first_position == x1[row]
    assert abs(found["chr1 x chr2"].largest - 2) < 1e-6
    assert found["chr3 x chr3"].n_differing == 1


@pytest.mark.parametrize("dtype", ["uint8", "int32", "float64"])
def test_other_dtypes_answer_too(db, layout, dtype):
    rng = np.random.default_rng(1)
    x, y, _ = some_points(rng, "chr1", "chr1", 700)
    value = rng.integers(0, 200, x.size)
    track = db.create_points("n", {("chr1", "chr1"): (x, y, value)}, dtype=dtype, layout=layout)
    found = track.read("chr1", 100, 600)
    assert found.value.dtype == dtype
    hit = (x >= 100) & (x < 600) & (y >= 100) & (y < 600)
    assert found.value.sum() == value[hit].sum()
    assert track.summarize("chr1", 100, 600).sum == value[hit].sum()
    assert list(db.validate(["n"])) == [("n", [])]
