"""Half-open ranges of rows."""

from __future__ import annotations

import numpy as np
import pytest

from genomedb.errors import UsageError
from genomedb.kernels.ranges import checked_ranges


def test_ranges_come_back_as_arrays_of_int64():
    first, last = checked_ranges(np.array([0, 3], np.int32), [3, 3], 3, "bins")
    assert first.dtype == last.dtype == np.int64
    assert (first.tolist(), last.tolist()) == ([0, 3], [3, 3])


def test_a_single_range_may_be_two_numbers():
    first, last = checked_ranges(2, 5, 5, "bins")
    assert (first.tolist(), last.tolist()) == ([2], [5])


def test_no_range_is_inside_anything():
    assert checked_ranges([], [], 0, "bins")[0].size == 0


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ([0, -1], [1, 1], "range 1, -1 to 1, is not inside the 4 bins"),
        ([0, 2], [1, 5], "range 1, 2 to 5, is not inside the 4 bins"),
        ([3, 2], [2, 5], "range 0, 3 to 2, is not inside the 4 bins"),
        ([0], [1, 2], r"first \(1,\) and last \(2,\) are not one length"),
        ([[0]], [[1]], r"first \(1, 1\) and last \(1, 1\) are not one length"),
    ],
)
def test_ranges_that_are_not_inside_are_named(first, last, told):
    with pytest.raises(UsageError, match=told):
        checked_ranges(first, last, 4, "bins")
