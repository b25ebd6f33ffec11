"""Columns asked for by name, of feature and array tracks."""

import numpy as np
import pytest

from genomedb.db.create import create_database
from genomedb.errors import UsageError
from genomedb.tracks.create_records import new_features

REGIONS = [("chr2", 0, 50), ("chr1", 0, 100), ("chr3", 0, 5), ("chr1", 40, 45)]


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path, "toy", {"chr1": 105, "chr2": 50, "chr3": 7})


@pytest.fixture(params=["per-chromosome", "indexed"])
def features(request, db):
    frame = {
        "chrom": ["chr1", "chr1", "chr2"], "start": [0, 30, 5], "end": [10, 60, 6],
        "strand": ["+", "-", "."], "name": ["a", "é", ""], "score": [1.5, 2.5, 3.5],
        "n": np.array([7, 8, 9], "i2"),
    }  # fmt: skip
    return db.create_features("f", frame, layout=request.param)


@pytest.fixture(params=["per-chromosome", "indexed"])
def array(request, db):
    values = np.array([[1, 2, 3], [4, 5, 6]], "f4")
    records = {"chr1": ([0, 30], [10, 60], values), "chr2": ([5], [6], values[:1] * 10)}
    return db.create_array("a", ["x", "y", "z"], records, layout=request.param)


def plain(columns):
    return {name: values.tolist() for name, values in columns.items()}


ALL = {"name": ["a", "é"], "score": [1.5, 2.5], "n": [7, 8]}


@pytest.mark.parametrize(
    ("asked", "names", "stranded"),
    [
        (None, ["name", "score", "n"], True), ("score", ["score"], False),
        (["n", "name"], ["n", "name"], False), (("strand",), [], True), ("strand", [], True),
        (["score", "strand"], ["score"], True), ([], [], False), (["n", "n"], ["n"], False),
    ],
)  # fmt: skip
def test_only_the_columns_of_features_asked_for_are_read(features, asked, names, stranded):
    wanted = {name: ALL[name] for name in names}
    strand = [1, -1] if stranded else None
    whole = features.read("chr1", columns=asked)
    (block,) = features.iter_chrom_blocks(["chr1"], columns=asked)
    for found in (whole, features.read("chr1", 0, 100, columns=asked), block):
        assert found.start.tolist() == [0, 30]
        assert list(found.columns) == names
        assert plain(found.columns) == wanted
        assert (None if found.strand is None else found.strand.tolist()) == strand
    many = features.read_many(REGIONS, columns=asked)
    assert many.offsets.tolist() == [0, 1, 3, 3, 4]
    assert many.end.tolist() == [6, 10, 60, 60]
    last = {"name": ["", "a", "é", "é"], "score": [3.5, 1.5, 2.5, 2.5], "n": [9, 7, 8, 8]}
    assert plain(many.columns) == {name: last[name] for name in names}
    assert (None if many.strand is None else many.strand.tolist()) == (
        [0, 1, -1, -1] if stranded else None
    )
    none = features.read("chr3", columns=asked)
    assert plain(none.columns) == {name: [] for name in names}
    assert none.start.size == 0


@pytest.mark.parametrize(
    ("asked", "places"),
    [(None, [0, 1, 2]), ("y", [1]), (["z", "x"], [2, 0]), (("x", "x"), [0, 0]), ([], [])],
)
def test_only_the_columns_of_arrays_asked_for_are_read_in_that_order(array, asked, places):
    rows = np.array([[1, 2, 3], [4, 5, 6]], "f4")[:, places]
    for found in (array.read("chr1", columns=asked), array.read("chr1", 5, 31, columns=asked)):
        assert found.end.tolist() == [10, 60]
        np.testing.assert_array_equal(found.values, rows)
        assert found.values.dtype == np.float32
    many = array.read_many(REGIONS, columns=asked)
    assert many.offsets.tolist() == [0, 1, 3, 3, 4]
    expected = np.array([[10, 20, 30], [1, 2, 3], [4, 5, 6], [4, 5, 6]], "f4")[:, places]
    np.testing.assert_array_equal(many.values, expected)
    assert array.read("chr3", columns=asked).values.shape == (0, len(places))


@pytest.mark.parametrize("asked", ["nme", ["score", "nme"], ("nme", "strand")])
def test_an_unknown_column_of_features_is_named_beside_the_known_ones(features, asked):
    said = r"f: no column 'nme'\. Known columns: name, score, n$"
    for read in (
        lambda: features.read("chr1", columns=asked),
        lambda: features.read("chr3", columns=asked),
        lambda: features.read_many(REGIONS, columns=asked),
        lambda: next(features.iter_chrom_blocks(columns=asked)),
    ):
        with pytest.raises(UsageError, match=said):
            read()


@pytest.mark.parametrize("asked", ["w", ["x", "w"], ["strand", "x"]])
def test_an_unknown_column_of_arrays_is_named_beside_the_known_ones(array, asked):
    wrong = "strand" if "strand" in asked else "w"
    for read in (
        lambda: array.read("chr1", columns=asked),
        lambda: array.read_many(REGIONS, columns=asked),
    ):
        with pytest.raises(UsageError, match=rf"a: no column '{wrong}'\. Known columns: x, y, z$"):
            read()


def test_a_message_lists_ten_columns_at_most(db):
    names = [f"c{i}" for i in range(30)]
    values = np.zeros((1, 30), "f4")
    track = db.create_array("wide", names, {"chr1": ([0], [1], values)})
    with pytest.raises(UsageError, match=r"Known columns: c0, .*, c9$"):
        track.read("chr1", columns="c30")


def test_features_without_columns_say_that_there_are_none(db):
    with new_features(db.place("bare"), []) as draft:
        draft.write("chr1", [(np.array([1]), np.array([2]), {})])
    track = db["bare"]
    assert track.read("chr1", columns="strand").strand is None
    with pytest.raises(UsageError, match=r"bare: no column 'name'\. Known columns: none$"):
        track.read("chr1", columns=["name"])
