"""Tracks through the facade: listed, described, made, removed; their attributes."""

import time

import numpy as np
import pandas as pd
import pytest

from genomedb.errors import TrackExistsError, TrackNotFoundError, UsageError

NAN = np.nan


def rows(*items, chrom="chr1"):
    """Intervals (start, end, value) of a chromosome, and the values."""
    frame = pd.DataFrame(items, columns=["start", "end", "value"]).assign(chrom=chrom)
    return frame[["chrom", "start", "end"]], frame["value"].to_numpy()


def bins(pm, name, n, *, chrom="chr1"):
    """The first values of a dense track."""
    return pm.gextract(name, pm.gintervals(chrom))[name].tolist()[:n]


# ---- listing


def test_tracks_are_listed_by_name_and_attribute(pm):
    assert pm.gtrack_ls() == ["d", "s", "sub.t"]
    assert pm.gtrack_ls(r"^s", "t") == ["sub.t"]
    assert pm.gtrack_ls("D") is None
    assert pm.gtrack_ls("D", ignore_case=True) == ["d"]
    assert pm.gtrack_ls(created_by="create_sparse") == ["s"]
    assert pm.gtrack_ls(created_by="SPARSE", ignore_case=True) == ["s"]
    assert pm.gtrack_ls("d", created_by="create_dense") == ["d"]
    assert pm.gtrack_ls(lab="^$") == ["d", "s", "sub.t"]
    with pytest.raises(ValueError, match="Invalid regex pattern"):
        pm.gtrack_ls("[")
    with pytest.raises(ValueError, match="Invalid regex pattern"):
        pm.gtrack_ls(lab="(")


def test_an_attribute_with_an_underscore_is_found_by_that_name(pm):
    pm.gtrack_attr_set("d", "my_lab", "ours")
    pm.gtrack_attr_set("s", "my.lab", "ours")
    assert pm.gtrack_ls(my_lab="ours") == ["d", "s"]


def test_info_says_what_a_track_is(pm):
    info = pm.gtrack_info("d")
    assert (info["type"], info["dimensions"], info["bin_size"]) == ("dense", 1, 10)
    assert info["format"] == "per-chromosome"
    assert info["total_size"] == info["size_in_bytes"] > 0
    assert info["attributes"]["description"] == "dense"
    assert info["attributes"]["type"] == "dense"
    assert info["attributes"]["binsize"] == "10"
    assert info["attributes"]["created.by"] == (
        'gtrack.create_dense("d", description, intervals, values, 10, nan)'
    )
    assert "bin_size" not in pm.gtrack_info("s")
    assert pm.gtrack_path("sub.t").endswith("sub/t.h5")


def test_what_is_no_track_is_not_one(pm):
    pm.gvtrack_create("v", "d")
    for name in ("v", "nope", "genes"):
        assert not pm.gtrack_exists(name)
        for call in (pm.gtrack_info, pm.gtrack_dataset, pm.gtrack_path):
            with pytest.raises(ValueError, match=f"'{name}' does not exist"):
                call(name)
    for call in (pm.gtrack_exists, pm.gtrack_info, pm.gtrack_dataset):
        with pytest.raises(ValueError, match="track is None"):
            call(None)


@pytest.mark.parametrize("name", ["", "1a", "a b", "a..b", "../d", "genes", "a-b"])
def test_a_name_that_no_track_can_have_is_that_of_none(pm, name):
    assert not pm.gtrack_exists(name)
    assert pm.gtrack_rm(name, force=True) is None
    assert pm.gintervals_exists("genes")
    with pytest.raises(ValueError, match="text"):
        pm.gtrack_exists(None)


def test_a_track_that_is_not_there_has_tracks_as_neighbours_not_sets(pm):
    for name, near in [("gen", "d, s, sub.t"), ("sub.tt", "sub.t"), ("sub/tt", "sub.t")]:
        with pytest.raises(TrackNotFoundError, match=f"Known tracks include {near}$"):
            pm.gtrack_info(name)


def test_roots_can_be_a_table(pm, tmp_path):
    found = pm.gtrack_dbs(["d", "s"], dataframe=True)
    assert found.values.tolist() == [["d", str(tmp_path / "toy")], ["s", str(tmp_path / "toy")]]


def test_info_tells_how_chromosomes_are_stored(pm):
    pm.gtrack_convert_to_indexed("d")
    assert pm.gtrack_info("d")["format"] == "indexed"
    assert pm.gtrack_info("s")["format"] == "per-chromosome"


def test_dates_have_the_form_of_the_peer(pm, monkeypatch):
    date = pm.gtrack_info("d")["attributes"]["created.date"]
    moment = time.mktime(time.strptime(date))  # local time, as in Fri Nov 20 23:27:53 2026
    assert 0 <= time.time() - moment < 3600
    assert pm.gtrack_attr_get("d", "created.date") == date
    assert pm.gtrack_attr_export("d").loc["d", "created.date"] == date
    assert pm.gtrack_ls("^d$", created_date=date) == ["d"]
    set_date = pm.gintervals_attr_get("genes", "created.date")
    assert pm.gintervals_attr_export("genes").loc["genes", "created.date"] == set_date
    time.strptime(set_date)


# ---- dense


@pytest.mark.parametrize(
    ("items", "binsize", "defval", "expected"),
    [
        ([(0, 15, 1), (15, 40, 5), (35, 38, 100)], 20, NAN, [2, 17.391304, NAN]),
        ([(0, 10, 4)], 20, -1, [1.5, -1]),
        ([(100, 130, 7)], 20, -1, [-1] * 5 + [7, 3, -1]),
        ([(0, 20, 2), (0, 20, 4)], 20, NAN, [3]),
        ([(0, 5, NAN), (5, 10, 3)], 10, NAN, [3]),
        ([(0, 5, 4), (0, 5, 4)], 10, 0, [4]),
        ([(0, 3, 4), (0, 3, 4)], 10, 0, [2.4]),
        ([(0, 3, 4), (6, 8, 4)], 10, 0, [2]),
        ([(0, 10, np.inf)], 10, NAN, [NAN]),
    ],
)
def test_bins_are_means_weighted_by_overlap(empty, items, binsize, defval, expected):
    empty.gtrack_create_dense("x", "", *rows(*items), binsize, defval)
    np.testing.assert_allclose(bins(empty, "x", len(expected)), expected, rtol=1e-6)


def test_the_last_bin_has_its_true_length(empty):
    empty.gtrack_create_dense("x", "", *rows((200, 203, 5), chrom="chrX"), 10, 0)
    assert bins(empty, "x", 21, chrom="chrX")[-1] == 3


def test_random_bins_are_as_the_rule_says(empty):
    rng = np.random.default_rng(3)
    start = rng.integers(0, 195, 60)
    end = np.minimum(start + rng.integers(1, 40, 60), 205)
    value = rng.normal(0, 1, 60)
    frame = pd.DataFrame({"chrom": "X", "start": start, "end": end})
    for width, defval in ((7, NAN), (10, 2.0), (500, 0.0)):
        empty.gtrack_create_dense(f"x{width}", "", frame, value, width, defval)
        expected = []
        for left in range(0, 205, width):
            right = min(left + width, 205)
            overlap = np.maximum(np.minimum(end, right) - np.maximum(start, left), 0)
            u = 0 if np.isnan(defval) else max(0, right - left - overlap.sum())
            total = (value * overlap).sum() + (defval * u if u else 0)
            weight = overlap.sum() + u
            expected.append(total / weight if weight else NAN)
        found = bins(empty, f"x{width}", None, chrom="chrX")
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_rows_may_run_past_the_chromosome_or_be_on_another_genome(empty):
    frame, _ = rows((990, 1100, 1))
    frame = pd.concat([frame, frame.assign(chrom="chr9")])
    empty.gtrack_create_dense("x", "", frame, [7.0, 9.0], 10)
    assert bins(empty, "x", 100)[-2:] == pytest.approx([NAN, 7], nan_ok=True)


def test_one_interval_can_be_a_tuple(empty):
    empty.gtrack_create_dense("x", "Test", (1, 0, 20), [5.0], 10)
    assert bins(empty, "x", 3) == pytest.approx([5, 5, NAN], nan_ok=True)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"track": "9x"}, "no name of a track"),
        ({"track": "a..b"}, "not legal"),
        ({"track": "a/b"}, "no name of a track"),
        ({"track": "x."}, "not legal"),
        ({"track": "d"}, "Track 'd' already exists"),
        ({"track": "genes"}, "interval set, 'genes' already exists"),
        ({"binsize": 0}, "binsize is 0"),
        ({"binsize": 2.5}, "binsize is 2.5"),
        ({"func": "nope"}, "func 'nope'"),
        ({"values": [1.0, 2.0]}, "2 values for 1 intervals"),
        ({"values": 5.0}, "values have 0 dimensions, not one"),
        ({"values": [[5.0]]}, "values have 2 dimensions, not one"),
        ({"values": ["a"]}, "not numbers"),
        ({"intervals": rows((-1, 10, 0))[0]}, r"row 0 .*start is negative"),
        ({"intervals": rows((10, 10, 0))[0]}, r"row 0 .*start is not before end"),
        ({"intervals": rows((2000, 2010, 0))[0]}, r"row 0 .*beyond the chromosome"),
        ({"intervals": rows((0, 10, 0), chrom="chr9")[0]}, "No intervals map to known chromosomes"),
        ({"intervals": rows((0, 10, 0))[0].drop(columns="end")}, "no column end"),
        ({"description": None}, "description is None"),
    ],
)
def test_what_cannot_be_a_dense_track_leaves_nothing(pm, change, message):
    given = {
        "track": "x", "description": "", "intervals": rows((0, 10, 0))[0], "values": [1.0],
        "binsize": 10,
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        pm.gtrack_create_dense(**{**given, **change})
    assert pm.gtrack_ls() == ["d", "s", "sub.t"]


def test_the_direct_way_gives_the_same_bins(empty):
    """The peer's gives -2.5, the other function -5."""
    frame, values = rows((0, 5, -5), (12, 31, 2))
    for name in ("gtrack_create_dense", "gtrack_create_dense_direct"):
        getattr(empty, name)(name[-5:], "", frame, values, 10)
        assert bins(empty, name[-5:], 5) == pytest.approx([-5, 2, 2, 2, NAN], nan_ok=True)
    empty.gtrack_create_dense_direct("later", "", frame, values, 10, reload=False)
    assert empty.gtrack_exists("later")


# ---- sparse


def test_sparse_tracks_keep_intervals_and_missing_values(empty):
    frame, values = rows((300, 600, 1), (0, 10, NAN), (10, 20, 3), chrom="chr2")
    empty.gtrack_create_sparse("x", "", frame, values)
    found = empty.gextract("x", iterator="x")
    assert found[["start", "end"]].values.tolist() == [[0, 10], [10, 20], [300, 500]]
    np.testing.assert_array_equal(found["x"], [NAN, 3, 1])
    assert empty.gtrack_info("x")["attributes"]["created.by"] == (
        'gtrack.create_sparse("x", description, intervals, values)'
    )


def test_values_may_be_a_column(empty):
    frame, values = rows((0, 10, 2))
    empty.gtrack_create_sparse("x", "", frame.assign(value=values))
    assert empty.gextract("x")["x"].tolist() == [2]
    with pytest.raises(UsageError, match="there are no values"):
        empty.gtrack_create_sparse("y", "", frame)


def test_intervals_that_overlap_are_refused(empty):
    frame, values = rows((50, 60, 1), (0, 20, 2), (19, 30, 3))
    with pytest.raises(ValueError, match="chr1:0-20 and chr1:19-30 overlap"):
        empty.gtrack_create_sparse("x", "", frame, values)
    with pytest.raises(ValueError, match="No intervals map"):
        empty.gtrack_create_sparse("x", "", frame.iloc[:0], [])
    assert empty.gtrack_ls() is None


# ---- removing


def test_a_track_is_removed_only_by_force(pm, tmp_path):
    with pytest.raises(UsageError, match="Set force=True to delete a track"):
        pm.gtrack_rm("sub.t")
    pm.gtrack_rm("sub.t", force=True)
    assert not (tmp_path / "toy" / "sub").exists()
    with pytest.raises(TrackNotFoundError, match=r"Track 'sub\.t' does not exist"):
        pm.gtrack_rm("sub.t")
    assert pm.gtrack_rm("sub.t", force=True) is None
    pm.gtrack_rm("genes", force=True)  # no track: left alone
    assert pm.gintervals_exists("genes")
    with pytest.raises(UsageError, match="not a dataset"):
        pm.gtrack_rm("d", force=True, db="/nowhere")


# ---- attributes


def test_attributes_are_texts(pm):
    assert pm.gtrack_attr_get("d", "lab") == ""
    pm.gtrack_attr_set("d", "lab", "Genética ☂")
    pm.gtrack_attr_set("d", "year", 2024)
    assert pm.gtrack_attr_get("d", "lab") == "Genética ☂"
    assert pm.gtrack_attr_get("d", "year") == "2024"
    for _ in range(2):
        pm.gtrack_attr_set("d", "lab", "")
    assert pm.gtrack_attr_get("d", "lab") == ""
    for name, value, message in (("", "x", "not legal"), ("a", None, "is None")):
        with pytest.raises(ValueError, match=message):
            pm.gtrack_attr_set("d", name, value)
    with pytest.raises(ValueError, match="does not exist"):
        pm.gtrack_attr_get("nope", "lab")


def test_attributes_go_into_a_table_and_back(pm):
    pm.gtrack_attr_set("s", "lab", "ours")
    table = pm.gtrack_attr_export(["s", "d"], ["lab", "none"])
    assert table.index.tolist() == ["s", "d"]
    assert table.values.tolist() == [["ours", ""], ["", ""]]
    every = pm.gtrack_attr_export()
    assert every.index.tolist() == ["d", "s", "sub.t"]
    assert every.columns.tolist() == sorted(every.columns)
    assert "created.by" in every.columns
    new = pd.DataFrame({"lab": ["theirs", None], "n": [1, 2]}, index=["d", "s"])
    pm.gtrack_attr_import(new)
    assert pm.gtrack_attr_export(["d", "s"], ["lab", "n"]).values.tolist() == [
        ["theirs", "1"], ["ours", "2"],
    ]  # fmt: skip
    pm.gtrack_attr_import(pd.DataFrame({"n": [3]}, index=["s"]), remove_others=True)
    assert pm.gtrack_attr_get("s", "lab") == ""
    assert pm.gtrack_attr_get("s", "n") == "3"
    assert pm.gtrack_attr_get("s", "created.by") != ""


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pd.DataFrame(), "empty"),
        (pd.DataFrame({"lab": ["x", "y"]}, index=["d", "nope"]), "'nope' does not exist"),
        (pd.DataFrame({"lab": ["x"], "created.by": ["y"]}, index=["d"]), "read-only"),
        (pd.DataFrame({"": ["x"]}, index=["d"]), "not legal"),
    ],
)
def test_a_bad_table_changes_nothing(pm, table, message):
    with pytest.raises(ValueError, match=message):
        pm.gtrack_attr_import(table)
    assert pm.gtrack_attr_get("d", "lab") == ""


def test_a_name_is_a_track_or_a_virtual_track(pm):
    pm.gvtrack_create("v", "d")
    with pytest.raises(TrackExistsError, match="name of a virtual track"):
        pm.gtrack_create_sparse("v", "", *rows((0, 10, 1)))


def test_a_name_is_a_track_or_a_set(pm):
    with pytest.raises(TrackExistsError):
        pm.gintervals_save(rows((0, 10, 1))[0], "d")
