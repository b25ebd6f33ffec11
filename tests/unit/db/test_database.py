"""GenomeDB: names, listing, moving, copying, removing, attributes."""

from pathlib import Path

import numpy as np
import pytest

import genomedb
from genomedb.db.create import create_database
from genomedb.db.database import GenomeDB
from genomedb.errors import (
    FormatError,
    MissingFileError,
    NoDatabaseError,
    TrackExistsError,
    TrackNotFoundError,
    UsageError,
)


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path / "root", "toy", {"chr1": 100, "chr2": 40})


def add(db, *names):
    for i, name in enumerate(names):
        db.create_dense(name, {"chr1": np.full(10, i, "f4")}, bin_size=10)


def first(db, name):
    return db.open_track(name).read("chr1")[0]


def test_a_track_is_known_by_every_spelling_of_its_name(db):
    add(db, "a/b")
    for name in ("a/b", "a.b", "/a/b", "a/b.h5"):
        assert db.has_track(name)
        assert name in db
        assert db[name].name == "a/b"
    assert 5 not in db


def test_tracks_are_listed_sorted_and_matched_by_pattern(db):
    add(db, "b", "a/x", "a/b/c", "a2")
    assert db.list_tracks() == ["a/b/c", "a/x", "a2", "b"]
    assert db.list_tracks("^a/") == ["a/b/c", "a/x"]
    with pytest.raises(UsageError, match="not a regular expression"):
        db.list_tracks("(")


def test_what_is_no_track_is_not_listed(db):
    add(db, "a/x")
    (db.path / "a/.x.h5.part-h-1-1-0a").touch()
    (db.path / "a/notes.txt").touch()
    (db.path / "folder.h5").mkdir()
    (db.path / ".hidden").mkdir()
    (db.path / ".hidden/y.h5").touch()
    assert db.list_tracks() == ["a/x"]


def test_a_file_with_dots_in_its_name_is_found_by_it(db):
    add(db, "x")
    (db.path / "x.h5").rename(db.path / "sample.v2.h5")
    assert db.list_tracks() == ["sample.v2"]
    assert first(db, "sample.v2") == 0
    assert db["sample.v2"].name == "sample.v2"


def test_an_unknown_track_is_refused_with_near_names(db):
    with pytest.raises(TrackNotFoundError, match="The database has no tracks"):
        db.open_track("x")
    add(db, "dnase/wi38")
    with pytest.raises(TrackNotFoundError, match=r"'dnase/wi39' does not exist.*dnase/wi38"):
        db.open_track("dnase/wi39")
    with pytest.raises(TrackNotFoundError):
        db.open_track("dnase/wi38/deeper")
    for act in (db.remove_track, lambda n: db.move_track(n, "y"), lambda n: db.copy_track(n, "y"),
                lambda n: db.set_attributes(n, {}), lambda n: list(db.validate([n]))):  # fmt: skip
        with pytest.raises(TrackNotFoundError):
            act("nothing")


@pytest.mark.parametrize(
    "name", ["../x", "a/../../x", "/etc/passwd", "..", "", "a//b", "chromosome"]
)
def test_no_name_leads_out_of_the_database(db, name):
    if name == "/etc/passwd":  # a leading slash is the database's own root
        assert db.track_path(name) == db.path / "etc/passwd.h5"
        return
    for act in (db.track_path, db.has_track, db.open_track, db.remove_track, db.place):
        with pytest.raises(UsageError):
            act(name)


def test_symbolic_links_out_of_the_tree_are_refused_and_inside_are_followed(db, tmp_path):
    add(db, "in/x")
    outside = create_database(tmp_path / "other", "toy", {"chr1": 100, "chr2": 40})
    add(outside, "x")
    (db.path / "out.h5").symlink_to(outside.path / "x.h5")
    (db.path / "folder").symlink_to(outside.path)
    (db.path / "alias.h5").symlink_to(db.path / "in/x.h5")
    for name in ("out", "folder/x"):
        with pytest.raises(UsageError, match=r"leads out of the database"):
            db.open_track(name)
        with pytest.raises(UsageError, match=r"leads out of the database"):
            db.create_dense(name, {}, bin_size=10, overwrite=True)
    assert first(db, "alias") == 0
    assert "folder/x" not in db.list_tracks()
    assert (outside.path / "x.h5").exists()


def test_moving_renames_and_removes_folders_that_become_empty(db):
    add(db, "a/b/x", "y")
    db.move_track("a/b/x", "c/z")
    assert db.list_tracks() == ["c/z", "y"]
    assert not (db.path / "a").exists()
    assert first(db, "c/z") == 0
    for target in ("y", "c/z"):
        with pytest.raises(TrackExistsError):
            db.move_track("c/z", target)
    with pytest.raises(UsageError):
        db.move_track("y", "../y")
    assert db.list_tracks() == ["c/z", "y"]


def test_a_move_that_fails_leaves_no_folders(db, monkeypatch):
    add(db, "x")
    before = first(db, "x")

    def refuse(*_):
        raise PermissionError(13, "no")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(genomedb.WriteError, match="cannot be written"):
        db.move_track("x", "new/folder/x")
    assert not (db.path / "new").exists()
    assert first(db, "x") == before


def test_a_copy_holds_all_and_never_replaces_unasked(db):
    add(db, "x", "y")
    db.set_attributes("x", {"lab": "here"})
    db.copy_track("x", "a/x")
    assert db["a/x"].attrs["lab"] == "here"
    with pytest.raises(TrackExistsError):
        db.copy_track("x", "y")
    db.copy_track("x", "y", overwrite=True)
    assert first(db, "y") == 0
    assert all(not findings for _, findings in db.validate())


def test_a_damaged_track_is_not_copied(db):
    add(db, "x")
    path = db.track_path("x")
    data = bytearray(path.read_bytes())
    data[-30:] = bytes(30)
    path.write_bytes(data)
    with pytest.raises(FormatError):
        db.copy_track("x", "y")
    assert db.list_tracks() == ["x"]


def test_removing_takes_empty_folders_along(db):
    add(db, "a/b/x", "a/y")
    db.remove_track("a/b/x")
    assert not (db.path / "a/b").exists()
    db.remove_track("a/y")
    assert sorted(p.name for p in db.path.iterdir()) == ["chromosome.h5"]


def test_creating_over_a_track_needs_to_be_asked_for(db):
    add(db, "x")
    with pytest.raises(TrackExistsError, match=r"x\.h5: there already"):
        add(db, "x")
    made = db.create_dense("x", {"chr1": np.full(10, 9, "f4")}, bin_size=10, overwrite=True)
    assert made.read("chr1")[0] == first(db, "x") == 9


def test_attributes_are_set_and_removed_in_a_new_file(db):
    add(db, "x")
    before = db.track_path("x").stat().st_ino
    old = db.open_track("x")
    db.set_attributes("x", {"lab": "here", "note": "\u00e4"})
    assert db.track_path("x").stat().st_ino != before
    assert db["x"].attrs["lab"] == "here"
    assert "lab" not in old.attrs
    db.set_attributes("x", {"lab": None, "absent": None})
    assert "lab" not in db["x"].attrs
    assert db["x"].attrs["note"] == "\u00e4"
    assert dict(db.validate(["x"])) == {"x": []}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"created.date": "x"}, "read-only"), ({"created.by": None}, "read-only"),
        ({"created.user": "x"}, "read-only"), ({"bin_size": "5"}, "describes the file"),
        ({"header": None}, "describes the file"), ({"a b": "x"}, "not legal"),
        ({"a": 5}, "must be text"), ({"a": "x\0"}, "NUL"), ({"a": "x" * 70_000}, "bytes long"),
    ],
)  # fmt: skip
def test_attributes_that_cannot_be_set_change_nothing(db, changes, words):
    add(db, "x")
    before = db.track_path("x").read_bytes()
    with pytest.raises(UsageError, match=words):
        db.set_attributes("x", changes)
    assert db.track_path("x").read_bytes() == before


def test_many_more_tracks_than_files_kept_open(db, monkeypatch):
    from genomedb.db import database

    monkeypatch.setattr(database, "MAX_OPEN", 3)
    names = [f"t{i}" for i in range(8)]
    add(db, *names)
    for _ in range(2):
        assert [first(db, name) for name in names] == list(range(8))
    assert len(db._files) == 3


# ---- where a database is


def test_a_database_is_found_by_path_by_assembly_and_by_environment(db, monkeypatch):
    root = db.path.parent
    monkeypatch.delenv("GENOME_DB", raising=False)
    monkeypatch.delenv("GENOME_ASSEMBLY", raising=False)
    assert GenomeDB(root).path == GenomeDB(db.path).path == GenomeDB(root, "toy").path == db.path
    with pytest.raises(NoDatabaseError, match="Set GENOME_DB"):
        GenomeDB()
    monkeypatch.setenv("GENOME_DB", str(root))
    assert GenomeDB().assembly == "toy"
    create_database(root, "other", {"a": 1})
    with pytest.raises(NoDatabaseError, match=r"2 assemblies \(other, toy\)"):
        GenomeDB()
    monkeypatch.setenv("GENOME_ASSEMBLY", "other")
    assert GenomeDB().assembly == "other"


@pytest.mark.parametrize("assembly", ["", ".", "..", "a/b", "../toy", ".hidden", "a\0", "x" * 101])
def test_an_assembly_is_a_plain_folder_name(db, assembly):
    with pytest.raises((UsageError, NoDatabaseError)):
        create_database(db.path.parent, assembly, {"a": 1})


def test_an_assembly_that_is_not_there_is_refused_with_those_that_are(db, tmp_path):
    with pytest.raises(MissingFileError, match="Known assemblies: toy"):
        GenomeDB(db.path.parent, "hg38")
    with pytest.raises(MissingFileError, match="no such database directory"):
        GenomeDB(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(MissingFileError, match="holds no assembly"):
        GenomeDB(tmp_path / "empty")


def test_an_existing_database_is_not_replaced_unasked(db):
    with pytest.raises(TrackExistsError, match="already"):
        create_database(db.path.parent, "toy", {"chr1": 5})
    made = create_database(db.path.parent, "toy", {"chr1": 5}, overwrite=True)
    assert made.chroms.lengths == (5,)


def test_the_table_keeps_order_lengths_and_aliases(tmp_path):
    pairs = [("chr10", 5), ("chr2", 2**40), ("\u00e4", 1)]
    made = create_database(tmp_path, "toy", pairs, aliases={"ten": "chr10", "\u4e2d": "\u00e4"})
    again = GenomeDB(made.path)
    assert list(zip(again.chroms.names, again.chroms.lengths, strict=True)) == pairs
    assert again.chroms.code("ten") == 0
    assert again.chroms.code("\u4e2d") == 2
    assert again.chroms.digest == made.chroms.digest


@pytest.mark.parametrize("chroms", [{}, {"a": 0}, {"a": 1.5}, {"a": "5"}, [("a", 1), ("a", 2)]])
def test_an_illegal_table_makes_no_database(tmp_path, chroms):
    with pytest.raises(UsageError):
        create_database(tmp_path, "toy", chroms)
    assert list(tmp_path.iterdir()) == []


def test_a_chromosome_beyond_two_billion_bp_keeps_its_positions(tmp_path):
    db = create_database(tmp_path, "toy", {"big": 3 * 2**31})
    start = np.array([2**31 - 1, 2**31, 2**32 + 7])
    track = db.create_sparse("s", {"big": (start, start + 1, [1.0, 2, 3])})
    found = track.read("big", 2**31, 2**33 - 2**31)
    assert found.start.tolist() == start[1:].tolist()
    dense = db.create_dense("d", {}, bin_size=2**20)
    assert dense.read("big", 3 * 2**31 - 1).size == 1
