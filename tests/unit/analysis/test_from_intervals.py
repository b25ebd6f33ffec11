"""Dense and sparse tracks of intervals against one bin at a time."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomedb.analysis.from_intervals import create_dense_from, create_sparse_from
from genomedb.db.create import create_database
from genomedb.errors import ChromError, TrackExistsError, UsageError
from genomedb.virtual import bin_functions
from genomedb.virtual.bin_functions import FUNCTIONS, iter_bins

NAN = float("nan")


def slow_bin(intervals, low, high, default, function):
    """What a function makes of one bin, by its definition."""
    inside = [(min(e, high) - max(s, low), v) for s, e, v in intervals if s < high and e > low]
    inside = [(overlap, v) for overlap, v in inside if not math.isnan(v)]
    if function == "count":
        return len(inside)
    left = max(0, high - low - sum(overlap for overlap, _ in inside))
    if left and not math.isnan(default):
        inside.append((left, default))
    if not inside:
        return NAN
    total = sum(overlap for overlap, _ in inside)
    if function == "weighted.mean":
        return sum(o * v for o, v in inside) / total
    if function == "weighted.sum":
        return sum(o * v for o, v in inside)
    if function == "coverage":
        return sum(o * v for o, v in inside) / (high - low)
    if function in ("max", "min"):
        return (max if function == "max" else min)(v for _, v in inside)
    so_far = 0
    for overlap, v in sorted(inside, key=lambda pair: pair[1]):
        so_far += overlap
        if so_far >= total / 2:
            return v
    return NAN


interval = st.tuples(
    st.integers(0, 92), st.integers(1, 60), st.sampled_from([NAN, -2.0, 0.0, 1.5, 4.0, 9.0])
)


@given(
    rows=st.lists(interval, max_size=12),
    width=st.integers(1, 40),
    default=st.sampled_from([NAN, 0.0, 1.0, -3.0]),
    function=st.sampled_from(list(FUNCTIONS)),
    window=st.integers(1, 9),
)
def test_bins_are_those_of_the_definition(rows, width, default, function, window):
    length = 93
    intervals = sorted((s, min(s + n, length), v) for s, n, v in rows)
    start, end, value = (np.array(c) for c in zip(*intervals, strict=True)) if rows else [[]] * 3
    before, bin_functions.WINDOW_BINS = bin_functions.WINDOW_BINS, window
    try:
        found = np.concatenate(
            list(
                iter_bins(
                    np.asarray(start, np.int64), np.asarray(end, np.int64),
                    np.asarray(value, float),
                    length=length, width=width, default=default, function=function,
                )
            )
        )  # fmt: skip
    finally:
        bin_functions.WINDOW_BINS = before
    expected = [
        slow_bin(intervals, low, min(low + width, length), default, function)
        for low in range(0, length, width)
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@pytest.fixture
def empty(tmp_path):
    return create_database(tmp_path / "root", "toy", {"chr1": 1000, "chr2": 500, "chrX": 205})


def frame(*rows):
    return pd.DataFrame(rows, columns=["chrom", "start", "end"])


@pytest.mark.parametrize(
    ("rows", "values", "options", "expected"),
    [
        ([("chr1", 0, 15), ("chr1", 15, 40), ("chr1", 35, 38)], [1, 5, 100], {},
         {0: 2, 20: 400 / 23, 40: NAN}),
        ([("chr1", 0, 10)], [4], {"default": -1}, {0: 1.5}),
        ([("chr1", 100, 130)], [7], {"default": -1}, {100: 7, 120: 3, 140: -1}),
        ([("chr1", 0, 20)] * 2, [2, 4], {}, {0: 3}),
        ([("chr1", 0, 5), ("chr1", 5, 10)], [NAN, 3], {"bin_size": 10}, {0: 3}),
        ([("chrX", 200, 203)], [5], {"bin_size": 10, "default": 0}, {("chrX", 200): 3}),
        ([("chr1", 0, 5)] * 2, [4, 4], {"bin_size": 10, "default": 0}, {0: 4}),
        ([("chr1", 0, 3)] * 2, [4, 4], {"bin_size": 10, "default": 0}, {0: 2.4}),
        ([("chr1", 0, 5)], [-5], {"bin_size": 10, "default": 0, "function": "max"}, {0: 0}),
        ([("chr1", 0, 5)], [-5], {"bin_size": 10, "default": 1, "function": "weighted.sum"},
         {0: -20, 10: 10}),
        ([("chr1", 0, 5)], [-5], {"bin_size": 10, "default": 1, "function": "coverage"}, {0: -2}),
        ([("chr1", 0, 5)], [-5], {"bin_size": 10, "default": 1, "function": "count"},
         {0: 1, 10: 0}),
        ([("chr1", 0, 10), ("chr1", 2, 6), ("chr1", 4, 10)], [1, 5, 9],
         {"bin_size": 10, "function": "median"}, {0: 1}),
        ([("chr1", 990, 1100)], [2], {"bin_size": 10}, {980: NAN, 990: 2}),
        ([("chr1", 0, 10)], [np.inf], {}, {0: NAN}),
    ],
)  # fmt: skip
def test_worked_bins(empty, rows, values, options, expected):
    create_dense_from(empty, "t", frame(*rows), values, **{"bin_size": 20, **options})
    for place, value in expected.items():
        chrom, start = place if isinstance(place, tuple) else ("chr1", place)
        found = empty["t"].read(chrom, start, start + 1)
        np.testing.assert_allclose(found, [value], rtol=1e-6)


def test_unknown_chromosomes_are_left_out_and_the_order_does_not_matter(empty):
    rows = frame(("2", 10, 20), ("chr9", 0, 9), ("chr1", 30, 40), ("1", 0, 10))
    create_dense_from(empty, "t", rows.assign(more="x"), [1, 2, 3, 4], bin_size=10)
    assert empty["t"].read("chr1")[[0, 3]].tolist() == [4, 3]
    assert empty["t"].read("chr2")[1] == 1
    assert empty["t"].attrs["binsize"] == "10"


@pytest.mark.parametrize(
    ("rows", "values", "options", "error", "message"),
    [
        ([("chr9", 0, 9)], [1], {}, ChromError, "No intervals map to known chromosomes"),
        ([], [], {}, ChromError, "No intervals map to known chromosomes"),
        ([("chr9", 0, 1), ("chr1", -5, 9)], [1, 1], {}, ChromError,
         r"row 1 \(chr1:-5-9\): start is negative"),
        ([("chr1", 9, 9)], [1], {}, UsageError, r"row 0 \(chr1:9-9\): start is not before end"),
        ([("chr1", 1000, 1001)], [1], {}, ChromError, "beyond the chromosome"),
        ([("chr1", 0, 9)], [1, 2], {}, UsageError, "2 values for 1 intervals"),
        ([("chr1", 0, 9)], ["x"], {}, UsageError, "values are not numbers"),
        ([("chr1", 0, 9)], [1], {"bin_size": 0}, UsageError, "bin_size is 0"),
        ([("chr1", 0, 9)], [1], {"bin_size": True}, UsageError, "bin_size is True"),
        ([("chr1", 0, 9)], [1], {"function": "mode"}, UsageError, "function 'mode' is unknown"),
        ([("chr1", 0, 9)], [1], {"default": "x"}, UsageError, "default is 'x'"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(empty, rows, values, options, error, message):
    with pytest.raises(error, match=message):
        create_dense_from(empty, "t", frame(*rows), values, **{"bin_size": 10, **options})
    assert not empty.has_track("t")


def test_a_sparse_track_keeps_its_intervals_as_they_are(empty):
    rows = frame(("chr2", 300, 600), ("chr1", 20, 30), ("chr1", 10, 20), ("chr7", 1, 2))
    create_sparse_from(empty, "s", rows, [1, np.inf, NAN, 4])
    start, end, value = empty["s"].read("chr1")
    assert (start.tolist(), end.tolist()) == ([10, 20], [20, 30])
    assert np.isnan(value).all()
    assert empty["s"].read("chr2").end.tolist() == [500]


def test_values_of_a_sparse_track_may_be_a_column(empty):
    create_sparse_from(empty, "s", frame(("chr1", 1, 2)).assign(value=7))
    assert empty["s"].read("chr1").value.tolist() == [7]
    with pytest.raises(UsageError, match="there are no values"):
        create_sparse_from(empty, "t", frame(("chr1", 1, 2)))


def test_overlaps_of_a_sparse_track_are_refused(empty):
    with pytest.raises(UsageError, match="chr1:0-10 and chr1:9-12 overlap"):
        create_sparse_from(empty, "s", frame(("chr1", 9, 12), ("chr1", 0, 10)), [1, 2])
    assert not empty.has_track("s")


def test_a_name_that_is_taken_stays_as_it_is(empty):
    create_sparse_from(empty, "s", frame(("chr1", 9, 12)), [1])
    with pytest.raises(TrackExistsError, match="already exists"):
        create_dense_from(empty, "s", frame(("chr1", 9, 12)), [1], bin_size=5)
    create_dense_from(empty, "s", frame(("chr1", 9, 12)), [1], bin_size=5, overwrite=True)
    assert empty["s"].track_type == "dense"
