"""Nodes made block by block, or of many pairs at once, are those of all records of a pair."""

from itertools import pairwise

import numpy as np
import pytest

from genomedb.kernels.quadtree_build import Nodes, build_nodes
from genomedb.kernels.quadtree_query import Records
from genomedb.storage.pair_nodes import NodesBuilder, nodes_of_few


def some_records(rng, n, *, is_points, dtype=np.float32):
    x, y = rng.integers(0, 1000, (2, n)).astype(np.int32)
    value = rng.integers(0, 99, n).astype(dtype)
    if dtype == np.float32:
        value = np.where(rng.random(n) < 0.2, np.nan, rng.normal(size=n)).astype(dtype)
    ends = (None, None) if is_points else (x + 1 + x % 7, y + 1 + y % 5)
    return Records(x, ends[0], y, ends[1], value)


def cut(records, rows):
    return Records(*(None if column is None else column[rows] for column in records))


def nodes_of(records):
    return build_nodes(records[:2], records[2:4], records.value)


@pytest.mark.parametrize("is_points", [True, False])
@pytest.mark.parametrize("n", [1, 64, 65, 3000])
@pytest.mark.parametrize("step", [64, 640, 6400])
def test_nodes_made_block_by_block_are_the_same_to_the_last_bit(is_points, n, step):
    records = some_records(np.random.default_rng(n), n, is_points=is_points)
    builder = NodesBuilder()
    for at in range(0, n, step):
        builder.add(cut(records, slice(at, at + step)))
    for ours, theirs in zip(builder.finish(), nodes_of(records), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("is_points", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, np.int16])
def test_nodes_of_many_small_pairs_are_those_of_each(is_points, dtype):
    rng = np.random.default_rng(5)
    edges = np.concatenate(([0], np.cumsum(rng.permutation([1, 1, 2, 3, 5, 40, 63, 64]))))
    records = some_records(rng, int(edges[-1]), is_points=is_points, dtype=dtype)
    found = nodes_of_few(edges, records)
    each = [nodes_of(cut(records, slice(a, b))) for a, b in pairwise(edges.tolist())]
    for name in Nodes._fields:
        ours, theirs = getattr(found, name), [getattr(nodes, name) for nodes in each]
        if ours is None:
            assert theirs == [None] * len(each)
            continue
        compare = np.testing.assert_allclose if "sum" in name else np.testing.assert_array_equal
        compare(ours, np.concatenate(theirs))
