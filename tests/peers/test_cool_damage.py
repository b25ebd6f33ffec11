"""Matrices of cooler whose tables contradict themselves, and values that do not fit."""

import h5py
import numpy as np
import pandas as pd
import pytest

from genomedb.db.create import create_database
from genomedb.errors import ChromError, FormatError, GenomeDBError, UsageError
from genomedb.exporters.cool import export_cool
from genomedb.exporters.cool_expression import export_expression_cool
from genomedb.importers.matrix import import_cool

cooler = pytest.importorskip("cooler")
SIZES = {"chr1": 1000, "chr2": 500}


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path / "dbs", "toy", SIZES)


@pytest.fixture
def cool(tmp_path):
    pixels = pd.DataFrame({"bin1_id": [0, 0, 3], "bin2_id": [0, 12, 9], "count": [5, 6, 7]})
    path = tmp_path / "x.cool"
    cooler.create_cooler(str(path), cooler.binnify(pd.Series(SIZES), 100), pixels, ordered=True)
    return path


def change(path, name, row, value):
    with h5py.File(path, "r+") as file:
        file[name][row] = value


@pytest.mark.parametrize(
    ("name", "row", "value", "says"),
    [
        ("pixels/bin2_id", 1, 99, "pixels of bins that are not among its 15"),
        ("pixels/bin1_id", 0, -1, "pixels of bins that are not among its 15"),
        ("bins/start", 3, 250, "bins that overlap or are outside"),
        ("bins/end", 9, 1100, "bins that overlap or are outside"),
        ("bins/end", 2, 100, "bins that overlap or are outside"),
        ("bins/chrom", 2, 1, "bins that overlap or are outside"),
    ],
)
def test_tables_that_contradict_themselves_are_refused(db, cool, name, row, value, says):
    change(cool, name, row, value)
    with pytest.raises(FormatError, match=says):
        import_cool(db, "hic", cool)
    assert not db.has_track("hic")


def test_columns_of_other_lengths_and_absent_ones_are_refused(db, cool):
    with h5py.File(cool, "r+") as file:
        file["pixels/count"].resize((2,))
    with pytest.raises(FormatError, match="different lengths"):
        import_cool(db, "hic", cool)
    with h5py.File(cool, "r+") as file:
        del file["bins/end"]
    with pytest.raises(FormatError, match="damaged"):
        import_cool(db, "hic", cool)


def test_values_that_do_not_fit_are_refused(db, cool, tmp_path):
    change(cool, "pixels/count", 0, 2**31 - 1)
    import_cool(db, "hic", cool)
    with pytest.raises(UsageError, match=r"value 2\.14748e\+09 does not fit int32"):
        export_cool(db["hic"], tmp_path / "out.mcool", bin_size=[1000], dtype="int32")
    export_cool(db["hic"], tmp_path / "out.cool", bin_size=1000, dtype="int64")
    found = cooler.Cooler(str(tmp_path / "out.cool")).pixels()[:]["count"]
    assert found.tolist() == [2**31 - 1 + 7, 6]
    with pytest.raises(UsageError, match="does not fit int16"):
        import_cool(db, "small", cool, dtype="int16")
    assert not db.has_track("small")
    with pytest.raises(UsageError, match="dtype 'int8'"):
        export_cool(db["hic"], tmp_path / "o.cool", dtype="int8")
    assert sorted(path.name for path in tmp_path.glob("*o*.cool")) == ["out.cool"]


def test_expressions_are_checked_first(db, cool, tmp_path):
    import_cool(db, "hic", cool)
    wrong = {
        "not a whole number": {"bin_size": 0}, "dtype 'int8'": {"bin_size": 100, "dtype": "int8"},
        "does not begin where a bin does": {"bin_size": 300, "scope": pd.DataFrame({
            "chrom1": ["chr1"], "start1": [100], "end1": [500],
            "chrom2": ["chr1"], "start2": [0], "end2": [500],
        })},
        "has two dimensions, the iterator one": {"bin_size": 100, "scope": "chr1"},
    }  # fmt: skip
    for says, given in wrong.items():
        with pytest.raises(GenomeDBError, match=says):
            export_expression_cool(db, "hic", tmp_path / "e.cool", **given)
        assert not (tmp_path / "e.cool").exists()
    scope = pd.DataFrame({
        "chrom1": ["chr1"], "start1": [0], "end1": [500],
        "chrom2": ["chr1"], "start2": [0], "end2": [1000],
    })  # fmt: skip
    n = export_expression_cool(db, "hic / 2", tmp_path / "e.cool", scope, bin_size=100)
    found = cooler.Cooler(str(tmp_path / "e.cool")).pixels()[:]
    assert n == 2
    assert found["count"].tolist() == [2.5, 3.5]
    assert found["bin2_id"].tolist() == [0, 9]


def test_tracks_without_symmetry_keep_both_halves(db, tmp_path):
    points = {("chr1", "chr1"): ([5, 250], [250, 5], [1.0, 2.0]), ("chr2", "chr1"): ([1], [2], [4])}
    track = db.create_points("p", points)
    export_cool(track, tmp_path / "p.cool", bin_size=100)
    matrix = cooler.Cooler(str(tmp_path / "p.cool"))
    assert matrix.storage_mode == "square"
    np.testing.assert_array_equal(matrix.pixels()[:].to_numpy(), [[0, 2, 1], [2, 0, 2], [10, 0, 4]])
    export_cool(track, tmp_path / "u.cool", bin_size=100, is_symmetric=True)
    assert len(cooler.Cooler(str(tmp_path / "u.cool")).pixels()[:]) == 1


def test_a_chromosome_of_another_length_is_told(tmp_path, cool):
    db = create_database(tmp_path / "other", "toy", {"chr1": 1000, "chr2": 501})
    with pytest.raises(ChromError, match="chr2 is 500 bp long in the file, 501 in the database"):
        import_cool(db, "hic", cool)
