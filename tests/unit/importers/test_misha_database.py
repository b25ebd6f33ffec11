"""A whole misha database becomes ours: what is there, what is left out and why."""

import pickle
import shutil

import numpy as np
import pandas as pd
import pytest
from misha_files import (
    NA,
    SIZES,
    array,
    dense,
    make_root,
    quadtree,
    r_factor,
    r_frame,
    r_integers,
    r_list,
    r_logicals,
    r_object,
    r_reals,
    r_texts,
    sparse,
    write_indexed,
    write_indexed_pairs,
    write_track,
)

from genomedb import GenomeDB
from genomedb.cli.main import run
from genomedb.db.interval_sets import load_set, set_attributes_of
from genomedb.db.pssm_sets import load_pssm_set
from genomedb.db.read_only import FILE as READ_ONLY_NAMES
from genomedb.errors import (
    ChromError,
    GenomeDBWarning,
    MissingFileError,
    TrackExistsError,
    UsageError,
)
from genomedb.importers import misha_objects
from genomedb.importers.misha_database import import_misha
from genomedb.misha.import_database import gdb_import_misha

BINS = [0.5, np.nan, -3.25, *range(17)]
RECORDS = [(0, 5, 1.5), (7, 9, np.nan), (90, 200, -2)]
ATTRIBUTES = b"created.by\0gtrack.create()\0created.date\0Tue Dec  9\0note\0\xc3\xa9\0"


@pytest.fixture
def root(tmp_path):
    """One object of each kind."""
    root = make_root(tmp_path / "misha")
    track = write_track(root, "d", {"chr1": dense(50, BINS)}, ATTRIBUTES)
    (track / "vars").mkdir()
    (track / "vars" / "pv").write_bytes(r_object(r_reals([1, np.nan], {"names": r_texts("ab")})))
    write_track(root, "sub.dir.s", {"1": sparse(RECORDS), "chrX": sparse(RECORDS[:1])})
    write_indexed(root / "tracks" / "sub" / "i.track", 1, [(1, sparse(RECORDS))])
    folder = write_track(root, "a", {"chr2": array([(0, 5, {1: 2.5}), (5, 9, {0: 1, 1: 2})])})
    (folder / ".colnames").write_bytes(
        r_object(r_integers([1, 2], {"names": r_texts(["one", "two"])}))
    )
    (root / "tracks" / "nothing").mkdir()
    (root / "tracks" / "set.interv").write_bytes(r_object(r_frame({
        "chrom": r_factor([2, 1], ["chr1", "chrX"]), "start": r_reals([5, 7]),
        "end": r_reals([9, 10]), "strand": r_reals([1, -1]), "text": r_texts(["a", None]),
    })))  # fmt: skip
    (root / "tracks" / "set.iattr").write_bytes(b"lab\0ours\0")
    (root / "seq").mkdir()
    (root / "seq" / "chr2.seq").write_bytes((b"ACGTacgtNN" * 51)[:505])
    (root / "pssms").mkdir()
    (root / "pssms" / "m.key").write_text("0\tAC\t1\n")
    (root / "pssms" / "m.data").write_text("0\t0\t1\t0\t0\t0\n0\t1\t0\t1\t0\t0\n")
    (root / ".ro_attributes").write_bytes(r_object(r_texts(["created.by", "mine"])))
    return root


def by_name(report):
    return {(found.name, found.type): found for found in report.objects}


def failure(report):
    """The reason of the only object that failed."""
    (found,) = [each for each in report.objects if each.status == "failed"]
    return found.reason


@pytest.mark.parametrize("executor", [None, 2])
def test_everything_of_a_database_comes_over(root, tmp_path, executor):
    report = import_misha(root, tmp_path / "ours", executor=executor)
    assert {found.status for found in report.objects} == {"imported"}, report.objects
    shutil.move(tmp_path / "ours", tmp_path / "moved")  # self-contained
    db = GenomeDB(tmp_path / "moved")
    assert db.assembly == "ours"
    assert dict(zip(db.chroms.names, db.chroms.lengths, strict=True)) == SIZES
    track = db.open_track("d")
    assert (track.bin_size, str(track.dtype)) == (50, "float32")
    assert np.array_equal(track.read("1"), np.array(BINS, "f4"), equal_nan=True)
    assert np.isnan(track.read("X")).all()
    assert {name: track.attrs[name] for name in ("created.by", "created.date", "note")} == {
        "created.by": "gtrack.create()", "created.date": "Tue Dec  9", "note": "\u00e9",
    }  # fmt: skip
    assert np.array_equal(db.get_variable("d", "pv"), [1, np.nan], equal_nan=True)
    assert db.get_variable("d", "pv.names") == ["a", "b"]
    for name, chrom in (("sub/dir/s", "1"), ("sub/i", "2")):
        found = np.array(db.open_track(name).read(chrom)[:3]).T
        assert np.array_equal(found, RECORDS, equal_nan=True)
    array_track = db.open_track("a")
    assert list(array_track.columns) == ["one", "two"]
    values = array_track.read("2").values
    assert np.array_equal(values, [[np.nan, 2.5], [1, 2]], equal_nan=True)
    frame = load_set(db, "set")
    assert frame["chrom"].tolist() == ["1", "X"]
    assert frame["strand"].tolist() == [-1, 1]
    assert frame["text"].isna().tolist() == [True, False]
    assert set_attributes_of(db, "set")["lab"] == "ours"
    assert db.open_track("seq").text("2", 0, 12) == "ACGTacgtNNAC"
    assert set(db.open_track("seq").text("1", 0, 1000)) == {"N"}
    assert list(load_pssm_set(db, "m")) == ["0"]
    assert (db.path / "nothing").is_dir()
    assert (db.path / READ_ONLY_NAMES).read_text() == "created.by\nmine\n"
    assert all(not findings for _, findings in db.validate())


def test_a_second_call_skips_what_is_complete_and_makes_the_rest(root, tmp_path):
    import_misha(root, tmp_path / "ours")
    db = GenomeDB(tmp_path / "ours")
    db.remove_track("sub/i")
    db.remove_variable("d", "pv")  # as if stopped between the track and its variables
    before = {path: path.stat().st_mtime_ns for path in db.path.rglob("*.h5")}
    found = by_name(import_misha(root, tmp_path / "ours"))
    made = [name for (name, _), each in found.items() if each.status == "imported"]
    assert made == ["sub.i"]
    assert "pv" in GenomeDB(tmp_path / "ours").list_variables("d")
    for path, time in before.items():
        assert path.name == "d.h5" or path.stat().st_mtime_ns == time
    with pytest.raises(TrackExistsError, match="already"):
        import_misha(root, tmp_path / "ours", resume=False)


def test_an_import_that_is_stopped_leaves_whole_objects_only(root, tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(misha_objects.misha_tracks, "sparse_pieces", stop)
    with pytest.raises(KeyboardInterrupt):
        import_misha(root, tmp_path / "ours")
    monkeypatch.undo()
    assert not GenomeDB(tmp_path / "ours").has_track("sub/dir/s")
    assert not [p for p in (tmp_path / "ours").rglob(".*") if "part" in p.name]
    assert import_misha(root, tmp_path / "ours").n("failed") == 0


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"chr1": dense(50, BINS)[:-2]}, "chr1: has 19.5 values"),
        ({"chr1": dense(50, BINS), "chr2": dense(10, [])}, "chr2: is dense with bins of 10 bp"),
        ({"chr1": dense(0, BINS)}, "chr1: begins with 0"),
        ({"chr1": sparse(RECORDS)[:-1]}, "chr1: is truncated"),
        ({"chr1": sparse(RECORDS[::-1])}, "chr1: 1:7-9 overlaps"),
        ({"chr1": sparse([(0, 9, 1), (5, 12, 1)])}, "chr1: 1:5-12 overlaps"),
        ({"chrX": sparse([(0, 201, 1)])}, "chrX: X:0-201 is empty or not inside"),
        ({"chr1": array([(0, 5, {0: 1})])}, ".colnames: does not exist"),
    ],
)
def test_a_damaged_track_is_named_with_its_file_and_the_others_go_on(root, tmp_path, files, said):
    write_track(root, "bad.one", files)
    report = import_misha(root, tmp_path / "ours")
    assert f"misha/tracks/bad/one.track/{said}" in failure(report)
    db = GenomeDB(tmp_path / "ours")
    assert not db.has_track("bad/one")
    assert db.has_track("sub/i")
    assert not list((tmp_path / "ours" / "bad").iterdir())


def test_a_wrong_checksum_is_named(root, tmp_path):
    write_indexed(root / "tracks" / "bad.track", 1, [(1, sparse(RECORDS))], crc=1)
    assert "bad.track/track.idx: has a wrong" in failure(import_misha(root, tmp_path / "ours"))


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        ({"chrom": r_texts(["7"]), "start": r_reals([1]), "end": r_reals([2])}, '"7" does not'),
        ({"chrom": r_texts(["1"]), "start": r_reals([1]), "end": r_reals([2e6])}, "beyond the"),
        ({"chrom": r_texts(["1"]), "start": r_reals([5]), "end": r_reals([2])}, "bad.interv"),
    ],
)
def test_a_damaged_set_is_named_with_its_file(root, tmp_path, frame, said):
    (root / "tracks" / "bad.interv").write_bytes(r_object(r_frame(frame)))
    reason = failure(import_misha(root, tmp_path / "ours"))
    assert "tracks/bad.interv: " in reason
    assert said in reason


def test_damaged_sequence_and_motifs_are_named(root, tmp_path):
    (root / "seq" / "chr2.seq").write_bytes(b"ACGT")
    (root / "pssms" / "m.data").write_text("0\tx\n")
    found = by_name(import_misha(root, tmp_path / "ours"))
    assert "chr2.seq: has 4 letters" in found["seq", "sequence"].reason
    assert "m.data:1" in found["m", "motifs"].reason
    assert not (tmp_path / "ours" / "pssms").exists()


RECTANGLES = [(0, 5, 0, 9, 1.5), (5, 9, 3, 4, np.nan), (700, 900, 20, 505, -2), (3, 4, 90, 99, 7)]


@pytest.mark.parametrize("form", ["files", "indexed"])
def test_rectangles_and_points_of_all_pairs_come_over(root, tmp_path, form):
    points = [(x, x + 1, y, y + 1, x * y) for x in range(0, 200, 7) for y in range(3, 190, 9)]
    if form == "files":
        write_track(root, "r", {"chr1-chr2": quadtree(RECTANGLES), "2-1": quadtree([])})
        write_track(root, "p", {"X-X": quadtree(points, is_points=True)}, ATTRIBUTES)
    else:
        folder = root / "tracks"
        write_indexed_pairs(
            folder / "r.track", 0, [(0, 1, quadtree(RECTANGLES)), (1, 0, quadtree([]))]
        )
        write_indexed_pairs(folder / "p.track", 1, [(2, 2, quadtree(points, is_points=True))])
    write_indexed_pairs(root / "tracks" / "none.track", 1, [])
    report = import_misha(root, tmp_path / "ours")
    assert report.n("imported") == len(report.objects), report.objects
    db = GenomeDB(tmp_path / "ours")
    track = db.open_track("r")
    assert (track.track_type, track.pairs) == ("rectangles", [("1", "2")])
    found = track.read("1", chrom2="2")
    rows = np.array([found.x1, found.x2, found.y1, found.y2, found.value]).T
    assert np.array_equal(rows, sorted(RECTANGLES), equal_nan=True)
    track = db.open_track("p")
    assert (track.track_type, track.pairs) == ("points", [("X", "X")])
    found = track.read("X")
    assert found.x1.tolist() == [x for x, *_ in points]
    assert found.value.tolist() == [value for *_, value in points]
    if form == "files":
        assert track.attrs["created.by"] == "gtrack.create()"
    assert db.open_track("none").n_records() == 0
    assert all(not findings for _, findings in db.validate())


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"1-2": quadtree(RECTANGLES)[:-1]}, "1-2: a node of its tree is not inside"),
        ({"1-2": quadtree(RECTANGLES)[:15]}, "1-2: is truncated"),
        ({"1-2": quadtree([(0, 9, 0, 9, 1), (5, 6, 5, 6, 1)])}, "1-2: 1:0-9, 2:0-9 overlaps 1:5"),
        ({"1-X": quadtree([(0, 9, 0, 201, 1)])}, "1-X: 1:0-9, X:0-201 is empty or not inside"),
        ({"1-1": quadtree([(2, 3, 2, 3, 1)] * 2, is_points=True)}, "1-1: 1:2, 1:2 is given twice"),
        ({"1-2": quadtree([]), "chr1-chr2": quadtree([])}, "same chromosomes as 1-2"),
        ({"1-2": quadtree([]), "2-2": quadtree([], is_points=True)}, "is points, other pairs"),
        ({"1-2": b"\1\0\0\0", "2-2": b""}, "1-2: begins with 1, which is no type of a 2D"),
    ],
)
def test_a_damaged_2d_track_is_named_with_its_file(root, tmp_path, files, said):
    write_track(root, "bad.one", files)
    reason = failure(import_misha(root, tmp_path / "ours"))
    assert "misha/tracks/bad/one.track/" in reason
    assert said in reason
    assert not list((tmp_path / "ours" / "bad").iterdir())


def test_what_is_not_supported_is_told_apart(root, tmp_path):
    write_track(root, "computed", {"chr1-chr2": np.array([-11], "<i4").tobytes() + bytes(20)})
    write_track(root, "old", {"chr1": np.array([-3], "<i4").tobytes()})
    write_indexed(root / "tracks" / "empty.track", 0, [])
    (root / "tracks" / "stray").write_bytes(b"x")
    report = import_misha(root, tmp_path / "ours")
    reasons = {each.name: each.reason for each in report.objects if each.status == "unsupported"}
    assert "computed" in reasons["computed"]
    assert "obsolete" in reasons["old"]
    assert "no data" in reasons["empty"]
    assert "no object" in reasons["tracks/stray"]
    assert report.n("failed") == 0


def test_illegal_and_taken_names_are_reported(root, tmp_path):
    write_track(root, "9x", {"chr1": dense(50, BINS)})
    (root / "tracks" / "d.interv").write_bytes(b"")
    write_track(root, "seq", {"chr1": dense(50, BINS)})
    report = import_misha(root, tmp_path / "ours")
    reasons = {each.name: each.reason for each in report.objects if each.status == "failed"}
    assert "'9x' is not legal" in reasons["9x"]
    assert "the name d is taken by" in reasons["d"]
    assert "the name seq is taken by" in reasons["seq"]


def test_variables_become_plain_values_and_pickles_are_kept_unread(root, tmp_path):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("it was unpickled",))

    folder = root / "tracks" / "d.track" / "vars"
    frame = {"x": r_reals([1, 2]), "t": r_texts(["a", "b"])}
    for name, data in {
        "one": r_object(r_reals([3])), "text": r_object(r_texts(["word"])),
        "texts": r_object(r_texts(["a", None])), "frame": r_object(r_frame(frame)),
        "flags": r_object(r_logicals([1, 0])), "gaps": r_object(r_integers([1, NA])),
        "table": r_object(r_reals([1, 2, 3, 4], {"dim": r_integers([2, 2])})),
        "list": r_object(
            r_list([r_reals([1, 2]), r_texts(["x"])], {"names": r_texts(["n", "t"])})
        ),
        "pickle": pickle.dumps(Trap()), "harmless": pickle.dumps({1, 2}),
        "code": r_object(b"\0\0\0\3"), "odd": b"hello",
    }.items():  # fmt: skip
        (folder / name).write_bytes(data)
    found = by_name(import_misha(root, tmp_path / "ours"))["d", "dense"]
    db = GenomeDB(tmp_path / "ours")
    assert db.get_variable("d", "one") == 3
    assert db.get_variable("d", "text") == "word"
    assert db.get_variable("d", "texts") == ["a", None]
    assert db.get_variable("d", "flags").tolist() == [True, False]
    assert np.array_equal(db.get_variable("d", "gaps"), [1, np.nan], equal_nan=True)
    assert db.get_variable("d", "table").tolist() == [[1, 3], [2, 4]]
    assert db.get_variable("d", "list") == {"n": [1, 2], "t": "x"}
    want = pd.DataFrame({"x": [1.0, 2.0], "t": ["a", "b"]})
    pd.testing.assert_frame_equal(db.get_variable("d", "frame"), want, check_dtype=False)
    notes = "\n".join(found.notes)
    assert "variable pickle is a Python pickle: it is kept as it is and was not read" in notes
    with pytest.raises(UsageError, match="unpickling runs what its author wrote"):
        db.get_variable("d", "pickle")
    assert db.get_variable("d", "harmless", allow_pickle=True) == {1, 2}
    db.set_variable("d", "more", 1)  # copies it, unread
    assert db.get_variable("d", "harmless", allow_pickle=True) == {1, 2}
    assert "code is left out: R object holds a function" in notes
    assert "odd is left out" in notes
    assert not {"code", "odd"} & set(db.list_variables("d"))


def test_attributes_that_a_file_cannot_have_are_noted(root, tmp_path):
    attributes = b"bad name\0x\0dtype\0int\0long\0" + b"x" * 70_000 + b"\0fine\0y\0"
    write_track(root, "n", {"chr1": dense(50, BINS)}, attributes)
    found = by_name(import_misha(root, tmp_path / "ours"))["n", "dense"]
    assert len(found.notes) == 3
    attrs = GenomeDB(tmp_path / "ours").open_track("n").attrs
    assert attrs["fine"] == "y"
    assert "long" not in attrs


def test_a_database_without_tracks_or_sequence_is_imported(tmp_path):
    root = make_root(tmp_path / "misha")
    assert import_misha(root, tmp_path / "ours").objects == []
    assert GenomeDB(tmp_path / "ours").list_tracks() == []


def test_places_that_cannot_be_are_refused_before_anything_is_made(root, tmp_path):
    with pytest.raises(MissingFileError, match="no misha database"):
        import_misha(tmp_path, tmp_path / "ours")
    with pytest.raises(UsageError, match="in the source"):
        import_misha(root, root / "ours")
    with pytest.raises(UsageError, match="misha database itself"):
        import_misha(root, make_root(tmp_path / "other"))
    (root / "chrom_sizes.txt").write_text("1\t99\n")
    import_misha(make_root(tmp_path / "third"), tmp_path / "ours")
    with pytest.raises(ChromError, match="other chromosomes"):
        import_misha(root, tmp_path / "ours")
    assert not (tmp_path / "ours" / "d.h5").exists()


def test_the_facade_returns_a_table_and_warns_of_failures(root, tmp_path):
    report = gdb_import_misha(root, tmp_path / "ours")
    assert list(report.columns) == ["name", "type", "status", "reason", "notes"]
    assert set(report["status"]) == {"imported"}
    write_track(root, "bad", {"chr1": b"ab"})
    with pytest.warns(GenomeDBWarning, match="1 objects were not imported: bad: .*chr1"):
        gdb_import_misha(root, tmp_path / "ours")


def test_the_command_reports_and_its_code_says_whether_something_failed(root, tmp_path, capsys):
    words = ["import", "misha", str(root), str(tmp_path / "ours")]
    assert run(words) == 0
    said = capsys.readouterr()
    assert "d\tdense\timported\t" in said.out
    assert "11 imported, 0 skipped, 0 unsupported, 0 failed" in said.err
    write_track(root, "bad", {"chr1": b"ab"})
    assert run([*words, "--json"]) == 1
    assert "bad (track): failed" in capsys.readouterr().err
    assert run([*words, "--no-resume"]) == 1
