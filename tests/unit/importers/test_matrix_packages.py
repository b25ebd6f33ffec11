"""Matrices without the packages that read them, and values that a .hic file has normalized."""

import sys

import numpy as np
import pytest

from genomedb.errors import FormatError, MissingDependencyError, MissingFileError, UsageError
from genomedb.exporters.cool import export_cool
from genomedb.importers.matrix import import_cool, import_hic
from genomedb.readers import dot_hic


class Frame(dict):
    """As much of a table as is asked for."""

    def __getitem__(self, key):
        return Column(super().__getitem__(key))


class Column:
    def __init__(self, values):
        self.values = values

    def to_numpy(self):
        return np.array(self.values)


class File:
    """A matrix of two chromosomes with two bins each, whose second bin has no weight."""

    def __init__(self, path, resolution):
        self.asked = []

    def chromosomes(self):
        return {"chr1": 1000, "chr2": 500}

    def attributes(self):
        return {"assembly": "toy1"}

    def avail_normalizations(self):
        return ["KR"]

    def fetch(self, rows, columns, normalization, count_type):
        assert (normalization, count_type) == ("KR", "float64")
        self.now = {"bin1_id": [], "bin2_id": [], "count": []}
        if (rows, columns) == ("chr1:0-1000", "chr1:0-1000"):
            self.now = {"bin1_id": [0, 0], "bin2_id": [0, 1], "count": [2.5, np.nan]}
        if (rows, columns) == ("chr1:0-1000", "chr2:0-500"):
            self.now = {"bin1_id": [1], "bin2_id": [2], "count": [0.5]}
        return self

    def to_arrow(self):
        return Frame(self.now)


class Hictkpy:
    File = File

    @staticmethod
    def is_hic(path):
        return path.endswith(".hic")

    class MultiResFile:
        def __init__(self, path):
            pass

        def resolutions(self):
            return [500]


@pytest.fixture
def somefile(tmp_path):
    path = tmp_path / "x.hic"
    path.write_bytes(b"HIC")
    return path


def test_absent_packages_are_named(db, somefile, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "cooler", None)
    monkeypatch.setitem(sys.modules, "hictkpy", None)
    with pytest.raises(MissingDependencyError, match=r"need cooler. pip install 'genomedb\[hic\]'"):
        import_cool(db, "x", somefile)
    with pytest.raises(MissingDependencyError, match=r"need hictkpy"):
        import_hic(db, "x", somefile, resolution=500)
    track = db.create_points("p", {("chr1", "chr1"): ([5], [7], [1])})
    with pytest.raises(MissingDependencyError, match="need cooler"):
        export_cool(track, tmp_path / "x.cool", bin_size=100)
    assert [path.name for path in tmp_path.glob("*x.cool*")] == []
    with pytest.raises(UsageError, match="needs a bin size"):
        export_cool(track, tmp_path / "x.cool")
    with pytest.raises(UsageError, match="standard output"):
        export_cool(track, "-", bin_size=100)


def test_normalized_values_of_a_hic_file_are_floats(db, somefile, monkeypatch):
    monkeypatch.setattr(dot_hic, "_hictkpy", lambda path: Hictkpy)
    import_hic(db, "hic", somefile, resolution=500, normalization="KR")
    assert db["hic"].dtype == np.float64
    found = db["hic"].read("chr1")
    assert found.x2.tolist() == [500, 500, 1000]
    np.testing.assert_array_equal(found.value, [2.5, np.nan, np.nan])
    assert db["hic"].read("chr2", chrom2="chr1").value.tolist() == [0.5]
    assert db.get_variable("hic", "matrix")["assembly"] == "toy1"


def test_other_files_are_refused(db, tmp_path, somefile, monkeypatch):
    monkeypatch.setattr(dot_hic, "_hictkpy", lambda path: Hictkpy)
    other = tmp_path / "x.txt"
    other.write_text("a")
    with pytest.raises(FormatError, match=r"is no \.hic file"):
        import_hic(db, "hic", other, resolution=500)
    with pytest.raises(UsageError, match=r"no bins of 7 bp\. It has: 500"):
        import_hic(db, "hic", somefile, resolution=7)
    with pytest.raises(UsageError, match=r"no values normalized by VC\. It has: KR"):
        import_hic(db, "hic", somefile, resolution=500, normalization="VC")
    for importer, more in ((import_cool, {}), (import_hic, {"resolution": 5})):
        with pytest.raises(MissingFileError):
            importer(db, "hic", tmp_path / "absent", **more)
