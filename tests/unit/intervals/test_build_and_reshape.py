"""Interval frames made from scalars, texts and tuples, moved and measured."""

import numpy as np
import pandas as pd
import pytest

from genomedb.core.chroms import ChromTable
from genomedb.errors import ChromError, UsageError
from genomedb.intervals.build import (
    concat,
    from_strings,
    from_tuples,
    intervals,
    whole_genome,
    window,
)
from genomedb.intervals.cover import chrom_sizes, coverage_fraction, covered_bp
from genomedb.intervals.reshape import force_range, from_matrix, normalize, to_matrix

CHROMS = ChromTable(("chr1", "chr2", "chrX"), (1000, 500, 205))


def rows(frame):
    return [tuple(row) for row in frame.itertuples(index=False)]


def make(*places, **columns):
    frame = pd.DataFrame(list(places), columns=["chrom", "start", "end"])
    return frame.assign(**columns)


# ---- intervals


def test_scalars_serve_all_rows_and_rows_are_sorted_in_database_order():
    frame = intervals(["chrX", 2, "1"], 10, [20, -1, 30], chroms=CHROMS)
    assert rows(frame) == [("chr1", 10, 30), ("chr2", 10, 500), ("chrX", 10, 20)]
    assert list(frame["chrom"].cat.categories) == ["chr1", "chr2", "chrX"]
    assert frame["start"].dtype == frame["end"].dtype == np.int64
    assert list(frame.index) == [0, 1, 2]


def test_without_coordinates_the_chromosome_is_whole():
    assert rows(intervals("X", chroms=CHROMS)) == [("chrX", 0, 205)]


def test_starts_that_are_equal_are_sorted_by_end():
    frame = intervals("chr1", [5, 5, 0], [90, 20, 10], chroms=CHROMS)
    assert rows(frame) == [("chr1", 0, 10), ("chr1", 5, 20), ("chr1", 5, 90)]


def test_strands_may_be_signs_or_numbers():
    frame = intervals("chr1", [30, 0, 15], [40, 10, 20], strand=["+", "-", "."], chroms=CHROMS)
    assert frame["strand"].tolist() == [-1, 0, 1]
    assert intervals("chr1", strand=-1, chroms=CHROMS)["strand"].tolist() == [-1]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("chr1", 10, 10), UsageError, r"row 0 \(chr1:10-10\): start is not before end"),
        (("chr1", -5, 10), ChromError, "start is negative"),
        (("chrX", 0, 206), ChromError, "end is beyond the chromosome. chrX is 205 bp long"),
        (("chr7", 0, 10), ChromError, '"chr7" does not exist'),
        ((["chr1", "chr2"], [1, 2, 3]), UsageError, "2 chrom, 3 starts"),
        (("chr1", 1.5), UsageError, r"starts: row 0 \(1.5\) is not a whole number"),
        (("chr1", [0, None], [5, 6]), UsageError, "starts: row 1 .* is missing"),
    ],
)
def test_bad_columns_are_refused_by_name(arguments, error, message):
    with pytest.raises(error, match=message):
        intervals(*arguments, chroms=CHROMS)


def test_a_strand_other_than_the_three_is_refused():
    with pytest.raises(UsageError, match=r"strand: row 1 \(2\) is not a strand"):
        intervals("chr1", [0, 5], 10, strand=[1, 2], chroms=CHROMS)


# ---- texts and tuples


def test_texts_have_commas_strands_and_whole_chromosomes():
    frame = from_strings(["chr2", "1:1,00-2,00:-", "chr1:5-8"], CHROMS)
    assert rows(frame) == [("chr1", 5, 8, 0), ("chr1", 100, 200, -1), ("chr2", 0, 500, 0)]
    assert rows(from_strings("chrX:1-2", CHROMS)) == [("chrX", 1, 2)]
    assert len(from_strings([], CHROMS)) == 0


def test_a_chromosome_name_may_hold_colons():
    chroms = ChromTable(("HLA-A*01:01", "chr1"), (100, 100))
    frame = from_strings(["HLA-A*01:01", "HLA-A*01:01:5-9"], chroms)
    assert rows(frame) == [("HLA-A*01:01", 0, 100), ("HLA-A*01:01", 5, 9)]


@pytest.mark.parametrize("text", ["chr1:5", "chr1:5-", "chr1:-5-9", "chr1:a-b", "chr1:1-2:x"])
def test_texts_of_another_form_are_refused_with_their_number(text):
    with pytest.raises(UsageError, match=r"text 1: .* is not an interval"):
        from_strings(["chr1", text], CHROMS)


def test_texts_with_unknown_or_far_places_are_refused():
    with pytest.raises(ChromError, match="chr9"):
        from_strings("chr9", CHROMS)
    with pytest.raises(ChromError, match="chr9"):
        from_strings("chr9:1-2", CHROMS)
    with pytest.raises(ChromError, match="beyond"):
        from_strings("chrX:1-300", CHROMS)
    with pytest.raises(ChromError, match="outside"):
        from_strings("chrX:1-" + "9" * 30, CHROMS)
    with pytest.raises(UsageError, match="text 0: 5 is not text"):
        from_strings([5], CHROMS)


def test_tuples_and_mappings_make_intervals():
    assert rows(from_tuples([("chr2", 1, 5), (1, 3, 4)], CHROMS)) == [
        ("chr1", 3, 4),
        ("chr2", 1, 5),
    ]
    assert rows(from_tuples([("chr2", 1, 5, "-")], CHROMS)) == [("chr2", 1, 5, -1)]
    assert rows(from_tuples([{"chrom": "1", "start": 1, "end": 2}], CHROMS)) == [("chr1", 1, 2)]
    assert rows(from_tuples([("chr2", 1, 5)], CHROMS, strand=1)) == [("chr2", 1, 5, 1)]
    assert len(from_tuples([], CHROMS)) == 0


def test_tuples_of_several_forms_are_refused():
    for bad in ([("chr1", 1, 2), ("chr1", 1, 2, 1)], [("chr1", 1)], ["chr"], [5]):
        with pytest.raises(UsageError, match="rows must all be"):
            from_tuples(bad, CHROMS)
    with pytest.raises(UsageError, match="same keys"):
        from_tuples([{"chrom": "1", "start": 1}], CHROMS)
    with pytest.raises(UsageError, match="strand is given twice"):
        from_tuples([("chr1", 1, 2, 1)], CHROMS, strand=1)


# ---- windows, genome, concatenation


def test_windows_are_cut_at_the_ends_of_the_chromosome_and_keep_their_order():
    frame = window(["chrX", "chr1", "chr1"], [200, 3, 50], 10, chroms=CHROMS)
    assert rows(frame) == [("chrX", 190, 205), ("chr1", 0, 13), ("chr1", 40, 60)]
    with pytest.raises(ChromError, match="row 0: the window around 300 lies outside chrX"):
        window("chrX", 300, 10, chroms=CHROMS)
    with pytest.raises(UsageError, match="half_width=0"):
        window("chrX", 100, 0, chroms=CHROMS)


def test_the_whole_genome_has_a_row_for_each_chromosome():
    assert rows(whole_genome(CHROMS)) == [
        ("chr1", 0, 1000), ("chr2", 0, 500), ("chrX", 0, 205)
    ]  # fmt: skip


def test_frames_are_put_one_behind_the_other():
    a, b = make(("chr2", 1, 5), v=[1]), make(("1", 3, 4), v=[2])
    assert rows(concat([a, b], CHROMS)) == [("chr2", 1, 5, 1), ("chr1", 3, 4, 2)]
    signed = concat([a.assign(strand="+"), b.assign(strand=-1)], CHROMS)
    assert signed["strand"].tolist() == [1, -1]
    assert len(concat([], CHROMS)) == 0
    with pytest.raises(UsageError, match="intervals 2: column v is not in all"):
        concat([a, b.drop(columns="v")], CHROMS)


# ---- range and size


def test_force_range_cuts_and_drops_and_keeps_columns():
    given = make(("chrX", -5, 900), ("chr1", 1, 2), ("chr2", 600, 700), ("q", 1, 2), v=list("abcd"))
    assert rows(force_range(given, CHROMS)) == [("chrX", 0, 205, "a"), ("chr1", 1, 2, "b")]


def test_normalize_keeps_the_centre_and_stays_inside():
    given = make(("chr1", 10, 31), ("chr1", 0, 4), ("chrX", 200, 205), v=[1, 2, 3])
    assert rows(normalize(given, 20, CHROMS)) == [
        ("chr1", 10, 30, 1), ("chr1", 0, 20, 2), ("chrX", 185, 205, 3)
    ]  # fmt: skip
    assert rows(normalize(make(("chr1", 10, 31)), 5, CHROMS)) == [("chr1", 18, 23)]
    assert rows(normalize(make(("chrX", 1, 9)), 900, CHROMS)) == [("chrX", 0, 205)]


def test_normalize_takes_a_size_for_each_row_or_repeats_one_row():
    one = make(("chr1", 100, 110), v=["a"])
    assert rows(normalize(one, [5, 9], CHROMS)) == [
        ("chr1", 102, 107, "a"),
        ("chr1", 100, 109, "a"),
    ]
    with pytest.raises(UsageError, match="3 sizes for 2 intervals"):
        normalize(make(("chr1", 1, 2), ("chr1", 3, 4)), [1, 2, 3], CHROMS)
    with pytest.raises(UsageError, match="size=0"):
        normalize(one, 0, CHROMS)


# ---- measures and tables


def test_covered_bases_count_once():
    a = make(("chr1", 10, 30), ("chr1", 20, 40), ("chr1", 45, 50))
    b = make(("chr1", 25, 45), ("chr1", 100, 120))
    assert covered_bp(a, CHROMS) == 35
    assert covered_bp(a, CHROMS, src=b) == 15
    assert coverage_fraction(a, CHROMS) == 35 / 1705
    assert coverage_fraction(a, CHROMS, of=b) == 15 / 40
    assert np.isnan(coverage_fraction(a, CHROMS, of=b.iloc[:0]))


def test_chrom_sizes_counts_intervals_in_database_order():
    frame = chrom_sizes(make(("chrX", 1, 2), ("chr1", 3, 4), ("X", 5, 6)), CHROMS)
    assert rows(frame) == [("chr1", 1), ("chrX", 2)]


def test_a_matrix_of_values_goes_there_and_back():
    given = make(("chrX", 1, 2), ("chr1", 3, 4), v=[1.5, 2.5], intervalID=[1, 2])
    matrix = to_matrix(given)
    assert list(matrix.columns) == ["v"]
    assert list(matrix.index) == [("chrX", 1, 2), ("chr1", 3, 4)]
    back = from_matrix(matrix)
    assert rows(back) == [("chrX", 1, 2, 1.5), ("chr1", 3, 4, 2.5)]
    named = to_matrix(given.assign(g=["a", "b"]), id_column="g", value_columns=["v"])
    assert list(named.index) == [("a", "chrX", 1, 2), ("b", "chr1", 3, 4)]
    assert rows(from_matrix(named)) == rows(back)
    assert list(to_matrix(given, labels=False).index) == [0, 1]
    with pytest.raises(UsageError, match="column g is not of numbers"):
        to_matrix(given.assign(g=["a", "b"]))
    with pytest.raises(UsageError, match="no levels chrom, start, end"):
        from_matrix(given)
