"""Rectangles as DataFrames and arrays, and their set algebra."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans, Spans2D
from genomedb.errors import ChromError, UsageError
from genomedb.intervals import two_d_setops
from genomedb.intervals.two_d import (
    COLUMNS_2D,
    frame2d_of,
    intervals_2d,
    is_2d,
    require_disjoint_2d,
    spans2d_of,
    whole_genome_2d,
    whole_spans2d,
)
from genomedb.intervals.two_d_setops import (
    intersect_2d,
    intersect_spans2d,
    overlapping_pairs,
    union_2d,
)

CHROMS = ChromTable(("chr10", "chr2", "chrX"), (1000, 500, 205))
SMALL = ChromTable(("a", "b"), (30, 20))


def frame(*rows):
    return pd.DataFrame(rows, columns=list(COLUMNS_2D))


def rows_of(made):
    return [tuple(row) for row in made[list(COLUMNS_2D)].itertuples(index=False)]


def rectangle(table):
    def one(code):
        size = table.lengths[code]
        return st.lists(st.integers(0, size), min_size=2, max_size=2, unique=True).map(
            lambda ends: (code, min(ends), max(ends))
        )

    codes = st.integers(0, len(table) - 1)
    return st.tuples(codes.flatmap(one), codes.flatmap(one)).map(lambda two: (*two[0], *two[1]))


def spans2d(rows):
    columns = [np.array([row[i] for row in rows], np.int64) for i in range(6)]
    return Spans2D(Spans.of(*columns[:3]), Spans.of(*columns[3:]))


sets = st.lists(rectangle(SMALL), max_size=12)


def test_frames_become_arrays_whatever_the_spelling_and_come_back_canonical():
    given = frame((2, 0, 5, "X", 1, 205), ("chr10", 7, 1000, "2", 0, 500))
    spans = spans2d_of(given, CHROMS)
    assert spans.first.code.tolist() == [1, 0]
    assert spans.second.code.tolist() == [2, 1]
    back = frame2d_of(spans, CHROMS, {"score": [1.5, 2.5]})
    assert rows_of(back) == [("chr2", 0, 5, "chrX", 1, 205), ("chr10", 7, 1000, "chr2", 0, 500)]
    assert list(back.columns) == [*COLUMNS_2D, "score"]
    assert list(back["chrom2"].cat.categories) == list(CHROMS.names)
    assert back["start1"].dtype == np.int64


def test_rectangles_sort_by_both_chromosomes_in_database_order_then_both_starts():
    made = intervals_2d(
        ["chr2", "chr10", "chr10", "chr10"], [1, 9, 3, 3], 400,
        ["chr10", "chr10", "chr2", "chr10"], [0, 5, 0, 7], [1000, 9, 9, 9], chroms=CHROMS,
    )  # fmt: skip
    assert rows_of(made) == [
        ("chr10", 3, 400, "chr10", 7, 9),
        ("chr10", 9, 400, "chr10", 5, 9),
        ("chr10", 3, 400, "chr2", 0, 9),
        ("chr2", 1, 400, "chr10", 0, 1000),
    ]


def test_single_values_go_with_every_row_and_minus_one_is_the_end():
    made = intervals_2d(["chr2", "chrX"], 10, [300, 100], 10, chroms=CHROMS)
    assert rows_of(made) == [
        ("chr2", 10, 300, "chr10", 0, 1000),
        ("chrX", 10, 100, "chr10", 0, 1000),
    ]
    assert rows_of(intervals_2d("X", chroms=CHROMS)) == [("chrX", 0, 205, "chrX", 0, 205)]


def test_the_whole_genome_is_the_diagonal_or_all_ordered_pairs():
    assert rows_of(whole_genome_2d(SMALL)) == [("a", 0, 30, "a", 0, 30), ("b", 0, 20, "b", 0, 20)]
    full = rows_of(whole_genome_2d(SMALL, mode="full"))
    assert full == [
        (x, 0, m, y, 0, n) for x, m in (("a", 30), ("b", 20)) for y, n in (("a", 30), ("b", 20))
    ]
    with pytest.raises(UsageError, match="mode 'trans' is not known"):
        whole_genome_2d(SMALL, mode="trans")
    many = ChromTable.from_pairs((f"s{i}", 9) for i in range(20_000))
    with pytest.raises(UsageError, match="20000 chromosomes have 400000000 pairs"):
        whole_spans2d(many, mode="full")


@pytest.mark.parametrize(
    ("row", "error", "message"),
    [
        (("7", 0, 5, "X", 0, 5), ChromError, 'axis 1, row 0: chromosome "7" does not exist'),
        (("X", 0, 5, "X", 0, 206), ChromError, "axis 2, row 0 .chrX:0-206.*beyond"),
        (("X", -1, 5, "X", 0, 5), ChromError, "axis 1.*start is negative"),
        (("X", 0, 5, "X", 5, 5), UsageError, "axis 2.*start is not before end"),
        (("X", 0, 5, "X", float("nan"), 5), UsageError, "axis 2: column start.*is missing"),
        (("X", 0, 2.5, "X", 0, 5), UsageError, "axis 1: column end.*not a whole number"),
    ],
)
def test_bad_rectangles_are_refused_by_axis_and_row(row, error, message):
    with pytest.raises(error, match=message):
        spans2d_of(frame(row), CHROMS, what="scope")


def test_frames_of_one_dimension_and_ragged_columns_are_refused():
    one = pd.DataFrame({"chrom": ["chr2"], "start": [0], "end": [5]})
    assert not is_2d(one)
    with pytest.raises(UsageError, match="scope: no column chrom1"):
        spans2d_of(one, CHROMS, what="scope")
    with pytest.raises(UsageError, match="start1 has 3 values, others have 2"):
        intervals_2d(["chr2", "chrX"], [1, 2, 3], chroms=CHROMS)


@given(sets)
def test_overlaps_are_refused_when_and_only_when_there_are_some(rows):
    overlap = any(common(a, b) for i, a in enumerate(rows) for b in rows[:i])
    try:
        require_disjoint_2d(spans2d(rows), SMALL, what="iterator")
    except UsageError as error:
        assert overlap
        assert str(error).startswith("iterator: row ")
    else:
        assert not overlap


def test_the_message_names_both_rectangles():
    rows = spans2d([(0, 0, 5, 1, 0, 5), (0, 9, 12, 1, 0, 5), (0, 4, 6, 1, 4, 8)])
    with pytest.raises(UsageError, match=r"row 0 \(a:0-5 x b:0-5\) and row 2 \(a:4-6 x b:4-8\)"):
        require_disjoint_2d(rows, SMALL)


def common(a, b):
    """The common part of two rectangles, None without one."""
    if (a[0], a[3]) != (b[0], b[3]):
        return None
    x, y = (max(a[1], b[1]), min(a[2], b[2])), (max(a[4], b[4]), min(a[5], b[5]))
    return (a[0], *x, a[3], *y) if x[0] < x[1] and y[0] < y[1] else None


def in_order(rows):
    return sorted(rows, key=lambda r: (r[0], r[3], r[1], r[4], r[2], r[5]))


def listed(spans):
    a, b = spans.first, spans.second
    return list(
        zip(*(c.tolist() for c in (a.code, a.start, a.end, b.code, b.start, b.end)), strict=True)
    )


@given(sets, sets, st.sampled_from([1, 3, 1 << 22]))
def test_intersection_is_that_of_every_pair(one, other, together):
    keep, two_d_setops._PAIRS = two_d_setops._PAIRS, together
    try:
        expected = in_order(c for a in one for b in other if (c := common(a, b)))
        assert listed(intersect_spans2d(spans2d(one), spans2d(other))) == expected
        rows, others = overlapping_pairs(spans2d(one), spans2d(other))
        pairs = {(i, j) for i, a in enumerate(one) for j, b in enumerate(other) if common(a, b)}
        assert set(zip(rows.tolist(), others.tolist(), strict=True)) == pairs
    finally:
        two_d_setops._PAIRS = keep


@given(sets, sets)
def test_union_is_both_lists_sorted(one, other):
    doors = [frame2d_of(spans2d(rows), SMALL) for rows in (one, other)]
    both = [(SMALL.names[r[0]], *r[1:3], SMALL.names[r[3]], *r[4:]) for r in in_order(one + other)]
    assert rows_of(union_2d(*doors, chroms=SMALL)) == both


def test_set_algebra_names_the_argument_that_is_wrong():
    good = intervals_2d("a", chroms=SMALL)
    with pytest.raises(ChromError, match=r"intervals2, axis 1"):
        intersect_2d(good, frame(("c", 0, 5, "a", 0, 5)), chroms=SMALL)
    empty = intersect_2d(good, intervals_2d("b", chroms=SMALL), chroms=SMALL)
    assert len(empty) == 0
    assert list(empty.columns) == list(COLUMNS_2D)
