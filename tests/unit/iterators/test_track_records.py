"""Walks along the records of 2D tracks: order, cutting, bands, bounded pieces."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from rectangle_walks import PLACES, SIZES, make_toy, slow_rows, some_windows

from genomedb.analysis.extract import extract
from genomedb.core.spans import Spans, Spans2D
from genomedb.db.create import create_database
from genomedb.errors import GenomeDBError, UsageError
from genomedb.expr.stream import any_stream_of
from genomedb.intervals.cartesian import CartesianGrid, cartesian_frame, cartesian_grid
from genomedb.iterators import choose2d
from genomedb.iterators import records as records_module

BANDS = [None, (-20, 30), (0, 1), (-299, -40), (25, 300), (1000, 2000)]


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return make_toy(tmp_path_factory.mktemp("walks"))


def whole_pairs():
    rows = [(a, 0, n, b, 0, m) for a, n in SIZES.items() for b, m in SIZES.items()]
    return pd.DataFrame(rows, columns=PLACES)


def listed(frame):
    frame = frame.astype({"chrom1": str, "chrom2": str})
    return [tuple(row) for row in frame.itertuples(index=False)]


def assert_rows(frame, wanted):
    found = listed(frame)
    assert [(*r[:6], r[7]) for r in found] == [(*r[:6], r[7]) for r in wanted]
    np.testing.assert_array_equal([r[6] for r in found], [r[6] for r in wanted])


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("track", ["points", "rects"])
def test_the_whole_genome_is_every_pair_in_order(toy, track, band):
    db, records = toy
    assert_rows(extract(db, track, band=band), slow_rows(records[track], whole_pairs(), band))


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("n", [1, 3, 60])
@pytest.mark.parametrize("track", ["points", "rects"])
def test_records_are_cut_to_each_row_of_a_scope(toy, track, n, band):
    db, records = toy
    scope = some_windows(n, n)
    assert_rows(extract(db, track, scope, band=band), slow_rows(records[track], scope, band))


@pytest.mark.parametrize("band", BANDS[:4])
@pytest.mark.parametrize("track", ["points", "rects"])
def test_slabs_and_small_pieces_change_nothing(toy, monkeypatch, track, band):
    db, records = toy
    monkeypatch.setattr(records_module, "PIECE_ROWS", 128)
    monkeypatch.setattr(records_module, "_LEAF", 64)
    monkeypatch.setattr(records_module, "_TOGETHER", 8)
    monkeypatch.setattr(
        records_module, "slabs",
        lambda tree, x1, x2, y1, y2: sorted({x1, *range(x1 + 7, x2, 31), x2}),
    )  # fmt: skip
    scope = some_windows(5, 30)
    for one_by_one in (False, True):
        if one_by_one:
            monkeypatch.setattr(records_module, "_FEW_ROWS", 1000)
        assert_rows(extract(db, track, scope, band=band), slow_rows(records[track], scope, band))


def test_slabs_of_many_records_are_of_bounded_size(tmp_path, monkeypatch):
    db, _ = make_toy(tmp_path)
    rng = np.random.default_rng(0)
    cell = rng.permutation(300 * 300)[:20_000]
    db.create_points("many", {("chr2", "chr2"): (cell // 300, cell % 300, np.ones(cell.size))})
    monkeypatch.setattr(records_module, "PIECE_ROWS", 2048)
    tree = db["many"].tree(0, 0)
    edges = records_module.slabs(tree, 10, 290, 0, 300)
    assert (edges[0], edges[-1]) == (10, 290)
    assert edges == sorted(set(edges))
    sizes = [int(tree.sums(a, b, 0, 300).n[0]) for a, b in pairwise(edges)]
    assert len(sizes) > 8
    assert max(sizes) <= 2 * 2048
    found = extract(db, "many", "many")
    assert len(found) == 20_000
    assert (np.diff(found["start1"] * 1000 + found["start2"]) > 0).all()


def test_a_scope_may_be_a_2d_track(toy):
    db, records = toy
    found = extract(db, "points", "points")
    wanted = [(*row[:7], 0) for row in slow_rows(records["points"], whole_pairs())]
    assert_rows(found.assign(intervalID=0), wanted)
    assert found["intervalID"].tolist() == list(range(1, len(found) + 1))


def test_another_track_may_be_the_iterator(toy):
    db, records = toy
    found = extract(db, "rects", iterator="points")
    places = slow_rows(records["points"], whole_pairs())
    assert [row[:6] for row in listed(found)] == [row[:6] for row in places]


def test_the_answer_does_not_depend_on_who_works(toy):
    db, _ = toy
    for options in ({}, {"iterator": (17, 23)}, {"band": (-30, 40)}):
        alone = extract(db, "rects * 3", **options)
        pd.testing.assert_frame_equal(extract(db, "rects * 3", executor=2, **options), alone)


@pytest.mark.parametrize(
    ("expression", "options", "message"),
    [
        ("points + rects", {}, "several 2D tracks (points, rects)"),
        ("points", {"iterator": 100}, "iterator 100 cannot walk through a 2D scope"),
        ("points", {"scope": "chr2"}, "'points' has two dimensions, the iterator one"),
        ("points + one_d", {}, "'one_d' has one dimension, the iterator two"),
        ("points", {"iterator": "one_d"}, "'one_d' has one dimension"),
        ("one_d", {"iterator": "points"}, "'one_d' has one dimension, the iterator two"),
        ("points", {"iterator": np.int64(-7)}, "iterator -7 cannot walk through a 2D scope"),
        ("points", {"iterator": 2.5}, "iterator 2.5 cannot walk through a 2D scope"),
        ("points", {"iterator": "point"}, "iterator 'point' is neither a track nor an"),
        ("points", {"iterator": object}, "cannot use <class 'object'> as iterator"),
        ("points", {"iterator": True}, "cannot use True as iterator"),
        ("points", {"iterator": np.array([5, 0])}, "is not the size of a cell"),
        ("points", {"iterator": whole_pairs().drop(columns="end2")}, "iterator: no column end2"),
        ("START + points", {}, "Places of rectangles have no names in expressions"),
        ("points", {"band": (5, 5)}, "d1 is not below d2"),
        ("one_d", {"band": (0, 5)}, "a band needs a 2D track"),
    ],
)
def test_what_does_not_fit_is_refused(toy, expression, options, message):
    db, _ = toy
    with pytest.raises(GenomeDBError) as error:
        extract(db, expression, **options)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("one", "other"),
    [(None, np.int64(0)), (None, 0.0), (-1, np.int64(-1)), (-1, -1.0), ((5, 7), np.array([5, 7]))],
)
def test_numbers_of_any_kind_are_iterators(toy, one, other):
    db, _ = toy
    found = extract(db, "rects", some_windows(2, 4), iterator=other)
    pd.testing.assert_frame_equal(found, extract(db, "rects", some_windows(2, 4), iterator=one))


@pytest.mark.parametrize("band", BANDS[:4])
@pytest.mark.parametrize("track", ["points", "rects"])
def test_records_that_need_no_order_are_the_same(toy, track, band):
    db, records = toy
    scope = some_windows(6, 3)
    walk = any_stream_of(db, track, scope, band=band, is_ordered=False)
    found = []
    for task in walk.tasks():
        for piece in task:
            for block in piece.blocks(rows=11):
                x, y = block.rects.first, block.rects.second
                columns = (x.start, x.end, y.start, y.end, block.row + 1)
                found += list(zip(*(column.tolist() for column in columns), strict=True))
            assert piece.reach()[0] == block.row[-1]
    wanted = [(*r[1:3], *r[4:6], r[7]) for r in slow_rows(records[track], scope, band)]
    assert sorted(found) == sorted(wanted)


def test_of_very_many_chromosomes_only_pairs_with_records_are_walked(toy, monkeypatch):
    db, records = toy
    monkeypatch.setattr(choose2d, "_MANY_PAIRS", 8)
    found = extract(db, "points")
    whole = whole_pairs()
    known = [(a, b) in records["points"] for a, b in zip(whole.chrom1, whole.chrom2, strict=True)]
    assert_rows(found, slow_rows(records["points"], whole[known].reset_index(drop=True)))
    with pytest.raises(UsageError, match="3 chromosomes make 9 pairs"):
        extract(db, "points", iterator=(10, 10))


def test_many_large_windows_are_not_looked_at_together(toy, monkeypatch):
    db, records = toy
    monkeypatch.setattr(records_module, "_IN_BOX", 150)
    scope = pd.concat([whole_pairs()[:1]] * 20 + [some_windows(8, 20)], ignore_index=True)
    for track in ("points", "rects"):
        assert_rows(extract(db, track, scope), slow_rows(records[track], scope))


def test_a_cartesian_grid_makes_the_cells_of_the_scope_alone(toy, monkeypatch):
    db, _ = toy
    centres = pd.DataFrame({"chrom": "chr2", "start": range(5, 295, 10), "end": range(7, 297, 10)})
    grid = cartesian_grid(centres, [-4, 0, 4], chroms=db.chroms)
    scope = some_windows(12, 9)
    found = extract(db, "rects", scope, iterator=grid)
    cells = cartesian_frame(grid)
    wanted = extract(db, "rects", scope, iterator=cells)
    pd.testing.assert_frame_equal(found, wanted)
    monkeypatch.setattr(CartesianGrid, "iter_pairs", None)  # would make them all
    assert len(extract(db, "rects", scope, iterator=grid)) == len(wanted)


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Points and rectangles in most pairs of many chromosomes, a few in each but one."""
    sizes = {f"c{i}": 300 + i for i in range(9)}
    db = create_database(tmp_path_factory.mktemp("many"), "toy", sizes)
    rng, points, rects = np.random.default_rng(3), {}, {}
    for cell in rng.permutation(81)[:60].tolist():
        pair = f"c{cell // 9}", f"c{cell % 9}"
        at = rng.permutation(900)[: 200 if len(points) == 9 else rng.integers(1, 6)]
        x, y, value = at // 30 * 10, at % 30 * 10, rng.random(at.size)
        points[pair], rects[pair] = (x, y, value), (x, x + 7, y, y + 9, value)
    db.create_points("points", points, layout="indexed")
    db.create_rectangles("rects", rects, layout="indexed")
    return db


@pytest.mark.parametrize("track", ["points", "rects"])
@pytest.mark.parametrize("is_ordered", [True, False])
@pytest.mark.parametrize("is_whole", [True, False])
@pytest.mark.parametrize("small", [3, 100, 1 << 12])
def test_small_pairs_are_walked_together_as_one_by_one(
    many, monkeypatch, track, is_ordered, is_whole, small
):
    steps = records_module.TrackRecords(many[track], is_ordered=is_ordered)
    steps = steps.whole() if is_whole else steps
    codes, lengths = many[track].pair_codes, many.chroms.length_array
    first, second = (Spans(c, np.zeros_like(c), lengths[c]) for c in codes.T)
    pairs = Spans2D(first, second)
    parts = Spans2D(Spans(first.code, first.start, first.end - 150), second)
    end = np.where(np.arange(60) // 7 % 2, first.end, parts.first.end)
    mixed = Spans2D(Spans(first.code, first.start, end), second)
    for scope in (pairs, parts, mixed, pairs[np.arange(60) // 2], pairs[::-1]):
        monkeypatch.setattr(records_module, "_SMALL", small)
        found = list(steps.pieces(scope))
        monkeypatch.setattr(records_module, "_SMALL", 0)
        wanted = list(steps.pieces(scope))
        for ours, theirs in zip(found, wanted, strict=True):
            assert (ours.code, ours.code2) == (theirs.code, theirs.code2)
            assert ours.reach() == theirs.reach()
            a, b = ours.whole(), theirs.whole()
            for dim in (1, 2):
                np.testing.assert_array_equal(a.axis(dim).start, b.axis(dim).start)
                np.testing.assert_array_equal(a.axis(dim).end, b.axis(dim).end)
            np.testing.assert_array_equal(a.value, b.value)
            np.testing.assert_array_equal(a.row, b.row)


def test_of_small_pairs_no_tree_is_opened(many, monkeypatch):
    monkeypatch.setattr(type(many["points"]), "tree", None)
    assert len(extract(many, "points")) == many["points"].n_records()
