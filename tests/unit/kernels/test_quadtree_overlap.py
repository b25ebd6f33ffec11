"""Rectangles that overlap, by their tree, against looking at every pair."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plane_records import columns, rows_of, tree_of

from genomedb.errors import UsageError
from genomedb.kernels.quadtree_overlap import first_overlap


def overlap(a, b):
    return a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]


def check(records, **options):
    rows = rows_of(records)
    answer = first_overlap(records, tree_of(records), **options)
    if answer is None:
        assert not any(overlap(a, b) for i, a in enumerate(rows) for b in rows[:i])
    else:
        assert answer[0] < answer[1]
        assert overlap(rows[answer[0]], rows[answer[1]])
    return answer


def cells(wide, high, rng):
    """A plane cut into rectangles that touch and do not overlap, some of them left out."""
    x, y = (np.unique(rng.integers(0, 400, k)) for k in (wide, high))
    a, b = (m.ravel() for m in np.meshgrid(np.arange(x.size - 1), np.arange(y.size - 1)))
    rows = np.column_stack((x[a], x[a + 1], y[b], y[b + 1], np.ones(a.size)))
    return rows[rng.random(a.size) < 0.8]


@settings(max_examples=40)
@given(st.integers(2, 30), st.integers(2, 30), st.integers(0, 99), st.booleans())
def test_an_overlap_is_found_when_and_only_when_there_is_one(wide, high, seed, with_one_more):
    rng = np.random.default_rng(seed)
    rows = cells(wide, high, rng)
    if with_one_more:
        x, y, w, h = rng.integers(1, 300, 4)
        rows = np.vstack((rows, [(x, x + w % 9 + 1, y, y + h % 9 + 1, 1.0)]))
    records = columns(rows, is_points=False)
    answer = check(records)
    assert (first_overlap(records) is None) == (answer is None)
    if not with_one_more:
        assert answer is None


def test_each_pair_of_leaves_is_compared():
    rng = np.random.default_rng(1)
    grid = np.array([(5 * i, 5 * i + 5, 5 * j, 5 * j + 5, 1) for i in range(70) for j in range(70)])
    assert check(columns(grid, is_points=False)) is None
    for _ in range(20):
        x, y = rng.integers(0, 345, 2)
        one_more = np.vstack((grid, [(x, x + 1, y, y + 1, 1)]))
        assert check(columns(one_more, is_points=False)) is not None


def test_long_thin_rectangles_and_a_small_budget_are_swept_with_the_same_answer():
    strips = np.array([(i, 400, i, i + 1, 1) for i in range(300)])
    assert check(columns(strips, is_points=False)) is None
    assert check(columns(strips, is_points=False), budget=1) is None
    crossed = np.vstack((strips, [(399, 400, 0, 10, 1)]))
    assert check(columns(crossed, is_points=False)) is not None
    assert check(columns(crossed, is_points=False), budget=0) is not None


def test_equal_points_are_found():
    rng = np.random.default_rng(2)
    place = rng.permutation(2000)
    rows = np.column_stack((place % 50, place % 50, place // 50, place // 50, place))
    assert check(columns(rows, is_points=True)) is None
    assert check(columns([*rows, rows[77]], is_points=True)) is not None


def test_none_and_one_do_not_overlap():
    for n in (0, 1):
        for is_points in (True, False):
            records = columns([(3, 4, 5, 6, 1.0)] * n, is_points=is_points)
            assert first_overlap(records, tree_of(records)) is None
            assert first_overlap(records) is None


def test_what_does_not_fit_is_refused():
    records = columns([(3, 4, 5, 6, 1.0), (9, 12, 5, 8, 1.0)], is_points=False)
    tree = tree_of(records)
    with pytest.raises(UsageError, match="rectangle 1 is empty"):
        first_overlap(records._replace(x2=np.array([4, 9])))
    with pytest.raises(UsageError, match="2, 2, 2, 1 rows"):
        first_overlap(records._replace(y2=np.array([4])))
    with pytest.raises(UsageError, match="1 positions on the first axis and 2 on the second"):
        first_overlap(records._replace(x1=np.array([4]), x2=None, y2=None))
    one = columns([(3, 4, 5, 6, 1.0)], is_points=False)
    with pytest.raises(UsageError, match="1 rectangles, where the tree has 2"):
        first_overlap(one, tree)
