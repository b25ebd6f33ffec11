"""Databases of the peer become ours: every value equals what the peer reads."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import genomedb.misha as gm
from genomedb import GenomeDB
from genomedb.db.interval_sets import load_set
from genomedb.db.pssm_sets import load_pssm_set
from genomedb.importers.misha_database import import_misha

pm = pytest.importorskip("pymisha")

EXAMPLE = Path(pm.__file__).parent / "examples" / "trackdb" / "test"
SIZES = {"chr1": 2003, "chr10": 1500, "chr2": 705, "chrX": 400}
pytestmark = [
    pytest.mark.skipif(not EXAMPLE.is_dir(), reason="the peer's example database is not there"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:::pymisha"),
]


@pytest.fixture(autouse=True)
def quiet():
    shown, pm.CONFIG["progress"] = pm.CONFIG.get("progress"), False
    yield
    pm.CONFIG["progress"] = shown


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """A copy of the example database, and the copy's import."""
    folder = tmp_path_factory.mktemp("example")
    shutil.copytree(EXAMPLE, folder / "theirs")
    (folder / "theirs" / "tracks" / "empty").mkdir()
    report = import_misha(folder / "theirs", folder / "ours")
    pm.gdb_init(str(folder / "theirs"))
    return folder, GenomeDB(folder / "ours"), report


def sizes(db):
    return zip(db.chroms.names, db.chroms.lengths, strict=True)


def same_values(db, theirs, ours):
    """Are the values of a dense track those that the peer extracts bin by bin?"""
    track = db.open_track(ours)
    for chrom, length in sizes(db):
        whole = pm.gintervals(chrom, 0, length)
        frame = pm.gextract(theirs, whole, iterator=track.bin_size)
        assert frame[theirs].to_numpy("f4").tobytes() == canonical(track.read(chrom)).tobytes()
        assert frame["start"].tolist() == list(range(0, length, track.bin_size))


def canonical(values):
    """The same values, with one kind of NaN."""
    return np.where(np.isnan(values), np.float32(np.nan), values)


def same_records(db, theirs, ours):
    """Are the records of a sparse track those that the peer extracts?"""
    track = db.open_track(ours)
    for chrom, length in sizes(db):
        frame = pm.gextract(theirs, pm.gintervals(chrom, 0, length), iterator=theirs)
        start, end, value = track.read(chrom)
        if frame is None:
            assert start.size == 0
            continue
        assert frame["start"].tolist() == start.tolist()
        assert frame["end"].tolist() == end.tolist()
        assert np.array_equal(frame[theirs].to_numpy("f4"), value, equal_nan=True)


def same_rectangles(db, theirs, ours):
    """Are the records of a 2D track those that the peer extracts, from every pair?"""
    track = db.open_track(ours)
    n = 0
    for chrom1, length1 in sizes(db):
        for chrom2, length2 in sizes(db):
            pair = pm.gintervals_2d(chrom1, 0, length1, chrom2, 0, length2)
            frame = pm.gextract(theirs, pair, iterator=theirs)
            found = track.read(chrom1, chrom2=chrom2)
            if frame is None:
                assert len(found) == 0
                continue
            frame = frame.sort_values(["start1", "start2"])
            for column, values in (
                ("start1", found.x1), ("end1", found.x2), ("start2", found.y1), ("end2", found.y2),
            ):  # fmt: skip
                assert frame[column].tolist() == values.tolist()
            mine = canonical(found.value)
            assert canonical(frame[theirs].to_numpy("f4")).tobytes() == mine.tobytes()
            n += len(found)
    assert n == track.n_records() > 0


def test_all_of_the_example_is_imported(example):
    _, db, report = example
    assert {found.name for found in report.objects if found.status != "imported"} == set()
    assert (db.path / "empty").is_dir()
    assert all(not findings for _, findings in db.validate())
    theirs = set(pm.gtrack_ls()) | set(pm.gintervals_ls()) | {"seq"}
    assert {name.replace("/", ".") for name in db.list_tracks()} == theirs


def test_values_of_the_example_are_the_peers(example):
    _, db, _ = example
    same_values(db, "dense_track", "dense_track")
    same_values(db, "subdir.dense_track2", "subdir/dense_track2")
    same_records(db, "sparse_track", "sparse_track")
    same_rectangles(db, "rects_track", "rects_track")


def test_columns_of_the_array_track_are_the_peers(example):
    _, db, _ = example
    track = db.open_track("array_track")
    assert list(track.columns) == list(pm.gtrack_array_get_colnames("array_track"))
    for chrom, length in sizes(db):
        frame = pm.gtrack_array_extract("array_track", None, pm.gintervals(chrom, 0, length))
        start, end, values = track.read(chrom)
        assert frame["start"].tolist() == start.tolist()
        assert frame["end"].tolist() == end.tolist()
        theirs = frame[list(track.columns)].to_numpy("f4")
        assert np.array_equal(theirs, values, equal_nan=True)


def test_sets_sequence_motifs_attributes_and_variables_are_the_peers(example):
    _, db, _ = example
    theirs, ours = pm.gintervals_load("annotations"), load_set(db, "annotations")
    pd.testing.assert_frame_equal(
        ours.astype({"chrom": str}), theirs.astype({"chrom": str}), check_dtype=False
    )
    for chrom, length in sizes(db):
        (text,) = pm.gseq_extract(pm.gintervals(chrom, 0, length))
        assert db.open_track("seq").text(chrom, 0, length) == text
    assert [*load_pssm_set(db, "pssm")] == [str(i) for i in range(len(load_pssm_set(db, "pssm")))]
    table = pm.gtrack_attr_export()
    for name, row in table.iterrows():
        attrs = db.open_track(name).attrs
        assert {key: text for key, text in row.items() if text} == {
            key: attrs[key] for key in row.index if attrs.get(key)
        }
    ours = db.get_variable("dense_track", "pv.percentiles")
    assert np.array_equal(pm.gtrack_var_get("dense_track", "pv.percentiles"), ours)
    names = (db.path / "readonly_attributes.txt").read_text().split()
    assert names == pm.gdb_get_readonly_attrs()


def test_the_same_example_in_the_indexed_form_gives_the_same(example, tmp_path):
    _, db, _ = example
    shutil.copytree(EXAMPLE, tmp_path / "theirs")
    pm.gdb_init(str(tmp_path / "theirs"))
    for name in (
        "dense_track",
        "subdir.dense_track2",
        "sparse_track",
        "array_track",
        "rects_track",
    ):
        pm.gtrack_convert_to_indexed(name)
        folder = Path(pm.gtrack_path(name))
        assert (folder / "track.idx").is_file()
    report = import_misha(tmp_path / "theirs", tmp_path / "ours", executor=2)
    assert report.n("failed") == 0
    again = GenomeDB(tmp_path / "ours")
    for name in ("dense_track", "subdir/dense_track2"):
        for chrom in db.chroms.names:
            ours, theirs = again.open_track(name).read(chrom), db.open_track(name).read(chrom)
            assert np.array_equal(ours, theirs, equal_nan=True)
    for name in ("sparse_track", "array_track"):
        for chrom in db.chroms.names:
            for one, two in zip(
                again.open_track(name).read(chrom), db.open_track(name).read(chrom), strict=True
            ):
                assert np.array_equal(one, two, equal_nan=True)
    same_rectangles(again, "rects_track", "rects_track")
    pm.gdb_init(str(example[0] / "theirs"))


@pytest.mark.parametrize("name", ["dense_track", "subdir.dense_track2", "sparse_track"])
def test_questions_to_the_example_are_answered_alike(example, name):
    _, db, _ = example
    try:
        gm.gdb_init(db.path)
        for verb in ("gsummary", "gextract", "gscreen"):
            asked = f"{name} > 0.2" if verb == "gscreen" else name
            theirs = getattr(pm, verb)(asked, pm.gintervals_all())
            ours = getattr(gm, verb)(asked, gm.gintervals_all())
            if verb == "gsummary":
                np.testing.assert_allclose(list(ours), list(theirs), rtol=1e-6)
                continue
            pd.testing.assert_frame_equal(
                ours.astype({"chrom": str}), theirs.astype({"chrom": str}), check_dtype=False
            )
    finally:
        gm.gdb_unload()


@pytest.mark.parametrize("form", ["indexed", "per-chromosome"])
def test_a_database_that_the_peer_writes_is_read(example, tmp_path, form):
    rng = np.random.default_rng(8)
    fasta = tmp_path / "toy.fa"
    letters = list("ACGTacgtN")
    fasta.write_text(
        "".join(f">{n}\n{''.join(rng.choice(letters, size))}\n" for n, size in SIZES.items())
    )
    pm.gdb_create(str(tmp_path / "theirs"), str(fasta), db_format=form)
    pm.gdb_init(str(tmp_path / "theirs"))
    records = pd.concat([stretches(rng, chrom, size) for chrom, size in SIZES.items()])
    records = records.sort_values(["chrom", "start"], ignore_index=True)
    values = rng.normal(0, 9, len(records)).astype("f4").astype(float)
    values[::5] = np.nan
    pm.gdir_create("deep")
    pm.gtrack_create_dense("deep.d", "dense", records, values, 7)
    pm.gtrack_create_sparse("s", "sparse", records, values)
    pm.gtrack_create_sparse("few", "on one chromosome", records[:3], values[:3])
    theirs = random_pairs(rng)
    pm.gtrack_2d_create("points", "points", *theirs)
    wide = theirs[0].assign(end1=theirs[0]["start1"] + 2, end2=theirs[0]["start2"] + 1)
    pm.gtrack_2d_create("rects", "rectangles", wide, theirs[1])
    pm.gtrack_attr_set("s", "note", "\u00e9 \u4e2d")
    pm.gtrack_var_set("s", "kept", 5)
    saved = records.assign(score=values, name=[f"n{i}" for i in range(len(records))])
    pm.gintervals_save(saved, "set")
    pairs = pm.gintervals_2d("chr1", [0, 10], [5, 20], "chrX", [30, 40], [50, 60])
    pm.gintervals_save(pairs, "pairs")
    report = import_misha(tmp_path / "theirs", tmp_path / "ours")
    assert report.n("failed") == 0, report.objects
    db = GenomeDB(tmp_path / "ours")
    assert list(db.chroms.names) == pm.gintervals_all()["chrom"].tolist()
    same_values(db, "deep.d", "deep/d")
    same_records(db, "s", "s")
    same_records(db, "few", "few")
    same_rectangles(db, "points", "points")
    same_rectangles(db, "rects", "rects")
    assert (db.open_track("points").track_type, db.open_track("rects").track_type) == (
        "points", "rectangles",
    )  # fmt: skip
    assert db.open_track("s").attrs["note"] == "\u00e9 \u4e2d"
    assert db.open_track("s").attrs["description"] == "sparse"
    notes = next(found.notes for found in report.objects if found.name == "s")
    assert notes == (
        "variable kept is a Python pickle: it is kept as it is and was not read; "
        "reading it needs allow_pickle=True",
    )
    assert db.get_variable("s", "kept", allow_pickle=True) == 5
    for name, keys in (("set", ["chrom"]), ("pairs", ["chrom1", "chrom2"])):
        types = dict.fromkeys(keys, str)
        pd.testing.assert_frame_equal(
            load_set(db, name).astype(types), pm.gintervals_load(name).astype(types),
            check_dtype=False,
        )  # fmt: skip
    for chrom, length in sizes(db):
        (text,) = pm.gseq_extract(pm.gintervals(chrom, 0, length))
        assert db.open_track("seq").text(chrom, 0, length) == text
    pm.gdb_init(str(example[0] / "theirs"))


def random_pairs(rng):
    """Points of even x, all different, on some pairs of chromosomes; and values."""
    frames = []
    for chrom1, chrom2, n in (("chr1", "chr1", 900), ("chr2", "chrX", 1), ("chrX", "chr1", 70)):
        cells = rng.choice(SIZES[chrom1] // 2 * SIZES[chrom2], n, replace=False)
        x, y = cells // SIZES[chrom2] * 2, cells % SIZES[chrom2]
        frames.append(pm.gintervals_2d([chrom1] * n, x, x + 1, [chrom2] * n, y, y + 1))
    frame = pd.concat(frames, ignore_index=True)
    values = rng.normal(0, 9, len(frame)).astype("f4").astype(float)
    values[3:20] = np.nan
    values[20] = np.inf
    return frame, values


def stretches(rng, chrom, size):
    """Sorted intervals that do not overlap."""
    edges = np.unique(rng.integers(0, size, 40))
    edges = edges[: edges.size // 2 * 2]
    return pd.DataFrame({"chrom": chrom, "start": edges[::2], "end": edges[1::2]})
