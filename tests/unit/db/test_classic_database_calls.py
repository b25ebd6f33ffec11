"""Classic calls of a database."""

import numpy as np
import pytest

from genomedb.db.create import create_database
from genomedb.db.database import GenomeDB
from genomedb.errors import (
    ChromError,
    NoDatabaseError,
    TrackExistsError,
    TrackNotFoundError,
    UsageError,
)

LENGTHS = {"chr1": 50, "chr2": 30, "chrX": 20, "chrY": 10, "chrM": 5, "chr1_random": 7}


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path, "toy", LENGTHS)


def _names(chromosomes):
    return [str(c) for c in chromosomes]


def test_the_environment_names_the_database(db, monkeypatch, tmp_path):
    monkeypatch.setenv("GENOME_DB", str(tmp_path))
    monkeypatch.setenv("GENOME_ASSEMBLY", "toy")
    with GenomeDB() as found:
        assert found.path == db.path
    assert GenomeDB(assembly="toy").assembly == "toy"
    monkeypatch.delenv("GENOME_DB")
    with pytest.raises(NoDatabaseError, match="Set GENOME_DB"):
        GenomeDB()


def test_default_chromosomes_are_autosomes_and_x(db):
    assert _names(db.get_chromosomes()) == ["chr1", "chr2", "chrX"]
    assert _names(db.get_chromosomes(get_sex=False, get_y=True)) == ["chr1", "chr2"]
    assert _names(db.get_chromosomes(get_x=False, get_y=True)) == ["chr1", "chr2", "chrY"]
    assert _names(db.get_chromosomes(get_auto=False, get_mito=True)) == ["chrX", "chrM"]
    assert _names(db.get_chromosomes(get_rand=True))[-1] == "chr1_random"
    assert _names(db.get_all_chromosomes()) == list(LENGTHS)


def test_chromosomes_by_name(db):
    found = db.get_chromosome("chrX")
    assert (found.idnum, found.length, found.is_x, found.is_sex) == (3, 20, True, True)
    assert list(db.get_chromosome_dict()) == list(LENGTHS)
    assert db.get_chromosome_dict()["chrM"].is_mito
    with pytest.raises(KeyError, match="chr9"):
        db.get_chromosome("chr9")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("chrX", ["chrX"]), (["2", "chr1", "2"], ["chr2", "chr1", "chr2"]),
        ("1-3", ["chr1", "chr2", "chrX"]), (["chrM", "1-2"], ["chrM", "chr1", "chr2"]),
    ],
)  # fmt: skip
def test_chromosomes_of_words(db, words, expected):
    assert _names(db.get_chromosomes_from_args(words)) == expected


@pytest.mark.parametrize(
    ("words", "kind", "problem"),
    [
        ([], UsageError, "no chromosomes are named"), ("3-1", UsageError, "ends before it begins"),
        ("1-9", ChromError, "no chromosome number 9"), ("chr7", ValueError, "chr7"),
        ("0", ChromError, "no chromosome number 0"),
    ],
)  # fmt: skip
def test_words_that_name_no_chromosome_are_refused(db, words, kind, problem):
    with pytest.raises(kind, match=problem):
        db.get_chromosomes_from_args(words)


def test_a_name_of_the_table_comes_before_a_number(tmp_path):
    db = create_database(tmp_path, "ens", {"X": 10, "1": 10, "2": 10})
    assert _names(db.get_chromosomes_from_args(["1", "2"])) == ["1", "2"]


def test_a_track_is_written_chromosome_by_chromosome(db):
    with db.create_track("dnase/cuts", data_type="uint16") as track:
        track.set_nparray(db.get_chromosome("chr2"), np.arange(30))
        assert not db.has_track("dnase/cuts")
    assert db.has_track("dnase/cuts")
    found = db.open_track("dnase/cuts")
    assert found.dtype == np.uint16
    assert found.get_nparray("chr2").tolist() == list(range(30))
    assert found.get_nparray("chr1").tolist() == [0] * 50
    assert db.get_track_path("/dnase/cuts.h5") == str(db.path / "dnase/cuts.h5")


def test_an_initialised_track_is_filled(db):
    track = db.create_track("filled")
    db.init_track(track, np.int8, dflt=-1)
    track.set_nparray("chrM", [1, 2, 3, 4, 5])
    track.close()
    assert set(db["filled"].get_nparray("chr1").tolist()) == {-1}
    assert db["filled"].get_val("chrM", 5) == 5
    empty = db.create_track("empty")
    db.init_track(empty)
    empty.close()
    assert np.isnan(db["empty"].get_nparray("chr1")).all()


def test_nothing_is_left_of_a_track_that_failed(db):
    with pytest.raises(UsageError, match="chr1:3"), db.create_track("t", data_type="uint8") as t:
        t.set_nparray("chr1", np.full(50, 1) * np.where(np.arange(50) == 3, 300, 1))
    with pytest.raises(RuntimeError, match="stop"), db.create_track("t") as track:
        track.set_nparray("chr2", np.zeros(30))
        raise RuntimeError("stop")
    assert db.list_tracks() == []
    assert not [path for path in db.path.rglob("*") if "part" in path.name]


def test_tracks_are_not_replaced_unasked(db):
    db.create_track("t").close()
    with pytest.raises(TrackExistsError, match="there already"):
        db.create_track("t")
    with db.create_track("t", data_type="int8", overwrite=True) as track:
        with pytest.raises(UsageError, match=r"chr2 have shape \(31,\), not \(30,\)"):
            track.set_nparray("chr2", np.zeros(31))
        track.set_nparray("chr1", np.ones(50))
        with pytest.raises(UsageError, match="Call it first"):
            db.init_track(track, "int8")


def test_a_closed_track_takes_no_more(db):
    track = db.create_track("t")
    track.close()
    track.close()
    with pytest.raises(UsageError, match="the track is closed"):
        track.set_nparray("chr1", np.zeros(50))


def test_a_deleted_track_is_gone(db):
    db.create_track("a/b").close()
    db.delete_track("a/b")
    assert not db.has_track("a/b")
    with pytest.raises(TrackNotFoundError):
        db.open_track("a/b")


def test_statistics_are_of_one_chromosome_or_of_all(db):
    values = {"chr1": np.r_[np.nan, np.arange(49)], "chr2": np.arange(30) - 5.0}
    db.create_dense("t", values, bin_size=1)
    one, both = db.get_track_stat("t", "chr1"), db.get_track_stat(db["t"])
    assert (one.n, one.n_nan, one.sum, one.min, one.max) == (50, 1, 1176, 0, 48)
    assert one.mean() == 24
    assert both.sum == 1176 + 285
    assert (both.min, both.max) == (-5, 48)
    assert db.set_track_stat("t") == db.get_track_stat("t")


def test_tracks_open_with_the_mode_that_old_programs_pass(db):
    with db.create_track("cuts", data_type="uint8") as track:
        track.set_nparray("chr1", np.arange(50, dtype="uint8"))
    assert db.open_track("cuts", "r").get_val("chr1", 4) == 3
    assert db.open_track("cuts", mode="r").get_val("chr1", 4) == 3
    for mode in ("a", "r+", "w", None):
        with pytest.raises(UsageError, match=r"cuts: .*a published track is never edited\. Make"):
            db.open_track("cuts", mode)
