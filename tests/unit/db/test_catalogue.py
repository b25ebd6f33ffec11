"""The catalogue: listing by attribute without opening, and never a wrong answer."""

import os
import random
import shutil
import stat
from pathlib import Path

import numpy as np
import pytest
from catalogued import add, quickly, slowly

from genomedb.db import catalogue
from genomedb.db.catalogue import DAMAGED, NAME, Catalogue, load
from genomedb.db.create import create_database
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError


def test_tracks_are_found_by_attribute_type_and_name_together(db):
    add(db, "a/x", lab="ours", cell="K562")
    add(db, "a/y", lab="theirs")
    add(db, "b", lab="ours too", withdrawn="yes")
    one = np.array([1])
    db.create_sparse("s", {"chr1": (one, one + 1, one)})
    assert db.list_tracks(attrs={"lab": "ours"}) == ["a/x", "b"]
    assert db.list_tracks(attrs={"lab": "^ours$"}) == ["a/x"]
    assert db.list_tracks(attrs={"lab": "ours", "withdrawn": None}) == ["a/x"]
    assert db.list_tracks("^a", attrs={"cell": None}) == ["a/y"]
    assert db.list_tracks(type="sparse") == ["s"]
    assert db.list_tracks(type="dense", attrs={"lab": None}) == []
    assert db.list_tracks(attrs={"lab": ""}) == ["a/x", "a/y", "b"]
    assert db.list_tracks(attrs={}) == ["a/x", "a/y", "b", "s"]
    entry = db.entries("s")[0]
    assert (entry.type, entry.dtype, entry.bin_size, entry.root) == (
        "sparse",
        "float32",
        0,
        db.path,
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"attrs": {"lab": "("}}, r"attrs\['lab'\] '\(' is not a regular expression"),
        ({"attrs": {"lab": 5}}, r"attrs\['lab'\] is int, not text"),
        ({"attrs": {"dtype": "float32"}}, "attribute 'dtype' describes the file"),
        ({"type": "densse"}, "type 'densse' is not a track type.*One of .*dense"),
        ({"pattern": 5, "type": "dense"}, "pattern is int, not text"),
    ],
)
def test_what_is_no_question_is_refused(db, words, said):
    with pytest.raises(UsageError, match=said):
        db.list_tracks(**words)


def test_names_alone_need_no_catalogue(db, opened):
    add(db, "x")
    assert db.list_tracks() == db.list_tracks("x") == ["x"]
    assert opened == []
    assert not (db.path / NAME).exists()


def test_only_changed_files_are_opened_again(db, later, opened):
    for name in ("a", "b", "c"):
        add(db, name)
    db.entries()
    assert sorted(opened) == ["a.h5", "b.h5", "c.h5"]
    opened.clear()
    db.entries()
    GenomeDB(db.path).entries()  # another process
    assert opened == []
    db.set_attributes("b", {"lab": "x"})
    assert db.list_tracks(attrs={"lab": "x"}) == ["b"]
    db.remove_track("a")
    db.move_track("c", "d/c")
    add(db, "e")
    assert quickly(db) == slowly(db)
    opened.clear()
    assert quickly(GenomeDB(db.path)) == slowly(db)
    assert opened == []


def test_a_file_changed_just_now_is_read_again(db, opened):
    add(db, "x")
    db.entries()
    db.entries()
    assert opened == ["x.h5", "x.h5"]
    assert load(db.path / NAME) == {}


def test_a_file_that_gets_old_enough_is_kept(db, opened, monkeypatch):
    add(db, "x")
    now = catalogue.time.time_ns()
    monkeypatch.setattr(catalogue.time, "time_ns", lambda: now + 10 * catalogue.RACY_NS)
    db.entries()
    db.entries()
    assert opened == ["x.h5"]


def test_a_file_replaced_between_looking_and_opening_is_kept_under_its_own_stamp(
    db, later, monkeypatch
):
    add(db, "x", lab="old")
    true = catalogue.TrackFile

    def replaced(path):
        monkeypatch.setattr(catalogue, "TrackFile", true)
        add(db, "x", lab="new")
        return true(path)

    monkeypatch.setattr(catalogue, "TrackFile", replaced)
    assert db.entries()[0].attributes["lab"] == "new"
    assert db.entries()[0].attributes["lab"] == "new"
    status = db.track_path("x").stat()
    assert load(db.path / NAME)["x"].stamp[0] == status.st_ino
    assert quickly(GenomeDB(db.path)) == slowly(db)


def test_a_file_replaced_after_it_was_opened_is_read_again(db, later, monkeypatch):
    add(db, "x", lab="old")
    true = catalogue.TrackFile

    def opens(path):
        file = true(path)
        monkeypatch.setattr(catalogue, "TrackFile", true)
        add(db, "x", lab="new")
        return file

    monkeypatch.setattr(catalogue, "TrackFile", opens)
    assert db.entries()[0].attributes["lab"] == "old"
    assert db.entries()[0].attributes["lab"] == "new"
    assert GenomeDB(db.path).entries()[0].attributes["lab"] == "new"


def test_a_file_that_goes_between_looking_and_opening_is_not_listed(db, monkeypatch):
    add(db, "x")
    add(db, "y")
    true = catalogue.TrackFile

    def removed(path):
        Path(path).unlink(missing_ok=True)
        return true(path)

    monkeypatch.setattr(catalogue, "TrackFile", removed)
    assert db.entries() == []


def test_damaged_files_hide_no_others(db, later):
    add(db, "good", lab="x")
    (db.path / "empty.h5").touch()
    (db.path / "noise.h5").write_bytes(random.Random(1).randbytes(5000))
    (db.path / "loop.h5").symlink_to("loop.h5")
    (db.path / "gone.h5").symlink_to("nowhere.h5")
    (db.path / "out.h5").symlink_to("/etc/hostname")
    shutil.copy(db.track_path("good"), db.path / "cut.h5")
    os.truncate(db.path / "cut.h5", 1000)
    for _ in range(2):
        found = {e.name: e for e in db.entries()}
        assert sorted(found) == ["cut", "empty", "good", "noise", "out"]
        assert found["good"].problem == ""
        assert "leads out of the database" in found["out"].problem
        assert found["empty"].problem == "empty"
        assert {e.type for e in found.values()} == {"dense", DAMAGED}
        assert db.list_tracks(attrs={"lab": None}) == []
        assert db.list_tracks(type=DAMAGED) == ["cut", "empty", "noise", "out"]
    assert set(load(db.path / NAME)) == {"good"}
    shutil.copy(db.track_path("good"), db.path / "cut.h5")
    assert db.list_tracks(attrs={"lab": "x"}) == ["cut", "good"]


def test_a_track_of_another_assembly_is_listed_with_its_problem(db, tmp_path):
    other = create_database(tmp_path, "other", {"a": 1000})
    add_to = other.create_dense("x", {"a": np.zeros(100, "f4")}, bin_size=10)
    shutil.copy(add_to.path, db.path / "x.h5")
    (entry,) = db.entries()
    assert (entry.type, entry.problem) == ("dense", "belongs to another assembly")


def test_long_attributes_are_answered_and_not_kept(db, later, opened):
    add(db, "long", note="x" * 9000 + "needle")
    add(db, "short", note="hay")
    for _ in range(2):
        assert GenomeDB(db.path).list_tracks(attrs={"note": "needle"}) == ["long"]
    assert sorted(opened) == ["long.h5", "long.h5", "short.h5"]
    assert set(load(db.path / NAME)) == {"short"}


def test_files_changed_in_every_way_are_answered_as_opening_them_does(db, later):
    rng = random.Random(3)
    names = [f"g{i % 3}/t{i}" for i in range(8)]
    views = [GenomeDB(db.path) for _ in range(2)]
    for step in range(120):
        name = rng.choice(names)
        act = rng.choice(("add", "attr", "remove", "move", "damage", "touch", "delete catalogue"))
        there = db.has_track(name) and name not in db.list_tracks(type=DAMAGED)
        if act == "add":
            add(db, name, lab=str(step))
        elif act == "attr" and there:
            db.set_attributes(name, {"lab": str(step)})
        elif act == "remove" and db.has_track(name):
            db.remove_track(name)
        elif act == "move" and there and not db.has_track(f"{name}m"):
            db.move_track(name, f"{name}m")
        elif act == "damage" and there:
            db.track_path(name).write_bytes(b"damaged")
        elif act == "touch" and there:
            os.utime(db.track_path(name))
        elif act == "delete catalogue":
            (db.path / NAME).unlink(missing_ok=True)
        assert quickly(rng.choice(views)) == slowly(db)
    assert quickly(GenomeDB(db.path)) == slowly(db)


# ---- tables


def test_the_table_has_a_column_for_each_attribute(db):
    pd = pytest.importorskip("pandas")
    add(db, "a", lab="ours")
    add(db, "b", cell="K562")
    found = db.table()
    assert list(found.columns) == [
        "name", "type", "dtype", "bin_size", "size_in_bytes", "created.date", "cell",
        "created.user", "description", "lab",
    ]  # fmt: skip
    assert found["name"].tolist() == ["a", "b"]
    assert found["lab"].isna().tolist() == [False, True]
    assert found["size_in_bytes"].tolist() == [db.track_path(n).stat().st_size for n in "ab"]
    assert db.table("b", attrs={"cell": "K"})["cell"].tolist() == ["K562"]
    assert isinstance(db.table("nothing"), pd.DataFrame)
    assert len(db.table("nothing")) == 0


def test_attributes_named_as_a_column_get_another_name(db):
    pytest.importorskip("pandas")
    add(db, "a", type="ChIP-seq", name="x", **{"attr.name": "y"})
    (db.path / "b.h5").touch()
    found = db.table()
    assert found["type"].tolist() == ["dense", DAMAGED]
    assert found["problem"].tolist() == ["", "empty"]
    row = found.iloc[0]
    assert (row["attr.type"], row["attr.attr.name"], row["attr.name"]) == ("ChIP-seq", "x", "y")


def test_the_catalogue_can_be_read_by_all_who_may_read_the_folder(db, later):
    add(db, "x")
    Catalogue(db.path).facts()
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE((db.path / NAME).stat().st_mode) == 0o666 & ~umask
