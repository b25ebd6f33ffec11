"""The example database: what is in it, where it is kept."""

import hashlib
import shutil

import numpy as np
import pytest

from genomedb.db import examples
from genomedb.db.database import GenomeDB
from genomedb.db.examples import copy_examples, examples_path, make_examples
from genomedb.db.interval_sets import load_set
from genomedb.db.pssm_sets import list_pssm_sets, load_pssm_set
from genomedb.db.sequence import sequence_track


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    return make_examples(tmp_path_factory.mktemp("examples"))


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def values(db, name):
    track = db.open_track(name)
    lengths = zip(db.chroms.names, db.chroms.lengths, strict=True)
    return np.concatenate([track.read(chrom, 0, length) for chrom, length in lengths])


def test_chromosomes_and_tracks_are_those_of_the_documents(db):
    assert db.chroms.names == ("1", "2", "X")
    assert db.chroms.lengths == (500_000, 300_000, 200_000)
    assert db.list_tracks() == [
        "annotations", "array_track", "dense_track", "rects_track", "seq", "sparse_track",
        "subdir/dense_track2",
    ]  # fmt: skip
    assert db.list_tracks(attrs={"created.by": "create_sparse"}) == ["sparse_track"]


def test_the_dense_track_has_small_values_and_gaps(db):
    assert db.open_track("dense_track").bin_size == 50
    found = values(db, "dense_track")
    assert found.size == 20_000
    assert 0.1 < np.isnan(found).mean() < 0.4
    assert (np.nanmin(found), 0.5 < np.nanmax(found) <= 0.62) == (0, True)
    assert not np.isnan(found[:20]).any()
    np.testing.assert_array_equal(values(db, "subdir.dense_track2"), found * 2)


def test_records_lie_in_the_chromosomes_and_do_not_overlap(db):
    for name, n in (("sparse_track", 1600), ("array_track", 500)):
        track = db.open_track(name)
        parts = [track.positions(chrom) for chrom in db.chroms.names]
        assert sum(start.size for start, _ in parts) == n
        for (start, end), length in zip(parts, db.chroms.lengths, strict=True):
            assert (start < end).all()
            assert (end[:-1] <= start[1:]).all()
            assert end[-1] <= length
    assert db.open_track("array_track").columns == tuple(f"col{i}" for i in range(1, 6))


def test_the_interval_set_has_strands_and_remarks(db):
    found = load_set(db, "annotations")
    assert len(found) == 8
    assert found["strand"].tolist() == [1, 1, -1, 1, -1, 1, -1, 1]
    assert found["remark"].str.startswith("remark").all()


def test_the_sequence_has_masked_and_unknown_stretches(db):
    letters = sequence_track(db).read("1", 0, 500_000)
    assert set(letters.tobytes()) - {ord("n")} == set(b"ACGTacgtN")
    assert 0.01 < (letters >= ord("a")).mean() < 0.5


def test_the_motifs_can_be_read(db):
    assert list_pssm_sets(db) == ["pssm"]
    motifs = load_pssm_set(db, "pssm")
    assert list(motifs) == ["0", "1", "2", "3", "4"]


def test_everything_is_intact(db):
    assert [finding for _, found in db.validate() for finding in found] == []


def test_it_is_made_once_and_kept(cache, monkeypatch):
    first = examples_path()
    assert first == cache / "genomedb" / f"examples-{examples._VERSION}" / "examples"
    monkeypatch.setattr(examples, "make_examples", None)  # would fail if it were called
    assert examples_path() == first
    assert [p.name for p in first.parent.parent.iterdir()] == [f"examples-{examples._VERSION}"]


def test_a_copy_can_be_changed(cache, tmp_path):
    copy = copy_examples(tmp_path / "mine")
    copy.remove_track("dense_track")
    assert GenomeDB(examples_path()).has_track("dense_track")
    assert examples_path().is_relative_to(cache)


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(examples.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(examples.tempfile, "tempdir", str(tmp_path))
    made = examples_path()
    assert made.is_relative_to(tmp_path)
    assert examples_path() == made


def test_a_failure_leaves_nothing(cache, monkeypatch):
    def fail(_):
        raise OSError("disk full")

    monkeypatch.setattr(examples, "_write_motifs", fail)
    with pytest.raises(OSError, match="disk full"):
        examples_path()
    assert list((cache / "genomedb").iterdir()) == []


def test_what_another_process_made_meanwhile_is_used(cache, monkeypatch, db):
    true = examples.make_examples

    def slow(path):
        shutil.copytree(db.path.parent, cache / "genomedb" / f"examples-{examples._VERSION}")
        return true(path)

    monkeypatch.setattr(examples, "make_examples", slow)
    assert examples_path().is_dir()
    assert [p.name for p in (cache / "genomedb").iterdir()] == [f"examples-{examples._VERSION}"]


def test_values_are_the_same_on_every_machine(db):
    def digest(array):
        return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()[:12]

    track = db.open_track("sparse_track")
    start = np.concatenate([track.positions(chrom)[0] for chrom in db.chroms.names])
    letters = sequence_track(db).read("2", 0, 300_000)
    assert digest(np.nan_to_num(values(db, "dense_track"), nan=-1)) == "271b7975ab36"
    assert digest(start.astype("<i8")) == "6956b10ea393"
    assert digest(letters) == "e437829247c9"
