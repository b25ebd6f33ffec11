"""Classic calls of tracks: 1-based, both ends included."""

import logging

import numpy as np
import pytest

from genomedb.core.chromosomes import Chromosome
from genomedb.db.create import create_database
from genomedb.errors import ChromError, UsageError


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    made = create_database(tmp_path_factory.mktemp("db"), "toy", {"chr1": 25, "chr2": 10})
    made.create_dense("bases", {"chr1": np.arange(25)}, bin_size=1, dtype="float32")
    made.create_dense("bins", {"chr1": [1, 2, 3]}, bin_size=10)
    made.create_dense(
        "counts", {"chr1": np.r_[255, np.arange(24)]}, bin_size=1, dtype="uint8", missing=255
    )
    one = np.array([2, 8]), np.array([5, 9]), np.array([1.5, 2.5])
    made.create_sparse("records", {"chr1": one})
    frame = {"chrom": ["chr1"] * 2, "start": [9, 3], "end": [12, 7], "strand": ["-", "+"],
             "name": ["b", "a"], "score": [2.0, 1.0]}  # fmt: skip
    made.create_features("peaks", frame)
    made.create_array("pairs", ["a", "b"], {"chr1": (one[0], one[1], np.ones((2, 2)))})
    return made


def test_both_ends_are_included_and_positions_count_from_1(db):
    values = db["bases"].get_nparray("chr1", 11, 20)
    assert values.tolist() == list(range(10, 20))
    assert values.flags.writeable


def test_each_end_is_optional_on_its_own(db):
    track = db["bases"]
    assert track.get_nparray("chr1").size == 25
    assert track.get_nparray("chr1", 24).tolist() == [23, 24]
    assert track.get_nparray("chr1", end=2).tolist() == [0, 1]


def test_chromosomes_are_named_by_text_alias_or_object(db):
    for chrom in ("chr1", "1", db.get_chromosome("chr1"), Chromosome(1, "chr1", 25)):
        assert db["bases"].get_val(chrom, 3) == 2
        assert db["bases"].has_chromosome(chrom)


def test_bins_are_spread_over_their_bases(db):
    whole = np.repeat([1, 2, 3], 10)[:25]
    assert db["bins"].get_nparray("chr1").tolist() == whole.tolist()
    for start in (1, 8, 10, 11, 20):
        for end in (20, 21, 25):
            found = db["bins"].get_nparray("chr1", start, end)
            assert found.tolist() == whole[start - 1 : end].tolist()


def test_bases_without_a_record_are_nan(db):
    expected = np.full(25, np.nan)
    expected[2:5], expected[8:9] = 1.5, 2.5
    np.testing.assert_array_equal(db["records"].get_nparray("chr1"), expected)
    for start, end in ((1, 1), (4, 9), (3, 5), (9, 9), (6, 8), (10, 25)):
        found = db["records"].get_nparray("chr1", start, end)
        np.testing.assert_array_equal(found, expected[start - 1 : end])


def test_missing_values_of_integers_are_nan(db):
    assert db["counts"].get_nparray("chr1", 2, 4).dtype == np.uint8
    found = db["counts"].get_nparray("chr1", 1, 2)
    np.testing.assert_array_equal(found, [np.nan, 0])


@pytest.mark.parametrize("name", ["bases", "bins", "records"])
def test_a_chromosome_without_data_is_nan_of_its_length(db, name):
    values = db[name].get_nparray("chr2")
    assert values.dtype == np.float32
    assert np.isnan(values).all()
    assert values.size == 10
    assert np.isnan(db[name].get_val("chr2", 10))


def test_an_array_of_a_chromosome_without_data_is_none_and_said_once(db, caplog):
    track = db["records"]
    with caplog.at_level(logging.WARNING):
        assert track.get_array("chr2") is None
        assert track.get_array("chr2") is None
    assert [record.getMessage() for record in caplog.records] == ["records: has no data on chr2"]


def test_features_are_rows_with_closed_ends(db):
    rows = db["peaks"].get_nparray("chr1")
    assert rows[["start", "end", "strand", "score"]].tolist() == [(4, 7, 1, 1.0), (10, 12, -1, 2.0)]
    assert rows["name"].tolist() == ["a", "b"]
    assert db["peaks"].get_nparray("chr1", 2, 2)["start"].tolist() == [10]
    assert db["peaks"].get_nparray("chr2").size == 0
    assert [row["end"] for row in db["peaks"].get_array("chr1")] == [7, 12]


def test_arrays_slice_as_numpy_does(db):
    array, whole = db["bases"].get_array("chr1"), np.arange(25, dtype="f4")
    assert (array.shape, array.dtype, len(array)) == ((25,), np.float32, 25)
    for which in (slice(3, 9), slice(None), slice(-4, None), slice(9, 3), slice(2, 20, 5),
                  slice(None, None, -1), [1, 5], 7, -1):  # fmt: skip
        np.testing.assert_array_equal(array[which], whole[which])
    np.testing.assert_array_equal(np.asarray(array), whole)
    with pytest.raises(IndexError, match="item 25 of 25"):
        array[25]


@pytest.mark.parametrize(
    ("start", "end", "problem"),
    [(0, 5, "not inside"), (1, 26, "not inside"), (9, 8, "start is after end")],
)
def test_positions_outside_are_refused(db, start, end, problem):
    with pytest.raises(ChromError, match=rf"bases: chr1:{start}-{end} .*{problem}|{problem}"):
        db["bases"].get_nparray("chr1", start, end)
    with pytest.raises(ValueError, match="25 bp; positions count from 1"):
        db["bases"].get_nparray("chr1", start, end)


def test_what_has_no_answer_says_so(db):
    with pytest.raises(KeyError, match="chr9"):
        db["bases"].get_nparray("chr9")
    with pytest.raises(UsageError, match="holds no sequence"):
        db["bases"].get_seq_str("chr1", 1, 2)
    with pytest.raises(UsageError, match="array track has no value a base"):
        db["pairs"].get_nparray("chr1")
    with pytest.raises(UsageError, match="whole numbers"):
        db["bases"].get_nparray("chr1", 1.5, 2)
