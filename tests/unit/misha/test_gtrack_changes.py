"""Tracks renamed, copied, modified, smoothed and stored in another way, through the facade."""

import os
import stat

import numpy as np
import pandas as pd
import pytest

from genomedb.errors import TrackExistsError, TrackNotFoundError, UsageError
from genomedb.misha.current import current_db

NAN = np.nan


def values(pm, name, n=10, *, chrom="chr1"):
    return pm.gextract(name, pm.gintervals(chrom))[name].tolist()[:n]


@pytest.fixture
def dataset(pm, tmp_path):
    """Track ``theirs`` of another root, which is only read."""
    pm.gdb_create(tmp_path / "other", {"chr1": 1000, "chr2": 500, "chrX": 205})
    pm.gsetroot(tmp_path / "other")
    rows = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [20]})
    pm.gtrack_create_dense("theirs", "", rows, [7.0], 10)
    pm.gsetroot(tmp_path / "toy")
    pm.gdataset_load(tmp_path / "other")
    return pm


# ---- names


def test_a_moved_track_keeps_what_belongs_to_it(pm, tmp_path):
    pm.gtrack_attr_set("sub.t", "lab", "ours")
    pm.gtrack_var_set("sub.t", "v", [1])
    pm.gtrack_mv("sub.t", "a.b.c")
    assert pm.gtrack_ls() == ["a.b.c", "d", "s"]
    assert not (tmp_path / "toy" / "sub").exists()
    assert values(pm, "a.b.c", 5) == pytest.approx([5, 6, 7, 8, NAN], nan_ok=True)
    assert pm.gtrack_attr_get("a.b.c", "lab") == "ours"
    assert pm.gtrack_var_get("a.b.c", "v") == [1]


def test_a_copy_is_a_track_of_its_own(pm):
    made = pm.gtrack_attr_get("d", "created.date")
    pm.gtrack_var_set("d", "v", {"k": 1})
    assert pm.gtrack_copy("d", "ns.copy") is None
    pm.gtrack_modify("d", "d * 0")
    assert values(pm, "ns.copy", 3) == [1, 2, 4]
    assert pm.gtrack_attr_get("ns.copy", "created.date") == made
    assert pm.gtrack_var_get("ns.copy", "v") == {"k": 1}


@pytest.mark.parametrize("call", ["gtrack_mv", "gtrack_copy"])
def test_names_are_checked_before_anything_moves(pm, call):
    pm.gvtrack_create("v", "d")
    change = getattr(pm, call)
    for src, dest, kind, message in [
        ("d", "d", TrackExistsError, "are the same: 'd'"),
        ("d", "s", TrackExistsError, "Track 's' already exists"),
        ("d", "genes", TrackExistsError, "interval set, 'genes'"),
        ("d", "v", TrackExistsError, "virtual track"),
        ("nope", "x", TrackNotFoundError, "'nope' does not exist"),
        ("genes", "x", TrackNotFoundError, "an interval set"),
        ("d", "9x", UsageError, "no name of a track"),
        ("d", "a..b", UsageError, "not legal"),
        ("d", None, UsageError, "dest is None"),
        (None, "x", UsageError, "src is None"),
    ]:
        with pytest.raises(kind, match=message):
            change(src, dest)
    assert pm.gtrack_ls() == ["d", "s", "sub.t"]


def test_names_are_those_of_the_working_folder(pm):
    pm.gdir_cd("sub")
    pm.gtrack_mv("t", "t2")
    pm.gtrack_copy("d", "d2")
    assert pm.gtrack_ls() == ["d2", "t2"]
    pm.gdir_cd("..")
    assert pm.gtrack_ls() == ["d", "s", "sub.d2", "sub.t2"]


def test_tracks_of_datasets_are_copied_but_not_changed(dataset):
    dataset.gtrack_copy("theirs", "mine")
    assert values(dataset, "mine", 2) == [7, 7]
    assert dataset.gtrack_dataset("mine") == dataset.gdb_info()["path"]
    for call in (
        lambda: dataset.gtrack_mv("theirs", "x"),
        lambda: dataset.gtrack_modify("theirs", "1"),
        lambda: dataset.gtrack_convert_to_indexed("theirs"),
        lambda: dataset.gtrack_var_set("theirs", "v", 1),
    ):
        with pytest.raises(UsageError, match="of a dataset, which is only read"):
            call()
    assert values(dataset, "theirs", 2) == [7, 7]


def test_folders_of_a_name_are_made(pm, tmp_path):
    for _ in range(2):
        pm.gtrack_create_dirs("proj.sample.my_track", "0750")
    folder = tmp_path / "toy" / "proj" / "sample"
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o750 & ~mask
    assert list(folder.iterdir()) == []
    pm.gtrack_create_dirs("plain")
    assert not (tmp_path / "toy" / "plain").exists()
    for name, mode, message in (("9x.y", "0777", "no name"), ("a.b", "rwx", "mode is 'rwx'")):
        with pytest.raises(UsageError, match=message):
            pm.gtrack_create_dirs(name, mode)


# ---- values


def test_the_whole_genome_is_modified_on_every_chromosome(pm):
    rows = pm.gintervals_all()
    pm.gtrack_create_dense("f", "", rows, [1.0, 2.0, 3.0], 10)
    pm.gtrack_modify("f", "f * 2")
    assert [values(pm, "f", 1, chrom=c)[0] for c in ("chr1", "chr2", "chrX")] == [2, 4, 6]


def test_bins_that_are_touched_change_as_a_whole_and_once(pm):
    scope = pd.DataFrame({"chrom": "chr1", "start": [15, 20, 32], "end": [25, 35, 33]})
    pm.gtrack_modify("d", "d + 100", scope)
    assert values(pm, "d", 5) == [1, 102, 104, 108, 16]


def test_an_expression_sees_the_old_values_and_may_be_a_number(pm):
    pm.gtrack_modify("d", "sub.t + d", pm.gintervals("chr1", 0, 20))
    assert values(pm, "d", 3) == [6, 8, 4]
    pm.gvtrack_create("before", "d", "avg", sshift=-10, eshift=-10)
    pm.gtrack_modify("d", "before")
    assert values(pm, "d", 4) == pytest.approx([NAN, 6, 8, 4], nan_ok=True)
    pm.gtrack_modify("d", "3", pm.gintervals("chrX"))
    assert values(pm, "d", 30, chrom="chrX") == [3] * 21
    assert pm.gtrack_attr_get("d", "created.by").splitlines()[1:] == [
        "gtrack.modify(d, sub.t + d, intervs)",
        "gtrack.modify(d, before, intervs)",
        "gtrack.modify(d, 3, intervs)",
    ]


@pytest.mark.parametrize("expression", ["d + nope", "d +", "", "np.mean(d)"])
def test_what_fails_leaves_the_old_values(pm, expression):
    with pytest.raises(ValueError, match=r"\S"):
        pm.gtrack_modify("d", expression)
    with pytest.raises(ValueError, match=r"\S"):
        pm.gtrack_modify("d", "d", pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [9999]}))
    assert values(pm, "d", 3) == [1, 2, 4]
    assert "modify" not in pm.gtrack_attr_get("d", "created.by")


@pytest.mark.parametrize(
    ("args", "options", "expected"),
    [
        ([20], {}, [1.333333, 2.25, 4.5, 9, 13.333333, NAN, 85.333336, 106.666664, NAN, NAN]),
        ([9], {}, [1, 2, 4, 8, 16, NAN, 64, 128, NAN, NAN]),
        ([40, 0, False, "MEAN"], {},
         [2.333333, 3.75, 6.2, 7.5, 23, NAN, 69.333336, 96, NAN, NAN]),
        ([20, 2], {}, [NAN, 2.25, 4.5, 9, NAN, NAN, NAN, NAN, NAN, NAN]),
        ([20], {"smooth_nans": True, "iterator": "d"},
         [1.333333, 2.25, 4.5, 9, 13.333333, 40, 85.333336, 106.666664, 128, NAN]),
    ],
)  # fmt: skip
def test_smoothed_values(pm, args, options, expected):
    pm.gtrack_smooth("x", "words", "d", *args, **options)
    np.testing.assert_allclose(values(pm, "x"), expected, rtol=1e-6)
    assert pm.gtrack_attr_get("x", "type") == "dense"
    assert pm.gtrack_attr_get("x", "created.by").startswith("gtrack.smooth(x, description, d, ")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"winsize": -1}, "winsize is -1"),
        ({"winsize": "wide"}, "winsize is 'wide'"),
        ({"winsize": NAN}, "winsize is nan"),
        ({"alg": "linear"}, "alg is 'linear'"),
        ({"expr": 3}, "expr is 3"),
        ({"expr": "s"}, "bins of one width"),
        ({"description": None}, "description is None"),
        ({"track": "s"}, "Track 's' already exists"),
        ({"weight_thr": "x"}, "weight_thr is 'x'"),
        ({"weight_thr": NAN}, "weight_thr is nan"),
    ],
)
def test_what_cannot_be_smoothed_leaves_nothing(pm, change, message):
    given = {"track": "x", "description": "", "expr": "d", "winsize": 20}
    with pytest.raises(ValueError, match=message):
        pm.gtrack_smooth(**{**given, **change})
    assert pm.gtrack_ls() == ["d", "s", "sub.t"]


# ---- layout


@pytest.mark.parametrize("name", ["d", "s", "a"])
def test_an_indexed_track_answers_as_before(pm, name):
    rows = pd.DataFrame({"chrom": ["chrX", "chr1"], "start": [0, 10], "end": [9, 33]})
    pm.gtrack_array_create("a", "", rows, [[1.0, NAN], [3, 4]], ["p", "q"])
    pm.gtrack_attr_set(name, "lab", "ours")
    pm.gtrack_var_set(name, "v", [1])
    before = pm.gtrack_attr_export([name])
    read = pm.gtrack_array_extract if name == "a" else pm.gextract
    found = read(name)
    assert current_db().open_track(name).layout == "per-chromosome"
    for remove_old in (False, True):
        assert pm.gtrack_convert_to_indexed(name, remove_old) is None
        assert current_db().open_track(name).layout == "indexed"
        assert pm.gtrack_info(name)["format"] == "indexed"
    pd.testing.assert_frame_equal(read(name), found)
    pd.testing.assert_frame_equal(pm.gtrack_attr_export([name]), before)
    assert pm.gtrack_var_get(name, "v") == [1]


def test_an_indexed_track_can_be_modified(pm):
    pm.gtrack_convert_to_indexed("d")
    pm.gtrack_modify("d", "d + 1")
    assert values(pm, "d", 3) == [2, 3, 5]
    assert current_db().open_track("d").layout == "indexed"


def test_a_track_with_data_is_never_emptied(pm):
    for name, place in (("d", "chr1"), ("s", "chr1")):
        with pytest.raises(UsageError, match=f"Track '{name}' has data, on {place}"):
            pm.gtrack_create_empty_indexed(name)
        assert current_db().open_track(name).layout == "per-chromosome"
    assert values(pm, "d", 3) == [1, 2, 4]


def test_a_track_without_data_becomes_indexed(pm):
    pm.gtrack_create("nothing", "", "d / 0")
    current_db().create_sparse("empty", {})
    for name in ("nothing", "empty"):
        pm.gtrack_create_empty_indexed(name)
        assert current_db().open_track(name).layout == "indexed"
    assert np.isnan(values(pm, "nothing")).all()
    assert pm.gextract("empty", iterator="empty") is None


@pytest.mark.parametrize("call", ["gtrack_convert_to_indexed", "gtrack_create_empty_indexed"])
def test_only_tracks_that_are_there_become_indexed(pm, call):
    for name in ("nope", "genes"):
        with pytest.raises(TrackNotFoundError, match=f"'{name}' does not exist"):
            getattr(pm, call)(name)
