"""Bins against the definition, and against the cases of the misha documentation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from genomedb.errors import UsageError
from genomedb.kernels.binning import VALUE_DTYPES, accumulate_overlap, bin_mean, finish_mean

NAN = float("nan")
signals = arrays(
    np.float32, st.integers(0, 200), elements=st.floats(-1e6, 1e6, width=32) | st.just(NAN)
)


def slow_bin_mean(values, width):
    """The definition, one bin at a time."""
    bins = [values[i : i + width] for i in range(0, len(values), width)]
    kept = [[float(v) for v in b if v == v] for b in bins]
    return [sum(b) / len(b) if b else NAN for b in kept], [len(b) for b in kept]


@given(signals, st.integers(1, 40))
def test_bin_mean_matches_its_definition(values, width):
    mean, n_seen = bin_mean(values, width)
    slow_mean, slow_seen = slow_bin_mean(values, width)
    np.testing.assert_allclose(mean, slow_mean, rtol=1e-12, atol=0)
    np.testing.assert_array_equal(n_seen, slow_seen)


@pytest.mark.parametrize("dtype", VALUE_DTYPES)
@pytest.mark.parametrize("order", ["<", ">"])
def test_bin_mean_takes_every_stored_dtype(dtype, order):
    mean, n_seen = bin_mean(np.arange(5).astype(np.dtype(dtype).newbyteorder(order)), 2)
    assert mean.tolist() == [0.5, 2.5, 4.0]
    assert n_seen.tolist() == [2, 2, 1]


def test_a_bin_wider_than_the_values_holds_them_all():
    assert bin_mean([1.0, 2.0], 2**62)[0].tolist() == [1.5]


@pytest.mark.parametrize("width", [0, -3])
def test_a_width_below_one_is_refused_by_name(width):
    with pytest.raises(UsageError, match=f"bin width must be at least 1, not {width}"):
        bin_mean([1.0, 2.0], width)


@pytest.mark.parametrize("values", [["a"], [[1.0]], [1j]])
def test_values_that_are_no_signal_are_refused(values):
    with pytest.raises(UsageError, match="cannot bin"):
        bin_mean(values, 2)


def binned(intervals, bin_size, length, defval=NAN, first_bin=0, n_bins=None):
    n_bins = -(-length // bin_size) - first_bin if n_bins is None else n_bins
    total, covered = np.zeros(n_bins), np.zeros(n_bins)
    start, end, value = (list(column) for column in zip(*intervals, strict=True))
    accumulate_overlap(
        start, end, value, bin_size=bin_size, first_bin=first_bin, total=total, covered=covered
    )
    return finish_mean(
        total, covered, bin_size=bin_size, first_bin=first_bin, chrom_length=length, defval=defval
    )


ROW_ONE = [(0, 15, 1), (15, 40, 5), (35, 38, 100)]


@pytest.mark.parametrize(
    ("intervals", "bin_size", "length", "defval", "expected"),
    [
        (ROW_ONE, 20, 60, NAN, [2.0, 400 / 23, NAN]),
        ([(0, 10, 4)], 20, 20, -1, [1.5]),
        ([(100, 130, 7)], 20, 160, -1, [-1, -1, -1, -1, -1, 7, 3, -1]),
        ([(0, 20, 2), (0, 20, 4)], 20, 20, NAN, [3]),
        ([(0, 5, NAN), (5, 10, 3)], 10, 10, NAN, [3]),
        ([(200, 203, 5)], 10, 205, 0, [0] * 20 + [3]),
        ([(0, 5, 4), (0, 5, 4)], 10, 10, 0, [4]),
        ([(0, 3, 4), (0, 3, 4)], 10, 10, 0, [2.4]),
        ([(0, 3, 4), (6, 8, 4)], 10, 10, 0, [2]),
        ([(20, 30, 2), (25, 35, 4)], 10, 40, NAN, [NAN, NAN, 40 / 15, 4]),
        ([(0, 5, 1), (10, 15, 2), (20, 25, 3)], 10, 40, NAN, [1, 2, 3, NAN]),
        ([(0, 5, 1), (10, 15, 2), (20, 25, 3)], 10, 40, 0, [0.5, 1, 1.5, 0]),
        ([(10, 14, 7), (20, 24, 8)], 10, 40, NAN, [NAN, 7, 8, NAN]),
        ([(10, 14, 7), (20, 24, 8)], 10, 40, 0, [0, 2.8, 3.2, 0]),
        ([(5, 35, 1), (5, 5, 9), (9, 7, 9)], 10, 40, NAN, [1, 1, 1, 1]),
    ],
)
def test_weighted_mean_cases(intervals, bin_size, length, defval, expected):
    np.testing.assert_allclose(binned(intervals, bin_size, length, defval), expected, rtol=1e-12)


def slow_weighted_mean(intervals, bin_size, length, defval):
    """The definition, base by base."""
    result = []
    for left in range(0, length, bin_size):
        right = min(left + bin_size, length)
        terms = [(v, max(0, min(e, right) - max(s, left))) for s, e, v in intervals if v == v]
        weight = sum(o for _, o in terms)
        if defval == defval:
            terms.append((defval, max(0, right - left - weight)))
        weight = sum(o for _, o in terms)
        result.append(sum(v * o for v, o in terms) / weight if weight else NAN)
    return result


intervals_of_1000 = st.lists(
    st.tuples(
        st.integers(0, 999), st.integers(1, 300), st.floats(-1e3, 1e3, width=32) | st.just(NAN)
    ).map(lambda t: (t[0], min(t[0] + t[1], 1000), t[2])),
    min_size=1,
    max_size=30,
)


@given(intervals_of_1000, st.integers(1, 400), st.sampled_from([NAN, 0.0, -2.5]))
def test_weighted_mean_matches_its_definition(intervals, bin_size, defval):
    np.testing.assert_allclose(
        binned(intervals, bin_size, 1000, defval),
        slow_weighted_mean(intervals, bin_size, 1000, defval),
        rtol=1e-9,
        atol=1e-9,
    )


@given(intervals_of_1000, st.integers(1, 100), st.integers(1, 7))
def test_windows_join_to_the_whole(intervals, bin_size, window):
    n_bins = -(-1000 // bin_size)
    parts = [
        binned(intervals, bin_size, 1000, 1.0, at, min(window, n_bins - at))
        for at in range(0, n_bins, window)
    ]
    np.testing.assert_array_equal(np.concatenate(parts), binned(intervals, bin_size, 1000, 1.0))


def test_a_bin_nothing_covers_is_exactly_the_default():
    assert binned([(0, 1, 1)], 3, 30, 0.1)[1:].tolist() == [0.1] * 9


def test_windows_that_are_none_are_refused():
    total, covered = np.zeros(2), np.zeros(3)
    with pytest.raises(UsageError, match="total has 2 bins but covered 3"):
        accumulate_overlap([1], [2], [3], bin_size=1, first_bin=0, total=total, covered=covered)
    with pytest.raises(UsageError, match="bin size 0"):
        accumulate_overlap([1], [2], [3], bin_size=0, first_bin=0, total=total, covered=total)
    with pytest.raises(UsageError, match="not one length"):
        accumulate_overlap([1], [2, 3], [3], bin_size=1, first_bin=0, total=total, covered=total)
    with pytest.raises(UsageError, match="do not fit"):
        finish_mean(total, total, bin_size=5, first_bin=3, chrom_length=20)
    with pytest.raises(UsageError, match="float64"):
        finish_mean(total.astype("f4"), total, bin_size=5, first_bin=0, chrom_length=20)
