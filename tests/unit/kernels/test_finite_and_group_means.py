"""Numbers as tracks keep them, and means of groups of values, beside slow twins."""

from __future__ import annotations

import numpy as np
import pytest

from genomedb.errors import UsageError
from genomedb.kernels.finite import finite_float32
from genomedb.kernels.window_direct import Kind, Mode, direct, group_means

ODD = [0.0, -0.0, 1.5, np.nan, np.inf, -np.inf, 1e60, -1e60, 1e-60, 3.4e38]


@pytest.mark.parametrize("dtype", ["f4", "f8", ">f8", "i8", "u1"])
def test_what_is_not_finite_in_float32_is_missing(dtype):
    with np.errstate(all="ignore"):
        values = np.nan_to_num(ODD).clip(0, 200).astype(dtype)
        if "f" in dtype:
            values = np.array(ODD).astype(dtype)
        expected = np.array(values, np.float32)
    expected[~np.isfinite(expected)] = np.nan
    np.testing.assert_array_equal(finite_float32(values).view("u4"), expected.view("u4"))


def test_values_of_any_shape_may_be_changed_in_place():
    values = np.array([[1, np.inf], [np.nan, -2]], np.float32)
    assert finite_float32(values, values) is values
    np.testing.assert_array_equal(values, [[1, np.nan], [np.nan, -2]])


@pytest.mark.parametrize("out", [np.empty(3, "f4"), np.empty(2, "f8"), np.empty(4, "f4")[::2]])
def test_another_array_than_fits_is_refused(out):
    with pytest.raises(UsageError, match="out is"):
        finite_float32([1.0, 2.0], out)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 20])
def test_means_of_groups_are_those_of_windows_to_the_last_bit(size, dtype):
    rng = np.random.default_rng(size)
    values = rng.normal(0, 1e3, 103).astype(dtype)
    values[rng.random(103) < 0.4] = np.nan
    values[:3], values[30], values[33] = -0.0, np.inf, -np.inf
    first = np.arange(0, 103, size)
    last = np.minimum(first + size, 103)
    found = np.empty(first.size)
    group_means(values, size, found)
    expected = direct(values, first, last, kind=Kind.SUMS, mode=Mode.MEAN)
    np.testing.assert_array_equal(np.signbit(found), np.signbit(expected))
    np.testing.assert_array_equal(found, expected)


def test_groups_of_none_and_results_of_another_size_are_refused():
    with pytest.raises(UsageError, match="at least 1"):
        group_means(np.zeros(4), 0, np.empty(2))
    with pytest.raises(UsageError, match="groups of 3"):
        group_means(np.zeros(4), 3, np.empty(1))
