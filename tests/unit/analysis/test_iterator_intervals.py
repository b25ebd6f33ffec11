"""Intervals of an iterator: alignment, clipping, and which scope row they come from."""

import numpy as np
import pandas as pd
import pytest

from genomedb.analysis.iterator_intervals import iterator_intervals
from genomedb.db.create import create_database
from genomedb.errors import UsageError


@pytest.fixture
def db(tmp_path):
    made = create_database(tmp_path / "root", "toy", {"chr2": 1000, "chr1": 205})
    made.create_dense("a", {"chr2": np.zeros(20, np.float32)}, bin_size=50)
    return made


def frame(*rows):
    return pd.DataFrame(rows, columns=["chrom", "start", "end"])


def rows(found):
    assert found.columns.tolist() == ["chrom", "start", "end", "intervalID"]
    return list(found.itertuples(index=False, name=None))


def test_bins_are_counted_from_the_chromosome(db):
    found = iterator_intervals(db, scope="chr2:50-260", iterator=100)
    assert rows(found) == [("chr2", 50, 100, 1), ("chr2", 100, 200, 1), ("chr2", 200, 260, 1)]


def test_relative_bins_are_counted_from_the_scope_row(db):
    found = iterator_intervals(db, scope="chr2:50-260", iterator=100, interval_relative=True)
    assert rows(found) == [("chr2", 50, 150, 1), ("chr2", 150, 250, 1), ("chr2", 250, 260, 1)]


def test_short_bins_can_be_left_out(db):
    options = {"scope": "chr2:50-260", "iterator": 100, "partial_bins": "drop"}
    assert rows(iterator_intervals(db, **options)) == [("chr2", 100, 200, 1)]
    found = iterator_intervals(db, **options, interval_relative=True)
    assert rows(found) == [("chr2", 50, 150, 1), ("chr2", 150, 250, 1)]


def test_each_scope_row_has_its_own_intervals_in_the_order_given(db):
    scope = frame(("chr1", 150, 205), ("chr2", 0, 40), ("chr2", 20, 60))
    expected = [
        ("chr1", 150, 200, 1), ("chr1", 200, 205, 1), ("chr2", 0, 40, 2), ("chr2", 20, 50, 3),
        ("chr2", 50, 60, 3),
    ]  # fmt: skip
    assert rows(iterator_intervals(db, "a", scope)) == expected
    assert rows(iterator_intervals(db, ["a", "a + 1"], scope)) == expected
    assert rows(iterator_intervals(db, scope=scope, iterator="a")) == expected


def test_relative_bins_of_a_track_have_its_width(db):
    scope = frame(("chr2", 20, 60), ("chr2", 30, 130))
    found = iterator_intervals(db, "a", scope, interval_relative=True)
    assert rows(found) == [("chr2", 20, 60, 1), ("chr2", 30, 80, 2), ("chr2", 80, 130, 2)]


def test_intervals_of_a_frame_are_clipped_to_the_scope(db):
    iterator = frame(("chr2", 40, 60), ("chr2", 70, 75))
    scope = frame(("chr2", 0, 55), ("chr2", 50, 130))
    found = iterator_intervals(db, scope=scope, iterator=iterator)
    assert rows(found) == [("chr2", 40, 55, 1), ("chr2", 50, 60, 2), ("chr2", 70, 75, 2)]


def test_the_whole_genome_is_walked_in_the_order_of_the_database(db):
    found = iterator_intervals(db, iterator=500)
    assert rows(found) == [("chr2", 0, 500, 1), ("chr2", 500, 1000, 1), ("chr1", 0, 205, 2)]


@pytest.mark.parametrize("drop", ["clip", "drop"])
def test_no_intervals_are_an_empty_frame(db, drop):
    empty = pd.DataFrame({"chrom": [], "start": [], "end": []})
    assert rows(iterator_intervals(db, "a", empty, partial_bins=drop)) == []
    assert rows(iterator_intervals(db, "a", "chr2:1-9", partial_bins="drop")) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "neither an expression nor an iterator"),
        ({"iterator": -1, "interval_relative": True}, "interval_relative needs bins of one width"),
        ({"iterator": -1, "partial_bins": "drop"}, 'partial_bins="drop" needs bins of one width'),
        ({"iterator": 50, "partial_bins": "keep"}, "partial_bins 'keep' is unknown"),
    ],
)
def test_bad_arguments_are_named(db, options, message):
    with pytest.raises(UsageError, match=message):
        iterator_intervals(db, **options)


def test_cells_of_a_grid_are_listed_as_bins_are(db):
    axes = {"chrom1": ["chr1"], "start1": [0], "end1": [15], "chrom2": ["chr1"], "start2": [5]}
    scope = pd.DataFrame({**axes, "end2": [20]})
    found = iterator_intervals(db, scope=scope, iterator=(10, 10))
    assert found.columns.tolist() == [
        "chrom1", "start1", "end1", "chrom2", "start2", "end2", "intervalID",
    ]  # fmt: skip
    cells = found[["start1", "end1", "start2", "end2", "intervalID"]].to_numpy().tolist()
    assert cells == [[0, 10, 5, 10, 1], [0, 10, 10, 20, 1], [10, 15, 5, 10, 1], [10, 15, 10, 20, 1]]
    near = iterator_intervals(db, scope=scope, iterator=(10, 10), band=(0, 100))
    assert len(near) < 4


def test_a_walk_in_two_dimensions_has_no_bins(db):
    with pytest.raises(UsageError, match="interval_relative needs bins of one width"):
        iterator_intervals(db, iterator=(100, 100), interval_relative=True)


def test_a_band_needs_two_dimensions(db):
    with pytest.raises(UsageError, match="a band needs a 2D track"):
        iterator_intervals(db, iterator=100, band=(0, 10))
