"""Statistics of groups against numpy, and against one group at a time."""

import numpy as np
import pytest

from genomedb.errors import UsageError
from genomedb.kernels.grouped import GroupedMoments
from genomedb.kernels.moments import Moments


def made(seed, n=5000, offset=0.0):
    rng = np.random.default_rng(seed)
    values = rng.normal(offset, 1, n)
    values[rng.random(n) < 0.2] = np.nan
    return values, rng.integers(-1, 6, n)


def test_each_group_is_as_if_it_were_alone():
    values, group = made(1)
    table = GroupedMoments.of(values, group, 7).table()
    for g in range(7):
        alone = Moments()
        alone.add(values[group == g])
        expected = [
            alone.total, alone.n_missing, alone.min, alone.max, alone.sum, alone.mean, alone.std,
        ]  # fmt: skip
        np.testing.assert_allclose(table[g], expected, rtol=1e-12)


@pytest.mark.parametrize("offset", [0.0, 1e9])
def test_merging_is_taking_all_at_once_without_cancellation(offset):
    values, group = made(2, offset=offset)
    whole = GroupedMoments.empty(6)
    for a in range(0, values.size, 777):
        part = GroupedMoments.of(values[a : a + 777], group[a : a + 777], 6)
        used = part.used()
        whole.merge(part.take(used), used)
    for g in range(6):
        kept = values[group == g]
        kept = kept[~np.isnan(kept)] - offset
        assert whole.table()[g, 6] == pytest.approx(kept.std(ddof=1), rel=1e-6)


def test_equal_values_have_no_spread():
    whole = GroupedMoments.empty(1)
    for n in (1000, 1, 333):
        whole.merge(GroupedMoments.of(np.full(n, 0.1), np.zeros(n), 1), np.array([0]))
    assert whole.table()[0].tolist()[-2:] == [0.1, 0.0]


def test_as_many_groups_as_values_are_asked_for():
    with pytest.raises(UsageError, match="not one length"):
        GroupedMoments.of([1.0, 2.0], [0], 1)
