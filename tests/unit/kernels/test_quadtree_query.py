"""Windows and bands over records with a quad-tree, against looking at each record."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plane_records import columns, rows_of, slow_hits, slow_sums, tree_of

from genomedb.errors import UsageError
from genomedb.kernels.quadtree_query import (
    Borders,
    Quadtree,
    Records,
    add_records,
    select,
    take,
)

SIZE = 120  # of the chromosomes
place = st.integers(-5, SIZE + 5)
windows = st.tuples(place, place, place, place)
bands = st.none() | st.tuples(st.integers(-SIZE, SIZE), st.integers(1, 60)).map(
    lambda b: (b[0], b[0] + b[1])
)


def sample(n, seed, *, is_points, real=np.float32):
    """Records on the edges and elsewhere; rectangles may overlap, which queries do not mind."""
    rng = np.random.default_rng(seed)
    x1, y1 = np.clip(rng.integers(-20, SIZE + 20, (2, n)), 0, SIZE - 1)
    x2, y2 = (np.minimum(a + rng.integers(1, 12, n), SIZE) for a in (x1, y1))
    value = np.where(rng.random(n) < 0.1, np.nan, rng.integers(-50, 50, n))
    return columns(np.column_stack((x1, x2, y1, y2, value)), is_points=is_points, real=real)


def check_query(records, window, band):
    hits = slow_hits(rows_of(records), window, band)
    assert select(records, window, band).tolist() == hits
    first, last = tree_of(records).ranges(window, band)
    assert (first < last).all()
    assert (last[:-1] < first[1:]).all()
    taken = take(records, (first, last), window, band)
    for made, column in zip(taken, records, strict=True):
        if column is None:
            assert made is None
        else:
            np.testing.assert_array_equal(made, column[hits])
            assert made.dtype == column.dtype


def check_sums(records, many, band):
    tree, rows = tree_of(records), rows_of(records)
    corners = tuple(np.array([w[i] for w in many], np.int64) for i in range(4))
    sums = tree.sums(corners, records, band)
    for i, window in enumerate(many):
        made = [getattr(sums, k)[i] for k in ("n", "area", "wsum", "sum", "min", "max")]
        np.testing.assert_allclose(made, slow_sums(rows, window, band), rtol=1e-12)
        alone = tree.sums(window, records, band)
        np.testing.assert_array_equal(np.ravel(alone), [column[i] for column in sums])


@settings(max_examples=60)
@given(st.integers(0, 300), st.integers(0, 99), st.booleans(), windows, bands)
def test_records_of_a_window_are_those_that_share_a_base_pair_with_it(n, seed, kind, window, band):
    check_query(sample(n, seed, is_points=kind), window, band)


@settings(max_examples=60)
@given(st.integers(0, 300), st.integers(0, 99), st.booleans(), st.lists(windows, max_size=4), bands)
def test_sums_of_windows_are_those_of_their_records(n, seed, is_points, many, band):
    check_sums(sample(n, seed, is_points=is_points), many, band)


@pytest.mark.parametrize("n", [64, 65, 64 * 16 - 1, 64 * 16 + 1, 64 * 256 - 1, 64 * 256 + 1])
@pytest.mark.parametrize("is_points", [True, False])
def test_trees_of_all_shapes_answer(n, is_points):
    records = sample(n, n, is_points=is_points, real=np.float64)
    many = [(0, SIZE, 0, SIZE), (20, 90, 31, 95), (64, 65, 64, 65), (50, 50, 0, SIZE)]
    for band in (None, (-20, 40)):
        check_sums(records, many, band)
        for window in many:
            check_query(records, window, band)


def test_records_at_one_place_are_all_there_or_none():
    records = columns([(7, 8, 3, 4, 2.0)] * 500, is_points=True)
    check_sums(records, [(7, 8, 3, 4), (0, 9, 0, 9), (8, 9, 3, 4), (7, 8, 4, 5)], None)
    check_sums(records, [(0, 9, 0, 9)], (4, 5))
    check_sums(records, [(0, 9, 0, 9)], (5, 9))
    assert tree_of(records).ranges((7, 8, 3, 4))[1].tolist() == [500]


def test_the_whole_plane_is_answered_by_the_root_alone():
    records = sample(5000, 1, is_points=False)
    tree = tree_of(records)
    sums, borders = tree.inner((0, SIZE, 0, SIZE))
    assert borders.first.size == 0
    valid = ~np.isnan(records.value)
    assert sums.n.tolist() == [valid.sum()]
    first, last = tree.ranges((0, SIZE, 0, SIZE), (-SIZE, SIZE))
    assert (first.tolist(), last.tolist()) == ([0], [5000])


def test_many_windows_in_any_order_have_the_sums_of_each():
    records = sample(3000, 2, is_points=True)
    x, y = (a.ravel() for a in np.meshgrid(np.arange(0, SIZE, 2), np.arange(0, SIZE, 2)))
    tree = tree_of(records)
    order = np.random.default_rng(1).permutation(x.size)
    sums = tree.sums((x, x + 2, y, y + 2), records)
    other = tree.sums((x[order], x[order] + 2, y[order], y[order] + 2), records)
    np.testing.assert_array_equal([column[order] for column in sums], other)
    assert sums.n.sum() == np.count_nonzero(~np.isnan(records.value))
    assert sums.sum.sum() == np.nansum(records.value)


def test_blocks_of_windows_join_without_a_seam():
    records = sample(200, 3, is_points=False)
    k = (1 << 15) + 7
    rng = np.random.default_rng(2)
    x, y = rng.integers(0, SIZE, (2, k))
    tree = tree_of(records)
    sums = tree.sums((x, x + 9, y, y + 9), records)
    rows = rows_of(records)
    for i in (0, (1 << 15) - 1, 1 << 15, k - 1):
        made = [getattr(sums, s)[i] for s in ("n", "area", "wsum", "sum", "min", "max")]
        window = (x[i], x[i] + 9, y[i], y[i] + 9)
        np.testing.assert_allclose(made, slow_sums(rows, window, None), rtol=1e-12)


def test_border_records_may_be_read_apart_and_added_to_the_last_bit():
    rng = np.random.default_rng(4)
    records = sample(3000, 4, is_points=False)._replace(value=rng.random(3000))
    tree, band = tree_of(records), (-30, 50)
    many = tuple(np.array(c) for c in ([0, 13, 60], [70, 99, 61], [5, 17, 0], [80, 90, SIZE]))
    sums, borders = tree.inner(many, band)
    rows = np.concatenate([np.arange(a, b) for a, b in zip(*borders[1:], strict=True)])
    kept = Records(*(c[rows] for c in records))
    last = np.cumsum(borders.last - borders.first)
    moved = Borders(borders.window, last - (borders.last - borders.first), last)
    add_records(sums, moved, kept, windows=many, band=band)
    whole = tree.sums(many, records, band)
    np.testing.assert_array_equal(sums, whole)


def test_areas_under_a_band_are_exact_on_the_longest_chromosomes():
    side, at = 3_000_000_000, 6_000_000_000
    records = Records(*(np.array([v]) for v in (at, at + side, at, at + side, 1.0)))
    tree, window = tree_of(records), (0, 2 * at, 0, 2 * at)

    def area(band):
        return int(tree.sums(window, records, band).area[0])

    for d in (1, 7, side // 3, side - 1, side):
        below = d * (2 * side - d + 1) // 2  # 0 <= x - y < d
        assert area((0, d)) == below
        assert area((1 - d, 1)) == below
        assert area((1 - d, d)) == 2 * below - side
    assert area((-side, side)) == side**2


@pytest.mark.parametrize("kind", [np.int32, np.int64])
def test_windows_that_reach_beyond_what_32_bits_hold_sum_what_is_there(kind):
    top = 2**31 - 1
    rng = np.random.default_rng(6)
    x, y = rng.integers(top - 3000, top, (2, 900))
    value = rng.integers(0, 9, 900)
    records = columns(np.column_stack((x, x + 1, y, y + 1, value)), is_points=True, kind=kind)
    far = 2**40
    many = [(0, top, top - 1500, far), (-far, top - 9, -far, far), (far, far + 9, 0, far)]
    for band in (None, (-far, far), (-far, 1), (far, far + 1), (10, far)):
        check_sums(records, [(0, far, 0, far), *many], band)


def test_points_at_the_last_place_of_32_bits_are_only_in_windows_around_it():
    last, far = 2**31 - 1, 2**40
    records = columns([(last, last + 1, last, last + 1, 3.0)] * 2, is_points=True, kind=np.int64)
    records = records._replace(x1=records.x1.astype(np.int32), y1=records.y1.astype(np.int32))
    for window, n in (
        ((last, last + 1, last, last + 1), 2),
        ((-far, far, -far, far), 2),
        ((far, far + 9, 0, far), 0),
        ((0, far, -far, -far + 9), 0),
        ((0, far, last + 1, last + 2), 0),
    ):
        assert select(records, window).size == n
        assert take(records, ([0], [2]), window).value.size == n
        assert select(records, window, (far, far + 1)).size == 0
        assert select(records, window, (-far, -far + 1)).size == 0


def test_positions_beyond_32_bits_are_found():
    far = 2**40
    rows = [(far + 5 * i, far + 5 * i + 5, far, far + 3, float(i)) for i in range(300)]
    records = columns(rows, is_points=False, kind=np.int64, real=np.float64)
    assert select(records, (far + 100, far + 110, 0, 2 * far)).size == 2
    sums = tree_of(records).sums((far + 102, far + 110, far + 1, 2 * far), records)
    assert (sums.n[0], sums.area[0], sums.sum[0]) == (2, 16, 41)


@pytest.mark.parametrize("dtype", ["int8", "uint16", "int32", "float64"])
def test_values_of_any_type_are_taken_as_they_are(dtype):
    records = sample(100, 5, is_points=True)
    records = records._replace(value=np.arange(100).astype(dtype))
    check_query(records, (10, 80, 10, 80), None)
    assert tree_of(records).sums((0, SIZE, 0, SIZE), records).sum[0] == 4950


def test_no_records_and_no_windows_are_no_trouble():
    records = columns([], is_points=True)
    tree = tree_of(records)
    assert tree.ranges((0, 9, 0, 9))[0].size == 0
    assert math.isnan(tree.sums((0, 9, 0, 9), records).min[0])
    assert select(records, (0, 9, 0, 9)).size == 0
    records = sample(70, 1, is_points=True)
    assert tree_of(records).sums(([], [], [], []), records).n.size == 0


def test_what_does_not_fit_is_refused():
    records = sample(70, 1, is_points=False)
    tree = tree_of(records)
    with pytest.raises(UsageError, match=r"band \(5, 5\): d1 is not below d2"):
        tree.ranges((0, 9, 0, 9), (5, 5))
    with pytest.raises(UsageError, match="69 records, where the tree has 70"):
        tree.sums((0, 9, 0, 9), Records(*(c[1:] for c in records)))
    with pytest.raises(UsageError, match="70, 70, 70, 70, 69 rows"):
        select(records._replace(value=records.value[1:]), (0, 9, 0, 9))
    with pytest.raises(UsageError, match="an end on one axis only"):
        select(records._replace(x2=None), (0, 9, 0, 9))
    with pytest.raises(UsageError, match="60 to 71, is not inside the 70 records"):
        take(records, ([60], [71]), (0, 9, 0, 9))
    sums, _ = tree.inner((0, 9, 0, 9))
    one = np.array([0])
    with pytest.raises(UsageError, match="2 windows, where the totals have 1"):
        add_records(sums, Borders(one, one, one), records, windows=([0, 0], [9, 9], 0, 9))
    with pytest.raises(UsageError, match="ranges of window 1, where there are 1"):
        add_records(sums, Borders(one + 1, one, one), records, windows=(0, 9, 0, 9))
    with pytest.raises(UsageError, match="2 windows of 1 ranges"):
        add_records(sums, Borders(np.zeros(2, int), one, one), records, windows=(0, 9, 0, 9))


def test_nodes_that_are_not_those_of_the_records_are_refused():
    from genomedb.kernels.quadtree_build import build_nodes

    nodes = build_nodes(([1, 2], None), ([1, 2], None), [1, 2])
    with pytest.raises(UsageError, match="nodes over 65 records, which have 3"):
        Quadtree(nodes, 65)


TYPES = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "float32", "float64"]


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("is_points", [True, False])
def test_totals_of_many_records_of_any_type_are_those_of_their_values(dtype, is_points):
    records = sample(3000, 5, is_points=is_points)
    value = np.nan_to_num(records.value)
    if dtype.startswith("u"):
        value = np.abs(value)
    if dtype.startswith("float"):
        value = np.where(np.arange(3000) % 9 == 0, np.nan, value / 3)
    records = records._replace(value=value.astype(dtype))
    check_sums(records, [(3, 97, 5, 101), (0, SIZE, 0, SIZE), (7, 8, 9, 10)], None)
    check_sums(records, [(3, 97, 5, 101)], (-20, 31))
