"""Small pairs of chromosomes, read together, are written as pair by pair."""

import numpy as np
import pytest

from genomedb.db.create import create_database
from genomedb.exporters import pixels
from genomedb.exporters.bedpe import export_bedpe
from genomedb.exporters.cool import even_grid
from genomedb.exporters.symmetry import is_mirrored
from genomedb.storage import pair_scan

SIZES = {f"c{i}": 95 + 10 * i for i in range(9)}
BIN = 20


def mirrored(kind):
    """Records of a few in each of many pairs, each of them from both sides; a value is missing."""
    rng, found = np.random.default_rng(2), {}
    names = list(SIZES)
    for i, j in zip(*np.triu_indices(9), strict=True):
        if rng.random() < 0.4:
            continue
        size = int(rng.integers(1, 6))
        x, y = (rng.permutation(15)[:size] * 5 for _ in range(2))
        value = rng.integers(1, 99, size).astype(float)
        if i == j:
            x, y = np.unique((np.append(x, y), np.append(y, x)), axis=1)
            value = x + y + 2.0
        value = np.where(value == 12, np.nan, value)
        for pair, a, b in (((i, j), x, y), ((j, i), y, x)):
            ends = (a + 2, b + 2)
            columns = (a, b, value) if kind == "points" else (a, ends[0], b, ends[1], value)
            found[names[pair[0]], names[pair[1]]] = columns
    return found


@pytest.fixture(params=[("points", "indexed"), ("rectangles", "indexed"), ("points", None)])
def track(request, tmp_path):
    kind, layout = request.param
    db = create_database(tmp_path / "dbs", "toy", SIZES)
    create = db.create_points if kind == "points" else db.create_rectangles
    return create("t", mirrored(kind), layout=layout or "per-chromosome")


@pytest.fixture(params=[1, 12, 100_000])
def together(request, monkeypatch):
    monkeypatch.setattr(pair_scan, "_TOGETHER", request.param)


def rows_of(track):
    for chrom1, chrom2 in track.pairs:
        found = track.read(chrom1, 0, None, chrom2)
        columns = found.x1, found.x2, found.y1, found.y2, found.value
        for x1, x2, y1, y2, value in zip(*(c.tolist() for c in columns), strict=True):
            yield chrom1, x1, x2, chrom2, y1, y2, value


@pytest.mark.parametrize("upper", [False, True])
def test_bedpe_has_the_records_of_each_pair(track, together, tmp_path, upper):
    want = [row for row in rows_of(track) if not upper or (row[0], row[1]) <= (row[3], row[4])]
    assert export_bedpe(track, tmp_path / "x.bedpe", upper=upper) == len(want)
    lines = (tmp_path / "x.bedpe").read_text().splitlines()
    shown = ["\t".join(map(str, [*row[:6], "." , "." if row[6] != row[6] else f"{row[6]:g}"]))
             for row in want]  # fmt: skip
    assert sorted(lines) == sorted(shown)
    pairs = [(a, d) for a, _, _, d, _, _, _ in want]
    assert [(a, d) for a, _, _, d, *_ in (line.split("\t") for line in lines)] == pairs


@pytest.mark.parametrize("is_symmetric", [False, True])
@pytest.mark.parametrize("stripe", [20, 1_000_000])
@pytest.mark.parametrize("bin_size", [BIN, None])
def test_pixels_are_sums_over_the_bins_of_each_pair(
    track, together, monkeypatch, is_symmetric, stripe, bin_size
):
    monkeypatch.setattr(pixels, "STRIPE", stripe)
    monkeypatch.setattr(pixels, "LEAST", stripe)
    order = ["c3", "c1", "c2", "c0", *(f"c{i}" for i in (8, 7, 4, 5, 6))]
    grid = even_grid(track.chroms, order, BIN)._replace(bin_size=bin_size)
    blocks = list(pixels.track_pixels(track, grid, is_symmetric=is_symmetric))
    found = [row for block in blocks for row in zip(*(c.tolist() for c in block.values()),
                                                    strict=True)]  # fmt: skip
    want = {}
    for chrom1, x1, _, chrom2, y1, _, value in rows_of(track):
        i, j = order.index(chrom1), order.index(chrom2)
        if value != value or (is_symmetric and (i, x1) > (j, y1)):
            continue
        pixel = int(grid.first[i]) + x1 // BIN, int(grid.first[j]) + y1 // BIN
        want[pixel] = want.get(pixel, 0) + value
    assert found == [(*pixel, want[pixel]) for pixel in sorted(want)]


def test_halves_are_compared_over_all_pairs(track, together):
    assert is_mirrored(track)


def test_records_of_another_pair_are_not_those_of_the_other_half(tmp_path, together):
    db = create_database(tmp_path / "dbs", "toy", SIZES)
    data = {("c0", "c1"): ([5], [9], [1]), ("c1", "c0"): ([5], [9], [1])}
    assert not is_mirrored(db.create_points("t", data, layout="indexed"))
    data = {("c0", "c1"): ([5], [5], [1]), ("c1", "c2"): ([5], [5], [2]),
            ("c1", "c0"): ([5], [5], [2]), ("c2", "c1"): ([5], [5], [1])}  # fmt: skip
    assert not is_mirrored(db.create_points("u", data, layout="indexed"))
