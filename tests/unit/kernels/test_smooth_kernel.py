"""Smoother against the sums written out."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from genomedb.errors import UsageError
from genomedb.kernels.smooth import Shape, Smoother

NAN, INF = float("nan"), float("inf")
SIGNAL = np.array([1, 2, 4, 8, 16, NAN, 64, 128, NAN, NAN], np.float32)
numbers = st.sampled_from([0.0, 1.5, -2.0, 7.25, 1e9, NAN, INF])


def slow_smooth(values, reach, shape, threshold=0.0, *, fills=False):
    """One window at a time."""
    n, out = len(values), []
    least = threshold * (reach + 1 if shape is Shape.LINEAR_RAMP else 1)
    for i in range(n):
        near = range(max(0, i - reach), min(n, i + reach + 1))
        kept = [
            (reach + 1 - abs(i - j) if shape is Shape.LINEAR_RAMP else 1, float(values[j]))
            for j in near
            if not math.isnan(values[j])
        ]
        weight = sum(w for w, _ in kept)
        absent = math.isnan(values[i]) and not fills
        if absent or weight == 0 or weight < least:
            out.append(NAN)
        else:
            out.append(sum(w * v for w, v in kept) / weight)
    return out


def smooth(values, reach, shape, *, blocks=None, **options):
    """All of a chromosome, in blocks that end at some bins."""
    smoother = Smoother(len(values), reach, shape=shape, **options)
    edges = sorted({0, len(values), *(b for b in blocks or () if b < len(values))})
    parts = [np.empty(0, np.float32)]
    for first, last in itertools.pairwise(edges):
        begin, stop = smoother.needed(first, last)
        parts.append(smoother.means(values[begin:stop], first, last))
    return np.concatenate(parts)


@given(
    values=arrays(np.float32, st.integers(0, 40), elements=numbers),
    reach=st.one_of(st.integers(0, 45), st.just(10**9)),
    shape=st.sampled_from(list(Shape)),
    threshold=st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0]),
    fills=st.booleans(),
    blocks=st.lists(st.integers(1, 40)),
)
def test_means_are_those_of_each_window_and_do_not_depend_on_blocks(
    values, reach, shape, threshold, fills, blocks
):
    found = smooth(values, reach, shape, threshold=threshold, fills=fills)
    expected = slow_smooth(values, reach, shape, threshold, fills=fills)
    np.testing.assert_allclose(found, expected, rtol=2e-6, atol=300 if (values == 1e9).any() else 0)
    cut = smooth(values, reach, shape, threshold=threshold, fills=fills, blocks=blocks)
    assert found.tobytes() == cut.tobytes()


@pytest.mark.parametrize(
    ("reach", "options", "expected"),
    [
        (1, {}, [4 / 3, 2.25, 4.5, 9, 40 / 3, NAN, 256 / 3, 320 / 3, NAN, NAN]),
        (0, {}, [1, 2, 4, 8, 16, NAN, 64, 128, NAN, NAN]),
        (2, {}, [11 / 6, 3, 49 / 9, 8.25, 132 / 7, NAN, 232 / 3, 102.4, NAN, NAN]),
        (1, {"shape": Shape.MEAN}, [1.5, 7 / 3, 14 / 3, 28 / 3, 12, NAN, 96, 96, NAN, NAN]),
        (
            2,
            {"shape": Shape.MEAN},
            [7 / 3, 3.75, 6.2, 7.5, 23, NAN, 208 / 3, 96, NAN, NAN],
        ),
        (1, {"fills": True}, [4 / 3, 2.25, 4.5, 9, 40 / 3, 40, 256 / 3, 320 / 3, 128, NAN]),
        (
            1,
            {"fills": True, "threshold": 1},
            [4 / 3, 2.25, 4.5, 9, 40 / 3, 40, 256 / 3, 320 / 3, NAN, NAN],
        ),
        (1, {"threshold": 2}, [NAN, 2.25, 4.5, 9, NAN, NAN, NAN, NAN, NAN, NAN]),
        (
            1,
            {"shape": Shape.MEAN, "threshold": 3},
            [NAN, 7 / 3, 14 / 3, 28 / 3, NAN, NAN, NAN, NAN, NAN, NAN],
        ),
    ],
)
def test_worked_windows(reach, options, expected):
    found = smooth(SIGNAL, reach, **{"shape": Shape.LINEAR_RAMP, **options})
    np.testing.assert_allclose(found, np.array(expected, np.float32), rtol=1e-6)


def test_a_small_value_far_behind_a_large_one_keeps_its_digits():
    values = np.full(10_000, 0.1, np.float32)
    values[:3] = 1e30
    for shape in Shape:
        assert smooth(values, 7, shape)[5000] == np.float32(0.1)


def test_infinity_shows_in_its_windows_only():
    values = np.ones(100, np.float32)
    values[50], values[53] = INF, -INF
    found = smooth(values, 2, Shape.LINEAR_RAMP)
    assert np.flatnonzero(found != 1).tolist() == list(range(48, 56))
    assert np.flatnonzero(np.isnan(found)).tolist() == [51, 52]


def test_other_values_than_the_needed_ones_are_refused():
    smoother = Smoother(10, 1, shape=Shape.MEAN)
    with pytest.raises(UsageError, match=r"values have shape \(3,\), not \(10,\)"):
        smoother.means(np.zeros(3, np.float32), 0, 10)
    with pytest.raises(UsageError, match="bins 5 to 11 are not of the 10"):
        smoother.means(np.zeros(10, np.float32), 5, 11)
    with pytest.raises(UsageError, match="reach of -1"):
        Smoother(10, -1, shape=Shape.MEAN)
