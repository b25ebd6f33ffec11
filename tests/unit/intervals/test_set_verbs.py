"""Set verbs, overlaps and groups on DataFrames."""

import numpy as np
import pandas as pd
import pytest

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.errors import ChromError, UsageError
from genomedb.intervals.axis import placed
from genomedb.intervals.cover import coverage_fraction, covered_bp
from genomedb.intervals.overlaps import mark_overlaps, overlap, subtract
from genomedb.intervals.setops import canonical, difference, intersect, merge_spans, union

CHROMS = ChromTable(("chr1", "chr2", "chrX"), (1000, 500, 205))


def rows(frame):
    return [tuple(row) for row in frame.itertuples(index=False)]


def make(*places, **columns):
    frame = pd.DataFrame(list(places), columns=["chrom", "start", "end"])
    return frame.assign(**columns)


A = make(("chr1", 10, 30), ("chr1", 20, 40), ("chr1", 40, 50))
B = make(("chr1", 25, 45), ("chr1", 100, 120))


def test_set_verbs_work_on_merged_inputs():
    assert rows(union(A, B, CHROMS)) == [("chr1", 10, 50), ("chr1", 100, 120)]
    assert rows(difference(A, B, CHROMS)) == [("chr1", 10, 25), ("chr1", 45, 50)]
    assert rows(intersect(A, B, CHROMS)) == [("chr1", 25, 45)]


def test_the_canonical_form_says_where_each_row_went():
    given = make(("chrX", 5, 9), ("chr1", 20, 40), ("1", 10, 30), ("chr1", 40, 50), v=range(4))
    frame = canonical(given, CHROMS)
    assert rows(frame) == [("chr1", 10, 50), ("chrX", 5, 9)]
    assert frame.attrs["mapping"].tolist() == [1, 0, 0, 0]
    apart = canonical(given, CHROMS, unify_touching=False)
    assert rows(apart) == [("chr1", 10, 40), ("chr1", 40, 50), ("chrX", 5, 9)]
    assert apart.attrs["mapping"].tolist() == [2, 0, 0, 1]


def test_a_union_with_nothing_still_merges():
    assert rows(union(A, A.iloc[:0], CHROMS)) == [("chr1", 10, 50)]
    assert rows(union(A.iloc[:0], A, CHROMS)) == [("chr1", 10, 50)]


def test_nothing_found_is_an_empty_typed_frame():
    frame = intersect(A, make(("chr2", 1, 500)), CHROMS)
    assert len(frame) == 0
    assert list(frame["chrom"].cat.categories) == list(CHROMS.names)
    assert frame["start"].dtype == np.int64


def test_intervals_of_neighbouring_chromosomes_do_not_touch():
    ends = make(("chr1", 990, 1000), ("chr2", 0, 10), ("chr2", 490, 500), ("chrX", 0, 5))
    assert len(canonical(ends, CHROMS)) == 4
    assert mark_overlaps(ends, CHROMS)["overlap_group"].tolist() == [0, 1, 2, 3]


def test_results_follow_the_database_and_not_the_alphabet():
    chroms = ChromTable(("chr2", "chr10", "chr1"), (100, 100, 100))
    given = make(("chr1", 1, 2), ("chr10", 1, 2), ("chr2", 1, 2))
    assert canonical(given, chroms)["chrom"].tolist() == ["chr2", "chr10", "chr1"]


def test_covered_bases_of_the_worked_example():
    a = make(("chr1", 10, 30), ("chr1", 20, 40), ("chr1", 45, 60))
    assert covered_bp(a, CHROMS) == 45
    assert coverage_fraction(a, CHROMS) == pytest.approx(0.026393, abs=5e-7)


def test_bad_intervals_are_refused_by_argument():
    beyond = make(("chrX", 0, 206))
    for verb in (union, intersect, difference, overlap, subtract):
        with pytest.raises(ChromError, match="first intervals, row 0"):
            verb(beyond, A, CHROMS)
        with pytest.raises(ChromError, match="second intervals, row 0"):
            verb(A, beyond, CHROMS)
    for verb in (canonical, mark_overlaps, covered_bp):
        with pytest.raises(ChromError, match="intervals, row 0"):
            verb(beyond, CHROMS)


def test_a_genome_that_fits_no_axis_is_refused():
    chroms = ChromTable(("a", "b", "c", "d"), (2**61,) * 4)
    with pytest.raises(UsageError, match="too long"):
        merge_spans(Spans.of([3], [5], [9]), chroms)


def test_long_chromosomes_do_not_overflow():
    chroms = ChromTable(("a", "b"), (2**58, 2**58))
    far = Spans.of([1, 1, 0], [2**58 - 9, 2**58 - 12, 5], [2**58, 2**58 - 8, 6])
    merged = merge_spans(far, chroms)
    assert merged.start.tolist() == [5, 2**58 - 12]
    assert merged.end.tolist() == [6, 2**58]
    assert placed(far, chroms).order.tolist() == [2, 1, 0]


# ---- pairs


def test_overlapping_pairs_stand_side_by_side():
    a = make(("chr1", 20, 40), ("chr2", 0, 5), ("chr1", 0, 30), v=[1, 2, 3], s=list("xyz"))
    b = make(("chr1", 25, 26), ("chr1", 5, 21), v=[7, 8], w=["p", "q"])
    frame = overlap(a, b, CHROMS)
    assert list(frame.columns) == [
        "chrom", "start", "end", "v", "s", "chrom1", "start1", "end1", "v1", "w"
    ]  # fmt: skip
    assert rows(frame) == [
        ("chr1", 20, 40, 1, "x", "chr1", 5, 21, 8, "q"),
        ("chr1", 20, 40, 1, "x", "chr1", 25, 26, 7, "p"),
        ("chr1", 0, 30, 3, "z", "chr1", 5, 21, 8, "q"),
        ("chr1", 0, 30, 3, "z", "chr1", 25, 26, 7, "p"),
    ]


def test_a_left_overlap_keeps_rows_without_a_partner():
    a = make(("chr2", 0, 5), ("chr1", 20, 40), ("chrX", 1, 2))
    frame = overlap(a, B, CHROMS, how="left")
    assert frame["chrom"].tolist() == ["chr2", "chr1", "chrX"]
    assert frame["chrom1"].isna().tolist() == [True, False, True]
    assert frame["start1"].tolist()[1] == 25
    assert len(overlap(a, B.iloc[:0], CHROMS, how="left")) == 3
    with pytest.raises(UsageError, match='how="outer" is unknown'):
        overlap(a, B, CHROMS, how="outer")


def test_touching_intervals_do_not_overlap():
    assert len(overlap(make(("chr1", 0, 10)), make(("chr1", 10, 20)), CHROMS)) == 0


def test_subtract_keeps_rows_and_columns():
    a = A.assign(name=["a", "b", "c"], strand="-")[["name", "chrom", "start", "end", "strand"]]
    assert rows(subtract(a, B, CHROMS)) == [
        ("a", "chr1", 10, 25, -1), ("b", "chr1", 20, 25, -1), ("c", "chr1", 45, 50, -1)
    ]  # fmt: skip
    cut = subtract(make(("chr1", 0, 200)), B, CHROMS)
    assert rows(cut) == [("chr1", 0, 25), ("chr1", 45, 100), ("chr1", 120, 200)]


def test_groups_are_numbered_by_place():
    given = make(("chr1", 90, 95), ("chrX", 1, 5), ("chr1", 10, 20), ("chr1", 20, 40), v=range(4))
    frame = mark_overlaps(given, CHROMS)
    assert frame["overlap_group"].tolist() == [1, 2, 0, 0]
    assert frame["v"].tolist() == [0, 1, 2, 3]
    apart = mark_overlaps(given, CHROMS, group_column="g", unify_touching=False)
    assert apart["g"].tolist() == [2, 3, 0, 1]
    with pytest.raises(UsageError, match="group_column cannot be start"):
        mark_overlaps(given, CHROMS, group_column="start")


def test_two_columns_of_one_name_are_refused():
    twice = pd.concat([A.assign(v=1), pd.DataFrame({"v": [1, 2, 3]})], axis=1)
    with pytest.raises(UsageError, match="column v is there twice"):
        subtract(twice, B, CHROMS)


def test_rows_may_carry_any_index():
    odd = A.set_axis([7, 7, 3], axis=0)
    assert rows(subtract(odd, B, CHROMS)) == rows(subtract(A, B, CHROMS))
    assert mark_overlaps(odd, CHROMS).index.tolist() == [0, 1, 2]


def test_frames_given_are_left_alone():
    given = A.assign(v=[1, 2, 3])
    before = given.copy()
    for result in (subtract(given, B, CHROMS), mark_overlaps(given, CHROMS)):
        result.loc[:, "start"] = 0
        result.loc[:, "v"] = 0
    pd.testing.assert_frame_equal(given, before)
