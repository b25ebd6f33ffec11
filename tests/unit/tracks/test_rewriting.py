"""Repacked tracks answer as before; converted ones as slow twins say; diff finds what differs."""

import numpy as np
import pytest

from genomedb.db.create import create_database
from genomedb.errors import FormatError, UsageError, WriteError
from genomedb.storage.spec import ColumnSpec
from genomedb.tracks import rewrite
from genomedb.tracks.convert import convert
from genomedb.tracks.create import Provenance, Source, Storage, new_array, new_dense, new_features
from genomedb.tracks.diff import diff_tracks
from genomedb.tracks.rewrite import has_pyramid, repack, storage_of_track

CHROMS = {"chr1": 1005, "chr2": 500, "chr3": 40}
TYPES = ["dense", "counts", "sequence", "sparse", "array", "features", "nothing"]
TOLD = Provenance(
    description="told", created_by="me", user="somebody", command="a b",
    sources=(Source("x.bw", 3, "ab"),), attributes={"lab": "ours", "created.date": "yesterday"},
)  # fmt: skip


@pytest.fixture
def db(tmp_path):
    db = create_database(tmp_path / "dbs", "toy", CHROMS)
    rng = np.random.default_rng(1)
    told = {"provenance": TOLD}
    dense = {c: rng.random(-(-n // 10)).astype("f4") for c, n in CHROMS.items()}
    dense["chr1"][3:6] = np.nan
    db.create_dense("dense", dense, bin_size=10, **told)
    counts = {c: rng.integers(0, 3, -(-n // 5)) for c, n in CHROMS.items()}
    db.create_dense("counts", counts, bin_size=5, dtype="int16", missing=2, **told)
    with new_dense(
        db.place("sequence"), bin_size=1, dtype="uint8", track_type="sequence", **told
    ) as draft:
        for chrom, n in CHROMS.items():
            draft.write(chrom, [rng.choice(np.frombuffer(b"ACGT", "u1"), n)])
    start = np.arange(0, 400, 7)
    db.create_sparse("sparse", {"chr2": (start, start + 5, rng.random(start.size))}, **told)
    with new_array(db.place("array"), ["a", "b"], dtype="int32", **told) as arrays:
        arrays.write("chr1", [(start, start + 3, rng.integers(0, 9, (start.size, 2)))])
    specs = [ColumnSpec("name", "", "text"), ColumnSpec("score", "float64")]
    with new_features(db.place("features"), specs, strand=True, **told) as features:
        for chrom in ("chr1", "chr3"):
            a = np.sort(rng.integers(0, 20, 30))
            b = np.full(30, 33)
            columns = {
                "name": [f"n{i}é" * (i % 3) for i in range(30)], "score": rng.random(30),
                "strand": rng.integers(-1, 2, 30),
            }  # fmt: skip
            features.write(chrom, [(a, b, columns)])
    with new_features(db.place("nothing"), specs, strand=True, **told):
        pass
    return db


def everything(track):
    """All data of a track as plain lists."""
    found = {}
    for chrom in CHROMS:
        if track.track_type in ("dense", "sequence"):
            found[chrom] = track.read(chrom).tobytes()
        elif track.track_type == "features":
            f = track.read(chrom)
            columns = {k: list(v) for k, v in f.columns.items()}
            strand = [] if f.strand is None else f.strand.tolist()
            found[chrom] = (f.start.tolist(), f.end.tolist(), strand, columns)
        else:
            found[chrom] = tuple(np.asarray(part).tolist() for part in track.read(chrom))
    return found


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("storage", [None, Storage(compression=None), Storage(level=3)])
def test_repacked_both_ways_a_track_answers_as_before(db, name, storage):
    db.set_variable(name, "v", np.arange(5.0))
    before, info = everything(db[name]), db[name].info()
    original = db.track_path(name).with_name("original.h5")
    original.write_bytes(db.track_path(name).read_bytes())
    for layout in ("indexed", "per-chromosome", "indexed"):
        repack(db[name], layout=layout, storage=storage)
        now = db[name].info()
        assert now["layout"] == layout
        same = {k: v for k, v in info.items() if k not in ("layout", "size_in_bytes")}
        assert {k: now[k] for k in same} == same
        assert now["attributes"]["created.date"] == "yesterday"
        assert everything(db[name]) == before
        assert db.get_variable(name, "v").tolist() == [0, 1, 2, 3, 4]
        assert [f for _, found in db.validate([name]) for f in found] == []
        assert diff_tracks(db[name], original).is_same
        if storage is not None:
            assert storage_of_track(db[name]).compression == storage.compression
            assert storage.compression is None or storage_of_track(db[name]).level == 3


def test_repacking_adds_and_drops_the_pyramid_and_keeps_chunks(tmp_path):
    db = create_database(tmp_path / "dbs", "toy", {"c": 100_000})
    values = {"c": np.arange(100_000) % 977}
    db.create_dense("x", values, bin_size=1, storage=Storage(level=2, chunk_bytes=4096))
    assert has_pyramid(db["x"])
    repack(db["x"], pyramid=False)
    assert not has_pyramid(db["x"])
    assert (storage_of_track(db["x"]).level, storage_of_track(db["x"]).chunk_bytes) == (2, 4096)
    repack(db.track_path("x"))
    assert not has_pyramid(db["x"])
    repack(db["x"], pyramid=True)
    assert has_pyramid(db["x"])
    assert db["x"].summary("c").sum[0] == values["c"].sum()


def test_what_was_set_since_a_track_was_opened_is_kept(db):
    track = db["dense"]
    db.set_attributes("dense", {"lab": "theirs"})
    assert repack(track, layout="indexed").attrs["lab"] == "theirs"


def test_a_change_in_the_meantime_is_not_lost(db, monkeypatch):
    monkeypatch.setattr(
        rewrite, "require_intact", lambda _: db.set_attributes("dense", {"lab": "theirs"})
    )
    with pytest.raises(WriteError, match=r"changed by somebody else meanwhile\. Try again"):
        repack(db["dense"], layout="indexed")
    assert (db["dense"].attrs["lab"], db["dense"].layout) == ("theirs", "per-chromosome")


def test_a_damaged_track_is_not_repacked(db):
    path = db.track_path("counts")
    data = bytearray(path.read_bytes())
    at = data.index(b"created.by")
    data[at] ^= 1
    path.write_bytes(data)
    with pytest.raises(FormatError):
        repack(path, layout="indexed")
    assert path.read_bytes() == bytes(data)


def test_only_dense_tracks_get_a_pyramid(db):
    with pytest.raises(UsageError, match="a sparse track has no summary pyramid"):
        repack(db["sparse"], pyramid=True)


# ---- convert


def per_base(track, chrom):
    """Value of each base, NaN where there is none."""
    found = np.full(CHROMS[chrom], np.nan)
    if track.track_type == "sparse":
        for a, b, v in zip(*track.read(chrom), strict=True):
            found[a:b] = v
        return found
    values = track.read(chrom).astype(float)
    if track.missing is not None:
        values[values == track.missing] = np.nan
    return np.repeat(values, track.bin_size)[: CHROMS[chrom]]


def slow_means(values, width):
    bins = [values[i : i + width] for i in range(0, values.size, width)]
    return [np.nan if np.isnan(b).all() else np.nanmean(b) for b in bins]


@pytest.mark.parametrize(("name", "width"), [("dense", 30), ("counts", 35), ("sparse", 4)])
def test_wider_bins_are_means_over_the_bases_covered(db, name, width):
    convert(db[name], db.place("new"), bin_size=width, track_type="dense")
    for chrom in CHROMS:
        expected = slow_means(per_base(db[name], chrom), width)
        np.testing.assert_allclose(db["new"].read(chrom), expected, rtol=1e-6)
    attrs = db["new"].attrs
    assert (attrs["description"], attrs["lab"], attrs["created.by"]) == ("told", "ours", "convert")
    assert attrs["created.date"] != "yesterday"


@pytest.mark.parametrize("name", ["dense", "counts"])
def test_dense_to_sparse_and_back_keeps_each_base(db, name, monkeypatch):
    monkeypatch.setattr("genomedb.tracks.dense.BLOCK_BYTES", 16)  # runs cross blocks
    convert(db[name], db.place("new"), track_type="sparse")
    for chrom in CHROMS:
        np.testing.assert_array_equal(per_base(db["new"], chrom), per_base(db[name], chrom))
        start, end, value = db["new"].read(chrom)
        joined = (start[1:] == end[:-1]) & (value[1:] == value[:-1])
        assert not joined.any()
    made = {"dtype": "int16", "missing": 2} if name == "counts" else {}
    convert(db["new"], db.place("b"), track_type="dense", bin_size=db[name].bin_size, **made)
    assert diff_tracks(db["b"], db[name]).is_same


def test_a_value_that_does_not_fit_names_its_position(db):
    with pytest.raises(UsageError, match=r"at chr1:0 does not fit int8"):
        convert(db["dense"], db.place("new"), dtype="int8", missing=-1)
    with pytest.raises(UsageError, match=r"chr1:30 has no value, and int8 cannot say so"):
        convert(db["dense"], db.place("new"), dtype="int8", bin_size=10, missing=None)
    assert not db.has_track("new")
    convert(db["counts"], db.place("new"), dtype="uint8")
    assert db["new"].missing == 2
    convert(db["counts"], db.place("f"), dtype="float32")
    np.testing.assert_array_equal(per_base(db["f"], "chr1"), per_base(db["counts"], "chr1"))
    with pytest.raises(UsageError, match="which would mean missing"):
        convert(db["counts"], db.place("z"), missing=1)


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("dense", {"bin_size": 25}, "bin size 25 is not a multiple of 10"),
        ("sparse", {"track_type": "dense"}, "a dense track needs a bin size"),
        ("dense", {"track_type": "sparse", "bin_size": 10}, "only dense tracks have a bin size"),
        ("sequence", {"bin_size": 10}, "a sequence track cannot be converted"),
        ("features", {"track_type": "dense"}, "a features track cannot be converted"),
        ("array", {"bin_size": 3}, "an array track changes its dtype only"),
        ("dense", {"missing": 3}, "only dense tracks of an integer dtype"),
        ("dense", {"dtype": "int64"}, "dtype 'int64' is not one"),
        ("dense", {"track_type": "array"}, "tracks are not converted to array"),
    ],
)
def test_impossible_conversions_say_why(db, name, options, said):
    with pytest.raises(UsageError, match=said):
        convert(db[name], db.place("new"), **options)
    assert not db.has_track("new")


def test_an_array_changes_its_dtype(db):
    convert(db["array"], db.place("new"), dtype="float64")
    assert db["new"].read("chr1").values.tolist() == db["array"].read("chr1").values.tolist()


# ---- diff


def test_diff_finds_one_changed_bin(db):
    values = {c: db["dense"].read(c).copy() for c in CHROMS}
    values["chr2"][7] += 2
    db.create_dense("other", values, bin_size=10)
    found = diff_tracks(db["dense"], db["other"])
    assert not found.is_same
    assert found.facts == []
    [where] = found.chroms
    assert (where.chrom, where.n_differing, where.first_position) == ("chr2", 1, 70)
    assert where.largest == pytest.approx(2, rel=1e-6)
    assert ("lab", "ours", None) in found.attributes


def test_diff_finds_one_changed_and_one_absent_record(db):
    start, end, value = (part.copy() for part in db["sparse"].read("chr2"))
    value[5] = np.nan
    keep = np.arange(start.size) != 9
    db.create_sparse("other", {"chr2": (start[keep], end[keep], value[keep])})
    [where] = diff_tracks(db["sparse"], db["other"]).chroms
    assert (where.n_differing, where.first_position, where.largest) == (2, 35, None)


def test_diff_finds_one_changed_text(db):
    with new_features(db.place("other"), db["features"].columns, strand=True) as draft:
        for chrom in ("chr1", "chr3"):
            f = db["features"].read(chrom)
            columns = {**{k: list(v) for k, v in f.columns.items()}, "strand": f.strand}
            if chrom == "chr3":
                columns["name"][7] = columns["name"][7].replace("n", "m")
            draft.write(chrom, [(f.start, f.end, columns)])
    [where] = diff_tracks(db["features"], db["other"]).chroms
    assert (where.chrom, where.n_differing) == ("chr3", 1)
    assert where.first_position == db["features"].read("chr3").start[7]


def test_diff_names_types_bins_and_chromosomes(db, tmp_path):
    assert [f.what for f in diff_tracks(db["dense"], db["sparse"]).facts] == ["type"]
    facts = diff_tracks(db["dense"], db["counts"]).facts
    assert [f.what for f in facts] == ["dtype", "bin_size"]
    other = create_database(tmp_path / "else", "toy", {"chr1": 1005, "chr2": 501})
    other.create_dense("x", {"chr1": np.zeros(101), "chr2": np.zeros(51)}, bin_size=10)
    [fact] = diff_tracks(db["dense"], other["x"]).facts
    assert fact.what == "chromosomes"
    assert "chr2" in fact.second
