"""The summary pyramid: the same answers as the bins, however it was built and asked."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomedb.errors import FormatError, UsageError
from genomedb.storage import pyramid as module
from genomedb.storage.pyramid import (
    LEVELS,
    Pyramid,
    PyramidBuilder,
    stored_levels,
    summarise_bins,
)

DTYPES = ["float32", "float64", "int8", "uint8", "int16", "uint16", "int32", "uint32"]
SMALL = (2, 4, 7)


def signal(size, dtype, seed=0):
    """Values, and the one that is missing; long stretches have none."""
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 100, size).astype(dtype)
    missing = None if dtype.startswith("f") else 99
    gone = (rng.random(size) < 0.2) | (np.arange(size) % 500 > 350)
    values[gone] = np.nan if missing is None else missing
    return values, missing


def built(values, missing, levels=SMALL):
    builder = PyramidBuilder(values.size, values.dtype, missing, levels)
    builder.add(values)
    return builder.finish()


class Reader:
    """Bins in memory; counts what is asked."""

    def __init__(self, values):
        self.values, self.calls = values, []

    def __call__(self, first, last):
        self.calls.append(int((last - first).sum()))
        parts = [self.values[a:b] for a, b in zip(first, last, strict=True)]
        offset = np.concatenate(([0], np.cumsum(last - first))).astype(np.int64)
        return np.concatenate([self.values[:0], *parts]), offset


def opened(values, missing, levels=SMALL):
    made = built(values, missing, levels)
    loads = []

    def load(k, field):
        loads.append((k, field))
        return getattr(made[k], field)

    return Pyramid(load, values.size, list(made), missing), Reader(values), loads


def slow_summary(values, missing, first, last):
    """One region, by numpy in float64."""
    part = values[first:last].astype(float)
    kept = part[~np.isnan(part)] if missing is None else part[part != missing]
    ends = (kept.min(), kept.max()) if kept.size else (np.nan, np.nan)
    return part.size, kept.size, kept.sum(), (kept**2).sum(), *ends


def assert_summary(summary, values, missing, first, last):
    wanted = [slow_summary(values, missing, a, b) for a, b in zip(first, last, strict=True)]
    columns = (summary.n_bins, summary.count, summary.sum, summary.sumsq, summary.min, summary.max)
    for k, column in enumerate(columns):  # sums of small whole numbers are exact
        np.testing.assert_array_equal(column, np.array([w[k] for w in wanted]).reshape(-1))


@given(
    st.sampled_from(DTYPES),
    st.integers(1, 3000),
    st.sets(st.integers(0, 9), max_size=4),
    st.data(),
)
def test_ranges_have_the_statistics_of_their_bins(dtype, size, levels, data):
    values, missing = signal(size, dtype)
    edge = st.integers(0, size) | st.sampled_from([0, size, size // 2])
    pairs = [sorted(p) for p in data.draw(st.lists(st.tuples(edge, edge), max_size=6))]
    first, last = [p[0] for p in pairs], [p[1] for p in pairs]
    pyramid, reader, _ = opened(values, missing, tuple(levels))
    assert_summary(pyramid.summarise(first, last, reader), values, missing, first, last)
    assert len(reader.calls) <= 1
    whole = summarise_bins(first, last, reader, missing)
    assert_summary(whole, values, missing, first, last)


@given(st.sampled_from(DTYPES), st.lists(st.integers(0, 90), max_size=30))
def test_pieces_of_any_length_make_the_same_levels(dtype, sizes):
    values, missing = signal(sum(sizes), dtype)
    if dtype.startswith("f"):
        values += np.asarray(0.1, dtype)  # so that the order of adding shows
    whole = built(values, missing)
    builder = PyramidBuilder(values.size, dtype, missing, SMALL)
    at = 0
    for size in sizes:
        builder.add(values[at : at + size])
        builder = pickle.loads(pickle.dumps(builder))
        at += size
    made = builder.finish()
    assert list(made) == list(whole) == list(stored_levels(values.size, SMALL))
    for k in made:
        for a, b in zip(made[k], whole[k], strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("dtype", DTYPES)
def test_each_level_has_the_statistics_of_its_blocks(dtype):
    values, missing = signal(1001, dtype)
    made = built(values, missing)
    assert list(made) == [2, 4, 7]
    for k, level in made.items():
        first = range(0, 1001, 1 << k)
        wanted = [slow_summary(values, missing, a, a + (1 << k))[1:] for a in first]
        np.testing.assert_array_equal(np.array(level).T, wanted)


def test_the_order_of_ranges_and_overlaps_do_not_matter():
    values, missing = signal(2000, "float32")
    values += np.float32(0.1)
    pyramid, reader, _ = opened(values, missing)
    first = np.array([5, 0, 700, 5, 64, 1999])
    last = np.array([1990, 2000, 701, 900, 1500, 2000])
    together = pyramid.summarise(first, last, reader)
    for i in (3, 0, 5, 4, 2):
        alone = pyramid.summarise(first[i : i + 1], last[i : i + 1], reader)
        for name in ("n_bins", "count", "sum", "sumsq", "min", "max"):
            assert getattr(alone, name)[0] == getattr(together, name)[i] or alone.count[0] == 0


def test_a_range_without_values_has_no_extremes():
    values, missing = np.full(1000, np.nan, np.float32), None
    pyramid, reader, _ = opened(values, missing)
    found = pyramid.summarise([0, 3, 4], [1000, 999, 4], reader)
    assert (found.count.tolist(), found.sum.tolist()) == ([0, 0, 0], [0, 0, 0])
    assert np.isnan([found.min, found.max, found.mean, found.std]).all()
    assert found.n_bins.tolist() == [1000, 996, 0]


def test_infinite_values_pass_through():
    values = np.ones(1000, np.float32)
    values[[100, 900]] = np.inf, -np.inf
    pyramid, reader, _ = opened(values, None)
    found = pyramid.summarise([0, 1, 300], [1000, 500, 700], reader)
    assert np.isnan(found.sum[0])
    assert found.sum[1:].tolist() == [np.inf, 400]
    assert (found.min.tolist(), found.max.tolist()) == ([-np.inf, 1, 1], [np.inf, np.inf, 1])


def test_a_whole_chromosome_loads_the_coarsest_level_once_and_no_bins():
    values, missing = signal(2000, "uint16")
    pyramid, reader, loads = opened(values, missing)
    for _ in range(3):
        assert_summary(pyramid.summarise([0], [2000], reader), values, missing, [0], [2000])
    assert {k for k, _ in loads} == {7}
    assert len(loads) == 5
    assert reader.calls == []
    with pytest.raises(ValueError, match="read-only"):
        pyramid.summarise([0], [2000], reader).sum[0] = 3


def test_only_the_ends_of_ranges_are_read():
    values, missing = signal(2000, "uint16")
    pyramid, reader, _ = opened(values, missing)
    pyramid.summarise([1, 4, 400], [1998, 2000, 403], reader)
    assert reader.calls == [3 + 2 + 3]


def test_short_ranges_load_no_level():
    values, missing = signal(2000, "uint16")
    pyramid, reader, loads = opened(values, missing)
    pyramid.summarise([0, 90], [15, 100], reader)
    assert loads == []


def test_bins_are_read_in_batches_of_bounded_size(monkeypatch):
    monkeypatch.setattr(module, "_BATCH", 100)
    values, missing = signal(5000, "int16")
    reader = Reader(values)
    first, last = [0, 7, 4000, 30, 40], [5000, 7, 4100, 90, 85]
    assert_summary(summarise_bins(first, last, reader, missing), values, missing, first, last)
    assert max(reader.calls) <= 100
    assert sum(reader.calls) == 5000 + 100 + 60 + 45
    pyramid, reader, _ = opened(values, missing, (6,))
    first, last = np.arange(0, 3000, 13), np.arange(0, 3000, 13) + 1500
    assert_summary(pyramid.summarise(first, last, reader), values, missing, first, last)
    assert max(reader.calls) <= 100


def test_no_ranges_give_an_empty_summary():
    values, missing = signal(2000, "uint16")
    pyramid, reader, _ = opened(values, missing)
    assert len(pyramid.summarise([], [], reader)) == 0
    assert len(summarise_bins([], [], reader, missing)) == 0


def test_short_chromosomes_store_no_level():
    lowest = 1 << LEVELS[0]
    assert stored_levels(3 * lowest) == ()
    assert stored_levels(3 * lowest + 1) == LEVELS[:1]
    assert stored_levels(250_000_000) == LEVELS
    builder = PyramidBuilder(10, "float32")
    builder.add(np.ones(10, np.float32))
    assert builder.finish() == {}
    with pytest.raises(UsageError, match="no level is stored"):
        Pyramid(lambda k, field: np.empty(0), 10, ()).total  # noqa: B018


def test_too_many_or_too_few_values_are_refused():
    builder = PyramidBuilder(100, "float32", None, SMALL)
    builder.add(np.ones(99, np.float32))
    with pytest.raises(UsageError, match="99 values came for a column of 100"):
        builder.finish()
    with pytest.raises(UsageError, match="101 values came for a column of 100"):
        builder.add(np.ones(2, np.float32))
    with pytest.raises(UsageError, match="2 dimensions"):
        PyramidBuilder(100, "float32").add(np.ones((2, 2), np.float32))


def test_ranges_outside_the_chromosome_are_refused():
    values, missing = signal(2000, "uint16")
    pyramid, reader, _ = opened(values, missing)
    with pytest.raises(UsageError, match="range 1, 3 to 2001, is not inside the 2000 bins"):
        pyramid.summarise([0, 3], [9, 2001], reader)


@pytest.mark.parametrize(
    ("field", "change", "message"),
    [
        ("sum", lambda a: a[:-1], r"sum of level 7 of the summary pyramid is float64 of shape"),
        ("count", lambda a: a.astype(np.int32), "count of level 7 .* is int32"),
        ("count", lambda a: a + 129, "count of level 7 .* is not between 0 and 128"),
        ("count", lambda a: a - 129, "count of level 7 .* is not between 0 and 128"),
    ],
)
def test_a_level_that_is_not_what_the_format_says_is_refused(field, change, message):
    values, missing = signal(2000, "uint16")
    made = built(values, missing)

    def load(k, name):
        column = getattr(made[k], name)
        return change(column) if name == field and k == 7 else column

    pyramid = Pyramid(load, 2000, SMALL, missing, where="cov.h5/chr1")
    for first, last in ((0, 2000), (1, 2000)):
        with pytest.raises(FormatError, match="cov.h5/chr1: " + message):
            pyramid.summarise([first], [last], Reader(values))
