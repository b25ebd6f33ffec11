"""Expressions as .cool: bins without records are not looked at where they have no value."""

import cooler
import numpy as np
import pytest

from genomedb.db.create import create_database
from genomedb.exporters import cool_expression
from genomedb.exporters.cool_expression import export_expression_cool
from genomedb.virtual.definition import VirtualTrack

LENGTHS = {"chr1": 990, "chr2": 400}
VIRTUAL = {
    "n": VirtualTrack("p", "size"),
    "top": VirtualTrack("p", "max"),
    "wide": VirtualTrack("p", "size", shifts=(-60, 60, -60, 60)),
    "signal": VirtualTrack("d", dim=1),
}


@pytest.fixture
def db(tmp_path):
    db = create_database(tmp_path / "db", "toy", LENGTHS)
    rng = np.random.default_rng(2)
    pairs = {}
    for one, other in (("chr1", "chr1"), ("chr1", "chr2"), ("chr2", "chr1")):
        key = rng.choice(LENGTHS[one] * LENGTHS[other], 60, replace=False)
        pairs[one, other] = (key // LENGTHS[other], key % LENGTHS[other], rng.integers(1, 9, 60))
    db.create_points("p", pairs)
    db.create_rectangles("r", {("chr1", "chr1"): ([5, 500], [333, 720], [9, 0], [90, 400], [2, 3])})
    db.create_dense("d", {"chr1": np.arange(99.0), "chr2": np.ones(40)}, bin_size=10)
    return db


def pixels(path):
    return cooler.Cooler(str(path)).pixels()[:].to_numpy().tolist()


@pytest.mark.parametrize("is_symmetric", [True, False])
@pytest.mark.parametrize(
    ("expression", "is_sparse"),
    [
        ("p", True), ("r * 2", True), ("np.where(p > 3, p, r)", True), ("top / p", True),
        ("p + n", True), ("n", False), ("n == 0", False), ("wide", False), ("p * 0 + 1", True),
        ("np.where(p > 3, p, 7)", False), ("signal", False), ("p * signal", False),
    ],
)  # fmt: skip
def test_pixels_are_those_of_a_walk_along_every_bin(
    db, tmp_path, monkeypatch, expression, is_sparse, is_symmetric
):
    made = []
    walk = cool_expression.TouchedCells
    monkeypatch.setattr(cool_expression, "TouchedCells",
                        lambda *args, **more: made.append(args) or walk(*args, **more))  # fmt: skip
    options = {"bin_size": 30, "virtual": VIRTUAL, "is_symmetric": is_symmetric}
    n = export_expression_cool(db, expression, tmp_path / "few.cool", **options)
    assert bool(made) == is_sparse
    monkeypatch.setattr(cool_expression, "_without_empty_bins", lambda stream, *_, **__: stream)
    assert n == export_expression_cool(db, expression, tmp_path / "all.cool", **options) > 0
    assert pixels(tmp_path / "few.cool") == pixels(tmp_path / "all.cool")


def test_a_band_leaves_bins_across_its_border(db, tmp_path):
    n = export_expression_cool(db, "p", tmp_path / "b.cool", bin_size=30, band=(-100, 101))
    found = db["p"].read("chr1", band=(-100, 101))
    bins = {
        (x // 30, y // 30) for x, y in zip(found.x1, found.y1, strict=True) if x // 30 <= y // 30
    }
    assert n == len(bins) == len(pixels(tmp_path / "b.cool"))


def test_a_large_map_that_is_mostly_empty_takes_what_it_holds(tmp_path):
    db = create_database(tmp_path / "db", "toy", {"chr1": 2_000_000_000})
    at = np.array([5, 1_999_999_999])
    db.create_points("p", {("chr1", "chr1"): (at, at, at + 1.0)})
    assert export_expression_cool(db, "p", tmp_path / "p.cool", bin_size=10_000) == 2  # of 4e10
