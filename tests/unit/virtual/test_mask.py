"""What a mask leaves of windows, and functions of it, against slow twins."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from genomedb.virtual.segments import Segments

LENGTH = 60
interval = st.tuples(st.integers(0, LENGTH - 1), st.integers(1, 25)).map(
    lambda pair: (pair[0], min(pair[0] + pair[1], LENGTH))
)


def merged(intervals):
    found = []
    for start, end in sorted(intervals):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def columns(intervals):
    array = np.array(intervals, np.int64).reshape(-1, 2)
    return array[:, 0].copy(), array[:, 1].copy()


@given(st.lists(interval, max_size=6), st.lists(interval, max_size=6).map(merged))
def test_segments_are_the_bases_of_a_window_outside_the_mask(windows, mask):
    found = Segments.between(*columns(windows), *columns(mask))
    masked = {base for a, b in mask for base in range(a, b)}
    bases = [[] for _ in windows]
    for a, b, window in zip(found.start, found.end, found.window, strict=True):
        assert a < b
        bases[window] += range(a, b)
    assert bases == [[x for x in range(a, b) if x not in masked] for a, b in windows]
    assert found.n_windows == len(windows)


def test_reductions_give_nan_where_nothing_is_left():
    found = Segments.between(
        *columns([(0, 10), (20, 30), (25, 60)]), *columns([(20, 30), (40, 50)])
    )
    assert found.window.tolist() == [0, 2, 2]
    values = np.array([1.0, np.nan, 4.0])
    np.testing.assert_array_equal(found.total(values), [1, np.nan, 4])
    np.testing.assert_array_equal(found.weighted(np.array([1.0, 2.0, 5.0])), [1, np.nan, 3.5])
    np.testing.assert_array_equal(found.picked(values, np.isfinite(values)), [1, np.nan, 4])
    np.testing.assert_array_equal(
        found.picked(np.array([1.0, 2.0, 3.0]), np.ones(3, bool), last=True), [1, np.nan, 3]
    )
