"""Bin numbers against numpy, for breaks at equal distances and any others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomedb.errors import UsageError
from genomedb.kernels.histogram import _scale, bin_numbers, count_bins

NAN, INF = float("nan"), float("inf")
numbers = st.floats(-100, 100) | st.just(NAN) | st.just(INF) | st.just(-INF)
uneven = st.lists(
    st.floats(-50, 50) | st.just(INF) | st.just(-INF), min_size=2, max_size=40, unique=True
).map(sorted)


def slow(values, breaks, *, include_lowest, clamp):
    """The rule, one value at a time."""
    found, n = [], len(breaks) - 1
    for x in values:
        inside = [i for i in range(n) if breaks[i] < x <= breaks[i + 1]]
        if inside:
            found += inside
        elif x == breaks[0] and include_lowest:
            found.append(0)
        elif clamp and x == x:
            found.append(0 if x <= breaks[0] else n - 1)
        else:
            found.append(-1)
    return found


@given(st.lists(numbers, max_size=60), uneven, st.booleans(), st.booleans())
def test_bins_are_those_of_the_rule(values, breaks, include_lowest, clamp):
    options = {"include_lowest": include_lowest, "clamp": clamp}
    values = values + breaks
    assert bin_numbers([values], [breaks], **options).tolist() == slow(values, breaks, **options)


@given(
    st.lists(numbers, max_size=40), st.floats(-10, 10), st.floats(1e-3, 3),
    st.integers(24, 60), st.booleans(),
)  # fmt: skip
def test_breaks_at_equal_distances_give_the_same_bins(values, low, step, n, include_lowest):
    breaks = [low + step * i for i in range(n + 1)]
    assert _scale(np.array(breaks)) > 0
    near = np.array(breaks)
    values = [*values, *near, *np.nextafter(near, INF), *np.nextafter(near, -INF)]
    options = {"include_lowest": include_lowest, "clamp": False}
    assert bin_numbers([values], [breaks], **options).tolist() == slow(values, breaks, **options)


@pytest.mark.parametrize(
    "breaks",
    [
        np.linspace(-8e307, 8e307, 41).tolist(),
        (np.linspace(-1, 1, 41) * 1.7e308).tolist(),
        (np.arange(41) * 5e-324).tolist(),
        [*range(40), 1e9],
    ],
)
def test_breaks_at_the_ends_of_what_numbers_can_be(breaks):
    values = [*breaks, -INF, INF, 0.5, 1.5, 1e5]
    options = {"include_lowest": False, "clamp": True}
    assert bin_numbers([values], [breaks], **options).tolist() == slow(values, breaks, **options)


def test_cells_of_two_dimensions_have_the_last_fastest():
    found = bin_numbers([[0.5, 1.5, 1.5, 9], [5, 15, 25, 5]], [[0, 1, 2], [0, 10, 20, 30]])
    assert found.tolist() == [0, 4, 5, -1]


def test_bins_are_counted_and_what_is_outside_is_not():
    counts = np.zeros(3, np.int64)
    count_bins([0, 2, 2, -1, 7], counts)
    count_bins([], counts)
    assert counts.tolist() == [1, 0, 2]


@pytest.mark.parametrize(
    ("values", "breaks", "message"),
    [
        ([[1]], [[0, 0]], "not 2 or more increasing"),
        ([[1]], [[1]], "not 2 or more increasing"),
        ([[1]], [[0, NAN]], "not 2 or more increasing"),
        ([[1], [1, 2]], [[0, 1], [0, 1]], "not one length"),
        ([], [], "0 columns of values"),
    ],
)
def test_bad_input_is_refused(values, breaks, message):
    with pytest.raises(UsageError, match=message):
        bin_numbers(values, breaks)
