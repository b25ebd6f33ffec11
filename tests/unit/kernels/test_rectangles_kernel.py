"""Rectangles that overlap, against looking at every pair."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomedb.errors import UsageError
from genomedb.kernels.rectangles import first_overlap


def overlap(a, b):
    return (
        a[0] == b[0] and a[1] < b[2] and b[1] < a[2] and a[3] < b[4] and b[3] < a[4]
    )  # fmt: skip


def found(rows):
    plane, x1, x2, y1, y2 = (np.array([r[i] for r in rows], np.int64) for i in range(5))
    return first_overlap(plane, (x1, x2), (y1, y2))


rectangles = st.tuples(
    st.integers(0, 2), st.integers(0, 40), st.integers(1, 6), st.integers(0, 40), st.integers(1, 6)
).map(lambda r: (r[0], r[1], r[1] + r[2], r[3], r[3] + r[4]))


@given(st.lists(rectangles, max_size=30))
def test_an_overlap_is_found_when_and_only_when_there_is_one(rows):
    pairs = {(i, j) for i in range(len(rows)) for j in range(i) if overlap(rows[i], rows[j])}
    answer = found(rows)
    if answer is None:
        assert not pairs
    else:
        assert answer[::-1] in pairs


def test_a_large_grid_of_touching_cells_has_no_overlap_and_one_cell_more_has():
    n = 130
    cells = [(0, 5 * i, 5 * i + 5, 5 * j, 5 * j + 5) for i in range(n) for j in range(n)]
    order = np.random.default_rng(1).permutation(len(cells))
    cells = [cells[i] for i in order]
    assert found(cells) is None
    one_more = found([*cells, (0, 333, 334, 401, 402)])
    assert one_more is not None
    assert one_more[1] == len(cells)
    assert overlap(cells[one_more[0]], (0, 333, 334, 401, 402))


def test_the_same_rectangle_of_another_plane_does_not_overlap():
    assert found([(0, 1, 5, 1, 5), (1, 1, 5, 1, 5)]) is None
    assert found([(1, 1, 5, 1, 5), (1, 1, 5, 1, 5)]) == (0, 1)


def test_no_rectangles_do_not_overlap():
    assert found([]) is None


def test_empty_rectangles_and_ragged_arrays_are_refused():
    with pytest.raises(UsageError, match="rectangle 1 is empty"):
        found([(0, 1, 5, 1, 5), (0, 9, 9, 1, 5)])
    with pytest.raises(UsageError, match="2, 1, 1, 1, 1 rows"):
        first_overlap([0, 0], ([1], [2]), ([1], [2]))
