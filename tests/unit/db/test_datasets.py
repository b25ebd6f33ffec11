"""Several roots at once: which track answers, what is said of hidden ones, what may change."""

import os
import pickle
import warnings
from pathlib import Path

import numpy as np
import pytest

from genomedb.db.create import create_database
from genomedb.db.database import GenomeDB
from genomedb.errors import (
    ChromError,
    GenomeDBWarning,
    MissingFileError,
    TrackNotFoundError,
    UsageError,
    WriteError,
)

SIZES = {"chr1": 100, "chr2": 40}


def made(path, value, *names):
    db = create_database(path, "toy", SIZES)
    for name in names:
        db.create_dense(name, {"chr1": np.full(10, value, "f4")}, bin_size=10)
    return db


def first(db, name):
    return db[name].read("chr1")[0]


@pytest.fixture
def mine(tmp_path):
    return made(tmp_path / "mine", 1, "own", "both").path


@pytest.fixture
def theirs(tmp_path):
    return made(tmp_path / "theirs", 2, "both", "sub/theirs").path


@pytest.fixture
def third(tmp_path):
    return made(tmp_path / "third", 3, "sub/theirs", "third").path


@pytest.fixture
def db(mine, theirs):
    return GenomeDB(mine, datasets=[theirs], shadowing="ignore")


def test_names_are_looked_up_in_order_and_the_working_root_wins(mine, theirs, third):
    db = GenomeDB(mine, datasets=[theirs, third], shadowing="ignore")
    assert db.datasets == [mine, theirs, third]
    assert db.list_tracks() == ["both", "own", "sub/theirs", "third"]
    assert [first(db, name) for name in db.list_tracks()] == [1, 1, 2, 3]
    assert [db.root_of(name) for name in db.list_tracks()] == [mine, mine, theirs, third]
    assert db["sub.theirs"].name == "sub/theirs"
    assert "third" in db
    assert db.track_path("third") == third / "third.h5"
    db.remove_dataset(theirs)
    assert db.datasets == [mine, third]
    assert first(db, "sub/theirs") == 3
    db.add_dataset(theirs, shadowing="ignore", first=True)
    assert db.datasets == [mine, theirs, third]
    assert first(db, "sub/theirs") == 2
    with pytest.raises(TrackNotFoundError, match=r"'sub/their' does not exist.*sub/theirs"):
        db.root_of("sub/their")


def test_shadowed_names_are_told(mine, theirs, third):
    db = GenomeDB(mine)
    assert db.shadowed() == []
    with pytest.warns(GenomeDBWarning, match=rf"1 name is in several roots: both \(that of {mine}"):
        found = db.add_dataset(theirs)
    assert found == [("both", mine, (theirs,))]
    with pytest.warns(GenomeDBWarning, match=f"sub/theirs .that of {theirs} answers"):
        db.add_dataset(third)
    assert db.shadowed() == [("both", mine, (theirs,)), ("sub/theirs", theirs, (third,))]
    with pytest.warns(GenomeDBWarning):
        GenomeDB(mine, datasets=[theirs])


def test_many_shadowed_names_are_counted(tmp_path):
    names = [f"t{i}" for i in range(7)]
    mine, theirs = made(tmp_path / "a", 1, *names), made(tmp_path / "b", 2, *names)
    with pytest.warns(
        GenomeDBWarning, match=r"7 names are in several roots: t0 .*t1 .*t2 .*\.\.\."
    ):
        mine.add_dataset(theirs.path)


def test_shadowing_can_be_refused_or_passed_over(mine, theirs):
    db = GenomeDB(mine)
    with pytest.raises(UsageError, match=f"{theirs}: 1 name is in several roots: both"):
        db.add_dataset(theirs, shadowing="error")
    assert db.datasets == [mine]
    assert db.add_dataset(theirs, shadowing="ignore") == []
    with pytest.raises(UsageError, match="shadowing 'force' is not one of warn, error, ignore"):
        db.add_dataset(theirs, shadowing="force")


def test_a_dataset_is_found_by_its_folder_or_the_one_above_and_added_once(mine, theirs, tmp_path):
    db = GenomeDB(mine)
    (tmp_path / "link").symlink_to(theirs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in (theirs, theirs.parent, tmp_path / "link", mine, str(theirs)):
            db.add_dataset(path)
    assert db.datasets == [mine, theirs]
    db.remove_dataset(theirs.parent)
    assert db.datasets == [mine]
    with pytest.raises(UsageError, match=f"{theirs}: is not a dataset.*There are no datasets"):
        db.remove_dataset(theirs)
    with pytest.raises(UsageError, match="is not a dataset"):
        db.remove_dataset(mine)


def test_a_dataset_of_other_chromosomes_is_refused(mine, tmp_path):
    other = create_database(tmp_path / "other", "toy", {"chr1": 100, "chr2": 41}).path
    db = GenomeDB(mine)
    with pytest.raises(ChromError, match=f"{other}: .*first chr2: 40 against 41"):
        db.add_dataset(other)
    with pytest.raises(ChromError):
        GenomeDB(mine, datasets=[other])
    with pytest.raises(MissingFileError):
        db.add_dataset(tmp_path / "nowhere")
    assert db.datasets == [mine]


def test_only_tracks_of_the_working_root_change(db, mine, theirs):
    before = {p: p.read_bytes() for p in theirs.rglob("*.h5")}
    for act in (
        lambda: db.remove_track("sub/theirs"),
        lambda: db.move_track("sub/theirs", "x"),
        lambda: db.set_attributes("sub/theirs", {"a": "b"}),
        lambda: db.set_variable("sub/theirs", "a", 1),
        lambda: db.remove_variable("sub/theirs", "a"),
    ):
        with pytest.raises(UsageError, match=f"{theirs}: track 'sub/theirs' is of a dataset"):
            act()
        with pytest.raises(TrackNotFoundError):
            db.remove_track("nothing")
    db.copy_track("sub/theirs", "sub/copy")
    db.create_dense("sub/theirs", {"chr1": np.full(10, 9, "f4")}, bin_size=10)
    assert first(db, "sub/theirs") == 9
    assert db.root_of("sub/copy") == mine
    db.remove_track("both")
    assert first(db, "both") == 2
    db.move_track("own", "both")
    assert first(db, "both") == 1
    assert {p: p.read_bytes() for p in theirs.rglob("*.h5")} == before


def test_listing_by_attribute_hides_what_is_shadowed(mine, theirs):
    GenomeDB(theirs).set_attributes("both", {"lab": "hidden"})
    GenomeDB(theirs).set_attributes("sub/theirs", {"lab": "seen"})
    db = GenomeDB(mine, datasets=[theirs], shadowing="ignore")
    assert db.list_tracks(attrs={"lab": ""}) == ["sub/theirs"]
    assert [(e.name, e.root) for e in db.entries()] == [
        ("both", mine), ("own", mine), ("sub/theirs", theirs)
    ]  # fmt: skip
    pytest.importorskip("pandas")
    assert db.table()["root"].tolist() == [str(mine), str(mine), str(theirs)]
    assert "root" not in GenomeDB(mine).table().columns


def test_a_pickled_database_keeps_its_datasets_and_says_nothing(db, mine, theirs):
    again = pickle.loads(pickle.dumps(db))
    assert again.datasets == [mine, theirs]
    assert first(again, "sub/theirs") == 2


def test_a_dataset_that_goes_away_is_named(db, theirs):
    theirs.rename(theirs.with_name("moved"))
    with pytest.raises(MissingFileError, match=f"{theirs}: the database is not there"):
        db.list_tracks()
    assert first(db, "own") == 1
    assert "tracks out of reach" in repr(db)
    assert str(theirs) in db._repr_html_()
    db.remove_dataset(theirs)
    assert db.list_tracks() == ["both", "own"]


def test_links_lead_out_of_a_dataset_no_more_than_out_of_the_working_root(db, theirs, third):
    (theirs / "out.h5").symlink_to(third / "third.h5")
    with pytest.raises(UsageError, match="leads out of the database"):
        db.open_track("out")


def test_a_read_only_database_reads_and_names_what_cannot_be_written(db, mine, monkeypatch):
    true = os.open

    def refuse(path, flags, *rest, **more):
        if flags & os.O_CREAT:
            raise PermissionError(13, "Permission denied", path)
        return true(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(Path, "mkdir", lambda *_, **__: refuse("x", os.O_CREAT))
    assert first(db, "both") == 1
    assert db.list_tracks(type="dense") == ["both", "own", "sub/theirs"]
    for act in (
        lambda: db.create_dense("new", {}, bin_size=10),
        lambda: db.copy_track("own", "new"),
        lambda: db.move_track("own", "new"),
        lambda: db.set_attributes("own", {"a": "b"}),
        lambda: db.set_variable("own", "a", 1),
        lambda: db.remove_track("own"),
    ):
        with pytest.raises(WriteError, match=str(mine)):
            act()


def test_a_folder_that_cannot_be_read_is_left_out_with_a_warning(db, mine, monkeypatch):
    db.move_track("own", "closed/own")
    true = os.scandir

    def refuse(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return true(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.warns(GenomeDBWarning, match="closed cannot be read .Permission denied."):
        assert db.list_tracks() == ["both", "sub/theirs"]
