"""Moments against numpy, however the values are cut."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from genomedb.errors import UsageError
from genomedb.kernels.moments import Moments

signals = arrays(
    np.float64, st.integers(0, 300), elements=st.floats(-1e6, 1e6) | st.just(float("nan"))
)


def moments_of(*pieces):
    found = Moments()
    for piece in pieces:
        found.add(piece)
    return found


@given(signals)
def test_moments_are_those_of_numpy(values):
    found, kept = moments_of(values), values[~np.isnan(values)]
    assert (found.total, found.count, found.n_missing) == (
        values.size, kept.size, values.size - kept.size
    )  # fmt: skip
    if not kept.size:
        assert all(map(math.isnan, (found.sum, found.mean, found.std, found.min, found.max)))
        return
    assert (found.min, found.max) == (kept.min(), kept.max())
    scale = np.abs(kept).max() or 1
    assert found.sum == pytest.approx(math.fsum(kept), rel=1e-12, abs=1e-12 * scale)
    assert found.mean == pytest.approx(math.fsum(kept) / kept.size, rel=1e-12, abs=1e-12 * scale)
    if kept.size > 1:
        assert found.std == pytest.approx(np.std(kept, ddof=1), rel=1e-9, abs=1e-9 * scale)
    else:
        assert math.isnan(found.std)


@pytest.mark.parametrize("seed", range(5))
def test_how_the_values_are_cut_changes_no_bit(seed):
    rng = np.random.default_rng(seed)
    values = rng.normal(1e3, 1, 30_000)
    values[rng.random(values.size) < 0.1] = np.nan
    cuts = np.sort(rng.integers(0, values.size, 40))
    one, many = moments_of(values), moments_of(*np.split(values, cuts))
    assert (one.sum, one.mean, one.std) == (many.sum, many.mean, many.std)


def test_equal_values_have_no_spread_and_their_own_mean():
    found = moments_of(np.full(100_001, 0.1))
    assert (found.std, found.mean) == (0.0, 0.1)


def test_a_spread_far_from_zero_is_not_cancelled():
    values = 1e9 + np.arange(20_000) % 2
    assert moments_of(values).std == pytest.approx(np.std(values - 1e9, ddof=1), rel=1e-9)


def test_merging_is_adding_what_comes_after():
    rng = np.random.default_rng(2)
    first, second = rng.normal(size=5000), rng.normal(5, 2, size=7777)
    whole = moments_of(first)
    whole.merge(moments_of(second))
    whole.merge(Moments())
    both = np.concatenate((first, second))
    assert whole.std == pytest.approx(both.std(ddof=1), rel=1e-12)
    assert whole.mean == pytest.approx(both.mean(), rel=1e-12)
    assert (whole.count, whole.min, whole.max) == (both.size, both.min(), both.max())


def test_infinite_values_are_extremes():
    found = moments_of([1.0, math.inf, 2.0])
    assert (found.max, found.mean, found.sum, found.min) == (math.inf, math.inf, math.inf, 1.0)


def test_values_of_two_dimensions_are_refused():
    with pytest.raises(UsageError, match="values have 2 dimensions, not 1"):
        Moments().add(np.zeros((2, 2)))
