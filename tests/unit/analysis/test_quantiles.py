"""quantiles against numpy, held at once and narrowed down in several walks."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genomedb.analysis import order
from genomedb.analysis.quantiles import quantiles
from genomedb.db.create import create_database
from genomedb.errors import ExpressionError, UsageError

MANY = np.linspace(0, 1, 41)


def kept(toy, name="a"):
    values = toy.bins[name].to_numpy()
    return values[~np.isnan(values)]


@pytest.fixture(params=[1 << 23, 300, 7, 0], ids=lambda n: f"{n} held")
def held(request, monkeypatch, many_tasks):
    """How many values may be held at a time."""
    monkeypatch.setattr(order, "HELD", request.param)


def test_quantiles_are_those_of_numpy(toy, held):
    found = quantiles(toy.db, "a", MANY)
    assert found.index.tolist() == MANY.tolist()
    np.testing.assert_allclose(found, np.quantile(kept(toy), MANY), rtol=1e-12)


def test_few_counts_at_a_time_take_more_walks(toy, held, monkeypatch):
    monkeypatch.setattr(order, "_CELLS", 16)
    found = quantiles(toy.db, "a * np.pi + b / 3", [0.03, 0.5, 0.77])
    values = (toy.bins.a * np.pi + toy.bins.b / 3).dropna()
    np.testing.assert_allclose(found, np.quantile(values, [0.03, 0.5, 0.77]), rtol=1e-12)


def test_equal_values_are_their_own_quantiles(toy, held):
    assert set(quantiles(toy.db, "flat", MANY)) == {float(np.float32(0.1))}


def test_infinite_values_take_part(toy, held):
    found = quantiles(toy.db, "np.where(a > 0, 1 / 0 * a, a)", [0, 1])
    assert found.tolist() == [kept(toy).min(), np.inf]


def test_without_values_all_are_missing(toy, held):
    assert np.isnan(quantiles(toy.db, "none", [0, 0.5])).all()


def test_percentiles_keep_their_order_and_may_repeat(toy):
    found = quantiles(toy.db, "a", [0.9, 0.1, 0.9])
    assert found.index.tolist() == [0.9, 0.1, 0.9]
    assert found.iloc[0] == found.iloc[2] > found.iloc[1]


def test_one_percentile_is_the_median_by_default(toy):
    found = quantiles(toy.db, "a")
    assert (found.index.tolist(), found.iloc[0]) == ([0.5], pytest.approx(np.median(kept(toy))))


def test_places_between_values_are_interpolated(tmp_path):
    db = create_database(tmp_path, "toy", {"chr1": 40})
    db.create_dense("d", {"chr1": np.arange(4, dtype=np.float32)}, bin_size=10)
    assert quantiles(db, "d", [0.25, 0.33]).tolist() == pytest.approx([0.75, 0.99])


def test_bases_in_several_scope_rows_count_once(toy):
    twice = (["chr2", "chr2"], [0, 200], [400, 800])
    found = quantiles(toy.db, "a", MANY, twice)
    assert found.tolist() == quantiles(toy.db, "a", MANY, "chr2:0-800").tolist()


@pytest.mark.parametrize("n_held", [1 << 23, 50])
def test_an_executor_changes_nothing(toy, n_held, monkeypatch, many_tasks):
    monkeypatch.setattr(order, "HELD", n_held)
    alone = quantiles(toy.db, "a - b", MANY)
    with ThreadPoolExecutor(3) as threads:
        assert quantiles(toy.db, "a - b", MANY, executor=threads).equals(alone)
    assert quantiles(toy.db, "a - b", [0.5], executor=2).equals(quantiles(toy.db, "a - b", [0.5]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    low=st.floats(-1e300, 1e300), scale=st.sampled_from([1e-300, 1e-9, 1.0, 1e9]),
    percentiles=st.lists(st.floats(0, 1), min_size=1, max_size=8),
)  # fmt: skip
def test_any_shift_and_scale_is_narrowed_exactly(toy, monkeypatch, low, scale, percentiles):
    monkeypatch.setattr(order, "HELD", 4)
    variables = {"low": low, "scale": scale}
    found = quantiles(toy.db, "a * scale + low", percentiles, variables=variables)
    expected = np.quantile(kept(toy) * scale + low, percentiles)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("percentiles", "message"),
    [
        (1.5, "percentiles: 1.5 is not between 0 and 1"),
        ([0.5, -0.1], "-0.1 is not between"),
        ([float("nan")], "nan is not between"),
        ([], r"shape \(0,\)"),
        ("half", "'half' are not numbers"),
    ],
)
def test_bad_percentiles_are_refused(toy, percentiles, message):
    with pytest.raises(UsageError, match=message):
        quantiles(toy.db, "a", percentiles)


def test_a_bad_expression_is_refused(toy):
    with pytest.raises(ExpressionError):
        quantiles(toy.db, "a +")
