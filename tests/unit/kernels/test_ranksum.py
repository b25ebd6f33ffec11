"""Rank sums of windows and changes of level against pair counting."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.errors import UsageError
from genomedb.kernels import ranksum
from genomedb.kernels.ranksum import level_changes, sliding_rank_sums

NAN = float("nan")
values_st = st.lists(
    st.sampled_from([0.0, -0.0, 1.0, 2.0, 3.5, 1e300, float("inf"), float("-inf"), NAN]),
    max_size=60,
)


def pair_count(first, second):
    """Pairs in which the first is above the second, ties a half."""
    first, second = first[~np.isnan(first)], second[~np.isnan(second)]
    above = (first[:, None] > second).sum() + 0.5 * (first[:, None] == second).sum()
    return above, first.size, second.size


def slow_sums(values, edges, small, large):
    found = []
    for a, b in itertools.pairwise(edges):
        part = np.asarray(values[a:b])
        for c in range(b - a):
            inner = part[max(c - small, 0) : c + small + 1]
            outer = part[max(c - large, 0) : c + large + 1]
            found.append(pair_count(inner, outer))
    return found


def score(first, second):
    u, n, m = pair_count(first, second)
    return (min(u, n * m - u) - n * m / 2) / np.sqrt(n * m * (n + m + 1) / 12)


def slow_cuts(samples, width, highest):
    """Every cut, the last one too."""
    begin, found = 0, []
    while True:
        tested = range(begin + width, len(samples) - width + 1)
        z = {at: score(samples[begin:at], samples[at : at + width]) for at in tested}
        differ = [at for at in tested if z[at] <= highest]
        if not differ or differ[0] + width - 1 not in z:
            return found
        begin = min(range(differ[0], differ[0] + width), key=lambda at: z[at])
        found.append(begin)


def slow_changes(values, edges, width, highest):
    values, found = np.asarray(values), []
    for a, b in itertools.pairwise(edges):
        kept = a + np.flatnonzero(~np.isnan(values[a:b]))
        found += [kept[cut - 1] + 1 for cut in slow_cuts(values[kept], width, highest)[:-1]]
    return found


@st.composite
def parted(draw):
    values = draw(values_st)
    inner = draw(st.lists(st.integers(0, len(values)), max_size=3))
    return values, [0, *sorted(inner), len(values)]


@given(parted(), st.integers(0, 6), st.integers(0, 20), st.sampled_from([1, 3, 7, 1000]))
def test_rank_sums_are_pair_counts_however_tiles_are_cut(signal, small, more, tile):
    values, edges = signal
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranksum, "_TILE", tile)
        found = sliding_rank_sums(values, edges, small=small, large=small + more)
    expected = slow_sums(values, edges, small, small + more)
    assert list(zip(*found, strict=True)) == expected


def test_rank_sums_in_many_tiles_are_pair_counts(monkeypatch):
    monkeypatch.setattr(ranksum, "_TILE", 16)
    rng = np.random.default_rng(1)
    values = np.where(rng.random(700) < 0.1, NAN, rng.normal(size=700).round(1))
    edges = [0, 3, 3, 250, 251, 700]
    found = sliding_rank_sums(values, edges, small=5, large=20)
    assert list(zip(*found, strict=True)) == slow_sums(values, edges, 5, 20)


def test_scores_are_of_the_smaller_u_and_sides_tell_which():
    found = sliding_rank_sums([1.0, 2.0, 9.0, 2.0, 1.0], small=0, large=2)
    first = np.array([9.0])
    window = np.array([1.0, 2.0, 9.0, 2.0, 1.0])
    assert found.scores()[2] == pytest.approx(score(first, window))
    assert found.higher().tolist() == [-1, 0, 1, 0, -1]


def test_windows_without_values_have_no_score():
    found = sliding_rank_sums([NAN, NAN], small=0, large=1)
    assert np.isnan(found.scores()).all()
    assert found.higher().tolist() == [0, 0]


def test_windows_wider_than_the_signal_hold_all_of_it():
    found = sliding_rank_sums([3.0, 1.0, 2.0], small=10**30, large=10**30)
    assert found.n_small.tolist() == [3, 3, 3]
    assert found.u.tolist() == [4.5, 4.5, 4.5]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32), st.integers(2, 12), st.floats(-6, -0.5), st.floats(0, 0.3))
def test_changes_are_those_of_the_slow_walk(seed, width, highest, n_missing):
    rng = np.random.default_rng(seed)
    levels = np.repeat(rng.normal(0, 3, 8), rng.integers(1, 50, 8))
    values = levels + rng.normal(size=levels.size).round(1)
    values[rng.random(values.size) < n_missing] = NAN
    edges = [0, values.size // 3, values.size // 3, values.size]
    found = level_changes(values, edges, width=width, highest=highest)
    assert found.tolist() == slow_changes(values, edges, width, highest)


@pytest.mark.parametrize("values", [[], [NAN] * 9, [1.0] * 9, list(range(9))])
def test_a_stretch_too_short_for_two_windows_has_no_changes(values):
    assert level_changes(values, width=5, highest=-0.1).tolist() == []
    assert level_changes(values, width=10**30, highest=-0.1).tolist() == []


def test_one_single_change_is_not_shown():
    values = [0.0] * 50 + [1.0] * 50
    assert level_changes(values, width=10, highest=-2).tolist() == []


def test_nothing_differs_enough_below_every_score():
    values = [0.0] * 50 + [1.0] * 50 + [0.0] * 50
    assert level_changes(values, width=10, highest=-np.inf).tolist() == []


@pytest.mark.parametrize("edges", [[], [1, 3], [0, 2], [0, 2, 1, 3], [0, 4]])
def test_edges_that_do_not_part_the_values_are_refused(edges):
    with pytest.raises(UsageError, match="edges do not part 3 values"):
        sliding_rank_sums([1, 2, 3], edges, small=1, large=1)
    with pytest.raises(UsageError, match="edges do not part 3 values"):
        level_changes([1, 2, 3], edges, width=1, highest=0)


def test_bad_windows_are_refused():
    with pytest.raises(UsageError, match="windows of 3 and 2 values a side"):
        sliding_rank_sums([1.0], small=3, large=2)
    with pytest.raises(UsageError, match="windows of -1 and 2 values a side"):
        sliding_rank_sums([1.0], small=-1, large=2)
    with pytest.raises(UsageError, match="a window of 0 values"):
        level_changes([1.0], width=0, highest=0)


def test_values_of_two_dimensions_are_refused():
    with pytest.raises(UsageError, match="values have 2 dimensions, not 1"):
        sliding_rank_sums([[1.0]], small=0, large=0)
