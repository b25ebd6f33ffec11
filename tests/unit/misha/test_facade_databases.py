"""Databases through the facade: opened, made, described."""

import pandas as pd
import pytest

import genomedb.misha as misha
from genomedb.db.database import GenomeDB
from genomedb.errors import ChromError, UsageError

FASTA = ">chr1\nACGTacgtNN\n>chr2\nGATTACA\n"


@pytest.fixture
def fasta(tmp_path):
    path = tmp_path / "toy.fa"
    path.write_text(FASTA)
    return path


def test_a_database_is_made_of_fasta(tmp_path, fasta):
    made = misha.gdb_create(tmp_path / "new", str(fasta))
    assert made.to_dict("list") == {"name": ["chr1", "chr2"], "size": [10, 7]}
    misha.gdb_init(tmp_path / "new")
    assert misha.gtrack_ls() is None
    assert misha.gseq_extract(misha.gintervals("chr1")) == ["ACGTacgtNN"]
    misha.gdb_unload()


def test_a_database_is_made_of_several_fasta_files(tmp_path):
    paths = []
    for name in ("chr2", "chr1"):
        paths.append(tmp_path / f"{name}.fa")
        paths[-1].write_text(f">{name}\nACGT\n")
    made = misha.gdb_create(tmp_path / "new", paths)
    assert made["name"].tolist() == ["chr2", "chr1"]


@pytest.mark.parametrize(
    "chroms",
    [
        {"b": 20, "a": 10},
        [("b", 20), ("a", 10)],
        pd.DataFrame({"name": ["b", "a"], "size": [20, 10]}),
    ],
    ids=["mapping", "pairs", "frame"],
)
def test_a_database_is_made_of_chromosomes(tmp_path, chroms):
    made = misha.gdb_create(tmp_path / "new", chroms)
    assert made.to_dict("list") == {"name": ["b", "a"], "size": [20, 10]}


def test_what_cannot_be_made_leaves_nothing(tmp_path, fasta):
    (tmp_path / "there").mkdir()
    with pytest.raises(FileExistsError):
        misha.gdb_create(tmp_path / "there", str(fasta))
    with pytest.raises(FileNotFoundError, match="FASTA file not found"):
        misha.gdb_create(tmp_path / "new", "nowhere.fa")
    with pytest.raises(ValueError, match="chr1"):
        misha.gdb_create(tmp_path / "new", [str(fasta), str(fasta)])
    with pytest.raises(ValueError, match="no FASTA file and no chromosome"):
        misha.gdb_create(tmp_path / "new", [])
    with pytest.raises(UsageError, match="format 'odd' is unknown"):
        misha.gdb_create(tmp_path / "new", str(fasta), format="odd")
    with pytest.raises(UsageError, match="genes and annotations are not taken"):
        misha.gdb_create(tmp_path / "new", str(fasta), genes_file="x")
    assert not (tmp_path / "new").exists()


def test_a_linked_database_has_chromosomes_and_sequence_of_its_parent(tmp_path, fasta):
    misha.gdb_create(tmp_path / "parent", str(fasta))
    assert misha.gdb_create_linked(tmp_path / "mine", parent=tmp_path / "parent") is True
    misha.gdb_init(tmp_path / "mine")
    assert misha.gseq_extract(misha.gintervals("chr2")) == ["GATTACA"]
    with pytest.raises(FileExistsError):
        misha.gdb_create_linked(tmp_path / "mine", parent=tmp_path / "parent")
    with pytest.raises(FileNotFoundError):
        misha.gdb_create_linked(tmp_path / "other", parent=tmp_path / "nowhere")
    misha.gdb_unload()


def test_info_describes_the_current_database_or_another(pm, tmp_path):
    info = pm.gdb_info()
    assert (info["is_db"], info["num_chromosomes"], info["genome_size"]) == (True, 3, 1705)
    assert info["chromosomes"]["chrom"].tolist() == ["chr1", "chr2", "chrX"]
    assert info["chromosomes"]["size"].tolist() == [1000, 500, 205]
    assert info["path"] == str(tmp_path / "toy")
    assert pm.gdb_info(tmp_path / "toy")["genome_size"] == 1705
    nothing = pm.gdb_info(tmp_path / "nowhere")
    assert nothing["is_db"] is False
    assert "Directory does not exist" in nothing["error"]
    assert pm.gdb_info(tmp_path)["is_db"] is False


def test_new_tracks_go_to_the_user_root(pm, tmp_path):
    pm.gdb_create_linked(tmp_path / "mine", parent=tmp_path / "toy")
    pm.gdb_init(tmp_path / "toy", tmp_path / "mine")
    pm.gtrack_create_dense("mine", "", pm.gintervals("chr1", 0, 10), [1.0], 10)
    assert pm.gtrack_ls() == ["d", "mine", "s", "sub.t"]
    assert pm.gtrack_dataset("mine") == str(tmp_path / "mine")
    assert pm.gtrack_dataset("d") == str(tmp_path / "toy")
    pm.gdb_init(tmp_path / "toy")
    assert pm.gtrack_ls() == ["d", "s", "sub.t"]


def test_roots_of_other_assemblies_do_not_go_together(pm, tmp_path):
    pm.gdb_create(tmp_path / "other", {"chr1": 7})
    with pytest.raises(ChromError, match="other chromosomes"):
        pm.gdb_init(tmp_path / "toy", tmp_path / "other")
    assert pm.gtrack_exists("d")


def test_setroot_takes_a_folder(pm, tmp_path):
    pm.gsetroot(tmp_path / "toy", "sub")
    assert pm.gtrack_ls() == ["t"]
    pm.gsetroot(tmp_path / "toy", dir="sub", rescan=True)
    assert pm.gdir_cwd() == str(tmp_path / "toy" / "sub")
    with pytest.raises(UsageError, match="subdir and dir are one thing"):
        pm.gsetroot(tmp_path / "toy", "sub", dir="sub")


def test_tracks_made_elsewhere_are_seen_at_once(pm, tmp_path):
    from genomedb.db.database import GenomeDB

    other = GenomeDB(tmp_path / "toy")
    other.create_dense("late", {"chr1": [1.0] * 100}, bin_size=10)
    pm.gdb_mark_cache_dirty()
    assert pm.gtrack_exists("late")
    other.remove_track("late")
    assert not pm.gtrack_exists("late")
    pm.gdb_reload()
    assert pm.gtrack_ls() == ["d", "s", "sub.t"]


def test_a_track_made_anew_shows_the_new_values(pm):
    one = pm.gintervals("chr1", 0, 10)
    for value in (3.0, 4.0):
        pm.gtrack_rm("d", force=True)
        pm.gtrack_create_dense("d", "", one, [value], 10)
        assert pm.gextract("d", one)["d"].tolist() == [value]


def test_read_only_attributes_can_be_chosen(pm):
    assert pm.gdb_get_readonly_attrs() == ["created.by", "created.date", "created.user"]
    with pytest.raises(ValueError, match=r"'created\.by' is read-only"):
        pm.gtrack_attr_set("d", "created.by", "me")
    pm.gdb_set_readonly_attrs("lab")
    pm.gtrack_attr_set("d", "created.by", "me")
    assert pm.gtrack_attr_get("d", "created.by") == "me"
    with pytest.raises(ValueError, match="'lab' is read-only"):
        pm.gtrack_attr_set("d", "lab", "ours")
    pm.gdb_set_readonly_attrs(None)
    assert pm.gdb_get_readonly_attrs() is None
    with pytest.raises(UsageError, match="comes twice"):
        pm.gdb_set_readonly_attrs(["a", "a"])
    with pytest.raises(UsageError, match="not legal"):
        pm.gdb_set_readonly_attrs([""])


def test_the_examples_are_a_copy_that_may_be_changed(cache):
    first = misha.gdb_init_examples()
    assert first != misha.gdb_examples_path()
    misha.gtrack_rm("dense_track", force=True)
    misha.gdb_init_examples()
    assert misha.gtrack_exists("dense_track")
    assert misha.gdb_init_examples(copy=False) == misha.gdb_examples_path()
    assert misha.gdb_examples_path().startswith(str(cache))
    misha.gdb_unload()


def test_a_database_needs_no_other_format(pm, tmp_path):
    pm.gdb_convert_to_indexed()
    pm.gdb_convert_to_indexed(tmp_path / "toy", force=True)
    assert pm.gtrack_ls() == ["d", "s", "sub.t"]
    with pytest.raises(FileNotFoundError):
        pm.gdb_convert_to_indexed(tmp_path / "nowhere")


def test_every_track_can_be_stored_in_one_dataset(pm, tmp_path):
    before = pm.gextract(["d", "sub.t"], None, iterator=10)
    sparse = pm.gextract("s", None)
    pm.gdb_convert_to_indexed(convert_tracks=True)
    db = GenomeDB(tmp_path / "toy")
    assert {db.open_track(name).layout for name in ("d", "s", "sub.t")} == {"indexed"}
    pd.testing.assert_frame_equal(pm.gextract(["d", "sub.t"], None, iterator=10), before)
    pd.testing.assert_frame_equal(pm.gextract("s", None), sparse)
