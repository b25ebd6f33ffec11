"""Motif sets by name."""

import pytest

from genomedb.db.create import create_database
from genomedb.db.pssm_sets import list_pssm_sets, load_pssm, load_pssm_set
from genomedb.errors import MissingFileError, UsageError


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path / "one", "toy", {"chr1": 100})


def put(db, name, *, data="1\t0\t0\t1\t0\t0\n"):
    folder = db.path / "pssms"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.key").write_text("1\tC\t1\n2\tG\t0\n")
    if data is not None:
        (folder / f"{name}.data").write_text(data)


def test_sets_are_listed_and_loaded_by_name(db):
    assert list_pssm_sets(db) == []
    put(db, "jolma")
    put(db, "a.b")
    put(db, "half", data=None)
    assert list_pssm_sets(db) == ["a.b", "jolma"]
    assert load_pssm(db, "a.b", 1).matrix.tolist() == [[0, 1, 0, 0]]
    assert list(load_pssm_set(db, "jolma")) == ["1"]


def test_absent_sets_and_motifs_are_named(db):
    with pytest.raises(MissingFileError, match=r"there is no motif set x\. Put its \.key"):
        load_pssm(db, "x", 1)
    put(db, "jolma")
    put(db, "half", data=None)
    with pytest.raises(MissingFileError, match=r"no motif set jolna\. Known sets: jolma"):
        load_pssm(db, "jolna", 1)
    with pytest.raises(MissingFileError, match=r"half\.data: motif set half has no data file"):
        load_pssm(db, "half", 1)
    with pytest.raises(UsageError, match="there is no motif 3"):
        load_pssm(db, "jolma", 3)
    with pytest.raises(UsageError, match="motif 2 has no lines of data"):
        load_pssm(db, "jolma", 2)


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", 3])
def test_names_that_leave_the_folder_are_refused(db, name):
    with pytest.raises(UsageError, match="no name of a motif set"):
        load_pssm(db, name, 1)


def test_sets_of_datasets_are_found_after_those_of_the_working_root(db, tmp_path):
    other = create_database(tmp_path / "two", "toy", {"chr1": 100})
    put(other, "jolma")
    db.add_dataset(other.path)
    assert list_pssm_sets(db) == ["jolma"]
    put(db, "jolma", data="1\t0\t0\t0\t1\t0\n")
    assert load_pssm(db, "jolma", 1).matrix.tolist() == [[0, 0, 1, 0]]
