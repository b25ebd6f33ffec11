"""Numbers of intervals, and values within them, by the peer's names."""

import numpy as np
import pytest

from genomedb.errors import ExpressionError, UsageError


def rows(frame):
    return [tuple(row) for row in frame.itertuples(index=False)]


def test_numbers_by_chromosome(pm):
    assert rows(pm.gintervals_chrom_sizes("genes")) == [("chr1", 1), ("chr2", 1)]
    assert rows(pm.gintervals_chrom_sizes("s")) == [("chr1", 2)]
    assert len(pm.gintervals_chrom_sizes(pm.gintervals_all().iloc[:0])) == 0


def test_statistics_of_each_row_and_rows_may_overlap(pm):
    frame = pm.gintervals("chr1", [0, 10, 40], [40, 20, 60])
    found = pm.gintervals_summary("d", frame)
    assert found["chrom"].tolist() == ["chr1"] * 3
    assert found["Total intervals"].tolist() == [4, 1, 2]
    assert found["NaN intervals"].tolist() == [0, 0, 1]
    assert found["Mean"].tolist() == [3.75, 2.0, 16.0]
    assert list(found.columns) == [
        "chrom", "start", "end", "Total intervals", "NaN intervals", "Min", "Max", "Sum", "Mean",
        "Std dev",
    ]  # fmt: skip
    assert len(pm.gintervals_summary("d", frame.iloc[:0])) == 0


def test_quantiles_of_each_row(pm):
    frame = pm.gintervals("chr1", [0, 10], [40, 20])
    found = pm.gintervals_quantiles("d", [0.5, 1], frame)
    assert found["0.5"].tolist() == [3.0, 2.0]
    assert found["1.0"].tolist() == [8.0, 2.0]
    assert len(pm.gintervals_quantiles("d")) == 3


def test_a_function_of_each_row(pm):
    frame = pm.gintervals("chr1", [0, 10], [40, 20])
    found = pm.gintervals_mapply(np.max, "d", intervals=frame)
    assert rows(found) == [("chr1", 0, 40, 8.0), ("chr1", 10, 20, 2.0)]
    found = pm.gintervals_mapply(
        lambda a, b: (a - b).sum(), "d", "d / 2", intervals=frame, colnames="half", iterator=20
    )
    assert found["half"].tolist() == [3.75, 1.0]
    assert len(pm.gintervals_mapply(np.size, "d")) == 3


def test_the_function_may_have_the_interval_too(pm):
    frame = pm.gintervals("chr1", [0, 10], [40, 20])

    def place(values, gapply_intervals=None):
        return f"{gapply_intervals['chrom']}:{gapply_intervals['start']}-{gapply_intervals['end']}"

    found = pm.gintervals_mapply(place, "d", intervals=frame, enable_gapply_intervals=True)
    assert found["value"].tolist() == ["chr1:0-40", "chr1:10-20"]


def test_virtual_tracks_and_saved_results(pm):
    pm.gvtrack_create("best", "d", "max")
    assert pm.gintervals_mapply(np.nanmax, "best", intervals="s", intervals_set_out="out") is None
    assert pm.gintervals_load("out")["value"].tolist() == [4.0, 16.0]
    assert pm.gintervals_summary("d", "s", intervals_set_out="stats") is None
    assert pm.gintervals_load("stats")["Max"].tolist() == [4.0, 16.0]
    assert pm.gintervals_quantiles("d", 0.5, "s", intervals_set_out="half") is None
    assert pm.gintervals_exists("half")


def test_wrong_questions_are_refused(pm):
    with pytest.raises(ExpressionError, match="nothing"):
        pm.gintervals_summary("nothing", "s")
    with pytest.raises(UsageError, match="2 is not between 0 and 1"):
        pm.gintervals_quantiles("d", 2, "s")
    with pytest.raises(UsageError, match="band"):
        pm.gintervals_mapply(np.max, "d", intervals="s", band=(0, 5))
    with pytest.raises(TypeError, match="iteratr"):
        pm.gintervals_summary("d", "s", iteratr=5)
