"""Virtual tracks of the session: checked at once, changed, listed."""

import numpy as np
import pandas as pd
import pytest

from genomedb.errors import UsageError

NAN = np.nan
WINDOW = {"chrom": ["chr1"], "start": [5], "end": [45]}


def value(pm, name, frame=WINDOW):
    """Value in one window."""
    frame = pd.DataFrame(frame)
    return pm.gextract(name, frame, iterator=-1)[name].iloc[0]


@pytest.mark.parametrize(
    ("func", "params", "expected"),
    [
        (None, None, 6.2), ("mean", None, 6.2), ("sum", None, 31), ("stddev", None, 6.09918),
        ("quantile", 0.5, 4), ("quantile", 0.9, 12.8), ("lse", None, 16.000343),
        ("size", None, 5), ("exists", None, 1), ("first", None, 1), ("last", None, 16),
        ("max.pos.abs", None, 40), ("first.pos.relative", None, 0),
        ("global.percentile", None, 0.428571), ("global.percentile.min", None, 0.142857),
        ("global.percentile.max", None, 0.714286),
    ],
)  # fmt: skip
def test_functions_of_a_dense_track(pm, func, params, expected):
    pm.gvtrack_create("v", "d", func, params)
    assert value(pm, "v") == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("func", "expected"),
    [("avg", 2), ("sum", 4), ("stddev", 1.414214), ("lse", 3.126928), ("last.pos.abs", 40)],
)
def test_functions_of_a_sparse_track(pm, func, expected):
    pm.gvtrack_create("v", "s", func)
    assert value(pm, "v") == pytest.approx(expected, rel=1e-6)


def test_shifts_move_the_window_and_not_the_row(pm):
    pm.gvtrack_create("v", "d", "sum", sshift=-10, eshift=10)
    found = pm.gextract("v", pm.gintervals("chr1", 0, 60), iterator=20)
    assert found["v"].tolist() == [7, 30, 88]
    assert found["start"].tolist() == [0, 20, 40]
    pm.gvtrack_iterator("v", eshift=-15)
    assert pm.gvtrack_info("v")["sshift"] == 0
    found = pm.gextract("v", pm.gintervals("chr1", 0, 40), iterator=20)
    assert found["v"].tolist() == [1, 4]


def test_an_interval_set_can_be_the_source(pm):
    pm.gvtrack_create("v", "genes")
    assert pm.gvtrack_info("v")["func"] == "distance"
    assert value(pm, "v", {"chrom": ["chr1"], "start": [40], "end": [60]}) == 20
    pm.gvtrack_create("v", "genes", "coverage")
    assert value(pm, "v") == 0.5


def test_a_frame_can_be_the_source(pm):
    frame = pd.DataFrame({"chrom": [1, 1], "start": [0, 30], "end": [10, 40], "score": [4.0, 8.0]})
    pm.gvtrack_create("v", frame)
    assert value(pm, "v") == 6
    pm.gvtrack_create("v", frame, "coverage")
    assert value(pm, "v") == 0.375


def test_a_mask_is_set_and_cleared(pm):
    mask = pd.DataFrame({"chrom": ["chr1"], "start": [10], "end": [20]})
    pm.gvtrack_create("v", "d", filter=mask)
    assert value(pm, "v") == pytest.approx(7.944444, rel=1e-6)
    assert pm.gvtrack_info("v")["filter"] is mask
    pm.gvtrack_filter("v", filter=None)
    assert value(pm, "v") == 6.2
    pm.gvtrack_filter("v", [mask, "s"])
    assert value(pm, "v") == pytest.approx(6, rel=1e-6)  # 25-40: bins of 4, 4 and 8, weighed
    with pytest.raises(UsageError, match="one thing"):
        pm.gvtrack_filter("v", mask, filter=mask)


def test_columns_of_an_array_track_are_chosen(pm):
    from genomedb.misha.current import current_db

    values = np.array([[1.0, 2, NAN], [4, 5, 6]], np.float32)
    records = {"chr1": (np.array([0, 20]), np.array([10, 40]), values)}
    current_db().create_array("a", ["x", "y", "z"], records)
    pm.gvtrack_create("v", "a")
    assert value(pm, "v") == 3.25
    pm.gvtrack_array_slice("v", ["x", "z"], "max")
    assert value(pm, "v") == 3.5
    assert pm.gvtrack_info("v")["slice"] == ["x", "z"]
    pm.gvtrack_array_slice("v", 1)
    assert value(pm, "v") == 3.5
    with pytest.raises(UsageError, match="params is 1"):
        pm.gvtrack_array_slice("v", params=1)
    pm.gvtrack_create("w", "d")
    with pytest.raises(UsageError, match="no array track"):
        pm.gvtrack_array_slice("w")
    with pytest.raises(UsageError, match="no column 'q'"):
        pm.gvtrack_array_slice("v", ["q"])
    with pytest.raises(UsageError, match="median"):
        pm.gvtrack_array_slice("v", func="median")


def test_info_says_what_was_given(pm):
    pm.gvtrack_create("v", "d", "quantile", 0.5, sshift=-10, eshift=5)
    assert pm.gvtrack_info("v") == {
        "src": "d", "func": "quantile", "params": 0.5, "sshift": -10, "eshift": 5, "filter": None,
    }  # fmt: skip
    pm.gvtrack_iterator("v", dim=1)
    assert pm.gvtrack_info("v")["dim"] == 1
    pm.gvtrack_iterator_2d("v", -1, 1, -2, 2)
    assert pm.gvtrack_info("v")["shifts"] == (-1, 1, -2, 2)
    pm.gvtrack_create("k", None, "kmer.count", {"kmer": "CG"}, strand=1)
    assert pm.gvtrack_info("k")["kmer"] == "CG"
    assert pm.gvtrack_info("k")["strand"] == 1


def test_they_are_listed_replaced_and_forgotten(pm):
    assert pm.gvtrack_ls() == []
    pm.gvtrack_create("b", "d")
    pm.gvtrack_create("a.x", "d", "max")
    pm.gvtrack_create("b", "d", "min")
    assert pm.gvtrack_ls() == ["b", "a.x"]
    assert pm.gvtrack_info("b")["func"] == "min"
    pm.gvtrack_rm("b")
    pm.gvtrack_rm("b")
    assert pm.gvtrack_ls() == ["a.x"]
    pm.gvtrack_clear()
    assert pm.gvtrack_ls() == []


@pytest.mark.parametrize(
    ("args", "keywords", "message"),
    [
        (("v", "nope"), {}, "'nope'"),
        (("v", "d", "nope"), {}, "'nope' is not a function of a track"),
        (("v", "d", "coverage"), {}, "'coverage' is not a function of a track"),
        (("v", "genes", "sum"), {}, "'sum' is not a function of intervals without values"),
        (("v", "d", "quantile"), {}, "quantile"),
        (("v", "d", "quantile", 1.5), {}, r"1\.5"),
        (("v", "d", "sum"), {"sshift": 0.5}, "sshift is 0.5"),
        (("v", "d", "sum"), {"shift": 5}, "no parameter 'shift'"),
        (("v", "d", "sum"), {"dim": 3}, "dim is 3"),
        (("v", None), {}, "neither source nor function"),
        (("v", None, "pwm.count"), {"pssm": [[0.25] * 4]}, "score_thresh"),
        (("v", None, "kmer.count", {"kmer": "CG"}), {"kmer": "CG"}, "'kmer' is given twice"),
        (("v", None, "kmer.count", 5), {"kmer": "CG"}, "are both given"),
        (("d", "s"), {}, "'d' is the name of a track"),
        (("genes", "s"), {}, "'genes' is the name of a track or interval set"),
        (("9a", "d"), {}, "not legal"),
        (("a-b", "d"), {}, "no name of a virtual track"),
        ((None, "d"), {}, "vtrack_name is None"),
        (("v", "d"), {"filter": "nope"}, "'nope'"),
    ],
)
def test_what_is_wrong_is_refused_at_once(pm, args, keywords, message):
    with pytest.raises(ValueError, match=message):
        pm.gvtrack_create(*args, **keywords)
    assert pm.gvtrack_ls() == []


def test_a_refused_change_leaves_the_virtual_track(pm):
    pm.gvtrack_create("v", "d", "sum")
    for change in (
        lambda: pm.gvtrack_iterator("v", sshift="x"),
        lambda: pm.gvtrack_filter("v", "nope"),
        lambda: pm.gvtrack_iterator_2d("v", 0.5),
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - each has its own sentence
            change()
    assert value(pm, "v") == 31


def test_unknown_virtual_tracks_are_key_errors(pm):
    pm.gvtrack_create("known", "d")
    for call in (pm.gvtrack_info, pm.gvtrack_iterator, pm.gvtrack_iterator_2d, pm.gvtrack_filter):
        with pytest.raises(KeyError, match=r"not found: nope\. There are known"):
            call("nope")


def test_a_virtual_track_cannot_be_a_source(pm):
    pm.gvtrack_create("v", "d")
    with pytest.raises(ValueError, match="'v'"):
        pm.gvtrack_create("w", "v")
