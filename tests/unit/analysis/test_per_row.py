"""Statistics of scope rows against numpy, row by row."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from genomedb.analysis.per_row import intervals_quantiles, intervals_summary
from genomedb.analysis.summary import SUMMARY_NAMES, summary
from genomedb.db.create import create_database
from genomedb.errors import ChromError, UsageError
from genomedb.expr import stream as stream_module
from genomedb.iterators import steps
from genomedb.virtual.definition import VirtualTrack

NAN = float("nan")
SIZES = {"chr2": 3003, "chr10": 900, "chr1": 300}
BIN = 10
PERCENTILES = [0, 0.1, 0.5, 0.9999999, 1]


@pytest.fixture
def db(tmp_path):
    """Values with gaps, one chromosome of equal ones."""
    made = create_database(tmp_path / "root", "toy", SIZES)
    rng = np.random.default_rng(0)
    values = {}
    for name in ("chr2", "chr10"):
        values[name] = rng.normal(1e6, 1, -(-SIZES[name] // BIN)).astype(np.float32)
        values[name][rng.random(values[name].size) < 0.3] = NAN
    values["chr1"] = np.full(30, 0.1, np.float32)
    made.create_dense("a", values, bin_size=BIN)
    made.values = values
    return made


@pytest.fixture
def scope():
    """Rows that overlap, in no order, long and short, with further columns."""
    rng = np.random.default_rng(1)
    start = rng.integers(0, 2900, 60)
    end = np.minimum(start + rng.choice([1, 30, 400, 2000], 60), 3003)
    rows = [("chr2", a, b, 1) for a, b in zip(start, end, strict=True)]
    rows[30:30] = [("chr1", 0, 300, -1), ("chr10", 5, 899, 1), ("chr1", 0, 4, 1)]
    return pd.DataFrame(rows, columns=["chrom", "start", "end", "strand"]).assign(gene="x")


def cut_small(monkeypatch):
    """Cut the walk into many tasks."""
    monkeypatch.setattr(steps, "PIECE_ROWS", 37)
    monkeypatch.setattr(steps, "_MANY", 20)
    monkeypatch.setattr(stream_module, "tasks_of", partial(stream_module.tasks_of, rows=50))


def values_of(db, row):
    return db.values[row.chrom][row.start // BIN : -(-row.end // BIN)].astype(float)


def check_summary(found, db, scope):
    assert found.columns.tolist() == ["chrom", "start", "end", *SUMMARY_NAMES]
    for name in ("chrom", "start", "end"):
        assert found[name].tolist() == scope[name].tolist()
    for (_, got), row in zip(found.iterrows(), scope.itertuples(), strict=True):
        x = values_of(db, row)
        kept = x[~np.isnan(x)]
        assert (got["Total intervals"], got["NaN intervals"]) == (x.size, x.size - kept.size)
        expected = [NAN] * 5
        if kept.size:
            std = kept.std(ddof=1) if kept.size > 1 else NAN
            expected = [kept.min(), kept.max(), kept.sum(), kept.mean(), std]
        np.testing.assert_allclose(got[["Min", "Max", "Sum", "Mean"]].tolist(), expected[:4])
        np.testing.assert_allclose(got["Std dev"], expected[4], rtol=1e-6, atol=1e-9)


def check_quantiles(found, db, scope):
    assert found["start"].tolist() == scope["start"].tolist()
    for (_, got), row in zip(found.iterrows(), scope.itertuples(), strict=True):
        x = values_of(db, row)
        kept = x[~np.isnan(x)]
        expected = np.quantile(kept, PERCENTILES) if kept.size else [NAN] * len(PERCENTILES)
        np.testing.assert_allclose(got.iloc[3:].tolist(), expected, rtol=1e-12)


def test_statistics_are_those_of_each_row(db, scope):
    check_summary(intervals_summary(db, "a", scope), db, scope)


def test_statistics_do_not_depend_on_tasks(db, scope, monkeypatch):
    cut_small(monkeypatch)
    found = intervals_summary(db, "a", scope)
    check_summary(found, db, scope)
    pd.testing.assert_frame_equal(
        intervals_summary(db, "a", scope, executor=2), found, check_exact=True
    )


def test_whole_chromosomes_have_the_statistics_of_summary(db, monkeypatch):
    cut_small(monkeypatch)
    found = intervals_summary(db, "a * 1")
    for _, got in found.iterrows():
        expected = summary(db, "a", got["chrom"])
        np.testing.assert_allclose(got[list(SUMMARY_NAMES)].tolist(), expected.tolist(), rtol=1e-9)


def test_equal_values_have_no_spread(db, monkeypatch):
    for _ in range(2):
        found = intervals_summary(db, "a", "chr1")
        assert found["Std dev"].tolist() == [0.0]
        assert found["Mean"].tolist() == [float(np.float32(0.1))]
        cut_small(monkeypatch)


def test_true_counts_as_one(db):
    assert intervals_summary(db, "a > 0", "chr1")["Sum"].tolist() == [30.0]


def test_rows_without_intervals_are_kept(db):
    iterator = pd.DataFrame({"chrom": ["chr2"], "start": [100], "end": [110]})
    scope = pd.DataFrame(
        {"chrom": ["chr10", "chr2", "chr2"], "start": [0, 50, 0], "end": [9, 200, 10]}
    )
    found = intervals_summary(db, "a", scope, iterator=iterator)
    assert found["Total intervals"].tolist() == [0, 1, 0]
    assert found["NaN intervals"].tolist() == [0, int(np.isnan(db.values["chr2"][10])), 0]
    assert found.loc[[0, 2], ["Min", "Max", "Sum", "Mean", "Std dev"]].isna().all(axis=None)
    quantiles = intervals_quantiles(db, "a", scope, iterator=iterator)
    assert quantiles["0.5"].isna().tolist()[::2] == [True, True]


def test_an_empty_scope_gives_no_rows(db):
    scope = pd.DataFrame({"chrom": [], "start": [], "end": []})
    assert len(intervals_summary(db, "a", scope)) == 0
    assert len(intervals_quantiles(db, "a", scope)) == 0


def test_quantiles_are_those_of_each_row(db, scope):
    check_quantiles(intervals_quantiles(db, "a", scope, PERCENTILES), db, scope)


def test_quantiles_do_not_depend_on_tasks(db, scope, monkeypatch):
    once = intervals_quantiles(db, "a", scope, PERCENTILES)
    cut_small(monkeypatch)
    for executor in (None, 2):
        found = intervals_quantiles(db, "a", scope, PERCENTILES, executor=executor)
        pd.testing.assert_frame_equal(found, once, check_exact=True)


def test_quantiles_of_whole_chromosomes_join_their_tasks(db, monkeypatch):
    cut_small(monkeypatch)
    scope = pd.DataFrame({"chrom": SIZES.keys(), "start": 0, "end": SIZES.values()})
    check_quantiles(intervals_quantiles(db, "a", None, PERCENTILES), db, scope)


def test_each_percentile_has_a_column_of_its_own(db):
    found = intervals_quantiles(db, "a", "chr1", [0.5, 0.9999999, 1, 0.5])
    assert found.columns.tolist()[3:] == ["0.5", "0.9999999", "1.0", "0.5_"]
    assert intervals_quantiles(db, "a", "chr1", 0.25).columns.tolist()[3:] == ["0.25"]


def test_infinite_values_are_ordinary_ones(db):
    found = intervals_quantiles(db, "1 / (START - START)", "chr1", [0.5], iterator=BIN)
    assert found["0.5"].isna().tolist() == [False]
    found = intervals_quantiles(
        db, "np.where(START < 150, 1, np.inf)", "chr1", [0.1, 0.5, 0.9], iterator=BIN
    )
    assert found.iloc[0, 3:].tolist() == [1, np.inf, np.inf]


@pytest.mark.parametrize(
    ("percentiles", "message"),
    [
        ([0.5, 1.1], "percentiles: 1.1 is not between 0 and 1"),
        (NAN, "percentiles: nan is not between 0 and 1"),
        ("half", "percentiles: 'half' are not numbers"),
        ([], "percentiles: an array of shape"),
        ([[0.5]], "percentiles: an array of shape"),
    ],
)
def test_bad_percentiles_are_named(db, percentiles, message):
    with pytest.raises(UsageError, match=message):
        intervals_quantiles(db, "a", "chr1", percentiles)


def test_bad_scopes_are_named(db):
    scope = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [301]})
    with pytest.raises(ChromError, match=r"row 0 \(chr1:0-301\): end is beyond the chromosome"):
        intervals_summary(db, "a", scope)


def test_rectangles_have_statistics_too(db):
    axes = {"chrom1": ["chr1", "chr2"], "start1": [0, 0], "end1": [40, 25], "chrom2": "chr1"}
    scope = pd.DataFrame({**axes, "start2": [0, 10], "end2": [20, 20]})
    on_axis = {"x": VirtualTrack("a", "size", dim=1)}
    options = {"iterator": (10, 10), "virtual": on_axis}
    found = intervals_summary(db, "x * 0 + 1", scope, **options)
    assert found.columns.tolist() == [*scope.columns, *SUMMARY_NAMES]
    assert found["Total intervals"].tolist() == [8, 3]
    assert found["Sum"].tolist() == [8, 3]
    quantiles = intervals_quantiles(db, "x * 0 + 1", scope, **options)
    assert quantiles["0.5"].tolist() == [1, 1]
