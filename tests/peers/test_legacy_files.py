"""Databases that PyTables writes here and now are read, in every form that PyTables gives them."""

import json
from pathlib import Path

import numpy as np
import pytest

import genomedb
from genomedb.errors import ChromError, FormatError
from genomedb.importers.legacy_database import convert_legacy

tables = pytest.importorskip("tables")
from legacy_files import make_legacy, write_arrays, write_chromosomes, write_tables  # noqa: E402

SAMPLE = Path(__file__).parents[1] / "data/legacy/expected.json"


def _with_track(folder, write):
    write_chromosomes(folder)
    write(folder / "t.h5")
    return genomedb.GenomeDB(folder)


def test_the_sample_of_the_other_tests_is_what_the_maker_makes(tmp_path):
    assert make_legacy(tmp_path) == json.loads(SAMPLE.read_text())
    db = genomedb.GenomeDB(tmp_path)
    assert db["dnase/mids"].get_val("chr1", 11) == 255


def test_every_value_of_a_type_in_use_widens_the_type(tmp_path):
    write_chromosomes(tmp_path)
    with tables.open_file(str(tmp_path / "full.h5"), "w") as h5:
        h5.create_carray("/", "chr2", obj=np.resize(np.arange(256, dtype=np.uint8), 3001))
    convert_legacy(tmp_path, tmp_path.parent / "wide")
    track = genomedb.GenomeDB(tmp_path.parent / "wide")["full"]
    assert track.dtype == np.uint16
    assert track.get_nparray("chr2", 1, 256).tolist() == list(range(256))
    assert np.isnan(track.get_nparray("chr1")).all()


def test_arrays_without_compression_are_read(tmp_path):
    values = np.arange(3001, dtype=np.uint16)

    def write(path):
        with tables.open_file(str(path), "w") as h5:
            h5.create_array("/", "chr2", values)  # contiguous
            h5.create_carray("/", "chrX", obj=values[:900])  # in chunks

    track = _with_track(tmp_path, write)["t"]
    np.testing.assert_array_equal(track.get_nparray("chr2"), values)
    assert track.get_nparray("chrX", 10, 12).tolist() == [9, 10, 11]
    assert track.summary("chr2").sum[0] == values.sum()


def test_a_chunk_longer_than_the_chromosome_is_read(tmp_path):
    values = {"chrM": np.arange(33, dtype=np.uint16)}
    track = _with_track(tmp_path, lambda path: write_arrays(path, values))["t"]
    assert track.get_nparray("chrM").tolist() == list(range(33))


def test_a_fragment_table_is_read(tmp_path):
    rows = {"chr1": [{"start": 11, "end": 160, "strand": -1, "score": 60}], "chr2": []}
    columns = {"start": tables.Int32Col(), "end": tables.Int32Col(), "strand": tables.Int8Col(),
               "score": tables.Int8Col()}  # fmt: skip
    track = _with_track(tmp_path, lambda path: write_tables(path, rows, columns, "reads"))["t"]
    assert track.to_frame("chr1").to_numpy()[0].tolist() == ["chr1", 10, 160, "-", 60]
    assert not track.has_chrom("chr2")


@pytest.mark.parametrize(
    ("write", "problem"),
    [
        (lambda h5: h5.create_carray("/", "chr2", obj=np.zeros(10, "u1")), "not 3001 values"),
        (lambda h5: h5.create_carray("/", "chr2", obj=np.zeros((3001, 2), "u1")), "which no track"),
        (lambda h5: h5.create_carray("/", "chr2", obj=np.zeros(3001, bool)), "type that is not"),
        (
            lambda h5: h5.create_vlarray("/", "chr2", tables.UInt8Atom()),
            "type that is not|no track",
        ),
        (lambda h5: h5.create_group("/", "chr2"), "t.h5"),
        (lambda h5: h5.create_soft_link("/", "chr2", "/chr9"), "links are not allowed"),
        (
            lambda h5: h5.create_external_link("/", "chr2", "other.h5:/chr2"),
            "links are not allowed",
        ),
        (
            lambda h5: h5.create_carray(
                "/", "chr2", obj=np.zeros(3001, "u1"), filters=tables.Filters(1, "blosc")
            ),
            "filter that is not allowed",
        ),
        (
            lambda h5: h5.create_table("/", "chr2", {"start": tables.Int32Col()}),
            "no column end of whole numbers",
        ),
    ],
)
def test_nodes_that_are_none_of_a_track_are_refused_with_the_name_of_the_file(
    tmp_path, write, problem
):
    def write_file(path):
        with tables.open_file(str(path), "w") as h5:
            write(h5)

    db = _with_track(tmp_path, write_file)
    with pytest.raises(FormatError, match=problem) as found:
        db["t"].get_nparray("chr2")
    assert "t.h5" in str(found.value)


def test_a_file_of_another_assembly_is_refused(tmp_path):
    values = {"scaffold_1": np.zeros(10, np.uint8)}
    with pytest.raises(ChromError, match="no chromosome of the database"):
        _with_track(tmp_path, lambda path: write_arrays(path, values))["t"]


def test_rows_outside_their_chromosome_are_refused(tmp_path):
    columns = {"start": tables.Int32Col(), "end": tables.Int32Col()}
    rows = {"chr2": [{"start": 5, "end": 9}, {"start": 3000, "end": 3002}]}
    track = _with_track(tmp_path, lambda path: write_tables(path, rows, columns))["t"]
    with pytest.raises(FormatError, match="row 2 of chr2 is 3000-3002, not inside the chromosome"):
        track.read("chr2")


def test_pickled_attributes_are_left_alone(tmp_path):
    class Trap:
        def __reduce__(self):
            return print, ("unpickled",)

    def write(path):
        with tables.open_file(str(path), "w") as h5:
            node = h5.create_carray("/", "chrM", obj=np.zeros(33, np.float32))
            node.attrs.n, node.attrs.n_nan, node.attrs.sum = 33, 0, 0.0
            node.attrs.min = node.attrs.max = Trap()

    db = _with_track(tmp_path, write)
    stats = db.get_track_stat("t", "chrM")
    assert stats.n == 33
    assert np.isnan(stats.min)
