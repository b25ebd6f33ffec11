"""Rectangles by the peer's names."""

import pandas as pd
import pytest

from genomedb.errors import UsageError


def rows(frame):
    return [tuple(row) for row in frame.itertuples(index=False)]


def test_rectangles_sort_by_both_chromosomes_first(pm):
    frame = pm.gintervals_2d("1", [50, 0], [60, 10], ["1", "2"])
    assert rows(frame) == [
        ("chr1", 50, 60, "chr1", 0, 1000), ("chr1", 0, 10, "chr2", 0, 500),
    ]  # fmt: skip
    assert not isinstance(frame["chrom2"].dtype, pd.CategoricalDtype)


def test_whole_pairs(pm):
    assert len(pm.gintervals_2d_all()) == 3
    assert len(pm.gintervals_2d_all("full")) == 9
    with pytest.raises(UsageError, match="mode"):
        pm.gintervals_2d_all("both")


def test_algebra(pm):
    a, b = pm.gintervals_2d("1", 0, 100, "1", 0, 100), pm.gintervals_2d("1", 50, 150, "1", 20, 30)
    assert rows(pm.gintervals_2d_intersect(a, b)) == [("chr1", 50, 100, "chr1", 20, 30)]
    assert len(pm.gintervals_2d_union(a, b)) == 2
    assert pm.gintervals_2d_intersect(a, pm.gintervals_2d("2")) is None
    assert pm.gintervals_2d_union(a.iloc[:0], a.iloc[:0]) is None


def test_the_worked_numbers_of_a_band(pm):
    frame = pd.DataFrame(
        [["1", 200, 800, "1", 100, 1000], ["1", 900, 950, "1", 0, 200], ["1", 0, 100, "1", 0, 400]],
        columns=["chrom1", "start1", "end1", "chrom2", "start2", "end2"],
    )
    assert rows(pm.gintervals_2d_band_intersect(frame, (500, 1000))) == [
        ("chr1", 600, 800, "chr1", 100, 300), ("chr1", 900, 950, "chr1", 0, 200),
    ]  # fmt: skip
    assert pm.gintervals_2d_band_intersect(frame, (500, 1000), "banded") is None
    assert len(pm.gintervals_load("banded")) == 2
    assert len(pm.gintervals_2d_band_intersect("banded", (-9, 9))) == 0
    with pytest.raises(UsageError, match="band"):
        pm.gintervals_2d_band_intersect(frame, None)


def test_numbers_of_pairs(pm):
    frame = pm.gintervals_2d(["2", "1", "2"], 0, 10, ["1", "1", "1"])
    found = pm.gintervals_chrom_sizes(frame)
    assert rows(found) == [("chr1", "chr1", 1), ("chr2", "chr1", 2)]
