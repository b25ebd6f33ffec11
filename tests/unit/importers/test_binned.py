"""Overlap-weighted means against a twin that looks at every base of every bin."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.importers import binned
from genomedb.importers.binned import iter_bin_means, iter_bin_values
from genomedb.importers.spool import Piece
from genomedb.virtual import bin_functions
from genomedb.virtual.bin_functions import FUNCTIONS, iter_bins

NAN = math.nan


def pieces_of(rows, cut):
    rows = sorted(rows, key=lambda row: row[0])
    for at in range(0, len(rows), cut):
        start, end, value = zip(*rows[at : at + cut], strict=True)
        yield Piece(np.array(start, np.int32), np.array(end, np.int32), np.array(value, float))


def means(rows, length, bin_size, defval=NAN, cut=3):
    windows = list(iter_bin_means(pieces_of(rows, cut), length, bin_size, defval))
    return np.concatenate(windows) if windows else np.empty(0)


def slow_means(rows, length, bin_size, defval):
    """Mean of each bin, interval after interval, as the rule is written."""
    out = []
    for first in range(0, length, bin_size):
        last = min(first + bin_size, length)
        overlaps = [
            (min(end, last) - max(start, first), value)
            for start, end, value in rows
            if not math.isnan(value) and min(end, last) > max(start, first)
        ]
        covered = sum(n for n, _ in overlaps)
        if not math.isnan(defval):
            left = max(0, last - first - covered)
            overlaps.append((left, defval))
            covered += left
        out.append(sum(n * v for n, v in overlaps) / covered if covered else NAN)
    return np.array(out)


def interval(length):
    def ordered(pair):
        low, high = sorted(pair)
        return low, high + 1

    ends = st.tuples(st.integers(0, length - 1), st.integers(0, length - 1)).map(ordered)
    value = st.just(NAN) | st.floats(-100, 100, width=16)
    return st.tuples(ends, value).map(lambda item: (*item[0], item[1]))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(interval(97), max_size=12),
    st.sampled_from([1, 2, 7, 10, 97, 200]),
    st.sampled_from([NAN, 0.0, -1.5]),
    st.sampled_from([1, 2, 5, 1000]),
    st.sampled_from([1, 3, 1000]),
)
def test_any_intervals_in_any_windows_give_the_means_of_the_twin(
    rows, bin_size, defval, window, cut
):
    """Long intervals span several windows; overlaps and missing values are among them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(binned, "WINDOW_BINS", window)
        found = means(rows, 97, bin_size, defval, cut)
    np.testing.assert_allclose(found, slow_means(rows, 97, bin_size, defval), rtol=1e-9, atol=1e-9)


def test_an_interval_over_the_whole_chromosome_reaches_every_window(monkeypatch):
    monkeypatch.setattr(binned, "WINDOW_BINS", 2)
    rows = [(0, 100, 1.0), (35, 36, 5.0), (95, 100, 3.0)]
    np.testing.assert_allclose(means(rows, 100, 10), slow_means(rows, 100, 10, NAN))


RULES = [  # the table of the specification: intervals, length, bin, default, bin number -> value
    ([(0, 15, 1), (15, 40, 5), (35, 38, 100)], 1000, 20, NAN, [2.0, 400 / 23, NAN]),
    ([(0, 10, 4)], 1000, 20, -1, [1.5, -1]),
    ([(100, 130, 7)], 1000, 20, -1, [-1] * 5 + [7, 3, -1]),
    ([(0, 20, 2), (0, 20, 4)], 1000, 20, NAN, [3]),
    ([(0, 5, NAN), (5, 10, 3)], 1000, 10, NAN, [3]),
    ([(0, 5, 4), (0, 5, 4)], 1000, 10, 0, [4, 0]),
    ([(0, 3, 4), (0, 3, 4)], 1000, 10, 0, [2.4]),
    ([(0, 3, 4), (6, 8, 4)], 1000, 10, 0, [2]),
    ([(20, 30, 2), (25, 35, 4)], 1000, 10, NAN, [NAN, NAN, 40 / 15, 4]),
    ([(200, 203, 5)], 205, 10, 0, [0] * 20 + [3]),
]


@pytest.mark.parametrize(("rows", "length", "bin_size", "defval", "expected"), RULES)
def test_the_rule_for_default_values(rows, length, bin_size, defval, expected):
    found = means(rows, length, bin_size, defval)
    assert found.size == -(-length // bin_size)
    np.testing.assert_allclose(found[: len(expected)], expected)


ROWS = st.tuples(st.integers(0, 90), st.integers(1, 40), st.sampled_from([1.0, -2.0, 5.0, NAN]))


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(ROWS, max_size=12),
    bin_size=st.integers(1, 40),
    defval=st.sampled_from([NAN, 0.0, -3.0]),
    function=st.sampled_from(list(FUNCTIONS)),
    window=st.integers(1, 9),
    cut=st.integers(1, 5),
)
def test_every_function_gives_what_it_gives_of_whole_chromosomes(
    rows, bin_size, defval, function, window, cut
):
    rows = sorted((s, min(s + n, 97), v) for s, n, v in rows)
    start, end, value = (np.array([row[i] for row in rows]) for i in range(3))
    whole = iter_bins(
        start.astype(np.int64), end.astype(np.int64), value.astype(float),
        length=97, width=bin_size, default=defval, function=function,
    )  # fmt: skip
    expected = np.concatenate(list(whole))
    with pytest.MonkeyPatch.context() as patch:
        for module in (binned, bin_functions):
            patch.setattr(module, "WINDOW_BINS", window)
        found = iter_bin_values(pieces_of(rows, cut), 97, bin_size, defval, function)
        found = np.concatenate(list(found))
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def test_windows_are_bounded(monkeypatch):
    monkeypatch.setattr(binned, "WINDOW_BINS", 4)
    sizes = [w.size for w in iter_bin_means(iter([]), 95, 10, NAN)]
    assert sizes == [4, 4, 2]
