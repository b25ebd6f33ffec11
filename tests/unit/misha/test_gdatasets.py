"""Datasets through the facade: loaded beside a database, made of some of its tracks."""

import os

import pytest

import genomedb.misha as misha

SEQUENCE = ">chr1\n" + "ACGT" * 250 + "\n>chr2\n" + "A" * 500 + "\n>chrX\n" + "C" * 205 + "\n"


@pytest.fixture
def genome(tmp_path):
    """The facade with a database of a sequence, tracks ``x`` and ``sub.y``, and set ``peaks``."""
    (tmp_path / "toy.fa").write_text(SEQUENCE)
    misha.gdb_create(tmp_path / "toy", tmp_path / "toy.fa")
    misha.gdb_init(tmp_path / "toy")
    one = misha.gintervals("chr1", 0, 10)
    misha.gtrack_create_dense("x", "", one, [3.0], 10)
    misha.gtrack_create_sparse("sub.y", "", one, [4.0])
    misha.gintervals_save(one, "peaks")
    yield misha
    misha.gdb_unload()


def test_datasets_are_read_only_and_the_working_root_wins(pm, tmp_path):
    pm.gdb_create_linked(tmp_path / "more", parent=tmp_path / "toy")
    one = pm.gintervals("chr1", 0, 10)
    pm.gdb_init(tmp_path / "more")
    for name in ("d", "x"):
        pm.gtrack_create_dense(name, "", one, [99.0], 10)
    pm.gdb_init(tmp_path / "toy")
    with pytest.raises(ValueError, match="several roots have d"):
        pm.gdataset_load(tmp_path / "more")
    assert pm.gdataset_ls() == []
    counts = pm.gdataset_load(tmp_path / "more", force=True)
    assert counts == {
        "tracks": 1, "intervals": 0, "shadowed_tracks": 1, "shadowed_intervals": 0,
    }  # fmt: skip
    assert pm.gdataset_ls() == [str(tmp_path / "more")]
    assert pm.gdataset_info(tmp_path / "more")["is_loaded"] is True
    assert pm.gextract(["d", "x"], one, iterator=10).iloc[0, 3:5].tolist() == [1, 99]
    assert pm.gtrack_dbs("d")["d"] == [str(tmp_path / "toy"), str(tmp_path / "more")]
    with pytest.raises(ValueError, match="of a dataset"):
        pm.gtrack_rm("x", force=True)
    pm.gtrack_rm("x", force=True, db=tmp_path / "more")
    assert not pm.gtrack_exists("x")
    pm.gdataset_unload(tmp_path / "more", validate=True)
    pm.gdataset_unload(tmp_path / "more")
    with pytest.raises(ValueError, match="not a dataset"):
        pm.gdataset_unload(tmp_path / "more", validate=True)


def test_a_folder_that_is_no_database_is_refused(pm, tmp_path):
    with pytest.raises(ValueError, match="no such database"):
        pm.gdataset_load(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="no such database"):
        pm.gdataset_info(tmp_path / "nowhere")


def test_sequences_of_the_same_name_do_not_collide(genome, tmp_path):
    path = genome.gdataset_save(tmp_path / "ds", "some", "x")
    genome.gtrack_rm("x", force=True)
    assert genome.gdataset_load(path) == {
        "tracks": 1, "intervals": 0, "shadowed_tracks": 0, "shadowed_intervals": 0,
    }  # fmt: skip
    assert genome.gtrack_dataset("x") == path


@pytest.mark.parametrize("symlinks", [False, True])
@pytest.mark.parametrize("copy_seq", [False, True])
def test_a_dataset_is_a_database_of_its_own(genome, tmp_path, symlinks, copy_seq):
    path = genome.gdataset_save(
        tmp_path / "new" / "ds", "Fig. 1 é", ["x", "sub.y"], "peaks", symlinks, copy_seq
    )
    assert path == str(tmp_path / "new" / "ds")
    assert os.listdir(tmp_path / "new") == ["ds"]
    info = genome.gdataset_info(path)
    assert (info["description"], info["original_db"]) == ("Fig. 1 é", str(tmp_path / "toy"))
    assert (info["track_count"], info["interval_count"]) == (2, 1)
    assert info["created"].endswith("Z")
    assert info["misha_version"].startswith("genomedb ")
    assert info["is_loaded"] is False
    genome.gdb_init(path)
    assert genome.gtrack_ls() == ["sub.y", "x"]
    assert genome.gintervals_load("peaks")["end"].tolist() == [10]
    assert genome.gseq_extract(genome.gintervals("chr1", 0, 4)) == ["ACGT"]
    assert genome.gextract("x", genome.gintervals("chr1", 0, 10))["x"].tolist() == [3]
    shared = [os.stat(tmp_path / "new" / "ds" / f"{name}.h5").st_nlink for name in ("x", "seq")]
    assert shared == [2 if symlinks else 1, 1 if copy_seq else 2]


def test_a_dataset_does_not_follow_its_origin(genome, tmp_path):
    path = genome.gdataset_save(tmp_path / "ds", "", "x", symlinks=True)
    genome.gtrack_modify("x", "x * 2")
    genome.gtrack_rm("sub.y", force=True)
    genome.gdb_init(path)
    assert genome.gextract("x", genome.gintervals("chr1", 0, 10))["x"].tolist() == [3]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tracks": None}, "neither tracks nor intervals"),
        ({"tracks": []}, "neither tracks nor intervals"),
        ({"tracks": ["x", "nope"]}, "Track 'nope' does not exist"),
        ({"tracks": "peaks"}, "Track 'peaks' does not exist"),
        ({"intervals": "x"}, "Interval set 'x' does not exist"),
        ({"tracks": 3}, "tracks is 3"),
        ({"description": None}, "description is None"),
        ({"path": 7}, "path is 7"),
        ({"symlinks": None}, "symlinks is None"),
        ({"path": "toy"}, "already exists"),
    ],
)
def test_what_cannot_be_a_dataset_leaves_nothing(genome, tmp_path, monkeypatch, change, message):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    given = {"path": "ds", "description": "", "tracks": "x"}
    with pytest.raises(ValueError, match=message):
        genome.gdataset_save(**{**given, **change})
    assert sorted(tmp_path.rglob("*")) == before


def test_a_dataset_that_fails_half_way_is_not_there(genome, tmp_path, monkeypatch):
    from genomedb.db import manage

    def fail(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(manage, "copy", fail)
    with pytest.raises(OSError, match="ds"):
        genome.gdataset_save(tmp_path / "ds", "", ["x"])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["toy", "toy.fa"]


def test_an_example_dataset_goes_with_the_examples(cache):
    path = misha.gdataset_example_path()
    assert misha.gtrack_ls("example") is None
    assert misha.gdataset_load(path) == {
        "tracks": 1, "intervals": 1, "shadowed_tracks": 0, "shadowed_intervals": 0,
    }  # fmt: skip
    info = misha.gtrack_info("example_dataset_track")
    assert info["bin_size"] == 10000
    assert misha.gintervals_load("example_dataset_intervals").values.tolist() == [["1", 0, 10000]]
    misha.gdataset_unload(path)
    misha.gdb_unload()
