"""Functions of windows and intervals: coverage and neighbours."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.virtual.distance import interval_function

CHROMS = ChromTable(("chr1",), (1000,))
intervals = st.tuples(st.integers(0, 150), st.integers(1, 60)).map(lambda t: (t[0], t[0] + t[1]))
sources = st.lists(intervals, max_size=12)
asked_windows = st.lists(intervals, min_size=1, max_size=20)


def ask(name, source, windows, params=None):
    starts, ends = [s for s, _ in source], [e for _, e in source]
    spans = Spans.of([0] * len(source), starts, ends)
    function = interval_function(name, spans, CHROMS, params=params)
    return function(0, *(np.array(a, np.int64) for a in zip(*windows, strict=True)))


@given(sources, asked_windows)
@settings(deadline=None)
def test_coverage_is_the_fraction_of_covered_bases(source, windows):
    covered = {base for s, e in source for base in range(s, e)}
    expected = [sum(b in covered for b in range(*w)) / (w[1] - w[0]) for w in windows]
    np.testing.assert_array_equal(ask("coverage", source, windows), expected)


@given(sources, asked_windows, st.sampled_from([0, 1, 5, 2.5, 40]))
@settings(deadline=None)
def test_neighbors_overlap_or_are_closer_than_the_distance(source, windows, within):
    expected = []
    for start, end in windows:
        gaps = [max(s - end, start - e) for s, e in source]
        expected.append(sum(gap < within for gap in gaps))
    np.testing.assert_array_equal(ask("neighbor.count", source, windows, within), expected)


def test_neighbors_at_exactly_the_distance_do_not_count():
    assert ask("neighbor.count", [(100, 200)], [(50, 61), (60, 100)], 40).tolist() == [1, 1]
    assert ask("neighbor.count", [(100, 200)], [(50, 61)], 39).tolist() == [0]
    assert ask("neighbor.count", [(100, 200)], [(60, 100)]).tolist() == [0]
    assert ask("neighbor.count", [(25, 60)], [(60, 70)], 5).tolist() == [1]
    source = [(100, 200), (300, 400)]
    windows = [(40, 60), (120, 140), (149, 151), (230, 232), (280, 290), (330, 332), (440, 460)]
    assert ask("neighbor.count", source, windows, 40).tolist() == [0, 1, 1, 1, 1, 1, 0]


def test_coverage_counts_overlapping_sources_once():
    source = [(10, 20), (15, 30), (40, 50), (12, 13)]
    windows = [(0, 100), (15, 45), (30, 40), (5, 11)]
    np.testing.assert_allclose(ask("coverage", source, windows), [0.3, 2 / 3, 0, 1 / 6])
