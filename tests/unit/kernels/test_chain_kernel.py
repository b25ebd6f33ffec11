"""Places of intervals, winners of overlaps and clusters are those of slow searches."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.errors import UsageError
from genomedb.kernels.chain import BlockMap, Pieces, best_clusters, winners

SEEDS = st.integers(0, 2**32 - 1)


def some_blocks(rng, n):
    source = np.sort(rng.integers(0, 100, n))
    return source, rng.integers(1, 20, n), rng.integers(0, 100, n), rng.random(n) < 0.5


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 12), st.integers(0, 12), SEEDS)
def test_every_base_goes_where_its_block_leads(n_blocks, n, seed):
    rng = np.random.default_rng(seed)
    source, size, target, reverse = some_blocks(rng, n_blocks)
    start = rng.integers(-5, 120, n)
    end = start + rng.integers(0, 30, n)
    pieces = BlockMap(source, size, target, reverse).place(start, end)
    found = set()
    for row, block, a, b, c, d in zip(*(column.tolist() for column in pieces), strict=True):
        assert b - a == d - c > 0
        for k in range(b - a):
            found.add((row, block, a + k, d - 1 - k if reverse[block] else c + k))
    expected = set()
    for row in range(n):
        for block in range(n_blocks):
            for k in range(size[block]):
                at = int(source[block]) + k
                if start[row] <= at < end[row]:
                    step = size[block] - 1 - k if reverse[block] else k
                    expected.add((row, block, at, int(target[block] + step)))
    assert found == expected
    order = list(zip(pieces.row.tolist(), pieces.block.tolist(), strict=True))
    assert order == sorted(order)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 15), SEEDS)
def test_every_base_goes_to_the_lowest_rank(n, seed):
    rng = np.random.default_rng(seed)
    start = np.sort(rng.integers(0, 40, n))
    end = start + rng.integers(1, 20, n)
    rank = rng.permutation(n)
    found = winners(start, end, rank)
    won = {}
    for a, b, item in zip(*(column.tolist() for column in found), strict=True):
        won.update(dict.fromkeys(range(a, b), item))
    for at in range(60):
        over = [i for i in range(n) if start[i] <= at < end[i]]
        assert won.get(at) == min(over, key=lambda i: rank[i], default=None)
    a, b, item = found
    assert ((a[1:] > b[:-1]) | ((a[1:] == b[:-1]) & (item[1:] != item[:-1]))).all()


def slow_clusters(row, start, end, chain, measure):
    keep = np.zeros(row.size, bool)
    for one in set(row.tolist()):
        mine = np.flatnonzero(row == one).tolist()
        clusters = [{i} for i in mine]
        merged = True
        while merged:
            merged = False
            for a in clusters:
                for b in clusters:
                    linked = a is not b and any(
                        chain[i] == chain[j] or (start[i] < end[j] and start[j] < end[i])
                        for i in a for j in b
                    )  # fmt: skip
                    if linked:
                        clusters = [c for c in clusters if c is not a and c is not b] + [a | b]
                        merged = True
                        break
                if merged:
                    break
        sizes = {
            "union": lambda c: len({x for i in c for x in range(start[i], end[i])}),
            "sum": lambda c: sum(end[i] - start[i] for i in c),
            "max": lambda c: max(end[i] - start[i] for i in c),
        }
        best = min(clusters, key=lambda c: (-sizes[measure](c), min(c)))
        keep[list(best)] = True
    return keep


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 14), st.sampled_from(["union", "sum", "max"]), SEEDS)
def test_the_largest_cluster_is_that_of_a_slow_search(n, measure, seed):
    rng = np.random.default_rng(seed)
    row, start = np.sort(rng.integers(0, 3, n)), rng.integers(0, 60, n)
    start = start[np.lexsort((start, row))]
    end = start + rng.integers(1, 12, n)
    chain = rng.integers(0, 6, n)
    pieces = Pieces(row, np.arange(n), start, end, start, end)
    assert best_clusters(pieces, chain, measure).tolist() == (
        slow_clusters(row, start, end, chain, measure).tolist()
    )


def test_the_door_refuses_arrays_that_do_not_fit():
    with pytest.raises(UsageError, match="blocks have"):
        BlockMap([0, 1], [1], [0, 1], [False, False])
    with pytest.raises(UsageError, match="at least 1 base"):
        BlockMap([0], [0], [0], [False])
    with pytest.raises(UsageError, match="starts must be sorted"):
        BlockMap([5, 0], [1, 1], [0, 1], [False, False])
    with pytest.raises(UsageError, match="1 starts and 2 ends"):
        BlockMap([0], [1], [0], [False]).place([0], [1, 2])
    with pytest.raises(UsageError, match="starts must be sorted"):
        winners([5, 0], [6, 1], [0, 1])
    with pytest.raises(UsageError, match="at least 1 base"):
        winners([5], [5], [0])
    with pytest.raises(UsageError, match="ranks"):
        winners([5], [6], [0, 1])
    pieces = BlockMap([0], [9], [0], [False]).place([0], [1])
    with pytest.raises(UsageError, match="1 pieces and 2 chains"):
        best_clusters(pieces, [1, 2], "sum")
    with pytest.raises(UsageError, match="measure 'x' is none of union, sum, max"):
        best_clusters(pieces, [1], "x")
