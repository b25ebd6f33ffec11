"""Records by x, then y, as numpy orders them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.errors import UsageError
from genomedb.kernels.plane_order import plane_order, points_in


@pytest.mark.parametrize("kind", [np.int32, np.int64])
@pytest.mark.parametrize(
    ("x_values", "y_values"), [(1, 1), (1, 9000), (9000, 1), (3, 2), (100, 2**31 - 1), (2**22, 50)]
)
def test_rows_are_ordered_as_numpy_does(kind, x_values, y_values):
    rng = np.random.default_rng(1)
    x, y = (rng.integers(0, n, 3000).astype(kind) for n in (x_values, y_values))
    np.testing.assert_array_equal(plane_order(x, y), np.lexsort((y, x)))


def test_positions_far_apart_and_negative_ones_are_ordered_too():
    x, y = np.array([2**40, -5, 3, 3]), np.array([1, 2, 2**50, -(2**50)])
    assert plane_order(x, y).tolist() == [1, 3, 2, 0]
    assert plane_order(x[:3] % 7, -y[:3] % 11).tolist() == np.lexsort(
        (-y[:3] % 11, x[:3] % 7)
    ).tolist()  # fmt: skip
    assert plane_order([], []).tolist() == []


@settings(max_examples=60, deadline=None)
@given(
    points=st.sets(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=200),
    window=st.tuples(*[st.integers(-3, 45)] * 4),
    band=st.none() | st.tuples(st.integers(-45, 45), st.integers(-45, 45)),
    shift=st.sampled_from([0, 2**33]),
    cut=st.integers(0, 200),
)
def test_points_of_a_window_are_those_of_a_slow_twin(points, window, band, shift, cut):
    rows = list(points)
    kind = np.int64 if shift else np.int32
    x, y = (np.array([r[i] for r in rows], kind) + kind(shift) for i in (0, 1))
    value = np.arange(len(rows), dtype="f4")
    cut = min(cut, len(rows))
    a, b, c, d = (w + shift for w in window)
    found = points_in((x, y, value), ([0, cut], [cut, len(rows)]), (a, b, c, d), band)
    d1, d2 = band or (-(10**9), 10**9)
    expected = sorted(
        (i, j, v) for i, j, v in zip(x.tolist(), y.tolist(), value.tolist(), strict=True)
        if a <= i < b and c <= j < d and d1 <= i - j < d2
    )  # fmt: skip
    assert list(zip(*(f.tolist() for f in found), strict=True)) == expected


def test_windows_too_wide_for_this_way_are_left_to_others():
    far = np.array([1, 2**40])
    assert points_in((far, far, far), ([0], [2]), (0, 2**41, 0, 5)) is None


def test_columns_and_ranges_that_do_not_fit_are_refused():
    one = np.arange(3)
    with pytest.raises(UsageError, match="2 values"):
        points_in((one, one, one[:2]), ([0], [1]), (0, 9, 0, 9))
    with pytest.raises(UsageError, match="not inside the 3 records"):
        points_in((one, one, one), ([0], [4]), (0, 9, 0, 9))
    with pytest.raises(UsageError, match="3 positions on the first axis and 2"):
        plane_order(one, one[:2])
