"""Keys keep the order of values; tallies and gathered values against numpy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomedb.errors import UsageError
from genomedb.kernels.selection import Nodes, gather, tally, values_of_keys

any_float = st.floats(width=64)


@given(st.lists(any_float, max_size=50))
def test_keys_are_in_the_order_of_the_values(values):
    kept = np.sort([x + 0.0 for x in values if x == x])
    found = tally(np.array(values, float), None, Nodes.whole(1), 16)
    assert found.count.sum() == kept.size
    ends = np.cumsum(found.count)
    low, high = values_of_keys(found.low), values_of_keys(found.high)
    np.testing.assert_array_equal(low, kept[ends - found.count])
    np.testing.assert_array_equal(high, kept[ends - 1])


def test_a_node_has_the_values_of_its_part():
    values = np.random.default_rng(1).normal(size=3000)
    group = np.random.default_rng(2).integers(-1, 3, 3000)
    top = tally(values, group, Nodes.whole(3), 14)
    node, part = top.at >> 14, (top.at & (2**14 - 1)).astype(np.uint64)
    first = np.searchsorted(node, np.arange(4))
    nodes = Nodes(first, part, 50)
    found, which = gather(values, group, nodes)
    assert np.sort(found).tolist() == np.sort(values[group >= 0]).tolist()
    for i in (0, len(nodes) // 2, len(nodes) - 1):
        mine = found[which == i]
        low, high = values_of_keys(top.low)[i], values_of_keys(top.high)[i]
        assert (mine.size, mine.min(), mine.max()) == (top.count[i], low, high)
        inside = (group == node[i]) & (values >= low) & (values <= high)
        assert np.sort(values[inside]).tolist() == np.sort(mine).tolist()
    below = tally(values, group, nodes, 10)
    assert np.bincount(below.at >> 10, below.count).tolist() == top.count.tolist()


def test_missing_values_are_in_no_node():
    found, which = gather(np.array([1.0, np.nan, 2.0]), None, Nodes.whole(1))
    assert (found.tolist(), which.tolist()) == ([1.0, 2.0], [0, 0])


def test_bad_nodes_and_bits_are_refused():
    with pytest.raises(UsageError, match="1 nodes are not those of 2 groups"):
        Nodes(np.array([0, 2, 1]), np.zeros(1, np.uint64), 8)
    with pytest.raises(UsageError, match="none is above bit 65"):
        Nodes(np.array([0]), np.zeros(0, np.uint64), 65)
    with pytest.raises(UsageError, match="cannot split 64 bits"):
        tally(np.zeros(1), None, Nodes.whole(1), 65)
    with pytest.raises(UsageError, match="not one length"):
        gather(np.zeros(2), np.zeros(1, np.int64), Nodes.whole(1))
