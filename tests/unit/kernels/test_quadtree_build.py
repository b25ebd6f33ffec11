"""Nodes over records, against going through the records below each."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plane_records import columns, rows_of

from genomedb.errors import UsageError
from genomedb.kernels.quadtree_build import build_nodes, level_sizes, n_nodes, node_first

SIZES = [
    0, 1, 2, 63, 64, 65, 64 * 16 - 1, 64 * 16, 64 * 16 + 1,
    64 * 256 - 1, 64 * 256, 64 * 256 + 1,
]  # fmt: skip


def slow_nodes(rows):
    """(first, x1, x2, y1, y2, count, sum, min, max, area, wsum) of each node, level by level."""
    nodes, width = [], 64
    while rows:
        level = [rows[i : i + width] for i in range(0, len(rows), width)]
        for k, below in enumerate(level):
            kept = [r for r in below if not math.isnan(r[4])]
            values = [r[4] for r in kept]
            areas = [(r[1] - r[0]) * (r[3] - r[2]) for r in kept]
            nodes.append((
                k * width, min(r[0] for r in below), max(r[1] for r in below),
                min(r[2] for r in below), max(r[3] for r in below), len(kept), math.fsum(values),
                min(values, default=math.nan), max(values, default=math.nan), sum(areas),
                math.fsum(v * a for v, a in zip(values, areas, strict=True)),
            ))  # fmt: skip
        if len(level) == 1:
            break
        width *= 16
    return nodes


def check(records):
    nodes = build_nodes((records.x1, records.x2), (records.y1, records.y2), records.value)
    wanted = slow_nodes(rows_of(records))
    assert len(nodes.first) == len(wanted) == n_nodes(records.value.size)
    for name, *column in zip(nodes._fields, *wanted, strict=True):
        made = getattr(nodes, name)
        if made is None:  # points cover one base pair each
            made = {"area": nodes.count, "wsum": nodes.sum}[name]
        np.testing.assert_allclose(made, column, rtol=1e-12, err_msg=name)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("is_points", [True, False])
def test_nodes_of_trees_of_all_shapes_hold_what_is_below_them(n, is_points):
    rng = np.random.default_rng(n)
    x, y = rng.integers(0, 1000, (2, n))
    value = np.where(rng.random(n) < 0.1, np.nan, rng.integers(-9, 9, n))
    wide, high = rng.integers(1, 50, (2, n))
    rows = np.column_stack((x, x + wide, y, y + high, value))
    check(columns(rows, is_points=is_points))


row = st.tuples(
    st.integers(0, 9), st.integers(10, 20), st.integers(0, 9), st.integers(10, 20),
    st.integers(-3, 3) | st.just(math.nan),
)  # fmt: skip


@settings(max_examples=25)
@given(
    st.lists(row, max_size=140),
    st.booleans(),
    st.sampled_from([np.int32, np.int64]),
    st.sampled_from([np.float32, np.float64]),
)
def test_nodes_of_any_columns_hold_what_is_below_them(rows, is_points, kind, real):
    check(columns(rows, is_points=is_points, kind=kind, real=real))


def test_records_at_one_place_make_a_box_of_one_base_pair():
    check(columns([(7, 8, 3, 4, 2.0)] * 200, is_points=True))


def test_columns_are_of_the_documented_types():
    nodes = build_nodes(([1, 2], [3, 4]), ([1, 2], [3, 4]), [1, 2])
    kinds = {name: getattr(nodes, name).dtype.name for name in nodes._fields}
    box = dict.fromkeys(("x1", "x2", "y1", "y2"), "int64")
    reals = dict.fromkeys(("sum", "min", "max", "wsum"), "float64")
    assert kinds == {**dict.fromkeys(("first", "count", "area"), "int64"), **box, **reals}
    small = np.array([1, 2], np.int32)
    assert build_nodes((small, None), (small, None), [1, 2]).y2.dtype == np.int32


def test_the_end_of_the_last_point_of_int32_does_not_wrap():
    last = np.array([2**31 - 1], np.int32)
    nodes = build_nodes((last, None), (last, None), [1.0])
    assert (nodes.x1[0], nodes.x2[0]) == (2**31 - 1, 2**31)


def test_areas_are_exact_and_stop_at_the_largest_number():
    side = 3_000_000_000
    nodes = build_nodes(([0], [side]), ([0], [side]), [2.0])
    assert nodes.area.tolist() == [side**2]
    nodes = build_nodes(([0, side], [side, 2 * side]), ([0, side], [side, 2 * side]), [2.0, 3.0])
    assert nodes.area.tolist() == [2**63 - 1]
    for huge in (2**32 - 1, 2**33, 2**45):
        assert build_nodes(([0], [huge]), ([0], [huge]), [2.0]).area.tolist() == [2**63 - 1]


def test_infinite_values_count():
    nodes = build_nodes(([1, 2], None), ([1, 2], None), [np.inf, 1.0])
    assert (nodes.count[0], nodes.sum[0], nodes.min[0], nodes.max[0]) == (2, np.inf, 1, np.inf)


def test_shapes_of_trees():
    assert level_sizes(0) == []
    assert level_sizes(64 * 16 + 1) == [17, 2, 1]
    assert node_first(64 * 16 + 1).tolist() == [*range(0, 64 * 17, 64), 0, 1024, 0]


def test_columns_that_do_not_fit_are_refused():
    with pytest.raises(UsageError, match="2, 2, 1 rows"):
        build_nodes(([1, 2], None), ([1, 2], None), [1.0])
    with pytest.raises(UsageError, match="an end on one axis only"):
        build_nodes(([1, 2], [2, 3]), ([1, 2], None), [1.0, 2.0])
    with pytest.raises(UsageError, match="are no numbers"):
        build_nodes(([1], None), ([1], None), ["a"])
