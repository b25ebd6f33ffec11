"""Random scopes, bands and grids over 2D tracks, against record by record."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rectangle_walks import PLACES, SIZES, make_toy, slow_rows, slow_value

from genomedb.analysis.extract import extract
from genomedb.virtual.definition import VirtualTrack

CHROMS = sorted(SIZES)
BANDS = st.none() | st.tuples(st.integers(-320, 320), st.integers(1, 400)).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return make_toy(tmp_path_factory.mktemp("walks"))


@st.composite
def windows(draw):
    rows = []
    for _ in range(draw(st.integers(1, 7))):
        row = []
        for chrom in (draw(st.sampled_from(CHROMS)), draw(st.sampled_from(CHROMS))):
            start = draw(st.integers(0, SIZES[chrom] - 1))
            row += [chrom, start, draw(st.integers(start + 1, SIZES[chrom]))]
        rows.append(row)
    return pd.DataFrame(rows, columns=PLACES)


@settings(max_examples=30, deadline=None)
@given(scope=windows(), band=BANDS, track=st.sampled_from(["points", "rects"]))
def test_records_of_any_scope_and_band(toy, scope, band, track):
    db, records = toy
    found = extract(db, track, scope, band=band)
    wanted = slow_rows(records[track], scope, band)
    places = found[[*PLACES, "intervalID"]].astype({"chrom1": str, "chrom2": str})
    assert [tuple(row) for row in places.itertuples(index=False)] == [
        (*row[:6], row[7]) for row in wanted
    ]
    np.testing.assert_array_equal(found[track], [row[6] for row in wanted])


@settings(max_examples=30, deadline=None)
@given(
    scope=windows(), band=BANDS, track=st.sampled_from(["points", "rects"]),
    cell=st.tuples(st.integers(30, 200), st.integers(30, 200)),
    shifts=st.tuples(*[st.integers(-80, 80)] * 4),
)  # fmt: skip
def test_functions_of_any_grid_band_and_shifts(toy, scope, band, track, cell, shifts):
    db, records = toy
    names = ("avg", "area", "max", "size", "first", "last")
    virtual = {name: VirtualTrack(track, name, shifts=shifts) for name in names}
    found = extract(db, list(names), scope, iterator=cell, band=band, virtual=virtual)
    for row in found.astype({"chrom1": str, "chrom2": str}).itertuples(index=False):
        a, x1, x2, b, y1, y2 = row[:6]
        x = max(x1 + shifts[0], 0), min(x2 + shifts[1], SIZES[a])
        y = max(y1 + shifts[2], 0), min(y2 + shifts[3], SIZES[b])
        for name, value in zip(names, row[6:], strict=False):
            wanted = slow_value(records[track], name, (a, *x, b, *y), band)
            assert value == pytest.approx(wanted, rel=1e-12, nan_ok=True) or (
                math.isnan(value) and math.isnan(wanted)
            )
