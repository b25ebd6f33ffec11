"""correlation against numpy and pandas."""

import numpy as np
import pytest

from genomedb.analysis.correlation import correlation, ranks
from genomedb.errors import UsageError


def test_pearson_is_that_of_the_pairs_without_missing_values(toy, many_tasks):
    found = correlation(toy.db, [("a", "b"), ("a", "a + b")])
    bins = toy.bins
    expected = [bins.a.corr(bins.b), bins.a.corr(bins.a + bins.b)]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_details_are_those_of_the_pairs(toy, many_tasks):
    found = correlation(toy.db, ("a", "b"), details=True)
    both = toy.bins[["a", "b"]].dropna()
    assert found.columns.tolist() == [
        "cor", "cov", "mean1", "mean2", "sd1", "sd2", "n", "n.na",
    ]  # fmt: skip
    assert found.index.tolist() == ["a~b"]
    expected = [
        both.a.corr(both.b), both.a.cov(both.b), both.a.mean(), both.b.mean(), both.a.std(),
        both.b.std(), len(toy.bins), len(toy.bins) - len(both),
    ]  # fmt: skip
    np.testing.assert_allclose(found.iloc[0].tolist(), expected, rtol=1e-10)


@pytest.mark.parametrize("method", ["spearman", "spearman.exact"])
def test_spearman_is_pearson_of_the_ranks(toy, many_tasks, method):
    found = correlation(
        toy.db, [("a", "b"), ("a", "a * a")], method=method, details=True, names=["x", "y"]
    )
    both = toy.bins[["a", "b"]].dropna()
    alone = toy.bins.a.dropna()
    expected = [
        both.a.rank().corr(both.b.rank()), alone.rank().corr((alone * alone).rank()),
    ]  # fmt: skip
    assert (found.columns.tolist(), found.index.tolist()) == (["n", "n.na", "cor"], ["x", "y"])
    np.testing.assert_allclose(found["cor"], expected, rtol=1e-12)
    assert found["n.na"].tolist() == [len(toy.bins) - len(both), len(toy.bins) - len(alone)]
    np.testing.assert_array_equal(
        correlation(toy.db, [("a", "b"), ("a", "a * a")], method=method), found["cor"]
    )


@pytest.mark.parametrize("method", ["pearson", "spearman"])
@pytest.mark.parametrize("pair", [("a", "flat"), ("flat", "flat * 3"), ("a", "none")])
def test_without_spread_there_is_no_correlation(toy, many_tasks, method, pair):
    assert np.isnan(correlation(toy.db, pair, method=method)).all()


def test_a_constant_has_no_deviation(toy, many_tasks):
    found = correlation(toy.db, ("flat", "flat / 7"), details=True).iloc[0]
    assert (found["sd1"], found["sd2"], found["cov"]) == (0, 0, 0)


def test_values_far_from_zero_are_not_cancelled(toy, many_tasks):
    far = correlation(toy.db, ("a + 1e9", "b - 1e9"))
    np.testing.assert_allclose(far, correlation(toy.db, ("a", "b")), rtol=1e-6)


def test_a_value_goes_with_itself(toy, many_tasks):
    assert correlation(toy.db, [("a", "a"), ("a", "-a")]).tolist() == pytest.approx([1, -1])


def test_one_interval_has_no_correlation(toy):
    scope = toy.bins[toy.bins.a.notna() & toy.bins.b.notna()][:1]
    found = correlation(toy.db, ("a", "b"), scope, details=True).iloc[0]
    assert (found["n"], found["n.na"]) == (1, 0)
    assert np.isnan(found[["cor", "cov", "sd1", "sd2"]].astype(float)).all()


@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_an_executor_changes_no_bit(toy, many_tasks, method):
    alone = correlation(toy.db, [("a", "b")], method=method)
    assert correlation(toy.db, [("a", "b")], method=method, executor=2).tolist() == alone.tolist()


def test_an_empty_scope_has_no_correlation(toy):
    for method in ("pearson", "spearman"):
        found = correlation(toy.db, ("a", "b"), toy.bins[:0], method=method, details=True)
        assert (found["n"].tolist(), np.isnan(found["cor"]).all()) == ([0], True)


def test_equal_values_share_the_mean_of_their_ranks():
    assert ranks(np.array([7.0, 3.0, 7.0, 1.0])).tolist() == [3.5, 2.0, 3.5, 1.0]
    assert ranks(np.empty(0)).size == 0


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ("a", "'a' is not a pair of expressions"),
        ([], "no pair of expressions is given"),
        (["a", "b", "none"], "pair 0, 'a', is not two expressions"),
        ([("a", "b"), ("a",)], "pair 1"),
        ([("a", 3)], "pair 0"),
    ],
)
def test_bad_pairs_are_refused(toy, pairs, message):
    with pytest.raises(UsageError, match=message):
        correlation(toy.db, pairs)


def test_bad_methods_and_names_are_refused(toy):
    with pytest.raises(UsageError, match=r"method: 'kendall' is not known. Give one of pearson"):
        correlation(toy.db, ("a", "b"), method="kendall")
    with pytest.raises(UsageError, match="names: 2 names for 1 pairs"):
        correlation(toy.db, ("a", "b"), names=["x", "y"])
