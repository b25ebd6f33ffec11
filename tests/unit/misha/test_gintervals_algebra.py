"""Set algebra, extents and neighbours by the peer's names."""

import numpy as np
import pandas as pd
import pytest

from genomedb.errors import GenomeDBWarning, TrackNotFoundError, UsageError


def places(frame):
    return list(zip(frame["start"].tolist(), frame["end"].tolist(), strict=True))


@pytest.fixture
def a(pm):
    return pm.gintervals("chr1", [10, 20, 40], [30, 40, 50])


@pytest.fixture
def b(pm):
    return pm.gintervals("chr1", [25, 100], [45, 120])


def test_the_worked_numbers_of_set_algebra(pm, a, b):
    assert places(pm.gintervals_union(a, b)) == [(10, 50), (100, 120)]
    assert places(pm.gintervals_diff(a, b)) == [(10, 25), (45, 50)]
    assert places(pm.gintervals_intersect(a, b)) == [(25, 45)]
    merged = pm.gintervals_canonic(a, unify_touching_intervals=False)
    assert places(merged) == [(10, 40), (40, 50)]
    assert merged.attrs["mapping"].tolist() == [0, 0, 1]


def test_nothing_is_none(pm, a):
    none = a.iloc[:0]
    assert pm.gintervals_canonic(none) is None
    assert pm.gintervals_union(none, none) is None
    assert pm.gintervals_diff(a, a) is None
    assert pm.gintervals_intersect(a, none) is None
    assert pm.gintervals_force_range(none) is None
    assert pm.gintervals_neighbors(none, a) is None
    assert pm.gintervals_neighbors(a, none) is None


def test_a_union_with_nothing_is_merged_too(pm, a):
    assert places(pm.gintervals_union(a, a.iloc[:0])) == [(10, 50)]


def test_results_can_be_saved_as_sets(pm, a, b):
    assert pm.gintervals_diff(a, b, intervals_set_out="left") is None
    assert places(pm.gintervals_load("left")) == [(10, 25), (45, 50)]
    with pytest.raises(UsageError, match="no intervals to save"):
        pm.gintervals_diff(a, a, intervals_set_out="none")


def test_names_stand_for_sets_and_tracks(pm, a):
    assert places(pm.gintervals_intersect(a, "genes")) == [(10, 30)]
    assert places(pm.gintervals_canonic("s")) == [(5, 25), (40, 60)]
    with pytest.raises(TrackNotFoundError, match=r"'gens' does not exist.*genes"):
        pm.gintervals_canonic("gens")
    with pytest.raises(UsageError, match="intervals2 cannot be None"):
        pm.gintervals_union(a, None)


def test_coverage(pm, a, b):
    assert pm.gintervals_covered_bp(a) == 40
    assert pm.gintervals_covered_bp(a, b) == 20
    assert pm.gintervals_coverage_fraction(a) == pytest.approx(40 / 1705)
    assert pm.gintervals_coverage_fraction(a, b) == 0.5
    assert pm.gintervals_coverage_fraction(a, b.iloc[:0]) == 0.0


def test_clusters_keep_rows_and_columns(pm, a):
    frame = a.assign(name=["x", "y", "z"]).iloc[::-1]
    marked = pm.gintervals_mark_overlaps(frame, "group", unify_touching_intervals=False)
    assert list(marked.columns) == ["chrom", "start", "end", "name", "group"]
    assert marked["group"].tolist() == [1, 0, 0]


def test_the_worked_numbers_of_normalize(pm):
    for place, size, expected in (
        ((10, 31), 20, (10, 30)), ((0, 4), 20, (0, 20)), ((10, 31), 5, (18, 23)),
    ):  # fmt: skip
        frame = pm.gintervals("chr1", *place)
        assert places(pm.gintervals_normalize(frame, size)) == [expected]
    assert places(pm.gintervals_normalize(pm.gintervals("X", 200, 205), 20)) == [(185, 205)]
    assert len(pm.gintervals_normalize(pm.gintervals("X", 20, 25), [2, 4, 6])) == 3
    with pytest.raises(UsageError, match="size=0"):
        pm.gintervals_normalize("genes", 0)


def test_force_range_cuts_and_drops(pm):
    frame = pd.DataFrame(
        {"chrom": ["1", "1", "9", "X"], "start": [-5, 990, 0, 300], "end": [9, 2000, 4, 400]}
    ).assign(v=[1, 2, 3, 4])
    found = pm.gintervals_force_range(frame)
    assert places(found) == [(0, 9), (990, 1000)]
    assert found["v"].tolist() == [1, 2]
    assert found["chrom"].tolist() == ["chr1", "chr1"]


# ---- neighbours


def test_the_worked_numbers_of_neighbours(pm):
    a = pm.gintervals("chr1", 100, 110)
    b = pm.gintervals("chr1", [90, 120, 205], [95, 125, 300])
    near = pm.gintervals_neighbors(a, b, maxneighbors=3)
    assert list(near.columns) == ["chrom", "start", "end", "chrom1", "start1", "end1", "dist"]
    assert near["dist"].tolist() == [5, 10, 95]
    upstream = pm.gintervals_neighbors_upstream(a, b)
    assert upstream["dist"].tolist() == [-5]
    both = pm.gintervals_neighbors_directional(a, b, maxneighbors_downstream=2)
    assert both["upstream"]["start1"].tolist() == [90]
    assert both["downstream"]["dist"].tolist() == [10, 95]
    assert pm.gintervals_neighbors_downstream(a, b, maxdist=5) is None


def test_rows_without_a_neighbour_are_kept_when_asked(pm, b):
    a = pm.gintervals(["chr1", "chr2"], 0, 10)
    kept = pm.gintervals_neighbors(a, b, na_if_notfound=True)
    assert kept["chrom1"].isna().tolist() == [False, True]
    assert np.isnan(kept["dist"][1])
    assert len(pm.gintervals_neighbors(a, b)) == 1


def test_a_strand_that_is_not_used_is_told(pm, b):
    with pytest.warns(GenomeDBWarning, match="strand of intervals1 is not used"):
        pm.gintervals_neighbors("genes", b)
    pm.gintervals_neighbors("genes", b, warn_ignored_strand=False)
    found = pm.gintervals_neighbors("genes", b, use_intervals1_strand=True, mindist=1, maxdist=99)
    assert found["dist"].tolist() == [70]


def test_bounds_of_rectangles_are_refused(pm, a, b):
    with pytest.raises(UsageError, match="2D intervals"):
        pm.gintervals_neighbors(a, b, mindist1=5)


def test_annotations_are_copied_from_the_nearest(pm, a, b):
    notes = b.assign(name=["u", "v"], score=[1, 2])
    frame = pm.gintervals("chr1", [90, 300], [95, 310])
    found = pm.gintervals_annotate(frame, notes, ["name"], ["note"], max_dist=50, na_value="none")
    assert found["note"].tolist() == ["v", "none"]
    assert found["dist"].tolist()[0] == 5
    assert np.isnan(found["dist"][1])
    upstream = pm.gintervals_annotate(
        frame.assign(strand=-1), notes, ["name"], maxdist=-1, use_intervals1_strand=True
    )
    assert upstream["dist"].tolist()[0] == -5
    with pytest.raises(UsageError, match="have a column name already"):
        pm.gintervals_annotate(frame.assign(name="x"), notes)
    with pytest.raises(TypeError, match="maxdst"):
        pm.gintervals_annotate(frame, notes, maxdst=3)
