"""The answer for a window does not depend on the other windows, their order or the blocks."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.kernels.window_tiles import STRETCH
from genomedb.virtual import quantiles
from genomedb.virtual.elements import Elements, FrameElements
from genomedb.virtual.signal import SIGNAL_FUNCTIONS, signal_function


class OneChrom:
    n_chroms = 1

    def __init__(self, elements):
        self.elements = elements

    def __call__(self, code):
        return self.elements


class Bins(Elements):
    is_dense = True

    def __init__(self, values):
        self.values, self.size = values, values.size

    def ranges(self, start, end):
        return start, end

    def read(self, first, last):
        return self.values[first:last]

    def starts(self, index):
        return index

    def ends(self, index):
        return index + 1


RNG = np.random.default_rng(5)
N = 2 * STRETCH + 5000
VALUES = np.where(RNG.random(N) < 0.2, math.nan, RNG.lognormal(0, 4, N)).astype(np.float32)


def bits(answers):
    return np.asarray(answers).view(np.int64)


@st.composite
def window_sets(draw):
    """Start and end of windows of some usual and some odd kinds."""
    n = draw(st.integers(1, 60))
    seed = draw(st.integers(0, 2**31))
    rng = np.random.default_rng(seed)
    step = draw(st.sampled_from([0, 1, 3, 1000]))
    width = draw(st.sampled_from([1, 15, 16, 17, 40, 1000, 40_000, STRETCH, 2 * STRETCH]))
    begin = draw(st.integers(0, N - 1) | st.integers(STRETCH - 50, STRETCH + 10))
    start = np.minimum(begin + step * np.arange(n), N - 1)
    if draw(st.booleans()):
        rng.shuffle(start)
    if draw(st.booleans()):
        width = rng.integers(1, width + 1, n)
    return start, np.minimum(start + width, N)


@pytest.mark.parametrize("name", SIGNAL_FUNCTIONS)
@settings(max_examples=25, deadline=None)
@given(window_sets(), st.booleans(), st.data())
def test_blocks_never_change_an_answer(name, windows, is_disjoint, data):
    start, end = windows
    p = 0.37 if name == "quantile" else None
    source = OneChrom(Bins(VALUES))
    if name.startswith("global"):  # all its values are counted for each function
        source, start, end = OneChrom(Bins(VALUES[:1000])), start % 900, start % 900 + 50
    whole = signal_function(name, source, params=p, is_disjoint=is_disjoint)(0, start, end)
    function = signal_function(name, source, params=p, is_disjoint=is_disjoint)
    cuts = data.draw(st.lists(st.integers(0, start.size), max_size=5))
    bounds = [0, *sorted(cuts), start.size]
    pairs = list(itertools.pairwise(bounds))
    if data.draw(st.booleans()):
        pairs.reverse()
    answer = np.empty(start.size)
    for a, b in pairs:
        answer[a:b] = function(0, start[a:b], end[a:b])
    assert np.array_equal(bits(answer), bits(whole))
    order = np.random.default_rng(1).permutation(start.size)
    assert np.array_equal(bits(function(0, start[order], end[order])), bits(whole[order]))


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5)), max_size=30),
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), min_size=1, max_size=30),
)
def test_windows_find_the_records_they_overlap(gaps, windows):
    steps = np.cumsum(np.array(gaps, np.int64).reshape(-1, 2).ravel())
    starts, ends = steps[::2], steps[1::2]
    elements = FrameElements(starts, ends, np.zeros(starts.size))
    start = np.array([a for a, _ in windows])
    end = start + [w for _, w in windows]
    first, last = elements.ranges(start, end)
    for i in range(start.size):
        hits = np.flatnonzero((starts < end[i]) & (ends > start[i]))
        assert np.arange(first[i], last[i]).tolist() == hits.tolist()
        assert 0 <= first[i] <= last[i] <= starts.size


@settings(max_examples=60)
@given(window_sets(), st.sampled_from([0, 0.25, 0.5, 0.999, 1]), st.booleans())
def test_the_ways_to_a_quantile_agree(windows, p, single):
    values = VALUES if single else VALUES.astype(np.float64)
    start, end = windows[0][:8], windows[1][:8]
    elements = Bins(values)
    moved = quantiles._moved(elements, start, end, p)
    selected = quantiles._selected(elements, start, end, p)
    streamed = [
        quantiles._streamed(elements, a, b, p)
        for a, b in zip(start[:2].tolist(), end[:2].tolist(), strict=True)
    ]
    assert np.array_equal(bits(moved), bits(selected))
    assert np.array_equal(bits(streamed), bits(moved[:2]))
