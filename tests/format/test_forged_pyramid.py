"""Summaries that differ from the bins: readers would believe them, validate finds them."""

import hashlib
import shutil

import h5py
import numpy as np
import pytest
from hostile import V110

from genomedb.db.create import create_database
from genomedb.storage.attrs import write_text
from genomedb.storage.digest import structure_digest
from genomedb.storage.validate import check_file, require_sound
from genomedb.tracks.create import new_dense
from genomedb.tracks.open import open_track

CHROMS = {"chr1": 40_000, "short": 10, "chr2": 20_000}
LAYOUTS = ("per-chromosome", "indexed")


def tracks_of(folder, values, layout, **options):
    db = create_database(folder, "toy", CHROMS)
    with new_dense(db.place("x"), bin_size=1, layout=layout, **options) as draft:
        for chrom, array in values.items():
            draft.write(chrom, [array])
    return db.track_path("x")


@pytest.fixture
def sound(tmp_path):
    """Call it with a layout: a track of which chr2 has no values."""

    def made(layout):
        values = np.random.default_rng(4).normal(size=40_000).astype("f4")
        values[100:9000] = np.nan
        return tracks_of(tmp_path, {"chr1": values}, layout)

    return made


def forged(path, field, change):
    """A copy whose level 12 says something else, with the checksums to go with it."""
    copy = path.with_name("forged.h5")
    shutil.copy(path, copy)
    with h5py.File(copy, "r+", libver=V110) as h5:
        dataset = h5[f"_genomedb/pyramid/12/{field}"]
        values = dataset[:]
        change(values)
        dataset[:] = values
        write_text(dataset, "sha256", hashlib.sha256(values.tobytes()).hexdigest())
        write_text(h5, "structure_digest", structure_digest(h5))
    return copy


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("field", ["count", "sum", "sumsq", "min", "max"])
@pytest.mark.parametrize(("item", "chrom"), [(0, "chr1"), (9, "chr1"), (11, "chr2")])
def test_a_forged_summary_is_found(sound, layout, field, item, chrom):
    def change(values):
        values[item] = 3 if field == "count" else 1e6

    path = forged(sound(layout), field, change)
    (found,) = check_file(path)
    assert (found.rule, found.place) == ("pyramid", f"_genomedb/pyramid/12/{field}")
    said = "3" if field == "count" else "1000000.0"
    place = item if chrom == "chr1" else item - 10
    assert found.problem.startswith(f"item {place} of {chrom} is {said}, its bins give ")


def test_a_forged_summary_is_believed_and_is_what_publishing_trusts(sound):
    def change(values):
        values[2] += 1000

    honest = sound("per-chromosome")
    path = forged(honest, "sum", change)
    require_sound(path)
    difference = open_track(path).summary("chr1").sum - open_track(honest).summary("chr1").sum
    np.testing.assert_allclose(difference, 1000)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("dtype", "missing"), [("float32", None), ("float64", None), ("int32", -1), ("uint8", 255)]
)
def test_honest_summaries_of_any_values_have_no_finding(tmp_path, layout, dtype, missing):
    rng = np.random.default_rng(8)
    values = rng.integers(0, 200, 40_000).astype(dtype)
    if missing is None:
        values[rng.integers(0, 40_000, 9000)] = np.nan
        values[[5, 4999, 5000]] = np.inf, np.inf, -np.inf
        values[20_000:21_000] = np.finfo(dtype).max
    else:
        values[8000:16_000] = missing
    few = np.full(10, 1, dtype)
    path = tracks_of(tmp_path, {"chr1": values, "short": few}, layout, dtype=dtype, missing=missing)
    assert check_file(path) == []


@pytest.mark.parametrize("field", ["sum", "sumsq"])
def test_sums_added_in_another_order_are_no_finding(sound, field):
    def change(values):
        values *= 1 + 1e-12

    assert check_file(forged(sound("indexed"), field, change)) == []
