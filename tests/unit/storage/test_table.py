"""Tables of records: what is beside them in a file does not change what they are."""

import numpy as np
import pytest

import genomedb
from genomedb.core.chroms import ChromTable
from genomedb.storage import schema
from genomedb.storage.spec import ColumnSpec
from genomedb.storage.validate_values import specs_of
from genomedb.tracks.create import Place, new_features
from genomedb.tracks.open import open_track

CHROMS = ChromTable.from_pairs([("a", 90_000), ("b", 10)])


@pytest.mark.parametrize("layout", schema.LAYOUTS)
def test_a_variable_called_strand_is_no_column(tmp_path, layout):
    place = Place(tmp_path / "x.h5", "x", CHROMS, "toy")
    with new_features(place, [], layout=layout) as draft:
        draft.write("a", [(np.array([1]), np.array([2]), {})])
    file = open_track(place.path)._file
    names = ["a/start", "_genomedb/variables/strand"]
    assert specs_of(file, names) == ()
    strand = (ColumnSpec("strand", "int8"),)
    assert specs_of(file, [*names, "a/strand"]) == strand
    assert specs_of(file, [*names, "_genomedb/index/strand"]) == strand


@pytest.mark.parametrize("layout", schema.LAYOUTS)
@pytest.mark.parametrize("cuts", [[], [1], [4095], [4096], [4097, 4098, 9000], [8192, 8192]])
def test_the_largest_end_of_each_block_does_not_depend_on_the_pieces(tmp_path, layout, cuts):
    rng = np.random.default_rng(7)
    start = np.sort(rng.integers(0, 80_000, 12_300))
    end = start + rng.integers(1, 9_000, start.size)
    order = np.lexsort((end, start))
    start, end = start[order], end[order]
    place = Place(tmp_path / "x.h5", "x", CHROMS, "toy")
    with new_features(place, [], layout=layout) as draft:
        pieces = zip(np.split(start, cuts), np.split(end, cuts), strict=True)
        draft.write("a", [(a, b, {}) for a, b in pieces])
    table = open_track(place.path)._table("a")
    assert table.max_end.tolist() == [end[i : i + 4096].max() for i in range(0, end.size, 4096)]
    assert table.first_start.tolist() == start[::4096].tolist()


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ([("start", "int8")], "a column cannot be called start"),
        ([("x", "int8"), ("x", "int8")], "column x is given twice"),
        ([(f"c{i}", "int8") for i in range(1001)], "1001 columns are more than 1000"),
    ],
)
def test_columns_that_a_table_cannot_have_are_refused(tmp_path, columns, words):
    place = Place(tmp_path / "x.h5", "x", CHROMS, "toy")
    specs = [ColumnSpec(*column) for column in columns]
    with pytest.raises(genomedb.UsageError, match=words), new_features(place, specs):
        pass
    assert not place.path.exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [("max_end", "kept for"), ("a.bytes", "kept for"), ("a/b", "not legal"), ("", "1 to 200")],
)
def test_column_names_that_the_format_keeps_are_refused(name, words):
    with pytest.raises(genomedb.UsageError, match=words):
        ColumnSpec(name, "int8")
