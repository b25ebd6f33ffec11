"""Questions through the facade: shapes and types of answers, options, refusals."""

import numpy as np
import pandas as pd
import pytest

from genomedb.errors import TrackExistsError, UsageError

NAN = np.nan


@pytest.fixture
def scope(pm):
    return pm.gintervals("chr1", 0, 80)


def test_an_answer_is_a_frame_of_text_and_numbers(pm, scope):
    found = pm.gextract(["d", "d>3"], scope)
    assert list(found.columns) == ["chrom", "start", "end", "d", "d>3", "intervalID"]
    assert found["chrom"].tolist() == ["chr1"] * 8
    assert pd.api.types.is_string_dtype(found["chrom"])
    assert not isinstance(found["chrom"].dtype, pd.CategoricalDtype)
    assert [found[c].dtype.name for c in found.columns[1:]] == [
        "int64", "int64", "float64", "float64", "int64"
    ]  # fmt: skip
    assert found["d>3"].tolist() == [0, 0, 1, 1, 1, 0, 1, 1]
    assert isinstance(found.index, pd.RangeIndex)


def test_nothing_found_is_none(pm):
    nothing = pm.gintervals("chrX", 0, 100)
    assert pm.gextract("s", nothing) is None
    assert pm.gscreen("d > 0", nothing) is None
    assert pm.gpartition("d", [0, 1], nothing) is None
    assert pm.glookup([1.0], "s", [0, 1], intervals=nothing) is None
    assert pm.giterator_intervals("s", nothing) is None
    assert pm.gwilcox("d", 200, 400, intervals=nothing) is None
    empty = pd.DataFrame({"chrom": [], "start": [], "end": []})
    assert pm.gextract("d", empty) is None
    assert pm.gsegment("d", 100, intervals=empty) is None


def test_the_genome_is_the_scope_when_none_is_given(pm):
    assert len(pm.gextract("d")) == 100 + 50 + 21
    assert pm.gsummary("d")["Total intervals"] == 171


def test_names_of_columns_can_be_chosen(pm, scope):
    assert pm.gextract(["d", "d"], scope).columns[3:5].tolist() == ["d", "d_"]
    found = pm.gextract(["d", "d*2"], scope, colnames=["x", "y"])
    assert found.columns[3:5].tolist() == ["x", "y"]
    with pytest.raises(UsageError, match="1 column names for 2 expressions"):
        pm.gextract(["d", "s"], scope, 10, ["x"])


def test_rows_are_joined_with_the_scope(pm):
    scope = pd.DataFrame(
        {"chrom": "chr1", "start": [0, 5], "end": [10, 15], "strand": [1, -1], "d": ["a", "b"]}
    )
    found = pm.gextract("d", scope, intervals_join="intervals")
    columns = ["chrom", "start", "end", "d", "chrom1", "start1", "end1", "strand", "d1"]
    assert found.columns.tolist() == columns
    assert found["d1"].tolist() == ["a", "b", "b"]
    assert found["start1"].tolist() == [0, 5, 5]
    bare = pm.gextract("d", scope, intervals_join="none")
    assert bare.columns.tolist() == ["chrom", "start", "end", "d"]
    by_name = pm.gextract("d", "genes", intervals_join="intervals")
    assert "strand" in by_name.columns
    assert len(pm.gextract("d", iterator=-1, intervals_join="intervals")) == 3
    with pytest.raises(UsageError, match="intervals_join is 'both'"):
        pm.gextract("d", scope, intervals_join="both")


def test_rows_go_into_a_file(pm, tmp_path):
    scope = pm.gintervals("chr1", [0, 45], [10, 65])
    path = tmp_path / "out.tsv"
    assert pm.gextract(["d", "d*2"], scope, colnames=["x", "y"], file=path) is None
    assert path.read_text() == (
        "chrom\tstart\tend\tx\ty\n"
        "chr1\t0\t10\t1.0\t2.0\nchr1\t45\t50\t16.0\t32.0\nchr1\t50\t60\t\t\n"
        "chr1\t60\t65\t64.0\t128.0\n"
    )
    pm.gextract("s", pm.gintervals("chrX"), file=path)
    assert path.read_text() == "chrom\tstart\tend\ts\n"
    with pytest.raises(UsageError, match="both given"):
        pm.gextract("d", file=path, intervals_set_out="x")


def test_intervals_go_into_a_set(pm, scope):
    assert pm.gextract("d", scope, intervals_set_out="a") is None
    assert pm.gscreen("d > 4", scope, intervals_set_out="b") is None
    assert pm.gpartition("d", [0, 4, 200], scope, intervals_set_out="c") is None
    assert pm.giterator_intervals("d", scope, intervals_set_out="e") is None
    table = [1.0]
    assert pm.glookup(table, "d", [0, 200], intervals=scope, intervals_set_out="f") is None
    assert pm.gsegment("d", 100, intervals=scope, intervals_set_out="g") is None
    assert pm.gintervals_ls() == ["a", "b", "c", "e", "f", "g", "genes"]
    assert len(pm.gintervals_load("a")) == 8
    assert pm.gintervals_load("b")["start"].tolist() == [30, 60]
    assert pm.gintervals_load("c")["bin"].tolist() == [1, 2, 2]
    with pytest.raises(TrackExistsError):
        pm.gscreen("d > 4", scope, intervals_set_out="d")


def test_variables_are_given_by_name(pm, scope):
    assert pm.gextract("d * k", scope, vars={"k": 3})["d * k"].tolist()[:2] == [3, 6]
    assert pm.gscreen("d > k", scope, {"k": 50})["start"].tolist() == [60]
    assert pm.gsummary("d * k", scope, vars={"k": 0})["Max"] == 0
    assert pm.gquantiles("d * k", 1, scope, vars={"k": 2}).tolist() == [256]
    assert pm.gdist("d * k", [0, 1, 2], intervals=scope, vars={"k": 1}).tolist() == [1, 1]
    k = 3
    with pytest.raises(ValueError, match="'k' is not a track"):
        pm.gextract("d * k", scope)
    assert k == 3


def test_statistics(pm, scope):
    found = pm.gsummary("d", scope)
    assert found.index.tolist() == [
        "Total intervals", "NaN intervals", "Min", "Max", "Sum", "Mean", "Std dev",
    ]  # fmt: skip
    assert found.tolist()[:5] == [8, 1, 1, 128, 223]
    assert pm.gquantiles("d", [0.0, 0.5], scope).to_dict() == {0.0: 1.0, 0.5: 8.0}


def test_distributions_have_labels(pm, scope):
    found = pm.gdist(
        "d", [0, 4, 200], "s", [0, 2, 4], intervals=scope, iterator=10, dataframe=True,
        names=["a", "b"],
    )  # fmt: skip
    assert found.columns.tolist() == ["a", "b", "n"]
    assert found["a"].tolist() == ["(0.0, 4.0]"] * 2 + ["(4.0, 200.0]"] * 2
    assert found["n"].tolist() == [3, 0, 0, 1]
    low = pm.gdist("d", [1, 4], intervals=scope, include_lowest=True, dataframe=True)
    assert low["d"].tolist() == ["[1.0, 4.0]"]


def test_tables_are_looked_up(pm, scope):
    found = pm.glookup([10, 20], "d", [1, 4, 64], intervals=scope)
    np.testing.assert_array_equal(found["value"], [10, 10, 10, 20, 20, NAN, 20, 20])
    found = pm.glookup([10, 20], "d", [1, 4, 64], intervals=scope, force_binning=False)
    np.testing.assert_array_equal(found["value"], [NAN, 10, 10, 20, 20, NAN, 20, NAN])
    assert len(pm.glookup([1.0], "d", [0, 200])) == 171


def test_bins_are_joined(pm, scope):
    found = pm.gpartition("d", [0, 4, 20], scope)
    assert found.values.tolist() == [["chr1", 0, 30, 1], ["chr1", 30, 50, 2]]
    assert found["bin"].dtype == np.int64


def test_statistics_by_bins(pm, scope):
    found = pm.gbins_summary("d", [0, 4, 200], expr="d*2", intervals=scope)
    assert found.shape == (2, 7)
    assert found[:, 0].tolist() == [3, 4]
    assert found[:, 4].tolist() == [14, 432]
    assert pm.gbins_summary("d", [0, 4, 200], intervals=scope, iterator="d")[0, 4] == 7
    found = pm.gbins_quantiles("d", [0, 4, 200], percentiles=[0, 1], intervals=scope)
    assert found.tolist() == [[1, 4], [8, 128]]


def test_correlations(pm, scope):
    found = pm.gcor("d", "d*2", "d", "-d", intervals=scope)
    np.testing.assert_allclose(found, [1, -1])
    found = pm.gcor("d", "START*1", intervals=scope, details=True, names=["x"])
    assert found.index.tolist() == ["x"]
    assert found.loc["x", ["n", "n.na"]].tolist() == [8, 1]
    assert found["n"].dtype == np.float64


def test_samples_follow_the_seed(pm, scope):
    first = pm.gsample("d", 4, scope, seed=1)
    assert first.tolist() == pm.gsample("d", 4, scope, seed=1).tolist()
    np.random.seed(5)
    a = pm.gsample("d", 4, scope).tolist()
    np.random.seed(5)
    assert pm.gsample("d", 4, scope).tolist() == a
    assert sorted(pm.gsample("d", 100, scope)) == [1, 2, 4, 8, 16, 64, 128]
    with pytest.raises(ValueError, match="0"):
        pm.gsample("d", 0, scope)


def test_intervals_of_an_iterator(pm):
    scope = pm.gintervals("chr1", 50, 260)
    found = pm.giterator_intervals(None, scope, 100, interval_relative=True)
    assert found["start"].tolist() == [50, 150, 250]
    found = pm.giterator_intervals(intervals=scope, iterator=100, partial_bins="drop")
    assert found.values.tolist() == [["chr1", 100, 200, 1]]
    with pytest.raises(UsageError, match="partial_bins is 'cut'"):
        pm.giterator_intervals("d", scope, partial_bins="cut")
    with pytest.raises(ValueError, match="iterator"):
        pm.giterator_intervals()


def test_cartesian_grids(pm):
    centres = pm.gintervals("chr1", [140, 440], [160, 460])
    grid = pm.giterator_cartesian_grid(centres, (-50, 0, 50))
    assert grid.columns.tolist() == ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]
    assert len(grid) == 16
    assert grid["chrom1"].tolist() == ["chr1"] * 16
    grid = pm.giterator_cartesian_grid(centres, (-50, 50), min_band_idx=0, max_band_idx=1)
    assert grid[["start1", "start2"]].values.tolist() == [[100, 100], [400, 100], [400, 400]]


def test_windows_are_tested(pm):
    values = np.where((np.arange(100) > 45) & (np.arange(100) < 55), 1, 0) + np.arange(100) * 1e-4
    rows = pd.DataFrame({"chrom": "chr1", "start": np.arange(100) * 10})
    pm.gtrack_create_dense("w", "", rows.assign(end=rows["start"] + 10), values, 10)
    chr1 = pm.gintervals("chr1")
    found = pm.gwilcox("w", 400, 100, 0.01, intervals=chr1)
    assert found[["start", "end"]].values.tolist() == [[430, 580], [880, 1000]]
    assert found["pval"].tolist() == pytest.approx([0.001244, 0.003059], rel=1e-3)
    found = pm.gwilcox("w", 400, 100, 0.01, onetailed=False, intervals=chr1)
    assert found.iloc[0, 1:3].tolist() == [440, 580]
    pm.gtrack_create_dense("r", "", rows.assign(end=rows["start"] + 10), np.arange(100.0), 10)
    found = pm.gsegment("r", 200, 0.01, intervals=chr1)
    assert found[["start", "end"]].values.tolist() == [[0, 390], [390, 1000]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda pm: pm.gdist("d"), "pairs of an expression and its breaks; it was given 1 arg"),
        (lambda pm: pm.gdist(), "was given 0 arguments"),
        (lambda pm: pm.gdist([0, 1], "d"), "argument 1 is .* not an expression"),
        (lambda pm: pm.glookup([1], "d", [0, 1], None), "pairs"),
        (lambda pm: pm.gcor("d"), "pairs of expressions; it was given 1"),
        (lambda pm: pm.gextract("nope"), "'nope' is not a track"),
        (lambda pm: pm.gextract("d", band=(0, 10)), "band needs a 2D track"),
        (lambda pm: pm.gextract("d", "nope"), "'nope' is neither a track nor an interval set"),
        (lambda pm: pm.gextract("d", iterator="nope"), "'nope' is neither a track"),
        (lambda pm: pm.gextract("d and s"), "&"),
        (lambda pm: pm.gextract(None), "expr is None"),
        (lambda pm: pm.gextract(["d", 5]), "expr is "),
        (lambda pm: pm.gextract([]), "no expression"),
        (lambda pm: pm.gextract("d", vars=[1]), "no mapping"),
        (lambda pm: pm.gextract("s + d"), "Cannot implicitly determine iterator policy"),
        (lambda pm: pm.gquantiles("d", 1.5), "1.5"),
        (lambda pm: pm.gextract("seq"), "'seq' is not a track"),
        (lambda pm: pm.gextract("genes"), "features"),
        (lambda pm: pm.gwilcox("s", 400, 100), "bins of one width"),
    ],
)
def test_bad_questions_are_refused(pm, call, message):
    with pytest.raises(ValueError, match=message):
        call(pm)


def test_misspelt_and_repeated_options_are_refused(pm, scope):
    for call in (pm.gextract, pm.gscreen, pm.gsummary, pm.gquantiles, pm.gpartition):
        with pytest.raises(TypeError, match="interator"):
            call("d", interator=20)
    with pytest.raises(TypeError, match="intervals"):
        pm.gsummary("d", scope, intervals=scope)


def test_any_spelling_of_a_chromosome_is_understood(pm):
    rows = pd.DataFrame({"chrom": [1], "start": [0], "end": [20]})
    found = pm.gextract(
        "d", rows, iterator=pd.DataFrame({"chrom": ["1"], "start": [5], "end": [9]})
    )
    assert found.values.tolist() == [["chr1", 5, 9, 1.0, 1]]


def test_a_number_is_true_unless_it_is_zero_or_missing(pm, scope):
    found = pm.gscreen("d - 4", scope)
    assert found[["start", "end"]].values.tolist() == [[0, 20], [30, 50], [60, 80]]
