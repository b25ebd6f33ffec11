"""Laws of interval algebra, and slow twins base by base and pair by pair."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.intervals.axis import in_order, order_of
from genomedb.intervals.cover import span_bp
from genomedb.intervals.nearest import k_nearest
from genomedb.intervals.overlaps import overlap_pairs
from genomedb.intervals.setops import (
    intersect_spans,
    merge_groups,
    merge_spans,
    subtract_rows,
    subtract_spans,
    union_spans,
)

LENGTHS = (60, 40, 17)
CHROMS = ChromTable(("chrB", "chrA", "chr10"), LENGTHS)
STARTS = np.cumsum((0, *LENGTHS))


@st.composite
def one_span(draw):
    code = draw(st.integers(0, 2))
    start = draw(st.integers(0, LENGTHS[code] - 1))
    longest = LENGTHS[code] - start
    end = start + min(draw(st.integers(1, draw(st.sampled_from([3, 12, 60])))), longest)
    return code, start, end, draw(st.integers(-1, 1))


@st.composite
def spans(draw, most=25):
    rows = draw(st.lists(one_span(), max_size=most))
    code, start, end, strand = (np.array([row[i] for row in rows], int) for i in range(4))
    found = Spans.of(code, start, end, strand if draw(st.booleans()) else None)
    return found.sorted() if draw(st.booleans()) else found


def bases(of):
    """Which bases of the genome spans cover."""
    found = np.zeros(STARTS[-1], bool)
    for code, start, end in zip(of.code, of.start, of.end, strict=True):
        found[STARTS[code] + start : STARTS[code] + end] = True
    return found


def places(of):
    return list(zip(of.code.tolist(), of.start.tolist(), of.end.tolist(), strict=True))


def is_canonical(of):
    """Sorted, disjoint, and a gap between neighbours of one chromosome?"""
    inside = (of.code[1:] > of.code[:-1]) | (of.start[1:] > of.end[:-1])
    return bool(inside.all()) and bool((of.code[1:] >= of.code[:-1]).all())


# ---- sets


@given(spans(), spans())
def test_set_verbs_cover_the_bases_that_they_should(a, b):
    x, y = bases(a), bases(b)
    for verb, wanted in (
        (union_spans, x | y), (intersect_spans, x & y), (subtract_spans, x & ~y)
    ):  # fmt: skip
        found = verb(a, b, CHROMS)
        assert np.array_equal(bases(found), wanted)
        assert is_canonical(found)
        assert (found.start < found.end).all()


@given(spans(), spans())
def test_difference_and_intersection_part_the_first_set(a, b):
    outside, inside = subtract_spans(a, b, CHROMS), intersect_spans(a, b, CHROMS)
    assert places(union_spans(outside, inside, CHROMS)) == places(merge_spans(a, CHROMS))
    assert len(intersect_spans(outside, inside, CHROMS)) == 0
    assert span_bp(outside, CHROMS) + span_bp(inside, CHROMS) == span_bp(a, CHROMS)


@given(spans(), spans(), spans())
def test_union_and_intersection_commute_and_associate(a, b, c):
    for verb in (union_spans, intersect_spans):
        assert places(verb(a, b, CHROMS)) == places(verb(b, a, CHROMS))
        left, right = verb(verb(a, b, CHROMS), c, CHROMS), verb(a, verb(b, c, CHROMS), CHROMS)
        assert places(left) == places(right)
        assert places(verb(a, a, CHROMS)) == places(merge_spans(a, CHROMS))


@given(spans(), spans())
def test_covered_bases_add_up(a, b):
    both = span_bp(union_spans(a, b, CHROMS), CHROMS)
    shared = span_bp(intersect_spans(a, b, CHROMS), CHROMS)
    assert both + shared == span_bp(a, CHROMS) + span_bp(b, CHROMS)


@given(spans())
def test_an_empty_second_set_changes_nothing_but_merges(a):
    none = Spans.empty()
    merged = places(merge_spans(a, CHROMS))
    assert places(union_spans(a, none, CHROMS)) == places(union_spans(none, a, CHROMS)) == merged
    assert places(subtract_spans(a, none, CHROMS)) == merged
    assert len(intersect_spans(a, none, CHROMS)) == len(subtract_spans(none, a, CHROMS)) == 0


@given(spans(), st.booleans())
def test_merging_is_idempotent_and_says_where_each_row_went(a, unify):
    merged, group = merge_groups(a, CHROMS, unify_touching=unify)
    assert places(merge_spans(merged, CHROMS, unify_touching=unify)) == places(merged)
    assert np.array_equal(bases(merged), bases(a))
    assert (merged.code[group] == a.code).all()
    assert (merged.start[group] <= a.start).all()
    assert (merged.end[group] >= a.end).all()
    assert set(group.tolist()) == set(range(len(merged)))
    gap_is_kept = (
        merged.start[1:] > merged.end[:-1] if unify else merged.start[1:] >= merged.end[:-1]
    )
    assert ((merged.code[1:] != merged.code[:-1]) | gap_is_kept).all()


@given(spans(), spans())
def test_rows_of_a_keep_what_is_outside_b(a, b):
    row, start, end = subtract_rows(a, b, CHROMS)
    gone = bases(b)
    for i in range(len(a)):
        mine = row == i
        left = Spans.of(a.code[row[mine]], start[mine], end[mine])
        assert np.array_equal(bases(left), bases(a[i : i + 1]) & ~gone)
        assert is_canonical(left)
    assert (np.diff(row) >= 0).all()


# ---- pairs and neighbours


@given(spans(), spans())
def test_overlapping_pairs_are_those_of_the_slow_twin(a, b):
    wanted = [
        (i, j)
        for i in range(len(a))
        for j in order_of(b, CHROMS).tolist()
        if a.code[i] == b.code[j] and a.start[i] < b.end[j] and b.start[j] < a.end[i]
    ]
    i, j = overlap_pairs(a, b, CHROMS)
    assert sorted(zip(i.tolist(), j.tolist(), strict=True)) == sorted(wanted)
    assert (np.diff(i) >= 0).all()
    same_row = np.diff(i) == 0
    assert (np.diff(b.start[j])[same_row] >= 0).all()


def slow_neighbours(a, b, k, bounds, use_first_strand):
    """(row of a, row of b, distance) by trying each pair."""
    found = []
    for i in range(len(a)):
        near = []
        for j in np.flatnonzero(b.code == a.code[i]).tolist():
            gap = int(max(b.start[j] - a.end[i], a.start[i] - b.end[j], 0))
            b_is_left = b.end[j] <= a.start[i]
            sign = 1
            if use_first_strand:
                forward = a.strand is None or a.strand[i] >= 0
                sign = -1 if b_is_left == forward else 1
            elif b.strand is not None and b.strand[j]:
                sign = 1 if b_is_left == (b.strand[j] > 0) else -1
            if bounds[0] <= sign * gap <= bounds[1]:
                near.append((gap, j, sign * gap))
        found += [(i, j, dist) for _, j, dist in sorted(near)[:k]]
    return found


BOUNDS = st.one_of(
    st.just((-np.inf, np.inf)), st.tuples(st.integers(-20, 20), st.integers(-20, 20)).map(sorted)
)


@settings(max_examples=300)
@given(spans(), spans(most=60), st.integers(1, 7), BOUNDS, st.booleans())
def test_the_nearest_are_those_of_the_slow_twin(a, b, k, bounds, use_first_strand):
    found = k_nearest(
        a, b, CHROMS,
        k=k, min_dist=bounds[0], max_dist=bounds[1], use_first_strand=use_first_strand,
    )  # fmt: skip
    found = list(zip(*(part.tolist() for part in found), strict=True))
    assert found == slow_neighbours(a, b, k, bounds, use_first_strand)


@pytest.mark.parametrize("seed", range(3))
def test_deeply_nested_intervals_have_the_right_neighbours(seed):
    rng = np.random.default_rng(seed)
    chroms = ChromTable(("chr1",), (2000,))
    start = rng.integers(0, 900, 400)
    b = Spans.of(np.zeros(400), start, start + rng.integers(1, 1000, 400))
    start = rng.integers(0, 1990, 60)
    a = Spans.of(np.zeros(60), start, start + rng.integers(1, 9, 60))
    for k in (1, 5, 300):
        found = k_nearest(a, b, chroms, k=k)
        found = list(zip(*(part.tolist() for part in found), strict=True))
        assert found == slow_neighbours(a, b, k, (-np.inf, np.inf), False)


# ---- order


@given(spans())
def test_the_order_is_that_of_numpy(a):
    assert order_of(a, CHROMS).tolist() == a.order().tolist()
    assert in_order(a[order_of(a, CHROMS)], CHROMS)
