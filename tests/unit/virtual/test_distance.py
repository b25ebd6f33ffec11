"""Functions of windows and intervals: distances."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.errors import UsageError
from genomedb.virtual.distance import (
    INTERVAL_FUNCTIONS,
    check_interval_function,
    interval_function,
)

CHROMS = ChromTable(("chr1", "chr2", "chrX"), (1000, 500, 205))
NAN = float("nan")


def ask(name, source, windows, *, params=None, code=0):
    """Values of windows (start, end) for a source of (start, end[, strand]) on chr1."""
    strand = [s[2] for s in source] if source and len(source[0]) == 3 else None
    starts, ends = [s[0] for s in source], [s[1] for s in source]
    spans = Spans.of([0] * len(source), starts, ends, strand)
    function = interval_function(name, spans, CHROMS, params=params)
    return function(code, *(np.array(a, np.int64) for a in zip(*windows, strict=True)))


def sign(strand, is_right):
    return 1 if not strand else strand if is_right else -strand


def slow_distance(source, start, end, param):
    """Of those around the middle the first by start; a tie outside goes to the right."""
    c = (start + end) // 2
    inside, outside = [], []
    for row, (s, e, strand) in enumerate(source):
        if s <= c < e:
            middle = (s + e) / 2
            size = param * abs(c - middle) / (e - s)
            inside.append((s, row, sign(strand, c >= middle) * size))
        elif c < s:
            outside.append((s - c, 0, row, sign(strand, False) * (s - c + param / 2)))
        else:
            outside.append((c - e, 1, row, sign(strand, True) * (c - e + param / 2)))
    return min(inside)[-1] if inside else min(outside)[-1]


def slow_center(source, start, end):
    c = (start + end) // 2
    found = []
    for row, (s, e, strand) in enumerate(source):
        if s <= c < e:
            d = c - (s + e) // 2
            found.append((abs(d), row, abs(d) * sign(strand, d >= 0)))
    return min(found)[-1] if found else NAN


def slow_edge(source, start, end):
    found = []
    for row, (s, e, strand) in enumerate(source):
        gap = max(s - end, start - e, 0)
        found.append((gap, row, gap * sign(strand, start >= e)))
    return min(found)[-1]


intervals = st.tuples(st.integers(0, 150), st.integers(1, 60), st.sampled_from([-1, 0, 1])).map(
    lambda t: (t[0], t[0] + t[1], t[2])
)
sources = st.lists(intervals, min_size=1, max_size=12)
windows = st.lists(
    st.tuples(st.integers(0, 200), st.integers(1, 30)).map(lambda t: (t[0], t[0] + t[1])),
    min_size=1, max_size=20,
)  # fmt: skip


@given(sources, windows, st.sampled_from([0, 1, 7, 50.5]))
@settings(deadline=None)
def test_distance_is_that_of_a_slow_twin(source, asked, param):
    expected = [slow_distance(source, *w, param) for w in asked]
    np.testing.assert_allclose(ask("distance", source, asked, params=param), expected, atol=1e-9)


@given(sources, windows)
@settings(deadline=None)
def test_center_and_edge_are_those_of_slow_twins(source, asked):
    expected = [slow_center(source, *w) for w in asked]
    np.testing.assert_array_equal(ask("distance.center", source, asked), expected)
    expected = [slow_edge(source, *w) for w in asked]
    np.testing.assert_array_equal(ask("distance.edge", source, asked), expected)


@given(sources, windows)
@settings(deadline=None)
def test_without_strands_distances_are_absolute(source, asked):
    bare = [s[:2] for s in source]
    for name in ("distance", "distance.center", "distance.edge"):
        expected = np.abs(ask(name, [(*s, 0) for s in bare], asked))
        np.testing.assert_array_equal(ask(name, bare, asked), expected)


def test_distances_around_one_interval():
    source, asked = [(100, 201, 1)], [(120, 141), (150, 151), (199, 201), (200, 203), (98, 101)]
    expected = [-20.5, -0.5, 49.5, 50.5, -51.5]
    np.testing.assert_allclose(ask("distance", source, asked, params=101), expected)
    np.testing.assert_allclose(ask("distance", source, asked), [0, 0, 0, 0, -1])
    np.testing.assert_allclose(ask("distance.center", source, asked), [-20, 0, 50, NAN, NAN])


def test_distances_around_two_intervals_on_opposite_strands():
    source = [(100, 200, 1), (300, 400, -1)]
    asked = [(40, 60), (120, 140), (149, 151), (230, 232), (280, 290), (330, 332), (440, 460)]
    np.testing.assert_allclose(ask("distance", source, asked), [-50, 0, 0, 31, 15, 0, -50])
    expected = [-60, -4, 0, 41, 25, 3.8, -60]
    np.testing.assert_allclose(ask("distance", source, asked, params=20), expected)
    bare = [s[:2] for s in source]
    np.testing.assert_allclose(ask("distance", bare, asked, params=20), np.abs(expected))
    expected = [NAN, -20, 0, NAN, NAN, 19, NAN]
    np.testing.assert_allclose(ask("distance.center", source, asked), expected)
    expected = [-40, 0, 0, 30, 10, 0, -40]
    np.testing.assert_allclose(ask("distance.edge", source, asked), expected)


def test_touching_is_at_edge_distance_zero():
    source = [(100, 200, 1)]
    np.testing.assert_array_equal(ask("distance.edge", source, [(90, 100), (200, 210)]), [0, 0])


def test_equally_near_intervals_are_decided_by_row_and_side():
    source = [(100, 200, 1), (301, 400, 1)]
    assert ask("distance.edge", source, [(250, 251)]).tolist() == [50]
    assert ask("distance.edge", source[::-1], [(250, 251)]).tolist() == [-50]
    source = [(100, 200, 1), (300, 400, 1)]
    assert ask("distance", source, [(250, 251)]).tolist() == [-50]
    source = [(100, 200, 1), (150, 200, -1)]
    assert ask("distance", source, [(250, 251)]).tolist() == [50]
    assert ask("distance", source[::-1], [(250, 251)]).tolist() == [-50]


def test_a_chromosome_without_intervals_has_no_distances():
    for name in INTERVAL_FUNCTIONS:
        expected = 0.0 if name in ("coverage", "neighbor.count") else NAN
        for source, code in (([(1, 5)], 1), ([], 0)):
            got = ask(name, source, [(1, 9), (3, 4)], code=code)
            np.testing.assert_array_equal(got, [expected] * 2)


def test_sources_of_many_chromosomes_are_kept_apart():
    spans = Spans.of([2, 0, 1, 0], [10, 50, 0, 5], [20, 60, 1, 10])
    function = interval_function("distance.edge", spans, CHROMS)
    one = np.array([100]), np.array([110])
    assert [function(code, *one).tolist() for code in (0, 1, 2, 0)] == [[40], [99], [80], [40]]


@given(sources, windows, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=30)
def test_answers_do_not_depend_on_the_other_windows(source, asked, random):
    shuffled = random.sample(asked, len(asked))
    for name in INTERVAL_FUNCTIONS:
        together = ask(name, source, asked)
        alone = [ask(name, source, [w])[0] for w in asked]
        np.testing.assert_array_equal(together, alone)
        again = ask(name, source, shuffled)
        np.testing.assert_array_equal(np.sort(again), np.sort(together))


@pytest.mark.parametrize(
    ("name", "params", "said"),
    [
        ("distances", None, "no function 'distances' of intervals. Known functions: distance,"),
        ("distance", "far", "distance: params must be a finite number, not 'far'"),
        ("distance", True, "must be a finite number, not True"),
        ("neighbor.count", NAN, "neighbor.count: params must be a finite number, not nan"),
        ("neighbor.count", -1, "neighbor.count: params must not be negative, not -1"),
        ("coverage", 3, "coverage takes no params, but got 3. Leave it out"),
    ],
)
def test_bad_parameters_are_refused_at_creation(name, params, said):
    for refuse in (check_interval_function, interval_function_with):
        with pytest.raises(UsageError, match=said.replace(".", r"\.")):
            refuse(name, params)


def interval_function_with(name, params):
    return interval_function(name, Spans.empty(), CHROMS, params=params)


def test_checked_parameters_may_be_checked_again():
    for name in INTERVAL_FUNCTIONS:
        checked = check_interval_function(name)
        assert check_interval_function(name, checked) == checked
    assert check_interval_function("distance", np.int64(5)) == 5.0
