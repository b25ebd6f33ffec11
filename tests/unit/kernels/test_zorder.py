"""The order of the Z-curve, against codes made bit by bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.errors import UsageError
from genomedb.kernels.zorder import zorder, zsorted


def slow_code(x, y):
    """Bits of x and y in turn, that of x lower."""
    return sum(((x >> i & 1) << 2 * i) | ((y >> i & 1) << 2 * i + 1) for i in range(63))


def slow_order(xs, ys):
    return sorted(range(len(xs)), key=lambda i: slow_code(int(xs[i]), int(ys[i])))


def places(most):
    place = st.integers(0, most)
    return st.lists(st.tuples(place, place), max_size=60)


@settings(max_examples=60)
@given(st.sampled_from([3, 300, 2**31 - 1, 2**32 - 1, 2**32, 2**40, 2**62]).flatmap(places))
def test_rows_come_in_the_order_of_their_codes_and_equal_ones_as_they_were(rows):
    x = np.array([r[0] for r in rows], np.int64)
    y = np.array([r[1] for r in rows], np.int64)
    order, *sorted_places = zsorted(x, y)
    assert zorder(x, y).tolist() == order.tolist() == slow_order(x, y)
    np.testing.assert_array_equal(sorted_places, (x[order], y[order]))


@pytest.mark.parametrize("spread", [1, 2**12, 2**27])
@pytest.mark.parametrize("crowd", [1, 40, 60, 3000])
def test_crowds_far_apart_are_sorted_within(spread, crowd):
    rng = np.random.default_rng(crowd)
    centre = rng.integers(0, 10, (2, 3000 // crowd)) * spread
    x, y = np.repeat(centre, crowd, axis=1) + rng.integers(0, 30, (2, 3000 // crowd * crowd))
    mixed = rng.permutation(x.size)
    x, y = x[mixed].astype(np.int32), y[mixed].astype(np.int32)
    order, *sorted_places = zsorted(x, y)
    assert order.tolist() == slow_order(x, y)
    np.testing.assert_array_equal(sorted_places, (x[order], y[order]))
    assert sorted_places[0].dtype == np.int32


@pytest.mark.parametrize("kind", [np.int32, np.int64, np.uint16])
def test_many_places_of_any_whole_type_are_sorted(kind):
    rng = np.random.default_rng(3)
    x, y = rng.integers(0, 2**15, (2, 3000)).astype(kind)
    order = zorder(x, y)
    assert order.dtype == np.int64
    assert order.tolist() == slow_order(x, y)


def test_places_that_are_sorted_stay():
    x, y = np.arange(8) % 4 % 2 + np.arange(8) // 4 * 2, np.arange(8) % 4 // 2
    assert zorder(x, y).tolist() == list(range(8))
    assert zorder(np.full(500, 7), np.full(500, 9)).tolist() == list(range(500))


def test_equal_places_are_neighbours_on_chromosomes_of_any_length():
    rng = np.random.default_rng(5)
    x, y = rng.integers(0, 5, (2, 400)) + 2**33 * rng.integers(0, 2, (2, 400))
    order = zorder(x, y)
    runs = 1 + np.count_nonzero((np.diff(x[order]) != 0) | (np.diff(y[order]) != 0))
    assert runs == len(set(zip(x.tolist(), y.tolist(), strict=True)))


def test_no_places_have_no_order():
    assert zorder([], []).tolist() == []


def test_places_that_are_none_are_refused():
    with pytest.raises(UsageError, match="2 positions on the first axis and 1 on the second"):
        zorder([1, 2], [1])
    with pytest.raises(UsageError, match="position -4 is negative"):
        zorder([1, 2], [1, -4])
    with pytest.raises(UsageError, match="float64 are not whole numbers"):
        zorder([1.5], [1])
