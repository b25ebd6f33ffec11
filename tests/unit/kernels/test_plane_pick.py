"""One record of each window of the plane, against all records one by one."""

import numpy as np
import pytest

from genomedb.errors import UsageError
from genomedb.kernels.plane_pick import Parts, leaf_of, pick, search
from genomedb.kernels.quadtree_build import build_nodes
from genomedb.kernels.quadtree_query import Quadtree, Records
from genomedb.kernels.zorder import zorder
from genomedb.storage.pair_pick import Picker

SIDE = 2000
BANDS = [None, (-40, 60), (300, 301)]


def made(rng, n, kind, dtype):
    """Records in Z-order and the tree over them; about a third have no value."""
    x1, y1 = (rng.integers(0, SIDE, n) for _ in "xy")
    if kind == "column":
        x1[:] = 7
    if kind == "rectangles":
        cell = rng.permutation(40 * 40)[:n]
        x1, y1 = cell // 40 * 50 + rng.integers(0, 20, n), cell % 40 * 50 + rng.integers(0, 20, n)
    _, one = np.unique(np.stack((x1, y1)), axis=1, return_index=True)
    x1, y1 = x1[one].astype(dtype), y1[one].astype(dtype)
    order = zorder(x1, y1)
    x1, y1 = x1[order], y1[order]
    ends = None, None
    if kind == "rectangles":
        ends = x1 + 25, y1 + 30
    value = rng.permutation(x1.size).astype("f4")
    value[rng.random(x1.size) < 0.3] = np.nan
    records = Records(x1, ends[0], y1, ends[1], value)
    return records, Quadtree(build_nodes((x1, ends[0]), (y1, ends[1]), value), x1.size)


def some_windows(rng, k):
    x, y = (np.sort(rng.integers(-5, SIDE + 5, (2, k)), axis=0) for _ in "xy")
    x[1, ::2] = x[0, ::2] + 60  # small ones
    y[1, ::2] = y[0, ::2] + 60
    return np.ascontiguousarray(np.concatenate((x, y)))


def slow_rows(records, window, band):
    """Rows with a value that have a base pair in the window and the band, by x, then y."""
    x1, y1 = records.x1.astype(int), records.y1.astype(int)
    x2 = x1 + 1 if records.x2 is None else records.x2
    y2 = y1 + 1 if records.y2 is None else records.y2
    a, b = np.maximum(x1, window[0]), np.minimum(x2, window[1])
    c, d = np.maximum(y1, window[2]), np.minimum(y2, window[3])
    hit = (a < b) & (c < d) & ~np.isnan(records.value)
    if band is not None:
        hit &= (b - 1 - c >= band[0]) & (a - d + 1 < band[1])
    rows = np.flatnonzero(hit)
    return rows[np.lexsort((y1[rows], x1[rows]))]


def picker_of(records, tree):
    return Picker(tree, lambda first, last: (records, first))


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("dtype", ["i4", "i8"])
@pytest.mark.parametrize("kind", ["points", "column", "rectangles"])
@pytest.mark.parametrize("n", [1, 64, 65, 1500])
def test_the_first_and_the_last_record_of_windows(n, kind, dtype, band):
    rng = np.random.default_rng(n)
    records, tree = made(rng, n, kind, dtype)
    windows = some_windows(rng, 60)
    picker = picker_of(records, tree)
    for wanted, place in (("first", 0), ("last", -1)):
        found = picker.extreme(windows, wanted, band)
        for value, window in zip(found, windows.T, strict=True):
            rows = slow_rows(records, window, band)
            np.testing.assert_array_equal(
                value, records.value[rows[place]] if rows.size else np.nan
            )


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("kind", ["points", "column", "rectangles"])
@pytest.mark.parametrize("n", [1, 65, 1500])
def test_every_record_of_a_window_has_its_share(n, kind, band):
    rng = np.random.default_rng(n)
    records, tree = made(rng, n, kind, "i4")
    picker = picker_of(records, tree)
    for window in some_windows(rng, 12).T:
        values = records.value[slow_rows(records, window, band)]
        k = max(values.size, 1)
        same = np.ascontiguousarray(np.repeat(window[:, None], k, axis=1))
        drawn = picker.drawn(same, (np.arange(k) + 0.5) / k, band)
        np.testing.assert_array_equal(np.sort(drawn), np.sort(values) if values.size else [np.nan])


def test_few_leaves_are_looked_at_for_the_first_of_many():
    rng = np.random.default_rng(3)
    cell = rng.permutation(SIDE * SIDE)[:100_000]
    x, y = cell // SIDE, cell % SIDE
    order = zorder(x, y)
    x, y, value = x[order], y[order], np.ones(x.size)
    tree = Quadtree(build_nodes((x, None), (y, None), value), x.size)
    parts = search(tree, (0, SIDE, 0, SIDE), "first")
    assert 1 <= parts.first.size < 100 < x.size // 64


def test_a_window_without_records_has_no_parts():
    empty = np.empty(0, np.int64)
    none = Quadtree(build_nodes((empty, None), (empty, None), np.empty(0)), 0)
    assert search(none, (0, 9, 0, 9), "any").window.size == 0
    records, tree = made(np.random.default_rng(1), 65, "points", "i4")
    assert search(tree, (5, 5, 0, 9), "last").window.size == 0
    windows = np.array([[5, 0], [5, 1], [0, 0], [9, 0]])
    assert np.isnan(picker_of(records, tree).drawn(windows, np.zeros(2), None)).all()


def test_the_leaf_below_a_node_that_has_the_record():
    records, tree = made(np.random.default_rng(2), 1500, "points", "i4")
    has = ~np.isnan(records.value)
    root = np.full(int(has.sum()), tree.count.size - 1)
    leaf, skip = leaf_of(tree, root, np.arange(root.size))
    rows = np.flatnonzero(has)
    np.testing.assert_array_equal(leaf, rows // 64)
    np.testing.assert_array_equal(skip, np.arange(rows.size) - np.searchsorted(rows, leaf * 64))


@pytest.mark.parametrize(
    ("parts", "wanted", "skip", "message"),
    [
        ([[0], [0], [1], [-1]], "best", None, "'best' record. One of: any, first, last"),
        ([[0], [0], [99], [-1]], "any", None, "0 to 99, is not inside the 1 records"),
        ([[3], [0], [1], [-1]], "any", None, "parts of window 3, where there are 1"),
        ([[0], [0], [1], [-1]], "any", [1, 2], "2 numbers to skip for 1 windows"),
    ],
)
def test_parts_that_do_not_fit_are_refused(parts, wanted, skip, message):
    one = np.array([1])
    records = Records(one, None, one, None, np.array([5.0]))
    with pytest.raises(UsageError, match=message):
        pick(records, Parts(*np.array(parts)), wanted, windows=(0, 9, 0, 9), skip=skip)
