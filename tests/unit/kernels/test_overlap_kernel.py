"""OverlapIndex finds what comparing every interval with every query finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.errors import UsageError
from genomedb.kernels.overlap import OverlapIndex


def slow(start, end, first, last):
    found = [
        [i for i in range(len(start)) if start[i] < b and end[i] > a]
        for a, b in zip(first, last, strict=True)
    ]
    return [i for part in found for i in part], np.concatenate(([0], np.cumsum([*map(len, found)])))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([0, 1, 15, 16, 17, 255, 257, 300]), st.integers(1, 200),
    st.integers(0, 20), st.integers(0, 2**32 - 1), st.booleans(),
)  # fmt: skip
def test_the_hits_are_those_of_a_slow_search(n, span, n_queries, seed, in_order):
    rng = np.random.default_rng(seed)
    start = np.sort(rng.integers(0, span, n))
    end = start + rng.integers(1, 10, n)
    end[rng.random(n) < 0.05] = span + 20
    if in_order:  # no interval inside another: found another way
        end = np.sort(end)
    first = rng.integers(0, span, n_queries)
    last = first + rng.integers(1, 30, n_queries)
    index, offset = OverlapIndex(start, end).find(first, last)
    expected, edges = slow(start, end, first, last)
    assert index.tolist() == expected
    assert offset.tolist() == edges.tolist()


def test_intervals_that_only_touch_do_not_overlap():
    index, offset = OverlapIndex([0, 10], [10, 20]).find([10, 20], [11, 30])
    assert (index.tolist(), offset.tolist()) == ([1], [0, 1, 1])


def test_unsorted_starts_and_other_lengths_are_refused():
    with pytest.raises(UsageError, match="starts must be sorted"):
        OverlapIndex([5, 4], [6, 7])
    with pytest.raises(UsageError, match="2 starts and 1 ends"):
        OverlapIndex([5, 6], [7])
    with pytest.raises(UsageError, match="1 query starts and 2 query ends"):
        OverlapIndex([5], [7]).find([1], [2, 3])
