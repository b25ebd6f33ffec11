"""Interval DataFrames on the way in and out."""

import numpy as np
import pandas as pd
import pytest

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.errors import ChromError, UsageError
from genomedb.intervals.chrom_columns import chrom_column
from genomedb.intervals.frame import empty_frame, frame_of, raw_spans, spans_of

CHROMS = ChromTable(("chr1", "chr2", "chrX"), (1000, 500, 205))


def make(**columns):
    base = {"chrom": ["chr2", "chr1", "chr2"], "start": [5, 0, 7], "end": [9, 10, 500]}
    return pd.DataFrame({**base, **columns})


# ---- in


@pytest.mark.parametrize(
    "chrom",
    [
        ["chr2", "chr1", "chr2"],
        ["2", "1", "chr2"],
        [2, 1, 2],
        [2.0, 1.0, 2.0],
        pd.array(["2", "1", "chr2"], dtype=object),
        pd.Categorical(["chr2", "1", "2"], categories=["unused", "2", "1", "chr2"]),
    ],
)
def test_any_spelling_of_a_chromosome_is_read_in_any_kind_of_column(chrom):
    spans = spans_of(make(chrom=chrom), CHROMS)
    assert spans.code.tolist() == [1, 0, 1]
    assert spans.start.tolist() == [5, 0, 7], "rows keep their order"
    assert spans.strand is None


@pytest.mark.parametrize(
    "start",
    [
        np.array([5, 0, 7], np.uint8),
        np.array([5, 0, 7], np.uint64),
        [5.0, 0.0, 7.0],
        np.array([5, 0, 7], object),
        np.array([5, 0.0, 7], object),
        pd.array([5, 0, 7], dtype="Int64"),
    ],
)
def test_whole_numbers_of_any_type_are_coordinates(start):
    spans = spans_of(make(start=start), CHROMS)
    assert spans.start.dtype == np.int64
    assert spans.start.tolist() == [5, 0, 7]


@pytest.mark.parametrize(
    "strand", [[-1, 0, 1], ["-", ".", "+"], [-1.0, 0.0, 1.0], pd.Categorical(["-", "*", "+"])]
)
def test_strands_are_read_as_numbers(strand):
    spans = spans_of(make(strand=strand), CHROMS)
    assert spans.strand.dtype == np.int8
    assert spans.strand.tolist() == [-1, 0, 1]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"start": [5, np.nan, 7]}, r"peaks: column start: row 1 \(nan\) is missing"),
        ({"start": pd.array([5, 0, None], dtype="Int64")}, r"row 2 \(<NA>\) is missing"),
        ({"start": np.array([None, 0, 7], object)}, r"row 0 \(None\) is missing"),
        ({"end": [9, 10, 20.5]}, r"column end: row 2 \(20.5\) is not a whole number"),
        ({"end": [9, np.inf, 20]}, r"column end: row 1 \(inf\) is not a whole number"),
        ({"end": np.array([9, 2**63, 20], np.uint64)}, "column end: row 1"),
        ({"start": ["a", "b", "c"]}, "column start: holds .*, not whole numbers"),
        ({"start": [True, True, True]}, "holds bool, not whole numbers"),
        ({"start": [5, 0, 500]}, r"row 2 \(chr2:500-500\): start is not before end"),
        ({"strand": [0, 2, 1]}, r"column strand: row 1 \(2\) is not a strand. Use -1, 0, 1"),
        ({"strand": ["+", "x", "-"]}, r"column strand: row 1 \(x\) is not a strand"),
        ({"strand": ["+", None, "-"]}, "column strand: row 1"),
    ],
)
def test_bad_values_are_refused_with_their_row(columns, message):
    with pytest.raises(UsageError, match=message):
        spans_of(make(**columns), CHROMS, what="peaks")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"chrom": ["chr2", "chr1", "chr7"]}, 'peaks, row 2: chromosome "chr7" does not exist'),
        ({"chrom": ["chr2", None, "chr1"]}, "peaks, row 1: chrom is missing"),
        ({"start": [5, -1, 7]}, r"peaks, row 1 \(chr1:-1-10\): start is negative"),
        ({"end": [9, 10, 501]}, r"row 2 \(chr2:7-501\): end is beyond .* chr2 is 500 bp long"),
    ],
)
def test_places_outside_the_genome_are_refused_with_their_row(columns, message):
    with pytest.raises(ChromError, match=message):
        spans_of(make(**columns), CHROMS, what="peaks")


def test_missing_and_repeated_columns_are_named():
    with pytest.raises(UsageError, match=r"no column end\. The columns are chrom, start"):
        spans_of(make().drop(columns="end"), CHROMS)
    with pytest.raises(UsageError, match="no column chrom and no column start and no column end"):
        spans_of(pd.DataFrame(), CHROMS)
    twice = pd.concat([make(), make()[["start"]]], axis=1)
    with pytest.raises(UsageError, match="column start is there twice"):
        spans_of(twice, CHROMS)
    with pytest.raises(UsageError, match="peaks: int is not a DataFrame"):
        spans_of(5, CHROMS, what="peaks")


def test_rows_on_unknown_chromosomes_can_be_dropped():
    given = make(chrom=["chr2", "chr7", "chr2"], end=[9, 10**9, 500], strand=["+", "-", "-"])
    spans = spans_of(given, CHROMS, unknown="drop")
    assert spans.start.tolist() == [5, 7]
    assert spans.strand.tolist() == [1, -1]
    assert raw_spans(given, CHROMS).code.tolist() == [1, -1, 1]


def test_no_rows_are_no_intervals():
    assert len(spans_of(make().iloc[:0], CHROMS)) == 0
    assert len(spans_of(empty_frame(CHROMS), CHROMS)) == 0
    nothing = pd.DataFrame({"chrom": [], "start": [], "end": []})
    assert len(spans_of(nothing, CHROMS)) == 0


# ---- out


def test_a_frame_has_typed_columns_and_all_chromosomes_as_categories():
    spans = Spans.of([2, 0], [1, 5], [2, 9], [1, -1])
    frame = frame_of(spans, CHROMS, {"v": ["a", "b"]})
    assert list(frame.columns) == ["chrom", "start", "end", "strand", "v"]
    assert list(frame["chrom"].cat.categories) == ["chr1", "chr2", "chrX"]
    assert (frame["chrom"] == "chrX").tolist() == [True, False]
    assert [str(frame[c].dtype) for c in ("start", "end", "strand")] == ["int64"] * 3
    assert isinstance(frame.index, pd.RangeIndex)
    assert list(frame_of(Spans.of([0], [1], [2]), CHROMS).columns) == ["chrom", "start", "end"]


def test_a_frame_does_not_share_memory_with_the_spans_unless_allowed():
    spans = Spans.of([0], [1], [2])
    frame = frame_of(spans, CHROMS)
    frame.loc[0, "start"] = 0
    assert spans.start[0] == 1


def test_frames_go_out_and_come_back():
    spans = Spans.of([2, 0, 1], [1, 5, 7], [2, 9, 8], [1, -1, 0])
    back = spans_of(frame_of(spans, CHROMS), CHROMS)
    for name in ("code", "start", "end", "strand"):
        assert np.array_equal(getattr(back, name), getattr(spans, name))


def test_many_chromosomes_have_room_for_their_codes():
    chroms = ChromTable(tuple(f"s{i}" for i in range(40_000)), (10,) * 40_000)
    code = np.array([0, 127, 128, 32_767, 32_768, 39_999])
    assert list(chrom_column(code, chroms)) == [f"s{i}" for i in code]
