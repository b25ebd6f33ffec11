"""Array tracks through the facade."""

import numpy as np
import pandas as pd
import pytest

from genomedb.errors import MissingFileError, TrackNotFoundError, UsageError

NAN = np.nan
ROWS = pd.DataFrame(
    {"chrom": ["chrX", "1", "chr9", "chr1"], "start": [0, 100, 0, 10], "end": [9, 2000, 5, 30]}
)
VALUES = [[1, NAN, 2], [3, np.inf, NAN], [0, 0, 0], [4, 5, 6]]


@pytest.fixture
def pm(pm):
    """With an array track ``a``."""
    pm.gtrack_array_create("a", "words", ROWS, VALUES, ["p", "q", "r"])
    return pm


def test_rows_come_in_the_order_of_the_genome(pm):
    found = pm.gtrack_array_extract("a")
    expected = pd.DataFrame(
        {"chrom": ["chr1", "chr1", "chrX"], "start": [10, 100, 0], "end": [30, 1000, 9],
         "p": [4.0, 3, 1], "q": [5, NAN, NAN], "r": [6, NAN, 2.0], "intervalID": [1, 1, 3]}
    )  # fmt: skip
    pd.testing.assert_frame_equal(found, expected)
    assert pm.gtrack_info("a")["type"] == "array"
    assert pm.gtrack_attr_get("a", "created.by") == (
        "gtrack_array_create(\"a\", description, intervals, values, colnames=['p', 'q', 'r'])"
    )


def test_columns_are_chosen_by_name_or_number(pm):
    for slice, names in [
        (["r", "p"], ["r", "p"]), ([1, -0], ["q", "p"]), ("q", ["q"]), (2, ["r"]),
        (np.array([0, 2]), ["p", "r"]),
    ]:  # fmt: skip
        assert list(pm.gtrack_array_extract("a", slice).columns[3:-1]) == names
    for slice, message in [
        (["x"], "column 'x'"), ([3], "column 3"), ([-1], "column -1"), (["p", 0], "twice"),
    ]:  # fmt: skip
        with pytest.raises(UsageError, match=message):
            pm.gtrack_array_extract("a", slice)


def test_rows_are_cut_at_the_scope_and_repeated_for_each_row(pm):
    scope = pd.DataFrame({"chrom": ["1", "chr1", "chr2"], "start": [20, 0, 0], "end": [120, 25, 9]})
    found = pm.gtrack_array_extract("a", "p", scope)
    assert found[["start", "end", "p", "intervalID"]].values.tolist() == [
        [20, 30, 4, 1], [100, 120, 3, 1], [10, 25, 4, 2],
    ]  # fmt: skip
    assert pm.gtrack_array_extract("a", "p", "genes")["start"].tolist() == [10]
    none = pm.gtrack_array_extract("a", "p", pm.gintervals("chr2"))
    assert (len(none), list(none.columns)) == (0, ["chrom", "start", "end", "p", "intervalID"])


def test_columns_are_renamed(pm):
    pm.gtrack_var_set("a", "v", 1)
    pm.gtrack_array_set_colnames("a", ["x", "y", "z"])
    assert pm.gtrack_array_get_colnames("a") == ["x", "y", "z"]
    assert pm.gtrack_array_extract("a", "x")["x"].tolist() == [4, 3, 1]
    assert pm.gtrack_var_get("a", "v") == 1
    for names, message in [
        (["x"], "1 names for 3 columns"), (["x", "x", "y"], "x is given twice"),
        ("xyz", "colnames is 'xyz'"), ([1, 2, 3], r"\S"), (None, "colnames is None"),
        (["start", "x", "y"], "cannot be called start"),
        (["x", "chrom", "y"], "cannot be called chrom"),
        (["x", "y", "intervalID"], "cannot be called intervalID"),
    ]:  # fmt: skip
        with pytest.raises(UsageError, match=message):
            pm.gtrack_array_set_colnames("a", names)
    assert pm.gtrack_array_get_colnames("a") == ["x", "y", "z"]


def test_sources_are_joined_by_their_intervals(pm, tmp_path):
    path = tmp_path / "x.tsv"
    path.write_text("chrom\tstart\tend\tp\tnew\n1\t10\t30\t4\tNA\n2\t0\t5\t\t7\nchr9\t0\t5\t1\t1\n")
    pm.gtrack_array_import("b", "words", str(path), "a")
    found = pm.gtrack_array_extract("b")
    expected = pd.DataFrame(
        {"chrom": ["chr1", "chr1", "chr2", "chrX"], "start": [10, 100, 0, 0],
         "end": [30, 1000, 5, 9], "p": [4.0, 3, NAN, 1], "new": [NAN, NAN, 7, NAN],
         "q": [5, NAN, NAN, NAN], "r": [6, NAN, NAN, 2], "intervalID": [1, 1, 2, 3]}
    )  # fmt: skip
    pd.testing.assert_frame_equal(found, expected)


def test_what_is_written_can_be_imported(pm, tmp_path):
    assert pm.gtrack_array_extract("a", file=tmp_path / "x.tsv") is None
    pm.gtrack_array_import("b", "", str(tmp_path / "x.tsv"))
    pd.testing.assert_frame_equal(pm.gtrack_array_extract("b"), pm.gtrack_array_extract("a"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("chrom\tstart\tend\tp\n1\t10\t30\t9\n", "values 4 and 9 of column 'p' at chr1:10-30"),
        ("chrom\tstart\tend\tp\n1\t15\t30\t4\n", "chr1:15-30 overlaps chr1:10-30"),
        ("chrom\tstart\tp\n1\t10\t30\n", "the header is not chrom, start, end"),
        ("chrom\tstart\tend\tp\n1\tx\t30\t9\n", "column start has what is no number"),
        ("chrom\tstart\tend\tp\n1\t10\t30\tx\n", "column p has what is no number"),
        ("", "is no table"),
    ],
)
def test_sources_that_do_not_fit_leave_nothing(pm, tmp_path, text, message):
    path = tmp_path / "x.tsv"
    path.write_text(text)
    with pytest.raises(ValueError, match=message):
        pm.gtrack_array_import("b", "", "a", str(path))
    assert not pm.gtrack_exists("b")


def test_sources_have_to_be_there(pm, tmp_path):
    for src in ("nope", str(tmp_path / "nope.tsv")):
        with pytest.raises(MissingFileError, match="neither a track nor a file"):
            pm.gtrack_array_import("b", "", src)
    for srcs, message in [
        ((), "no source"), (("d",), "Track 'd' is dense, not an array"), ((3,), "srcs is 3"),
    ]:  # fmt: skip
        with pytest.raises(UsageError, match=message):
            pm.gtrack_array_import("b", "", *srcs)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"track": "d"}, "already exists"), ({"description": None}, "description is None"),
        ({"values": [1.0, 2.0]}, r"shape \(2,\)"), ({"values": [[1.0]]}, r"shape \(1, 1\)"),
        ({"values": [[1.0, 2]]}, "1 rows of values for 2"), ({"values": [["x", 1]]}, "not numbers"),
        ({"colnames": ["p", "p"]}, "p is given twice"), ({"colnames": []}, r"\S"),
        ({"starts": [0, 5]}, "overlaps"), ({"starts": [0, -1]}, "row 1"),
        ({"starts": [0, 20]}, "row 1"), ({"chrom": "chr9"}, "No intervals map"),
        ({"intervals": None}, "intervals is None"),
    ],
)  # fmt: skip
def test_what_is_no_array_leaves_nothing(pm, change, message):
    change = dict(change)
    rows = pd.DataFrame({
        "chrom": change.pop("chrom", "chr1"), "start": change.pop("starts", [0, 10]),
        "end": [10, 20],
    })  # fmt: skip
    given = {"track": "x", "description": "", "intervals": rows, "values": [[1.0, 2], [3, 4]],
             "colnames": ["p", "q"]}  # fmt: skip
    with pytest.raises(ValueError, match=message):
        pm.gtrack_array_create(**{**given, **change})
    assert not pm.gtrack_exists("x")


def test_other_tracks_have_no_columns(pm):
    for call in (
        pm.gtrack_array_extract, pm.gtrack_array_get_colnames,
        lambda t: pm.gtrack_array_set_colnames(t, ["x"]),
    ):  # fmt: skip
        with pytest.raises(UsageError, match="Track 's' is sparse, not an array track"):
            call("s")
        with pytest.raises(TrackNotFoundError, match="'nope' does not exist"):
            call("nope")
