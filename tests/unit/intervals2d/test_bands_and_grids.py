"""Bands and grids against looking at every base pair and cell."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans, Spans2D
from genomedb.errors import UsageError
from genomedb.intervals.band import band_clip, check_band, intersect_band
from genomedb.intervals.cartesian import cartesian_frame, cartesian_grid
from genomedb.intervals.grid import check_cell, iter_rect_grid
from genomedb.intervals.two_d import frame2d_of, intervals_2d

CHROMS = ChromTable(("chr1", "chr2", "chrX"), (1000, 500, 205))


def spans2d(rows):
    columns = [np.array([row[i] for row in rows], np.int64) for i in range(6)]
    return Spans2D(Spans.of(*columns[:3]), Spans.of(*columns[3:]))


def listed(spans):
    a, b = spans.first, spans.second
    return list(
        zip(*(c.tolist() for c in (a.code, a.start, a.end, b.code, b.start, b.end)), strict=True)
    )


side = st.lists(st.integers(0, 30), min_size=2, max_size=2, unique=True).map(sorted)
code = st.integers(0, 1)
rectangles = st.lists(
    st.tuples(code, side, code, side).map(lambda r: (r[0], *r[1], r[2], *r[3])), max_size=6
)
bands = st.lists(st.integers(-35, 35), min_size=2, max_size=2, unique=True).map(sorted)


def inside(row, band):
    """Base pairs of a rectangle in a band."""
    c1, x1, x2, c2, y1, y2 = row
    return [
        (x, y) for x in range(x1, x2) for y in range(y1, y2)
        if c1 == c2 and band[0] <= x - y < band[1]
    ]  # fmt: skip


def test_the_worked_numbers():
    given = intervals_2d("1", [200, 900, 0], [800, 950, 100], "1", [100, 0, 0], [1000, 200, 400],
                         chroms=CHROMS)  # fmt: skip
    made = intersect_band(given.iloc[[1, 2, 0]].assign(n=[7, 8, 9]), (500, 1000), chroms=CHROMS)
    rows = [tuple(row) for row in made.itertuples(index=False)]
    assert rows == [
        ("chr1", 600, 800, "chr1", 100, 300, 7), ("chr1", 900, 950, "chr1", 0, 200, 8)
    ]  # fmt: skip


def test_rectangles_shrink_to_the_band_as_in_the_worked_numbers():
    rows = spans2d([(0, 100, 300, 0, 120, 200), (0, 400, 490, 0, 180, 500)])
    clipped, kept = band_clip(rows, (150, 1000))
    assert listed(clipped) == [(0, 270, 300, 0, 120, 150), (0, 400, 490, 0, 180, 340)]
    assert kept.tolist() == [0, 1]


@given(rectangles, bands)
def test_a_band_keeps_what_holds_a_base_pair_of_it(rows, band):
    spans = spans2d(rows)
    counts = [len(inside(row, band)) for row in rows]
    clipped, kept = band_clip(spans, band)
    assert kept.tolist() == [i for i, n in enumerate(counts) if n]
    for row, i in zip(listed(clipped), kept.tolist(), strict=True):
        pairs = inside(rows[i], band)
        xs, ys = [p[0] for p in pairs], [p[1] for p in pairs]
        # around all its base pairs, at most the one that the upper edge cuts wider
        assert row[1] == min(xs)
        assert row[2] - max(xs) - 1 in (0, 1)
        assert min(ys) - row[4] in (0, 1)
        assert row[5] == max(ys) + 1
        assert rows[i][1] <= row[1] < row[2] <= rows[i][2]
        assert rows[i][4] <= row[4] < row[5] <= rows[i][5]


@pytest.mark.parametrize(
    ("band", "message"),
    [
        (5, "is not a pair"), ("ab", "is not a pair"), ({1, 2}, "is not a pair"),
        (None, "is not a pair"),
        ((1, 2, 3), "has 3 values"), ((1.5, 3), "not whole numbers"),
        ((5, 5), "d1 is not below d2"), ((float("nan"), 3), "not whole numbers"),
        ((0, 2**80), "wider"),
    ],
)  # fmt: skip
def test_bad_bands_are_refused(band, message):
    with pytest.raises(UsageError, match=message):
        check_band(band)


def slow_grid(size, rows, band):
    """Every cell of every row, by trying them all."""
    w, h = size
    found = []
    for n, (c1, x1, x2, c2, y1, y2) in enumerate(rows):
        for i in range(31 // w + 1):
            for j in range(31 // h + 1):
                a, b = max(x1, i * w), min(x2, (i + 1) * w)
                c, d = max(y1, j * h), min(y2, (j + 1) * h)
                if a < b and c < d and (band is None or inside((c1, a, b, c2, c, d), band)):
                    found.append((n, (c1, a, b, c2, c, d)))
    return found


@given(
    st.tuples(st.integers(1, 12), st.integers(1, 40)), rectangles, st.none() | bands,
    st.sampled_from([1, 5, 1000]),
)  # fmt: skip
def test_a_grid_is_every_cell_that_touches_the_scope_and_the_band(size, rows, band, together):
    blocks = list(iter_rect_grid(size, spans2d(rows), band=band, max_cells=together))
    assert all(len(cells) <= together for cells, _ in blocks)
    found = [pair for cells, at in blocks for pair in zip(at.tolist(), listed(cells), strict=True)]
    expected = slow_grid(size, rows, band)
    if band is not None:
        expected = [(n, listed(band_clip(spans2d([row]), band)[0])[0]) for n, row in expected]
    assert found == expected


def test_cells_off_the_band_cost_nothing():
    whole = spans2d([(0, 0, 10**8, 0, 0, 10**8)])
    blocks = iter_rect_grid((10**5, 10**5), whole, band=(0, 10**5))
    assert sum(len(cells) for cells, _ in blocks) == 1000 + 999


@pytest.mark.parametrize("size", [5, (5,), (0, 5), (5, -1), (1.5, 2), (True, 2), ("5", 5), "55"])
def test_bad_cells_are_refused(size):
    with pytest.raises(UsageError, match="is not the size of a cell"):
        check_cell(size)


def centres(*rows):
    return pd.DataFrame(rows, columns=["chrom", "start", "end"])


TWO = centres(("chr1", 400, 500), ("1", 100, 200))


def test_the_worked_cartesian_grids():
    assert len(cartesian_grid(TWO, [-50, 0, 50], chroms=CHROMS).spans2d()) == 16
    grid = cartesian_grid(TWO, [50, -50], min_band_idx=0, max_band_idx=1, chroms=CHROMS)
    made = cartesian_frame(grid)
    assert made[["start1", "end1", "start2", "end2"]].to_numpy().tolist() == [
        [100, 200, 100, 200], [400, 500, 100, 200], [400, 500, 400, 500]
    ]  # fmt: skip


interval = st.tuples(st.integers(0, 2), st.integers(0, 190), st.integers(1, 15))
offsets = st.lists(st.integers(-60, 60), min_size=2, max_size=4, unique=True)


def slow_cartesian(points1, e1, points2, e2, band):
    """Cells by trying every pair of windows."""

    def windows(points, offsets):
        e = sorted(offsets)
        for i, (chrom, start, n) in enumerate(sorted(points)):
            c = start + n // 2
            for a, b in itertools.pairwise(e):
                a, b = max(c + a, 0), min(c + b, CHROMS.lengths[chrom])
                if a < b:
                    yield i, chrom, a, b

    return sorted(
        {
            (c1, a, b, c2, c, d)
            for i, c1, a, b in windows(points1, e1) for j, c2, c, d in windows(points2, e2)
            if band is None or (c1 == c2 and band[0] <= i - j <= band[1])
        },
        key=lambda r: (r[0], r[3], r[1], r[4], r[2], r[5]),
    )  # fmt: skip


def points_frame(points):
    return centres(*((CHROMS.names[c], p, p + n) for c, p, n in points))


@given(
    st.lists(interval, max_size=8), offsets, st.lists(interval, max_size=8), offsets,
    st.none() | bands, st.booleans(), st.sampled_from([1, 7, 10**6]),
)  # fmt: skip
def test_a_cartesian_grid_is_every_pair_of_windows_once(p1, e1, p2, e2, band, same, together):
    if band is not None or same:
        limits = dict(zip(("min_band_idx", "max_band_idx"), band or (None, None), strict=True))
        grid = cartesian_grid(points_frame(p1), e1, expansion2=e2, chroms=CHROMS, **limits)
        p2 = p1
    else:
        grid = cartesian_grid(points_frame(p1), e1, points_frame(p2), e2, chroms=CHROMS)
    expected = slow_cartesian(p1, e1, p2, e2, band)
    blocks = list(grid.iter_pairs(max_cells=together))
    assert [row for _, _, cells in blocks for row in listed(cells)] == expected
    assert all(set(cells.first.code) == {a} for a, _, cells in blocks)
    assert all(set(cells.second.code) == {b} for _, b, cells in blocks)
    assert listed(grid.spans2d()) == expected
    part = [r for r in expected if r[::3] == (0, 0) and r[1] < 90 and r[2] > 40 and r[4] < 150]
    found = [row for cells in grid.cells(0, 0, (40, 90, 0, 150)) for row in listed(cells)]
    assert found == part


@pytest.mark.parametrize(
    ("expansion", "options", "message"),
    [
        ([5], {}, "expansion1 needs at least 2 offsets"),
        ([5, 5], {}, "all different"),
        ([1.5, 3], {}, "not whole numbers"),
        (["a", "b"], {}, "must be whole numbers"),
        (7, {}, "at least 2"),
        ([0, 5], {"min_band_idx": 1}, "go together"),
        ([0, 5], {"min_band_idx": 2, "max_band_idx": 1}, "min_band_idx=2 is above"),
        ([0, 5], {"min_band_idx": 0.5, "max_band_idx": 1}, "not whole numbers"),
        ([0, 5], {"min_band_idx": 0, "max_band_idx": 1, "intervals2": TWO}, "Leave out"),
        ([0, 5], {"expansion2": [1]}, "expansion2 needs"),
    ],
)
def test_bad_cartesian_grids_are_refused(expansion, options, message):
    with pytest.raises(UsageError, match=message):
        cartesian_grid(TWO, expansion, **{"intervals2": None, **options}, chroms=CHROMS)


def test_grids_are_frames_like_any_other():
    ((cells, _),) = iter_rect_grid((400, 300), spans2d([(1, 0, 500, 2, 0, 205)]))
    made = frame2d_of(cells, CHROMS)
    assert made["end1"].tolist() == [400, 500]
    assert made["chrom2"].tolist() == ["chrX", "chrX"]
