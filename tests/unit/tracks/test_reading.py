"""Reading dense, sparse and sequence tracks by region."""

import json

import numpy as np
import pytest

from genomedb.core.region import Region
from genomedb.db.create import create_database
from genomedb.errors import ChromError, FormatError, UsageError
from genomedb.tracks.create import Place, Provenance, Source, Storage, new_dense
from genomedb.tracks.regions import region_arrays

VALUES = np.arange(11, dtype="f4")


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path, "toy", {"chr1": 105, "chr2": 40, "chr3": 7})


@pytest.fixture(params=["gzip", None])
def dense(request, db):
    storage = Storage(compression=request.param)
    values = {"chr1": VALUES, "chr2": VALUES[:4] + 100}
    return db.create_dense("d", values, bin_size=10, storage=storage)


@pytest.fixture
def sparse(db):
    return db.create_sparse("s", {"chr1": ([0, 10, 50], [10, 20, 105], [1.0, 2.0, 3.0])})


@pytest.mark.parametrize(
    ("start", "end", "bins"),
    [
        (0, None, range(11)), (0, 105, range(11)), (100, 105, [10]), (104, 105, [10]),
        (104, None, [10]), (0, 1, [0]), (9, 10, [0]), (9, 11, [0, 1]), (10, 11, [1]),
        (95, 101, [9, 10]), (10, 10, []), (np.int64(20), np.uint16(30), [2]), (0, 0, []),
    ],
)  # fmt: skip
def test_a_window_gives_the_bins_that_it_touches(dense, start, end, bins):
    expected = VALUES[list(bins)]
    np.testing.assert_array_equal(dense.read("chr1", start, end), expected)
    out = np.full(expected.size, -1, "f4")
    assert dense.read("chr1", start, end, out=out) is out
    np.testing.assert_array_equal(out, expected)


@pytest.mark.parametrize(
    ("start", "end"),
    [(-1, 5), (-20, -10), (0, 106), (100, 110), (0, 10**12), (20, 10), (105, None), (106, None),
     (1000, None), (10**12, 10**12 + 5), (110, 110), (-10, None), (2**70, 2**71)],
)  # fmt: skip
def test_a_window_outside_the_chromosome_is_refused_with_its_length(dense, start, end):
    with pytest.raises(ChromError, match=r"not inside the chromosome.*chr1 is 105 bp long"):
        dense.read("chr1", start, end)


@pytest.mark.parametrize("wrong", [1.0, "5", 1.5, float("nan"), [1]])
def test_positions_are_whole_numbers(dense, sparse, wrong):
    for track in (dense, sparse):
        with pytest.raises(UsageError, match="whole numbers"):
            track.read("chr1", wrong)
        with pytest.raises(UsageError, match="whole numbers"):
            track.read("chr1", 0, wrong)


def test_any_spelling_of_a_chromosome_is_understood(dense):
    for name in ("chr1", "1", 1):
        np.testing.assert_array_equal(dense.read(name, 0, 20), [0, 1])
    with pytest.raises(ChromError, match='"chr9" does not exist'):
        dense.read("chr9")


def test_a_chromosome_without_values_is_missing_throughout(dense, sparse):
    assert np.isnan(dense.read("chr3")).all()
    assert sparse.read("chr3").start.size == 0
    assert not sparse.has_chrom("chr3")


@pytest.mark.parametrize(
    "out",
    [np.empty(1, "f4"), np.empty(3, "f4"), np.empty(2, "f8"), np.empty((2, 1), "f4"),
     np.empty(4, "f4")[::2], np.empty(2, ">f4")],
)  # fmt: skip
def test_an_out_of_another_shape_or_type_is_refused(dense, out):
    with pytest.raises(UsageError, match=r"out has shape .* shape \(2,\) and dtype float32"):
        dense.read("chr1", 0, 20, out=out)


@pytest.mark.parametrize(
    "regions",
    [
        [("chr2", 0, 40), ("chr1", 5, 15), ("chr1", 0, 105), ("2", 39, 40)],
        [Region("chr2", 0, 40), "chr1:5-15", "chr1", ["chr2", 39, 40]],
        (["chr2", "chr1", "chr1", "chr2"], [0, 5, 0, 39], [40, 15, 105, 40]),
        (("chr2", 0, 40), ("chr1", 5, 15), ("chr1", 0, 105)),
        (Region("chr2", 0, 40), Region("chr1", 5, 15), Region("chr1", 0, 105)),
        (np.array(["1"]), np.array([5.0]), np.array([15], "u1")),
        "chr1:5-15",
        Region("chr1", 5, 15),
        [],
        iter([("chr1", 0, 5)]),
    ],
)
def test_many_windows_are_the_windows_one_by_one(dense, regions):
    if not isinstance(regions, (list, tuple, str, Region)):
        regions = list(regions)
    many = dense.read_many(regions)
    arrays = region_arrays(regions, dense.chroms)
    assert len(many) == arrays.code.size
    for values, code, start, end in zip(many, arrays.code, arrays.start, arrays.end, strict=True):
        np.testing.assert_array_equal(values, dense.read(dense.chroms.names[code], start, end))


def test_a_frame_of_regions_is_understood(dense):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"chrom": ["chr1", "chr2"], "start": [0, 5], "end": [10, 20]})
    assert [v.size for v in dense.read_many(frame)] == [1, 2]
    with pytest.raises(UsageError, match="no column end"):
        dense.read_many(frame.drop(columns="end"))


@pytest.mark.parametrize(
    ("regions", "error", "words"),
    [
        ([("chr1", 0, 106)], ChromError, "region 0, chr1:0-106"),
        ([("chr1", 0, 5), ("chr1", 5, 5)], ChromError, "region 1, chr1:5-5"),
        ([("chr1", -1, 5)], ChromError, "region 0"),
        ([("chrZ", 0, 5)], ChromError, "chrZ"),
        ([("chr1", 0.5, 5)], UsageError, "start"),
        ([("chr1", 0, float("nan"))], UsageError, "end"),
        ([("chr1", 0, float("inf"))], UsageError, "end"),
        ([("chr1", 0, 1e30)], UsageError, "end"),
        ([("chr1", 0, 2**63)], UsageError, "end"),
        ([("chr1", "0", "5")], UsageError, "start must be whole numbers"),
        ([("chr1", 0)], UsageError, "is not a region"),
        ([5], UsageError, "is not a region"),
        ((["chr1"], [0, 1], [5]), UsageError, "1 chroms, 2 starts and 1 ends"),
        ((["chr1"], [True], [5]), UsageError, "whole numbers"),
    ],
)
def test_regions_that_make_no_sense_are_refused_by_number(dense, sparse, regions, error, words):
    for track in (dense, sparse):
        with pytest.raises(error, match=words):
            track.read_many(regions)


def test_windows_of_one_width_make_a_matrix(dense):
    assert dense.read_many([("chr1", 0, 30), ("chr2", 10, 40)]).matrix().shape == (2, 3)
    with pytest.raises(UsageError, match="2 to 3 values"):
        dense.read_many([("chr1", 0, 30), ("chr2", 10, 30)]).matrix()
    with pytest.raises(IndexError):
        dense.read_many([("chr1", 0, 30)])[1]


@pytest.mark.parametrize("reuse", [True, False])
def test_blocks_cover_a_track_from_left_to_right(dense, reuse):
    blocks = [
        (b.chrom, b.start, b.end, b.values.tolist())
        for b in dense.iter_chrom_blocks(["chr1", "2"], block_bins=4, reuse=reuse)
    ]
    assert [b[:3] for b in blocks] == [
        ("chr1", 0, 40), ("chr1", 40, 80), ("chr1", 80, 105), ("chr2", 0, 40),
    ]  # fmt: skip
    assert sum((b[3] for b in blocks), []) == [*range(11), 100, 101, 102, 103]  # noqa: RUF017


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (0, 105, [0, 1, 2]),
        (9, 10, [0]),
        (10, 11, [1]),
        (20, 50, []),
        (19, 51, [1, 2]),
        (104, None, [2]),
    ],
)
def test_records_that_overlap_a_window_are_found_and_not_clipped(sparse, start, end, found):
    records = sparse.read("chr1", start, end)
    assert records.start.tolist() == np.array([0, 10, 50])[found].tolist()
    assert records.end.tolist() == np.array([10, 20, 105])[found].tolist()
    assert records.value.tolist() == np.array([1.0, 2.0, 3.0])[found].tolist()
    assert records.start.dtype == records.end.dtype == np.int64


def test_a_sparse_chromosome_of_no_records_can_be_stored(db):
    track = db.create_sparse("e", {"chr1": ([], [], []), "chr2": ([1], [2], [3])})
    assert not track.has_chrom("chr1")
    assert track.read("chr1").value.size == track.n_records("chr1") == 0
    assert track.read_many([("chr1", 0, 5), ("chr2", 0, 5)]).offsets.tolist() == [0, 0, 1]
    assert dict(db.validate(["e"])) == {"e": []}


@pytest.mark.parametrize(
    ("records", "error", "words"),
    [
        (([0, 5], [6, 8], [1, 2]), ChromError, "chr1:5-8 overlaps chr1:0-6"),
        (([5, 0], [6, 2], [1, 2]), ChromError, "chr1:0-2"),
        (([0], [106], [1]), ChromError, "not inside the chromosome"),
        (([-1], [5], [1]), ChromError, "not inside the chromosome"),
        (([5], [5], [1]), ChromError, "chr1:5-5"),
        (([0.5], [5], [1]), UsageError, "start has values"),
        (([0], [float("nan")], [1]), UsageError, "end has values"),
        (([0, 1], [5], [1]), UsageError, "2 starts, 1 ends and 1 values"),
        (([0], [5], ["x"]), UsageError, "must be numbers"),
        ((["a"], [5], [1]), UsageError, "start must be whole numbers"),
    ],
)
def test_records_that_a_sparse_track_cannot_hold_are_refused(db, records, error, words):
    with pytest.raises(error, match=words):
        db.create_sparse("bad", {"chr1": records})
    assert not db.has_track("bad")


@pytest.mark.parametrize(
    ("value", "dtype", "words"),
    [
        (256, "uint8", "value 256 at chr1:30 does not fit uint8"),
        (-1, "uint8", "does not fit uint8"),
        (1.5, "int32", "use float32|Use float32"),
        (np.float32(2**31), "int32", "does not fit int32"),
        (np.float32(2**32), "uint32", "does not fit uint32"),
        (np.inf, "int16", "does not fit int16"),
        (1e39, "float32", "does not fit float32"),
        (np.nan, "int8", "has no value"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_position(db, value, dtype, words):
    kind = value.dtype if isinstance(value, np.generic) else None
    values = np.zeros(11, kind or ("f8" if isinstance(value, float) else "i8"))
    values[3] = value
    with pytest.raises(UsageError, match=words):
        db.create_dense("bad", {"chr1": values}, bin_size=10, dtype=dtype, missing=None)
    assert not db.has_track("bad")


def test_missing_values_of_an_integer_track_are_stored_as_declared(db):
    values = {"chr1": np.where(VALUES > 3, VALUES, np.nan)}
    track = db.create_dense("i", values, bin_size=10, dtype="int16", missing=-1)
    assert track.read("chr1").tolist() == [-1] * 4 + list(range(4, 11))
    assert set(track.read("chr2").tolist()) == {-1}
    assert track.info()["missing"] == -1


@pytest.mark.parametrize("array", [VALUES[:, None], VALUES[:10], np.arange(12.0), np.array(5.0)])
def test_an_array_of_another_shape_is_refused(db, array):
    with pytest.raises(UsageError, match="chr1"):
        db.create_dense("bad", {"chr1": array}, bin_size=10)
    assert not db.has_track("bad")


def test_a_chromosome_given_under_two_names_is_refused(db):
    with pytest.raises(UsageError, match="chr1 is given twice"):
        db.create_dense("bad", {"chr1": VALUES, "1": VALUES}, bin_size=10)
    with pytest.raises(UsageError, match="chr1 is given twice"):
        db.create_sparse("bad", {"chr1": ([], [], []), "1": ([], [], [])})


@pytest.mark.parametrize("wrong", [{"dtype": "int64"}, {"dtype": "object"}, {"bin_size": 0}])
def test_arguments_that_no_track_can_have_are_refused(db, wrong):
    with pytest.raises(UsageError):
        db.create_dense("bad", {}, **{"bin_size": 10, **wrong})


def test_a_closed_track_says_so(dense):
    with dense as track:
        assert track.read("chr1").size == 11
    with pytest.raises(UsageError, match="the track is closed"):
        dense.read("chr1")
    assert "closed" in repr(dense)


def test_info_is_ready_for_json_and_names_sources(db):
    sources = (Source("a.bw", 5, "0" * 64),)
    provenance = Provenance("text", "test", "me", "cmd", sources, {"lab": "x"})
    track = db.create_dense("p", {}, bin_size=10, provenance=provenance)
    info = json.loads(json.dumps(track.info()))
    assert info["sources"] == [{"name": "a.bw", "bytes": 5, "sha256": "0" * 64}]
    assert (info["type"], info["bin_size"], info["missing"]) == ("dense", 10, "nan")
    assert track.attrs["lab"] == "x"
    assert track.attrs["created.user"] == "me"
    assert "header" not in track.attrs


def test_a_sequence_gives_text_and_refuses_bytes_that_are_no_letters(db):
    place = Place(db.path / "seq.h5", "seq", db.chroms, "toy")
    how = {"bin_size": 1, "dtype": "uint8", "missing": 78, "track_type": "sequence"}
    with new_dense(place, **how) as draft:
        draft.write("chr3", [np.frombuffer(b"ACgtN\xff\xfe", "u1")])
    track = db.open_track("seq")
    assert track.text("chr3", 0, 5) == "ACgtN"
    assert track.text("chr2") == "N" * 40
    with pytest.raises(FormatError, match="no letters"):
        track.text("chr3")
