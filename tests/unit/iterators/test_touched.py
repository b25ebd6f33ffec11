"""Cells of a grid that hold records are those of the whole grid without the empty ones."""

import numpy as np
import pytest

from genomedb.core.spans import Spans, Spans2D
from genomedb.db.create import create_database
from genomedb.iterators import records, touched
from genomedb.iterators.rectangles import GridCells
from genomedb.iterators.touched import TouchedCells

LENGTHS = {"chr1": 1000, "chr2": 605}
EVERY = [(0, 0, 1000, 0, 0, 1000), (0, 0, 1000, 1, 0, 605), (1, 0, 605, 1, 0, 605)]


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path, "toy", LENGTHS)


def spans2d(rows):
    columns = [np.array([row[i] for row in rows], np.int64) for i in range(6)]
    return Spans2D(Spans.of(*columns[:3]), Spans.of(*columns[3:]))


def listed(parts):
    found = []
    for cells, row in parts:
        a, b = cells.first, cells.second
        columns = (row, a.code, a.start, a.end, b.code, b.start, b.end)
        found += zip(*(column.tolist() for column in columns), strict=True)
    return found


def made(db, seed):
    """A track of points and one of rectangles, with pairs that have none."""
    rng = np.random.default_rng(seed)
    points, rectangles = {}, {}
    for one, other in (("chr1", "chr1"), ("chr1", "chr2"), ("chr2", "chr2")):
        key = rng.choice(LENGTHS[one] * LENGTHS[other], 25, replace=False)
        points[one, other] = (key // LENGTHS[other], key % LENGTHS[other], rng.random(25))
        corner = rng.choice(36, 4, replace=False)  # of squares of 100: they do not overlap
        x, y = corner // 6 * 100 + rng.integers(0, 60, 4), corner % 6 * 100 + 3
        rectangles[one, other] = (x, x + rng.integers(1, 41, 4), y, y + 90, rng.random(4))
    del points["chr2", "chr2"]
    del rectangles["chr1", "chr2"]
    return db.create_points("p", points), db.create_rectangles("r", rectangles)


def touches(track, cell, band):
    _, code1, start1, end1, code2, start2, end2 = cell
    names = track.chroms.names
    limits = band if band is None or code1 == code2 else None
    return len(track.read(names[code1], start1, end1, names[code2], start2, end2, band=limits)) > 0


@pytest.mark.parametrize("names", [["p"], ["r"], ["p", "r"]])
@pytest.mark.parametrize("band", [None, (-150, 40)])
@pytest.mark.parametrize("scope", [EVERY, [(0, 33, 905, 0, 120, 700), (0, 0, 30, 1, 77, 78)]])
@pytest.mark.parametrize("size", [7, 50, 5000])
def test_they_are_the_cells_of_the_grid_that_hold_records(
    db, monkeypatch, names, band, scope, size
):
    monkeypatch.setattr(records, "PIECE_ROWS", 64)  # several slabs
    monkeypatch.setattr(touched, "_TOGETHER", 20)
    tracks = [track for track in made(db, 3) if track.name in names]
    found = listed(TouchedCells(size, tracks, band).parts(spans2d(scope)))
    grid = listed(GridCells((size, size), band).parts(spans2d(scope)))
    wanted = [cell for cell in grid if any(touches(t, cell, band) for t in tracks)]
    if band is None or names == ["p"]:
        assert found == wanted
        assert found
    else:  # what a band leaves of a cell may miss a rectangle that the cell does not miss
        assert [cell for cell in grid if cell in set(found)] == found
        assert set(wanted) <= set(found)


def test_of_cells_that_mirror_each_other_the_upper_one_is_taken(db):
    tracks = made(db, 4)
    scope = spans2d([*EVERY, (1, 0, 605, 0, 0, 1000)])
    found = listed(TouchedCells(50, tracks, upper=True).parts(scope))
    every = listed(TouchedCells(50, tracks).parts(scope))
    assert found == [c for c in every if (c[1], c[2]) <= (c[4], c[5])]
    assert 0 < len(found) < len(every)


def test_pairs_without_records_have_no_cells(db):
    track = db.create_points("none", {})
    assert listed(TouchedCells(50, [track]).parts(spans2d(EVERY))) == []
