"""The index of nearest intervals: ties, bounds, blocks, and what it refuses."""

import numpy as np
import pytest

import genomedb.kernels.neighbors as door
from genomedb.errors import UsageError
from genomedb.kernels.neighbors import NearestIndex


def index(at, to, **options):
    return NearestIndex(np.zeros(len(at)), at, to, n_chroms=1, length=1000, **options)


def found(of, at, to, **options):
    parts = of.find(np.zeros(len(at)), at, to, **options)
    return list(zip(*(part.tolist() for part in parts), strict=True))


def test_equal_distances_go_by_row():
    of = index([120, 80, 80, 95, 96], [125, 90, 90, 105, 99])
    assert found(of, [100], [110], k=9) == [
        (0, 3, 0),
        (0, 4, 1),
        (0, 0, 10),
        (0, 1, 10),
        (0, 2, 10),
    ]
    of = index([50, 0, 40, 30], [60, 100, 70, 80])
    assert found(of, [52], [53], k=2) == [(0, 0, 0), (0, 1, 0)]


def test_touching_intervals_are_at_distance_0():
    assert found(index([90, 110], [100, 120]), [100], [110], k=2) == [(0, 0, 0), (0, 1, 0)]


def test_a_long_interval_far_to_the_left_is_found():
    at = np.concatenate(([0], np.arange(10, 500, 2)))
    of = index(at, np.concatenate(([900], at[1:] + 1)))
    assert found(of, [600], [601]) == [(0, 0, 0)]
    assert found(of, [400], [401], k=2) == [(0, 0, 0), (0, 196, 0)]


def test_bounds_include_both_ends():
    of = index([90, 120, 205], [95, 125, 300])
    assert found(of, [100], [110], k=9, lowest=5, highest=10) == [(0, 0, 5), (0, 1, 10)]
    assert found(of, [100], [110], k=9, lowest=6, highest=9) == []
    assert found(of, [100], [110], k=9, lowest=-9, highest=-1) == []


def test_neighbours_stay_on_their_chromosome():
    of = NearestIndex([0, 2], [90, 310], [95, 315], n_chroms=3, length=400)
    query, row, _ = of.find([1, 0, 2], [110, 5, 301], [120, 6, 302], k=5)
    assert (query.tolist(), row.tolist()) == ([1, 2], [0, 1])


def test_blocks_of_queries_give_the_same_answer(monkeypatch):
    rng = np.random.default_rng(1)
    at = rng.integers(0, 900, 50)
    of = index(at, at + 5)
    starts = rng.integers(0, 900, 40)
    whole = found(of, starts, starts + 3, k=7, highest=40)
    monkeypatch.setattr(door, "_BLOCK", 20)
    assert found(of, starts, starts + 3, k=7, highest=40) == whole


def test_nothing_in_gives_nothing_out():
    assert found(index([], []), [1], [2]) == []
    assert found(index([1], [2]), [], []) == []
    assert found(index([], [], strand=np.empty(0), signs="own"), [1], [2]) == []


def test_arrays_that_do_not_fit_are_refused():
    with pytest.raises(UsageError, match="1 codes, 2 starts"):
        NearestIndex([0], [1, 2], [3], n_chroms=1, length=10)
    with pytest.raises(UsageError, match="beyond the 1 chromosomes"):
        NearestIndex([1], [1], [3], n_chroms=1, length=10)
    with pytest.raises(UsageError, match="outside the axis"):
        NearestIndex([0], [1], [30], n_chroms=1, length=10)
    with pytest.raises(UsageError, match="a strand of each of 1"):
        index([1], [2], signs="own")
    with pytest.raises(UsageError, match="-1, 0 or 1"):
        index([1], [2], signs="own", strand=[2])
    with pytest.raises(UsageError, match="beyond the 1 chromosomes"):
        index([1], [2]).find([1], [1], [2])
    with pytest.raises(UsageError, match="2 strands of 1 queries"):
        index([1], [2], signs="query").find([0], [1], [2], strand=[1, 1])
