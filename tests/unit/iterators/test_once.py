"""Questions about the union of 2D scope rows: every base pair, and every record, once."""

import numpy as np
import pandas as pd
import pytest
from rectangle_walks import PLACES, SIZES, make_toy, some_windows

from genomedb.analysis.cis_decay import cis_decay
from genomedb.analysis.extract import extract
from genomedb.analysis.screen import screen
from genomedb.analysis.summary import summary
from genomedb.expr.stream import any_stream_of
from genomedb.intervals.cartesian import cartesian_grid
from genomedb.iterators import once as once_module

BANDS = [None, (-30, 45), (20, 200)]


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return make_toy(tmp_path_factory.mktemp("once"))


def rows(*given):
    return pd.DataFrame([("chr2", a, b, "chr2", c, d) for a, b, c, d in given], columns=PLACES)


def parts_of(db, scope, iterator, band=None):
    """(pair, x1, x2, y1, y2) of every rectangle that is walked."""
    stream = any_stream_of(db, "rects", scope, iterator=iterator, band=band, is_union=True)
    names, found = db.chroms.names, []
    for task in stream.tasks():
        for piece in task:
            rects = piece.whole().rects
            a, b = rects.first, rects.second
            for row in zip(a.code, b.code, a.start, a.end, b.start, b.end, strict=True):
                found.append(((names[row[0]], names[row[1]]), *map(int, row[2:])))
    return found


def plane(pair, windows, band):
    """How many of the windows (x1, x2, y1, y2) hold each base pair of the band."""
    held = np.zeros([SIZES[chrom] for chrom in pair], int)
    for x1, x2, y1, y2 in windows:
        held[x1:x2, y1:y2] += 1
    if band is not None:
        distance = np.arange(SIZES[pair[0]])[:, None] - np.arange(SIZES[pair[1]])
        held[(distance < band[0]) | (distance >= band[1])] = 0
    return held


def cells_of(db, records, iterator):
    """All cells of an iterator, by pair."""
    if isinstance(iterator, str):
        return {pair: [r[:4] for r in some] for pair, some in records[iterator].items()}
    if not isinstance(iterator, tuple):
        cells = iterator.spans2d()
        a, b = cells.first, cells.second
        return {("chr2", "chr2"): list(zip(a.start, a.end, b.start, b.end, strict=True))}
    (w, h), found = iterator, {}
    for a, n in SIZES.items():
        for b, m in SIZES.items():
            found[a, b] = [
                (x, x + w, y, y + h) for x in range(0, n, w) for y in range(0, m, h)
            ]  # fmt: skip
    return found


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("iterator", ["points", "rects", (40, 25), "grid"])
@pytest.mark.parametrize("few", [False, True])
def test_every_base_pair_of_a_cell_comes_once(toy, iterator, band, few, monkeypatch):
    db, records = toy
    if few:
        monkeypatch.setattr(once_module, "_PAIRS", 7)
    if iterator == "grid":
        centres = pd.DataFrame({"chrom": "chr2", "start": [30, 150], "end": [50, 160]})
        iterator = cartesian_grid(centres, [-25, 10, 25], chroms=db.chroms)
    cells = cells_of(db, records, iterator)
    for seed in range(3):
        scope = pd.concat([some_windows(seed, 12), some_windows(seed, 2)])  # two come again
        found = parts_of(db, scope, iterator, band)
        for pair, own in cells.items():
            some = scope[(scope["chrom1"] == pair[0]) & (scope["chrom2"] == pair[1])]
            limits = band if pair[0] == pair[1] else band and (1000, 1001)
            wanted = plane(pair, own, limits)
            wanted *= plane(pair, some[["start1", "end1", "start2", "end2"]].to_numpy(), None) > 0
            held = plane(pair, [part[1:] for part in found if part[0] == pair], limits)
            np.testing.assert_array_equal(held, wanted)


def test_a_cell_that_lies_in_several_rows_is_one(toy):
    db, _ = toy
    scope = rows((0, 100, 0, 100), (50, 150, 0, 100), (40, 60, 20, 50))
    found = [part[1:] for part in parts_of(db, scope, (50, 50))]
    assert sorted(found) == [(x, x + 50, y, y + 50) for x in (0, 50, 100) for y in (0, 50)]
    whole = summary(db, "rects", scope, iterator=(50, 50))
    once = summary(db, "rects", rows((0, 150, 0, 100)), iterator=(50, 50))
    np.testing.assert_allclose(whole, once, rtol=1e-12)


def test_a_cell_that_two_rows_cut_is_put_together_where_they_overlap(toy):
    db, _ = toy
    across = rows((0, 30, 10, 20), (20, 60, 10, 20))
    assert [part[1:] for part in parts_of(db, across, (100, 100))] == [(0, 60, 10, 20)]
    corner = rows((0, 30, 0, 30), (20, 60, 20, 60))
    assert [part[1:] for part in parts_of(db, corner, (100, 100))] == [
        (0, 20, 0, 30), (20, 30, 0, 60), (30, 60, 20, 60),
    ]  # fmt: skip
    apart = pd.concat([corner, rows((60, 90, 20, 60), (0, 10, 70, 80))])
    assert len(parts_of(db, apart, (100, 100))) == 4
    touching = rows((0, 30, 0, 30), (30, 60, 0, 30))  # nothing is there twice: as it was
    assert len(parts_of(db, touching, (100, 100))) == 2


@pytest.mark.parametrize("edges", [0, 2000])
@pytest.mark.parametrize("band", BANDS)
def test_records_count_once(toy, band, edges, monkeypatch):
    db, _ = toy
    monkeypatch.setattr(once_module, "_EDGES", edges)
    scope = some_windows(8, 25)
    every = extract(db, "points", scope, band=band).drop_duplicates(PLACES)
    found = summary(db, "points", scope, band=band)
    assert found["Total intervals"] == len(every)
    assert found["Sum"] == pytest.approx(every["points"].sum())
    true = screen(db, "points > 4", scope, band=band)
    wanted = every[every["points"] > 4].sort_values(
        ["chrom1", "chrom2", "start1", "start2"], ignore_index=True
    )
    pd.testing.assert_frame_equal(true, wanted[PLACES])


def test_a_record_keeps_its_value_whatever_is_cut_off(toy):
    db, records = toy
    scope = rows((0, 160, 0, 170), (100, 300, 90, 300))
    values = sorted({r[4] for r in records["rects"]["chr2", "chr2"] if r[4] == r[4]})
    found = summary(db, "rects", scope)
    assert found["Min"] in values
    assert found["Max"] in values


def test_rows_that_are_walked_themselves_stay_as_they_are(toy):
    db, _ = toy
    scope = rows((0, 100, 0, 100), (0, 100, 0, 100), (50, 150, 50, 150))
    assert summary(db, "rects", scope, iterator=-1)["Total intervals"] == 3


def test_contacts_at_distances_count_once(toy):
    db, _ = toy
    options = {"src": "chr2", "domains": "chr2"}
    one = cis_decay(db, "points", [-1, 20, 300], scope=rows((0, 200, 0, 200)), **options)
    scope = rows((0, 200, 0, 200), (10, 90, 20, 200))
    np.testing.assert_array_equal(
        cis_decay(db, "points", [-1, 20, 300], scope=scope, **options), one
    )
