"""TrueStretches against one base at a time."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomedb.errors import UsageError
from genomedb.kernels.runs import TrueStretches

flags = st.lists(st.booleans(), max_size=40)


def stretches_of(bases: set[int]) -> list[tuple[int, int]]:
    """Runs of consecutive positions."""
    numbered = enumerate(sorted(bases))
    runs = [[p for _, p in run] for _, run in itertools.groupby(numbered, lambda x: x[1] - x[0])]
    return [(run[0], run[-1] + 1) for run in runs]


def pairs(found: TrueStretches) -> list[tuple[int, int]]:
    return list(zip(*(array.tolist() for array in found.arrays()), strict=True))


@given(flags, st.integers(0, 5), st.integers(1, 4), st.integers(1, 9), st.data())
def test_true_bins_are_joined_over_any_cuts_and_clipped(values, first, width, step, data):
    whole = first * width, (first + len(values)) * width
    lower = data.draw(st.integers(whole[0], whole[0] + width - 1))
    upper = data.draw(st.integers(max(lower + 1, whole[1] - width + 1), max(whole[1], lower + 1)))
    found = TrueStretches(len(values))
    for i in range(0, len(values), step):
        part = np.array(values[i : i + step], bool)
        found.add_bins(part, first=first + i, width=width, lower=lower, upper=upper)
    bases = {p for i, v in enumerate(values) if v
             for p in range((first + i) * width, (first + i + 1) * width)
             if lower <= p < upper}  # fmt: skip
    assert pairs(found) == stretches_of(bases)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 2), st.integers(1, 3)), max_size=30),
       st.integers(1, 9))  # fmt: skip
def test_true_intervals_that_touch_are_one(rows, step):
    end = np.cumsum([gap + width for _, gap, width in rows], dtype=np.int64)
    start = end - np.array([width for *_, width in rows], np.int64)
    is_true = np.array([row[0] for row in rows], bool)
    found = TrueStretches(len(rows))
    for i in range(0, len(rows), step):
        cut = slice(i, i + step)
        found.add_intervals(is_true[cut], start[cut], end[cut])
    bases = {p for v, a, b in zip(is_true, start, end, strict=True) if v for p in range(a, b)}
    assert pairs(found) == stretches_of(bases)


def test_nothing_is_joined_with_another_chromosome():
    found = TrueStretches(4)
    found.add_bins(np.array([True]), first=0, width=10, lower=0, upper=10)
    found.begin()
    found.add_bins(np.array([True]), first=1, width=10, lower=0, upper=20)
    found.add_intervals(np.array([True]), np.array([20]), np.array([25]))
    assert pairs(found) == [(0, 10), (10, 25)]


def test_what_does_not_fit_is_refused():
    found = TrueStretches(1)
    with pytest.raises(UsageError, match="room for 1"):
        found.add_bins(np.array([True, False]), first=0, width=1, lower=0, upper=2)
    with pytest.raises(UsageError, match="dtype float64"):
        found.add_intervals(np.array([1.0]), np.array([0]), np.array([1]))
    with pytest.raises(UsageError, match="1 flags, 2 starts"):
        found.add_intervals(np.array([True]), np.array([0, 1]), np.array([1, 2]))
