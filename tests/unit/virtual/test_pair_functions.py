"""Functions of the records of 2D tracks in rectangles."""

import math

import numpy as np
import pandas as pd
import pytest
from rectangle_walks import PLACES, SIZES, make_toy, slow_value, some_windows

from genomedb.analysis.extract import extract
from genomedb.db.create import create_database
from genomedb.errors import GenomeDBError
from genomedb.storage import pair_tree
from genomedb.virtual.definition import VirtualTrack

FUNCTIONS = (
    "avg", "area", "weighted.sum", "min", "max", "exists", "size", "first", "last",
    "global.percentile", "global.percentile.min", "global.percentile.max",
)  # fmt: skip


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return make_toy(tmp_path_factory.mktemp("functions"))


def values_of(toy, track, functions, windows, *, band=None, shifts=None):
    db, _ = toy
    virtual = {f"v{i}": VirtualTrack(track, f, shifts=shifts) for i, f in enumerate(functions)}
    frame = extract(db, list(virtual), windows, iterator=-1, virtual=virtual, band=band)
    return frame[list(virtual)].to_numpy().T, frame["intervalID"].to_numpy() - 1


def all_values(records):
    return [row[4] for rows in records.values() for row in rows]


@pytest.mark.parametrize("band", [None, (-25, 30), (10, 300)])
@pytest.mark.parametrize("track", ["points", "rects"])
def test_functions_are_those_of_every_record(toy, track, band):
    records = toy[1][track]
    windows = some_windows(21, 40)
    found, rows = values_of(toy, track, FUNCTIONS, windows, band=band)
    for values, function in zip(found, FUNCTIONS, strict=True):
        wanted = [
            slow_value(records, function, tuple(windows.iloc[i]), band, all_values(records))
            for i in rows
        ]
        np.testing.assert_allclose(values, wanted, rtol=1e-12, err_msg=function)


@pytest.mark.parametrize(
    "shifts", [(-10, 5, 0, 20), (400, 400, 0, 0), (30, -30, 0, 0), (0, 0, -9, 0)]
)
def test_shifted_windows_are_cut_at_the_chromosomes(toy, shifts):
    records = toy[1]["rects"]
    windows = some_windows(22, 30)
    found, _ = values_of(toy, "rects", FUNCTIONS[:9], windows, shifts=shifts)
    for values, function in zip(found, FUNCTIONS, strict=False):
        wanted = []
        for a, x1, x2, b, y1, y2 in windows.itertuples(index=False):
            x = max(x1 + shifts[0], 0), min(x2 + shifts[1], SIZES[a])
            y = max(y1 + shifts[2], 0), min(y2 + shifts[3], SIZES[b])
            wanted.append(slow_value(records, function, (a, *x, b, *y)))
        np.testing.assert_allclose(values, wanted, rtol=1e-12, err_msg=function)


def test_the_numbers_of_two_rectangles(tmp_path):
    db, _ = make_toy(tmp_path)
    db.create_rectangles(
        "two", {("chr2", "chr2"): ([0, 50], [100, 150], [100, 200], [150, 300], [1, 2])}
    )
    window = pd.DataFrame([("chr2", 0, 200, "chr2", 125, 250)], columns=PLACES)
    virtual = {f: VirtualTrack("two", f) for f in FUNCTIONS[:7] if "." not in f}
    found = extract(db, list(virtual), window, iterator=-1, virtual=virtual).iloc[0]
    assert found["area"] == 100 * 25 + 100 * 50
    assert found["avg"] == pytest.approx((2500 + 2 * 5000) / 7500)
    assert (found["min"], found["max"], found["exists"], found["size"]) == (1, 2, 1, 2)


def test_areas_of_chromosomes_longer_than_any_of_today(tmp_path):
    side = 2**32
    db = create_database(tmp_path / "root", "long", {"a": 2 * side})
    db.create_rectangles(
        "two", {("a", "a"): ([0, side], [side, 2 * side], [0, side], [side, 2 * side], [1, 2])}
    )
    windows = pd.DataFrame(
        [("a", 0, 2 * side, "a", 0, 2 * side), ("a", 0, 50, "a", 0, 50)], columns=PLACES
    )
    virtual = {"a": VirtualTrack("two", "area"), "w": VirtualTrack("two", "weighted.sum")}
    found = extract(db, ["two", "a", "w"], windows, iterator=-1, virtual=virtual)
    assert found["two"].tolist() == [1.5, 1]
    assert found["a"].tolist() == [2.0**65, 2500]
    assert found["w"].tolist() == [3 * 2.0**64, 2500]


def test_a_sample_is_a_record_of_the_window_whatever_the_blocks_are(toy, monkeypatch):
    records = toy[1]["points"]
    windows = some_windows(23, 60)
    (found,), _ = values_of(toy, "points", ["sample"], windows)
    for value, window in zip(found, windows.itertuples(index=False), strict=True):
        a, x1, x2, b, y1, y2 = window
        inside = {r[4] for r in records.get((a, b), ()) if x1 <= r[0] < x2 and y1 <= r[2] < y2}
        inside = {v for v in inside if not math.isnan(v)}
        assert value in inside or (math.isnan(value) and not inside)
    assert len(set(found[~np.isnan(found)].tolist())) > 5
    monkeypatch.setattr(pair_tree, "_PICKED", 3)
    (again,), _ = values_of(toy, "points", ["sample"], windows)
    np.testing.assert_array_equal(again, found)


def test_windows_looked_at_few_by_few_give_the_same(toy, monkeypatch):
    windows = some_windows(24, 50)
    whole, _ = values_of(toy, "rects", ["first", "last"], windows, band=(-40, 60))
    monkeypatch.setattr(pair_tree, "_PICKED", 5)
    parts, _ = values_of(toy, "rects", ["first", "last"], windows, band=(-40, 60))
    np.testing.assert_array_equal(parts, whole)


def test_of_a_record_itself_values_are_read(toy):
    db, _ = toy
    virtual = {
        f: VirtualTrack("rects", f) for f in ("avg", "min", "max", "first", "last", "sample")
    }
    found = extract(db, ["rects", *virtual], virtual=virtual)
    for name in virtual:
        np.testing.assert_array_equal(found[name], found["rects"])
    sizes = extract(db, "n", iterator="rects", virtual={"n": VirtualTrack("rects", "size")})["n"]
    np.testing.assert_array_equal(sizes, (~np.isnan(found["rects"])).astype(float))


def test_a_track_of_one_dimension_moves_by_the_shifts_of_its_axis(toy):
    db, _ = toy
    window = pd.DataFrame([("chr2", 100, 110, "chr2", 40, 60)], columns=PLACES)
    virtual = {
        "x": VirtualTrack("one_d", "sum", dim=1, shifts=(-10, 10, 99, 99)),
        "y": VirtualTrack("one_d", "sum", dim=2, shifts=(99, 99, 0, 10)),
    }
    found = extract(db, ["x", "y"], window, iterator=-1, virtual=virtual).iloc[0]
    assert (found["x"], found["y"]) == (9 + 10 + 11, 4 + 5 + 6)


@pytest.mark.parametrize(
    ("defined", "message"),
    [
        (VirtualTrack("rects", "sum"), "'sum' is not a function of a 2D track. weighted.sum is"),
        (VirtualTrack("rects", "stddev"), "'stddev' is not a function of a 2D track"),
        (VirtualTrack("rects", "avg", 0.5), "avg takes no params"),
        (VirtualTrack("rects", dim=1), "a 2D track takes no dim"),
        (VirtualTrack("rects", sshift=3), "takes no sshift and eshift. Give shifts"),
        (VirtualTrack("rects", mask="rects"), "takes no mask"),
        (VirtualTrack("rects", columns=["a"]), "takes no columns"),
        (VirtualTrack("rects", shifts=(1, 2, 3)), "Give (sshift1, eshift1, sshift2, eshift2)"),
        (VirtualTrack("rects", shifts=(1, 2, 3, 0.5)), "shifts is 0.5"),
    ],
)
def test_what_a_2d_track_cannot_be_given_is_refused(toy, defined, message):
    db, _ = toy
    with pytest.raises(GenomeDBError) as error:
        extract(db, "v", iterator=(50, 50), virtual={"v": defined})
    assert message in str(error.value)
    assert "virtual track 'v'" in str(error.value)


@pytest.mark.parametrize("function", ["avg", "sum", "max", "size"])
def test_sides_that_cells_share_have_the_values_of_each_alone(toy, function):
    db, _ = toy
    scope = pd.DataFrame([("chr2", 3, 290, "chr2", 11, 300)], columns=PLACES)
    virtual = {
        f"{dim}{kind}": VirtualTrack("one_d", function, dim=dim, sshift=shift, eshift=-shift)
        for dim in (1, 2)
        for kind, shift in (("", 0), ("wide", -37), ("off", 9))
    }
    names = [f"`{name}`" for name in virtual]
    found = extract(db, names, scope, iterator=(20, 15), virtual=virtual, names=list(virtual))
    for name, defined in virtual.items():
        sides = found[[f"{place}{name[0]}" for place in ("chrom", "start", "end")]]
        sides = sides.set_axis(["chrom", "start", "end"], axis=1)
        alone = [
            extract(db, "v", sides[i : i + 1], iterator=-1, virtual={
                "v": VirtualTrack("one_d", function, sshift=defined.sshift, eshift=defined.eshift)
            })["v"][0]
            for i in range(0, len(sides), 29)
        ]  # fmt: skip
        np.testing.assert_allclose(found[name][::29], alone, rtol=1e-12)
