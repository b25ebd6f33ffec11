"""The doors of the sweeps: sorting, the axis, merging, and what they refuse."""

import numpy as np
import pytest

from genomedb.errors import UsageError
from genomedb.kernels import sweep


@pytest.mark.parametrize("n", [0, 1, 2, 3, 100, 5000])
@pytest.mark.parametrize("bits", [0, 1, 11, 12, 33, 45, 62])
def test_the_order_is_stable_for_keys_of_any_size(n, bits):
    keys = np.random.default_rng(n + bits).integers(0, 2**bits, n, endpoint=True)
    order, in_order = sweep.argsort(keys)
    assert np.array_equal(order, np.argsort(keys, kind="stable"))
    assert np.array_equal(in_order, keys[order])


def test_negative_keys_are_refused():
    with pytest.raises(UsageError, match="negative"):
        sweep.argsort([1, -1])


def test_places_on_the_axis_go_there_and_back():
    offset = [0, 101, 152]
    code, start, end = [0, 0, 1, 2], [5, 90, 0, 7], [9, 100, 50, 8]
    at, to, in_order = sweep.place(code, start, end, offset=offset)
    assert in_order
    assert at.tolist() == [5, 90, 101, 159]
    assert [x.tolist() for x in sweep.unplace(at, to, offset=offset)] == [code, start, end]
    assert at.tolist() == [5, 90, 101, 159], "the places given are left alone"
    assert not sweep.place([1, 0], [0, 0], [1, 1], offset=offset)[2]


def test_codes_beyond_the_chromosomes_are_refused():
    for code in ([3], [-1]):
        with pytest.raises(UsageError, match="beyond the 3 chromosomes"):
            sweep.place(code, [0], [1], offset=[0, 10, 20])
    with pytest.raises(UsageError, match="before the axis"):
        sweep.unplace([5], [6], offset=[7])
    with pytest.raises(UsageError, match="one length"):
        sweep.place([0], [0, 1], [1], offset=[0])


def test_merging_joins_touching_intervals_only_when_asked():
    at, to = [0, 10, 12, 30], [10, 15, 13, 40]
    a, b, group = sweep.merge(at, to, groups=True)
    assert (a.tolist(), b.tolist(), group.tolist()) == ([0, 30], [15, 40], [0, 0, 0, 1])
    a, b, group = sweep.merge(at, to, touching=False, order=[3, 1, 0, 2], groups=True)
    assert (a.tolist(), b.tolist(), group.tolist()) == ([0, 10, 30], [10, 15, 40], [1, 1, 2, 0])


def test_set_verbs_on_disjoint_sets():
    a, b = ([10, 40], [30, 50]), ([25, 100], [45, 120])
    assert [x.tolist() for x in sweep.union(a, b)] == [[10, 100], [50, 120]]
    assert [x.tolist() for x in sweep.intersect(a, b)] == [[25, 40], [30, 45]]
    assert [x.tolist() for x in sweep.subtract(a, b)] == [[0, 1], [10, 45], [25, 50]]


def test_pieces_go_by_row():
    a, b = ([0, 10], [8, 20]), ([2, 12], [4, 14])
    row, at, to = sweep.subtract(a, b, order=[1, 0])
    assert (row.tolist(), at.tolist(), to.tolist()) == (
        [0, 0, 1, 1], [10, 14, 0, 4], [12, 20, 2, 8]
    )  # fmt: skip


def test_pairs_go_by_row_and_then_by_start():
    a, b = ([0, 5, 20], [30, 6, 21]), ([0, 4, 20], [6, 25, 22])
    i, j, counts = sweep.pairs(a, b, a_order=[2, 0, 1])
    assert counts.tolist() == [2, 2, 3]
    assert list(zip(i.tolist(), j.tolist(), strict=True)) == [
        (0, 0), (0, 1), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2)
    ]  # fmt: skip


def test_an_order_that_names_a_row_twice_is_refused():
    for order in ([0, 0], [0, 2], [-1, 0], [0]):
        with pytest.raises(UsageError, match="an order of 2 rows must name each of them once"):
            sweep.pairs(([0, 1], [2, 3]), ([0], [1]), a_order=order)


def test_nothing_in_gives_nothing_out():
    none = (np.empty(0), np.empty(0))
    some = ([1], [2])
    for a, b in ((none, none), (none, some), (some, none)):
        assert sweep.intersect(a, b)[0].size == 0
        assert sweep.pairs(a, b)[0].size == 0
        assert sweep.subtract(a, b)[0].size == (a is some)
        assert sweep.union(a, b)[0].size == (a is some) + (b is some)
    assert [x.size for x in sweep.merge(*none, groups=True)] == [0, 0, 0]
