"""bins_summary and bins_quantiles against one bin at a time."""

import numpy as np
import pytest

from genomedb.analysis import order
from genomedb.analysis.bins import bins_quantiles, bins_summary
from genomedb.errors import UsageError

EDGES = [-3, -1, 0, 0.5, 4]


def in_bins(values, edges=EDGES):
    """Rows of each bin."""
    return [(values > a) & (values <= b) for a, b in zip(edges, edges[1:])]  # noqa: B905, RUF007


def described(values):
    kept = values.dropna()
    return [
        len(values), len(values) - len(kept), kept.min(), kept.max(),
        kept.sum() if len(kept) else np.nan, kept.mean(), kept.std(),
    ]  # fmt: skip


def test_statistics_are_those_of_the_rows_of_each_bin(toy, many_tasks):
    found = bins_summary(toy.db, "a", EDGES, "b")
    expected = [described(toy.bins.b[rows]) for rows in in_bins(toy.bins.a)]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def test_two_expressions_make_a_table_of_bins(toy, many_tasks):
    found = bins_summary(toy.db, ["a", "b"], [EDGES, [-9, 0, 9]], "a + b")
    both = toy.bins.a + toy.bins.b
    assert found.shape == (4, 2, 7)
    for i, first in enumerate(in_bins(toy.bins.a)):
        for j, second in enumerate(in_bins(toy.bins.b, [-9, 0, 9])):
            np.testing.assert_allclose(
                found[i, j], described(both[first & second]), rtol=1e-12, atol=1e-12
            )


def test_more_cells_than_rows_give_the_same(toy, many_tasks):
    few = bins_summary(toy.db, "a", [-1, 0, 1], "b")
    edges = np.unique(np.concatenate(([-1, 0, 1], np.linspace(2, 3, 200))))
    np.testing.assert_array_equal(bins_summary(toy.db, "a", edges, "b")[:2], few)


def test_the_first_expression_is_described_by_default(toy):
    np.testing.assert_array_equal(
        bins_summary(toy.db, "a", EDGES), bins_summary(toy.db, "a", EDGES, "a")
    )


def test_equal_values_have_no_spread_and_empty_bins_no_statistics(toy, many_tasks):
    found = bins_summary(toy.db, "flat", [0, 1, 2])
    value = float(np.float32(0.1))
    assert found[0, [2, 3, 5, 6]].tolist() == [value, value, value, 0.0]
    assert found[1, :2].tolist() == [0, 0]
    assert np.isnan(found[1, 2:]).all()


@pytest.mark.parametrize("n_held", [1 << 23, 100, 0])
def test_quantiles_are_those_of_the_rows_of_each_bin(toy, many_tasks, monkeypatch, n_held):
    monkeypatch.setattr(order, "HELD", n_held)
    edges = [-3, -1, 0, 0.5, 4, 1000]
    found = bins_quantiles(toy.db, "a", edges, "b", percentiles=[0.2, 0.5, 1])
    for i, rows in enumerate(in_bins(toy.bins.a, edges)):
        kept = toy.bins.b[rows].dropna()
        expected = np.quantile(kept, [0.2, 0.5, 1]) if len(kept) else [np.nan] * 3
        np.testing.assert_allclose(found[i], expected, rtol=1e-12)


@pytest.mark.parametrize("n_held", [1 << 23, 50])
def test_quantiles_of_a_table_of_bins_with_one_of_a_kind(toy, many_tasks, monkeypatch, n_held):
    monkeypatch.setattr(order, "HELD", n_held)
    edges = np.arange(-6, 6.1, 0.25)
    found = bins_quantiles(toy.db, ["a", "b"], [edges, [-9, 0, 9]])
    assert found.shape == (48, 2, 1)
    for i, rows in enumerate(in_bins(toy.bins.a, edges)):
        mine = toy.bins.a[rows & (toy.bins.b <= 0)]
        assert found[i, 0, 0] == pytest.approx(mine.median(), nan_ok=True)


def test_an_executor_changes_nothing(toy, many_tasks):
    alone = bins_summary(toy.db, "a", EDGES, "b")
    np.testing.assert_array_equal(bins_summary(toy.db, "a", EDGES, "b", executor=2), alone)
    alone = bins_quantiles(toy.db, "a", EDGES, "b")
    np.testing.assert_array_equal(bins_quantiles(toy.db, "a", EDGES, "b", executor=2), alone)


def test_the_lowest_break_is_in_when_asked_for(toy):
    found = bins_summary(toy.db, "b * 0", [0, 1], include_lowest=True)
    assert found[0, 0] == toy.bins.b.notna().sum()


def test_bad_arguments_are_refused(toy):
    with pytest.raises(UsageError, match="breaks of 'a': break 1"):
        bins_summary(toy.db, "a", [1, 0])
    with pytest.raises(UsageError, match="2 is not between 0 and 1"):
        bins_quantiles(toy.db, "a", [0, 1], percentiles=2)
