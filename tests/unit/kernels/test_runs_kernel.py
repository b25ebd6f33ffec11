"""runs_of_equal against itertools, and text of numbers against float()."""

import itertools
import locale
import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from genomedb.errors import UsageError
from genomedb.kernels.runs import runs_of_equal
from genomedb.kernels.textout import format_pairs, format_rows, format_values

few_values = st.sampled_from([0.0, -0.0, 1.5, 2.0, float("nan"), float("inf")])


def slow_runs(values, missing=None):
    """One value at a time; equal means the same bits."""
    runs, at = [], 0
    for _, group in itertools.groupby(values, key=lambda v: struct.pack("d", v)):
        members = list(group)
        if not math.isnan(members[0]) and members[0] != missing:
            runs.append((at, at + len(members), members[0]))
        at += len(members)
    return runs


@given(arrays(np.float32, st.integers(0, 60), elements=few_values))
def test_float_runs_match_their_definition(values):
    starts, ends, run_values = runs_of_equal(values)
    expected = slow_runs(values.tolist())
    assert list(zip(starts.tolist(), ends.tolist(), strict=True)) == [run[:2] for run in expected]
    assert [str(v) for v in run_values.tolist()] == [str(run[2]) for run in expected]
    assert run_values.dtype == np.float32


@given(
    arrays(np.uint8, st.integers(0, 60), elements=st.integers(0, 3)), st.sampled_from([None, 0, 2])
)
def test_integer_runs_leave_out_the_missing_value(values, missing):
    starts, ends, run_values = runs_of_equal(values, missing=missing)
    found = list(zip(starts.tolist(), ends.tolist(), run_values.tolist(), strict=True))
    assert found == slow_runs(values.tolist(), missing)


def test_a_missing_value_must_fit():
    with pytest.raises(UsageError, match="does not fit in uint8"):
        runs_of_equal(np.zeros(3, np.uint8), missing=-1)
    with pytest.raises(UsageError, match="NaN is missing"):
        runs_of_equal(np.zeros(3), missing=0)


@given(st.lists(st.floats(width=32), max_size=20))
def test_float32_text_reads_back(numbers):
    values = np.array(numbers, np.float32)
    words = format_values(values).split()
    with np.errstate(over="ignore"):
        back = np.array([float(word) for word in words], np.float64).astype(np.float32)
    np.testing.assert_array_equal(back, values)
    np.testing.assert_array_equal(np.signbit(back), np.signbit(values) & ~np.isnan(values))


@given(st.lists(st.floats(), max_size=20))
def test_float64_text_reads_back(numbers):
    words = format_values(np.array(numbers, np.float64)).split()
    np.testing.assert_array_equal([float(word) for word in words], numbers)


@given(st.integers(-(10**6), 10**6), st.integers(0, 4), st.sampled_from([np.float32, np.float64]))
def test_short_decimals_stay_short(number, n_decimals, dtype):
    if dtype == np.float32:
        number //= 10
    value = dtype(number / 10**n_decimals)
    text = format_values([value]) if dtype == np.float64 else format_values(np.array([value]))
    assert len(text) - 1 <= len(f"{number / 10**n_decimals:.{n_decimals}f}")


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (np.array([0.1, 100, 63.69617], np.float32), b"0.1\n100\n63.69617\n"),
        (np.array([1e-20, 3e38], np.float32), b"1e-20\n3e+38\n"),
        (np.array([0.1, 1 / 3, 1e300, 5e-324]), b"0.1\n0.3333333333333333\n1e+300\n5e-324\n"),
        (np.array([np.nan, np.inf, -np.inf, -0.0]), b"nan\ninf\n-inf\n-0\n"),
        (
            np.array([0, -1, 2**63 - 1, -(2**63)]),
            b"0\n-1\n9223372036854775807\n-9223372036854775808\n",
        ),
        (np.array([255, 0], np.uint8), b"255\n0\n"),
        (np.array([0.5], np.float16), b"0.5\n"),
        (np.array([]), b""),
    ],
)
def test_numbers_are_written_in_their_shortest_form(values, text):
    assert format_values(values) == text


@given(st.lists(st.tuples(st.integers(0, 2**62), st.integers(0, 2**62), st.integers()), max_size=9))
def test_rows_are_what_python_would_write(rows):
    rows = [(a, b, v % 1000) for a, b, v in rows]
    columns = [np.array(column, np.int64) for column in zip(*rows, strict=True)] or [[], [], []]
    expected = "".join(f"chrX\t{a}\t{b}\t{v}\n" for a, b, v in rows)
    assert format_rows(b"chrX", *columns).decode() == expected
    assert format_pairs(columns[0], columns[2]).decode() == "".join(
        f"{a} {v}\n" for a, _, v in rows
    )


def test_the_locale_of_the_process_changes_nothing():
    before = locale.setlocale(locale.LC_NUMERIC)
    try:
        for name in ("de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "C"):
            try:
                locale.setlocale(locale.LC_NUMERIC, name)
                break
            except locale.Error:
                continue
        assert format_values(np.array([1 / 3])) == b"0.3333333333333333\n"
    finally:
        locale.setlocale(locale.LC_NUMERIC, before)


def test_columns_of_different_length_are_refused():
    with pytest.raises(UsageError, match="1 starts, 1 ends and 2 values"):
        format_rows(b"c", [1], [2], [3, 4])
    with pytest.raises(UsageError, match="empty"):
        format_rows(b"", [1], [2], [3])
    with pytest.raises(UsageError, match="as text"):
        format_values(["a"])
    with pytest.raises(UsageError, match="cannot be written"):
        format_values(np.array([2**63], np.uint64))
