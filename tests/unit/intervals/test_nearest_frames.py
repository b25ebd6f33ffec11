"""Neighbours and annotation on DataFrames."""

import math

import numpy as np
import pandas as pd
import pytest

from genomedb.core.chroms import ChromTable
from genomedb.errors import ChromError, UsageError
from genomedb.intervals.annotate import annotate
from genomedb.intervals.neighbors import (
    neighbors,
    neighbors_directional,
    neighbors_downstream,
    neighbors_upstream,
)

CHROMS = ChromTable(("chr1", "chr2", "chrX"), (1000, 500, 205))


def rows(frame):
    return [tuple(row) for row in frame.itertuples(index=False)]


def make(*places, **columns):
    frame = pd.DataFrame(list(places), columns=["chrom", "start", "end"])
    return frame.assign(**columns)


A = make(("chr1", 100, 110))
B = make(("chr1", 90, 95), ("chr1", 120, 125), ("chr1", 205, 300))
ROW = make(("chr1", 100, 110), ("chr1", 300, 310), ("chr1", 500, 510), strand=[1, 0, -1])
MARKS = make(("chr1", 50, 60), ("chr1", 200, 210), ("chr1", 400, 410), ("chr1", 600, 610))


def distances(frame):
    return list(zip(frame["start"], frame["start1"], frame["dist"], strict=True))


# ---- neighbours


def test_the_distance_is_the_gap():
    frame = neighbors(A, B, CHROMS, max_neighbors=9)
    assert rows(frame) == [
        ("chr1", 100, 110, "chr1", 90, 95, 5.0),
        ("chr1", 100, 110, "chr1", 120, 125, 10.0),
        ("chr1", 100, 110, "chr1", 205, 300, 95.0),
    ]
    assert list(frame.columns) == ["chrom", "start", "end", "chrom1", "start1", "end1", "dist"]


def test_the_strand_of_b_signs_the_distance():
    b = MARKS.assign(strand=[0, 1, -1, 0])
    frame = neighbors(ROW.drop(columns="strand"), b, CHROMS, max_neighbors=9)
    assert distances(frame) == [
        (100, 50, 40), (100, 200, -90), (100, 400, 290), (100, 600, 490),
        (300, 200, 90), (300, 400, 90), (300, 50, 240), (300, 600, 290),
        (500, 400, -90), (500, 600, 90), (500, 200, 290), (500, 50, 440),
    ]  # fmt: skip
    assert distances(neighbors(ROW, b, CHROMS, max_neighbors=9)) == distances(frame)


def test_the_strand_of_a_signs_the_distance_when_asked():
    frame = neighbors(ROW, MARKS, CHROMS, max_neighbors=2, use_first_strand=True)
    assert distances(frame) == [
        (100, 50, -40), (100, 200, 90), (300, 200, -90), (300, 400, 90),
        (500, 400, 90), (500, 600, -90),
    ]  # fmt: skip
    assert (neighbors(ROW, MARKS, CHROMS, max_neighbors=9)["dist"] >= 0).all()


def test_upstream_and_downstream_go_by_the_strand_of_a():
    up, down = [(100, 50, -40), (300, 200, -90), (500, 600, -90)], [
        (100, 200, 90), (300, 400, 90), (500, 400, 90)
    ]  # fmt: skip
    assert distances(neighbors_upstream(ROW, MARKS, CHROMS)) == up
    assert distances(neighbors_downstream(ROW, MARKS, CHROMS)) == down
    both = neighbors_directional(ROW, MARKS, CHROMS)
    assert (distances(both["upstream"]), distances(both["downstream"])) == (up, down)
    assert distances(neighbors_upstream(ROW, MARKS, CHROMS, max_dist=40)) == up[:1]


def test_rows_without_a_neighbour_go_or_stay_with_missing_values():
    a = make(("chr2", 0, 5), ("chr1", 100, 110))
    assert len(neighbors(a, B, CHROMS)) == 1
    frame = neighbors(a, B, CHROMS, na_if_not_found=True, max_neighbors=2)
    assert frame["chrom"].tolist() == ["chr2", "chr1", "chr1"]
    assert frame["chrom1"].isna().tolist() == [True, False, False]
    assert math.isnan(frame["dist"][0])
    assert frame["start1"].tolist()[1:] == [90, 120]
    nothing = neighbors(a, B.iloc[:0], CHROMS, na_if_not_found=True)
    assert nothing["start1"].isna().all()
    assert len(neighbors(a.iloc[:0], B, CHROMS)) == 0


def test_columns_of_both_sides_have_names_of_their_own():
    a, b = A.assign(v=1, dist=3, chrom1=2), B.assign(v=2, dist=7, start1=3)
    assert list(neighbors(a, b, CHROMS).columns) == [
        "chrom", "start", "end", "v", "dist", "chrom1",
        "chrom1_", "start1", "end1", "v1", "dist1", "start1_", "dist_",
    ]  # fmt: skip
    assert list(neighbors(A.assign(v=1, v1=2), B.assign(v=2), CHROMS).columns)[-2:] == [
        "v1_", "dist"
    ]  # fmt: skip
    assert list(neighbors(A, B.assign(dist=1), CHROMS).columns)[-2:] == ["dist", "dist_"]


def test_bounds_of_the_distance_are_included():
    assert distances(neighbors(A, B, CHROMS, max_neighbors=9, min_dist=10, max_dist=95)) == [
        (100, 120, 10), (100, 205, 95)
    ]  # fmt: skip
    with pytest.raises(UsageError, match="no distance lies between min_dist=5 and max_dist=4"):
        neighbors(A, B, CHROMS, min_dist=5, max_dist=4)
    with pytest.raises(UsageError, match="max_dist=nan is not a number"):
        neighbors(A, B, CHROMS, max_dist=math.nan)
    with pytest.raises(UsageError, match="0 neighbours make no sense"):
        neighbors(A, B, CHROMS, max_neighbors=0)
    with pytest.raises(ChromError, match="second intervals, row 0"):
        neighbors(A, make(("chr9", 1, 2)), CHROMS)


def test_a_result_shares_no_memory_with_what_was_given():
    a, b = A.assign(v=[1]), B.copy()
    frame = neighbors(a, b, CHROMS)
    frame.loc[:, ["v", "start"]] = 0
    assert (a["v"][0], a["start"][0]) == (1, 100)


# ---- annotation

GENES = B.assign(gene=["g1", "g2", "g3"], score=[1, 2, 3])


def test_columns_of_the_nearest_annotation_are_copied():
    a = make(("chrX", 1, 2), ("chr1", 100, 110), v=[8, 9])
    frame = annotate(a, GENES, CHROMS)
    assert list(frame.columns) == ["chrom", "start", "end", "v", "gene", "score", "dist"]
    assert rows(frame)[1] == ("chr1", 100, 110, 9, "g1", 1, 5.0)
    assert frame.loc[0, ["gene", "score", "dist"]].isna().all()


def test_annotations_too_far_away_are_replaced():
    a = make(("chr1", 100, 110), ("chr1", 400, 410))
    frame = annotate(a, GENES, CHROMS, max_dist=50, na_value={"gene": "none", "score": -1})
    assert frame["gene"].tolist() == ["g1", "none"]
    assert frame["score"].tolist() == [1, -1]
    assert frame["dist"].tolist()[0] == 5
    assert math.isnan(frame["dist"][1])
    kinds = GENES.assign(gene=pd.Categorical(GENES["gene"]))
    assert annotate(a, kinds, CHROMS, max_dist=50, na_value="?")["gene"].tolist() == ["g1", "?"]
    empty = annotate(a, GENES.iloc[:0], CHROMS, na_value=0)
    assert empty["score"].tolist() == [0, 0]


def test_chosen_columns_get_chosen_names():
    frame = annotate(A, GENES, CHROMS, columns=["score"], column_names=["s"], dist_column="away")
    assert rows(frame) == [("chr1", 100, 110, 1, 5.0)]
    assert list(frame.columns)[-2:] == ["s", "away"]
    frame = annotate(A, GENES, CHROMS, columns=["gene"], dist_column=None, max_neighbors=2)
    assert frame["gene"].tolist() == ["g1", "g2"]


def test_ties_go_by_row_or_start_or_end():
    notes = make(("chr1", 115, 130), ("chr1", 80, 95), ("chr1", 115, 120), n=["a", "b", "c"])

    def order(**options):
        return annotate(A, notes, CHROMS, columns=["n"], **options)["n"].tolist()

    assert order() == ["a"]
    assert order(tie_method="min.start", max_neighbors=3) == ["b", "a", "c"]
    assert order(tie_method="min.end") == ["b"]
    assert order(tie_method="min.end", max_neighbors=3) == ["b", "c", "a"]
    with pytest.raises(UsageError, match='tie_method="last" is unknown'):
        order(tie_method="last")


def test_columns_that_exist_are_replaced_only_when_asked():
    a = A.assign(gene="mine")
    with pytest.raises(UsageError, match="have a column gene already"):
        annotate(a, GENES, CHROMS)
    with pytest.raises(UsageError, match="have a column dist already"):
        annotate(A.assign(dist=1), GENES, CHROMS)
    assert annotate(a, GENES, CHROMS, overwrite=True)["gene"].tolist() == ["g1"]
    with pytest.raises(UsageError, match="cannot be added"):
        annotate(A, GENES, CHROMS, columns=["gene"], column_names=["start"], overwrite=True)


def test_columns_that_are_absent_or_miscounted_are_refused():
    with pytest.raises(UsageError, match=r"annotation has no column x\. It has chrom"):
        annotate(A, GENES, CHROMS, columns=["x"])
    with pytest.raises(UsageError, match="column_names has 1 names for 2 columns"):
        annotate(A, GENES, CHROMS, column_names=["x"])
    with pytest.raises(UsageError, match='columns="gene" is one text'):
        annotate(A, GENES, CHROMS, columns="gene")


def test_rows_keep_their_order_unless_told_otherwise():
    a = make(("chrX", 1, 2), ("chr1", 100, 110))
    assert annotate(a, GENES, CHROMS)["chrom"].tolist() == ["chrX", "chr1"]
    assert annotate(a, GENES, CHROMS, keep_order=False)["chrom"].tolist() == ["chr1", "chrX"]
    assert annotate(a, GENES, CHROMS)["dist"].dtype == np.float64
