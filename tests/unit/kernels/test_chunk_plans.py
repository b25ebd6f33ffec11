"""Plans of reads: which bytes of which chunks go where."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from genomedb.kernels.chunks import plan_segments

windows = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 40)), min_size=1, max_size=6)


@given(windows, st.integers(1, 17), st.sampled_from([1, 2, 4, 8]))
def test_a_plan_copies_each_item_of_the_windows_in_order(given_windows, chunk_items, itemsize):
    first = np.array([a for a, _ in given_windows])
    last = first + np.array([n for _, n in given_windows])
    plan = plan_segments(first, last, chunk_items, itemsize)
    items = np.arange(200)
    found = np.full(int((last - first).sum()), -1)
    assert (np.diff(plan.chunk) > 0).all()
    for i, number in enumerate(plan.chunk.tolist()):
        chunk = items[number * chunk_items : (number + 1) * chunk_items]
        assert plan.first[i] < plan.first[i + 1]  # no chunk is decoded for nothing
        for s in range(plan.first[i], plan.first[i + 1]):
            src, dst, n = (int(x[s]) // itemsize for x in (plan.src, plan.dst, plan.length))
            assert 0 <= src < src + n <= chunk_items
            found[dst : dst + n] = chunk[src : src + n]
    wanted = np.concatenate([items[a:b] for a, b in zip(first, last, strict=True)])
    assert np.array_equal(found, wanted)
