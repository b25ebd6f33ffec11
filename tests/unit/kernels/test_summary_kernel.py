"""Statistics of blocks, segments and levels against a slow and obvious twin."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from genomedb.errors import UsageError
from genomedb.kernels.summary import Stack, Stats, add_ranges, block_stats, no_stats, segment_stats

DTYPES = ["float32", "float64", "int8", "uint8", "int16", "uint16", "int32", "uint32"]


def slow_stats(values, missing=None):
    """The definition, one value at a time; sums by math.fsum where all are finite."""
    if values.dtype.kind == "f":
        kept = [float(v) for v in values if not np.isnan(v)]
    else:
        kept = [float(v) for v in values if missing is None or v != missing]
    if not kept:
        return 0, 0.0, 0.0, math.nan, math.nan
    add = math.fsum if all(map(math.isfinite, kept)) else sum
    return len(kept), add(kept), add(v * v for v in kept), min(kept), max(kept)


def assert_stats(stats, stretches, missing=None):
    wanted = [slow_stats(s, missing) for s in stretches]
    assert stats.count.dtype == np.int64
    assert stats.count.tolist() == [w[0] for w in wanted]
    # Rounding is relative to what was added, not to what is left of it.
    size = np.array([float(np.nansum(np.abs(s.astype(float)))) for s in stretches] or [0.0])
    for column, k in ((stats.sum, 1), (stats.sumsq, 2)):
        slow = np.array([w[k] for w in wanted])
        with np.errstate(invalid="ignore"):
            near = np.abs(column - slow) <= 1e-13 * (size[: slow.size] if k == 1 else slow)
        assert (near | (column == slow) | (np.isnan(column) & np.isnan(slow))).all()
    np.testing.assert_array_equal(stats.min, [w[3] for w in wanted])
    np.testing.assert_array_equal(stats.max, [w[4] for w in wanted])


def values_of(dtype, max_size=300):
    if dtype.startswith("f"):
        some = st.floats(-1e6, 1e6, width=32) | st.sampled_from([math.nan, math.inf, -math.inf])
        return arrays(dtype, st.integers(0, max_size), elements=some)
    limits = np.iinfo(dtype)
    few = st.sampled_from([limits.min, limits.max, 0, 7]) | st.integers(limits.min, limits.max)
    return arrays(dtype, st.integers(0, max_size), elements=few)


@pytest.mark.parametrize("dtype", DTYPES)
@given(st.data(), st.integers(1, 90))
def test_blocks_match_their_definition(dtype, data, block):
    values = data.draw(values_of(dtype))
    missing = None if dtype.startswith("f") else data.draw(st.sampled_from([None, 7, 0]))
    stretches = [values[i : i + block] for i in range(0, values.size, block)]
    assert_stats(block_stats(values, block, missing=missing), stretches, missing)


@pytest.mark.parametrize("dtype", DTYPES)
@given(st.data())
def test_segments_match_their_definition_in_any_order(dtype, data):
    values = data.draw(values_of(dtype))
    missing = None if dtype.startswith("f") else data.draw(st.sampled_from([None, 7, 0]))
    edge = st.integers(0, values.size)
    pairs = [sorted(p) for p in data.draw(st.lists(st.tuples(edge, edge), max_size=8))]
    first, last = [p[0] for p in pairs], [p[1] for p in pairs]
    stats = segment_stats(values, first, last, missing=missing)
    assert_stats(stats, [values[a:b] for a, b in pairs], missing)


@pytest.mark.parametrize("dtype", DTYPES)
def test_long_blocks_are_added_up_in_several_tiles(dtype):
    rng = np.random.default_rng(3)
    values = rng.integers(0, 120, 30_011).astype(dtype)
    missing = None if dtype.startswith("f") else 7
    assert_stats(block_stats(values, 30_011, missing=missing), [values], missing)


@pytest.mark.parametrize("dtype", DTYPES[2:])
def test_the_limits_of_an_integer_type_are_ordinary_values(dtype):
    limits = np.iinfo(dtype)
    for value in (limits.min, limits.max):
        stats = block_stats(np.full(40, value, dtype), 40)
        assert stats.min[0] == stats.max[0] == value
        gone = block_stats(np.full(40, value, dtype), 40, missing=value)
        assert gone.count[0] == 0
        assert np.isnan(gone.min[0])


def test_infinities_follow_ieee():
    stats = block_stats(np.array([np.inf, 1, 2, np.inf, -np.inf, np.nan]), 3)
    assert stats.sum[0] == np.inf
    assert np.isnan(stats.sum[1])
    assert (stats.min.tolist(), stats.max.tolist()) == ([1, -np.inf], [np.inf, np.inf])
    assert stats.count.tolist() == [3, 2]


@given(st.lists(st.integers(0, 40), min_size=1, max_size=60), st.data())
def test_ranges_of_blocks_add_up(values, data):
    values = np.array(values, np.int16)
    blocks = block_stats(values, 4, missing=5)
    edge = st.integers(0, blocks.count.size)
    pairs = [sorted(p) for p in data.draw(st.lists(st.tuples(edge, edge), max_size=5))]
    out = no_stats(len(pairs))
    add_ranges(blocks, [p[0] for p in pairs], [p[1] for p in pairs], out)
    assert_stats(out, [values[4 * a : 4 * b] for a, b in pairs], 5)
    add_ranges(blocks, [0] * len(pairs), [1] * len(pairs), out)
    both = [np.concatenate((values[4 * a : 4 * b], values[:4])) for a, b in pairs]
    assert_stats(out, both, 5)


@given(st.integers(1, 400), st.sets(st.integers(0, 7), min_size=1), st.data())
def test_the_inside_of_a_range_is_its_whole_blocks(size, shifts, data):
    values = np.random.default_rng(size).integers(0, 9, size).astype(np.uint8)
    stack = Stack({k: block_stats(values, 1 << k, missing=8) for k in shifts}, size)
    edge = st.integers(0, size)
    pairs = [sorted(p) for p in data.draw(st.lists(st.tuples(edge, edge), max_size=5))]
    shortest, block = data.draw(st.integers(0, 50)), 1 << min(shifts)
    stats, first, last = stack.inner([p[0] for p in pairs], [p[1] for p in pairs], shortest)
    for (a, b), low, high in zip(pairs, first, last, strict=True):
        inside = [i for i in range(0, size, block) if a <= i and min(i + block, size) <= b]
        if not inside or b - a < shortest:
            assert (low, high) == (a, a)
        else:
            assert (low, high) == (inside[0], min(inside[-1] + block, size))
    assert_stats(stats, [values[a:b] for a, b in zip(first, last, strict=True)], 8)


def test_what_cannot_be_summarised_is_refused():
    with pytest.raises(UsageError, match="blocks of 0 values: a block has at least 1"):
        block_stats([1.0], 0)
    with pytest.raises(UsageError, match="cannot summarise a 2-D array of float64"):
        block_stats(np.zeros((2, 2)), 1)
    for missing in (300, -1, 1.5, math.nan):
        with pytest.raises(UsageError, match=f"missing value {missing} does not fit in uint8"):
            block_stats(np.zeros(2, np.uint8), 1, missing=missing)
    for first, last in (([0], [4]), ([-1], [2]), ([2], [1])):
        with pytest.raises(UsageError, match=r"range 0, .* is not inside the 3 values"):
            segment_stats(np.zeros(3), first, last)
    with pytest.raises(UsageError, match="are not one length"):
        segment_stats(np.zeros(3), [0, 1], [1])
    with pytest.raises(UsageError, match="1 ranges do not go into 2 items"):
        add_ranges(block_stats(np.zeros(3), 1), [0], [1], no_stats(2))
    with pytest.raises(UsageError, match="level 1 of 9 bins does not have 5 items"):
        Stack({1: no_stats(4)}, 9)
    with pytest.raises(UsageError, match="are no pyramid"):
        Stack({}, 9)


def test_fields_have_the_names_of_the_format():
    assert Stats._fields == ("count", "sum", "sumsq", "min", "max")
