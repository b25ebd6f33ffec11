"""Small frames take a shorter way, to the same arrays, frames and messages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from genomedb.core.chroms import ChromTable
from genomedb.errors import GenomeDBError
from genomedb.intervals import frame as module
from genomedb.intervals.chrom_columns import chrom_texts
from genomedb.intervals.frame import of_columns, spans_of

CHROMS = ChromTable(("chr1", "chr2", "chrX"), (1000, 500, 100))


def both_ways(frame, monkeypatch):
    found = []
    for rows in (module._FEW_ROWS, 0):
        monkeypatch.setattr(module, "_FEW_ROWS", rows)
        try:
            spans = spans_of(frame, CHROMS)
            found.append([spans.code.tolist(), spans.start.tolist(), spans.end.tolist()])
        except GenomeDBError as error:
            found.append(f"{type(error).__name__} {error}")
    return found


@pytest.mark.parametrize(
    ("chrom", "start", "end"),
    [
        (["chr1", "1", "X"], [0, 5, 9], [10, 50, 100]),
        ([1, 2, 1], [0, 5, 9], [10, 50, 100]),
        (["chr1"], [0.0], [10.0]),
        (["chr1"], [0.5], [10.0]),
        (["chr1", None], [0, 0], [1, 1]),
        (["chr9"], [0], [1]),
        (["chr1"], [-1], [1]),
        (["chr1"], [0], [1001]),
        (["chr1"], [7], [7]),
        (["chr1"], [2**62], [2**62 + 1]),
        (["chr1"], [True], [2]),
        (["chr1"], pd.to_datetime(["2020-01-01"]), [2]),
        (["chr1"], pd.array([3], "Int64"), np.array([9], np.uint64)),
        (["chr1"], pd.array([None], "Int64"), [9]),
        (pd.Categorical(["chr2"]), np.array([3], np.int16), np.array([9], object)),
        ([["chr1"]], [0], [2]),
        ([], [], []),
    ],
)
def test_small_frames_are_read_as_large_ones_are(chrom, start, end, monkeypatch):
    short, long = both_ways(pd.DataFrame({"chrom": chrom, "start": start, "end": end}), monkeypatch)
    assert short == long


def test_order_and_number_of_columns_do_not_matter(monkeypatch):
    frame = pd.DataFrame({"name": ["a"], "end": [9], "start": [3], "chrom": ["chr2"]})
    short, long = both_ways(frame, monkeypatch)
    assert short == long == [[1], [3], [9]]
    twice = pd.concat([frame, frame[["start"]]], axis=1)
    short, long = both_ways(twice, monkeypatch)
    assert short == long
    assert "twice" in short


@pytest.mark.parametrize("n", [0, 1, 5])
def test_a_frame_of_new_arrays_is_the_one_that_pandas_makes(n):
    columns = {
        "chrom": chrom_texts(np.zeros(n, np.int8), CHROMS),
        "start": np.arange(n),
        "a + 1": np.linspace(0, 1, n),
    }
    found = of_columns(columns, n)
    pd.testing.assert_frame_equal(found, pd.DataFrame(columns))
    found["more"] = 1.5
    found.loc[found.index[:1], "start"] = 7
    assert list(found.columns) == [*columns, "more"]
    assert list(of_columns(columns, n).columns) == list(columns)


def test_chromosomes_of_a_small_table_are_texts_that_nobody_else_changes():
    for code in ([], [2] * 3, [0, 1, 0], [1] * 300, [1]):
        found = chrom_texts(np.array(code, np.int8), CHROMS)
        expected = pd.Series([CHROMS.names[c] for c in code], dtype="str").array
        pd.testing.assert_extension_array_equal(found, expected)
    first = of_columns({"chrom": chrom_texts(np.zeros(3, np.int64), CHROMS)}, 3)
    first.loc[1, "chrom"] = "other"
    assert chrom_texts(np.zeros(3, np.int64), CHROMS).tolist() == ["chr1"] * 3
