"""summary and screen against numpy."""

import numpy as np
import pandas as pd
import pytest

from genomedb.analysis.screen import screen
from genomedb.analysis.summary import SUMMARY_NAMES, summary

SCOPE = pd.DataFrame({"chrom": ["chr2", "2", "chr1"], "start": [15, 100, 0], "end": [205, 333, 48]})


def test_summary_counts_bases_of_several_scope_rows_once(toy):
    bins = toy.bins
    inside = ((bins.chrom == "chr2") & (bins.start < 333) & (bins.end > 15)) | (
        (bins.chrom == "chr1") & (bins.start < 48)
    )
    values = bins[inside]["a"].to_numpy()
    kept = values[~np.isnan(values)]
    found = summary(toy.db, "a", SCOPE)
    assert tuple(found.index) == SUMMARY_NAMES
    np.testing.assert_allclose(
        found,
        [values.size, values.size - kept.size, kept.min(), kept.max(), kept.sum(), kept.mean(),
         kept.std(ddof=1)],
    )  # fmt: skip


@pytest.mark.parametrize(("expression", "std"), [("flat", 0.0), ("none", np.nan)])
def test_constant_and_missing_values_have_the_spread_they_should(toy, expression, std):
    found = summary(toy.db, expression)
    np.testing.assert_array_equal(found["Std dev"], std)
    assert found["Total intervals"] == len(toy.bins)
    if expression == "none":
        assert found["NaN intervals"] == len(toy.bins)
        assert found[2:].isna().all()


def slow_screen(bins, is_true, scope):
    """Runs of true bins, cut by the merged scope and joined where they touch."""
    bases = {
        (row.chrom, x)
        for row in bins[is_true].itertuples()
        for x in range(row.start, row.end)
        if any(r.chrom == row.chrom and r.start <= x < r.end for r in scope.itertuples())
    }
    found = []
    for chrom, x in sorted(
        bases, key=lambda pair: (list(bins.chrom.unique()).index(pair[0]), pair[1])
    ):
        if found and found[-1][0] == chrom and found[-1][2] == x:
            found[-1][2] = x + 1
        else:
            found.append([chrom, x, x + 1])
    return found


@pytest.mark.parametrize("cut", ["usual", "many tasks"])
@pytest.mark.parametrize("expression", ["a > 0.5", "a", "(a > 0) & (b < 1)"])
def test_screen_gives_runs_of_true_bins(toy, expression, cut, request):
    if cut == "many tasks":
        request.getfixturevalue("many_tasks")
    a, b = toy.bins["a"], toy.bins["b"]
    is_true = {
        "a > 0.5": a > 0.5, "a": (a != 0) & a.notna(), "(a > 0) & (b < 1)": (a > 0) & (b < 1),
    }[expression]  # fmt: skip
    scope = SCOPE.assign(chrom=["chr2", "chr2", "chr1"])
    found = screen(toy.db, expression, SCOPE)
    assert found.astype({"chrom": str}).values.tolist() == slow_screen(toy.bins, is_true, scope)


def test_runs_join_across_scope_rows_and_a_search_in_vain_is_empty(toy):
    scope = pd.DataFrame({"chrom": ["1", "1"], "start": [100, 50], "end": [150, 100]})
    assert screen(toy.db, "flat > 0", scope).values.tolist() == [["chr1", 50, 150]]
    empty = screen(toy.db, "flat < 0")
    assert len(empty) == 0
    assert list(empty) == ["chrom", "start", "end"]


def test_screen_of_an_interval_iterator_joins_what_touches(toy):
    pieces = pd.DataFrame({"chrom": ["1"] * 3, "start": [10, 20, 50], "end": [20, 30, 60]})
    found = screen(toy.db, "flat > 0", iterator=pieces)
    assert found.values.tolist() == [["chr1", 10, 30], ["chr1", 50, 60]]
