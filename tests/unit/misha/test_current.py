"""The current session: whose it is, and what names mean in a working folder."""

import pickle
import threading

import pytest

import genomedb.misha as misha
from genomedb.errors import MissingFileError, NoDatabaseError, TrackNotFoundError, UsageError
from genomedb.misha.current import CONFIG, current, current_db, executor


def in_thread(work):
    """What `work` gives in a new thread, whose context is empty."""
    found = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]


def test_without_a_database_calls_say_so():
    misha.gdb_unload()
    for call in (misha.gtrack_ls, misha.gdir_cwd, lambda: misha.gextract("d"), current_db):
        with pytest.raises(NoDatabaseError, match=r"Database not set\. Call gdb_init first"):
            call()
    with pytest.raises(RuntimeError):
        misha.gsummary("d")
    assert misha.gvtrack_ls() == []


def test_a_new_thread_uses_the_database_opened_last(pm):
    assert in_thread(pm.gtrack_ls) == ["d", "s", "sub.t"]


def test_a_thread_may_have_a_database_of_its_own(pm, tmp_path):
    pm.gdb_create(tmp_path / "other", {"chr1": 100})

    def work():
        pm.gdb_init(tmp_path / "other")
        return pm.gtrack_ls()

    assert in_thread(work) is None
    assert pm.gtrack_ls() == ["d", "s", "sub.t"]


def test_closing_leaves_the_databases_of_other_threads(pm, tmp_path):
    pm.gdb_create(tmp_path / "other", {"chr1": 100})
    in_thread(lambda: pm.gdb_init(tmp_path / "other"))
    pm.gdb_unload()
    with pytest.raises(NoDatabaseError):
        pm.gtrack_ls()
    assert in_thread(pm.gdir_cwd) == str(tmp_path / "other")


def test_a_failed_switch_leaves_the_former_database(pm, tmp_path):
    pm.gvtrack_create("v", "d")
    for open_it in (pm.gdb_init, pm.gsetroot):
        with pytest.raises(FileNotFoundError):
            open_it(tmp_path / "nowhere")
    with pytest.raises(MissingFileError):
        pm.gsetroot(tmp_path / "toy", "nowhere")
    assert pm.gtrack_ls() == ["d", "s", "sub.t"]
    assert pm.gvtrack_ls() == ["v"]


def test_another_database_begins_without_virtual_tracks(pm, tmp_path):
    pm.gvtrack_create("v", "d")
    pm.gdb_reload()
    assert pm.gvtrack_ls() == ["v"]
    pm.gdb_init(tmp_path / "toy")
    assert pm.gvtrack_ls() == []


def test_names_are_relative_to_the_folder_and_full_ones_work_too(pm):
    pm.gdir_cd("sub")
    assert pm.gtrack_ls() == ["t"]
    assert pm.gtrack_exists("t")
    assert pm.gtrack_exists("sub.t")
    assert pm.gtrack_exists("d")
    scope = pm.gintervals("chr1", 0, 20)
    found = pm.gextract(["t", "sub.t", "t + d"], scope, iterator=10)
    assert found["t"].tolist() == [5, 6]
    assert found["sub.t"].tolist() == [5, 6]
    assert found["t + d"].tolist() == [6, 8]
    assert len(pm.gextract("t", "genes", iterator="t")) == 7


def test_chromosomes_and_regions_are_scopes_in_a_folder_too(pm):
    pm.gdir_cd("sub")
    for scope in ("chr1:0-40", "1:0-40"):
        assert pm.gextract("t", scope)["t"].tolist() == [5, 6, 7, 8]
    assert len(pm.gextract("t", "chr1")) == len(pm.gextract("t", "1")) == 100


def test_new_tracks_and_sets_go_into_the_folder(pm):
    pm.gdir_cd("sub")
    scope = pm.gintervals("chr1", 0, 20)
    pm.gtrack_create_dense("new", "", scope, [1.0], 10)
    pm.gintervals_save(scope, "peaks")
    assert pm.gtrack_ls() == ["new", "t"]
    assert pm.gintervals_load("peaks")["end"].tolist() == [20]
    pm.gdir_cd("..")
    assert pm.gtrack_ls("^sub") == ["sub.new", "sub.t"]
    assert pm.gintervals_exists("sub.peaks")


def test_a_set_outside_the_folder_is_changed_where_it_is(pm):
    pm.gdir_cd("sub")
    pm.gintervals_update("genes", pm.gintervals("chr2", 0, 10), chrom="chr2")
    pm.gdir_cd("..")
    assert pm.gintervals_load("genes", chrom="chr2")["end"].tolist() == [10]
    assert pm.gintervals_ls() == ["genes"]


def test_the_track_in_the_folder_comes_before_the_one_at_the_top(pm):
    one = pm.gintervals("chr1", 0, 10)
    pm.gtrack_create_dense("sub.d", "", one, [77.0], 10)
    pm.gdir_cd("sub")
    assert pm.gextract("d", one)["d"].tolist() == [77]
    pm.gtrack_rm("d", force=True)
    assert pm.gextract("d", one)["d"].tolist() == [1]


def test_a_database_keeps_its_folder_when_it_is_sent_elsewhere(pm):
    pm.gdir_cd("sub")
    pm.gdb_set_readonly_attrs(["lab"])
    db = pickle.loads(pickle.dumps(current_db()))
    assert db.folder == "sub"
    assert db.has_track("t")
    assert db.open_track("t").name == "t"
    assert db.readonly_attributes == ("lab",)


def test_workers_see_the_folder_and_the_virtual_tracks(pm):
    pm.gdir_cd("sub")
    pm.gvtrack_create("v", "t", "sum", sshift=-10, eshift=10)
    alone = pm.gextract("v + t", iterator=10)
    pm.gmax_processes(2)
    assert pm.gextract("v + t", iterator=10).equals(alone)


def test_unknown_tracks_are_named(pm):
    pm.gdir_cd("sub")
    with pytest.raises(TrackNotFoundError, match="'nope' does not exist"):
        pm.gtrack_info("nope")


def test_folders_are_made_listed_and_removed(pm, tmp_path):
    root = tmp_path / "toy"
    assert pm.gdir_cwd() == str(root)
    pm.gdir_create("a")
    pm.gdir_create("a/b")
    pm.gdir_cd("a/b")
    assert pm.gdir_cwd() == str(root / "a" / "b")
    with pytest.raises(UsageError, match="working folder is in it"):
        pm.gdir_rm("../../a", recursive=True)
    pm.gdir_cd("../..")
    with pytest.raises(OSError, match="not empty"):
        pm.gdir_rm("a")
    pm.gdir_rm("a", recursive=True)
    pm.gdir_rm("a", force=True)
    pm.gdir_rm("sub", recursive=True)
    assert pm.gtrack_ls() == ["d", "s"]


def test_folders_that_cannot_be_are_refused(pm):
    with pytest.raises(FileNotFoundError, match="no such folder"):
        pm.gdir_cd("nowhere")
    with pytest.raises(FileNotFoundError, match="no such folder"):
        pm.gdir_create("a/b")
    with pytest.raises(FileExistsError):
        pm.gdir_create("sub")
    with pytest.raises(FileNotFoundError):
        pm.gdir_rm("nowhere")
    for outside in ("..", "/tmp", "../toy2", ""):
        with pytest.raises(ValueError, match=r"not in the database|not a folder"):
            pm.gdir_cd(outside)
    with pytest.raises(UsageError, match="not legal"):
        pm.gdir_create("a.b")


def test_changing_the_folder_forgets_virtual_tracks(pm):
    pm.gvtrack_create("v", "d")
    pm.gdir_cd("sub")
    assert current().virtual == {}


def test_the_number_of_processes_is_a_setting():
    assert executor() is None
    misha.gmax_processes(3)
    assert (misha.gmax_processes(), executor()) == (3, 3)
    CONFIG["multitasking"] = False
    assert executor() is None
    CONFIG.update(multitasking=True, max_processes=1)
    for wrong in (0, -1, 2.5, True, "2"):
        with pytest.raises(UsageError, match=r"n is (2.5|.2)|Give 1 to"):
            misha.gmax_processes(wrong)
