"""create_track: types, values and failures; and lookup_track over the same database."""

import numpy as np
import pandas as pd
import pytest

from genomedb.analysis.create_track import create_track
from genomedb.analysis.extract import extract
from genomedb.db.create import create_database
from genomedb.errors import ExpressionError, TrackExistsError, UsageError
from genomedb.tracks.create import Storage
from genomedb.tracks.dense import DenseTrack
from genomedb.tracks.sparse import SparseTrack
from genomedb.virtual.definition import VirtualTrack

NAN = float("nan")


@pytest.fixture
def small(tmp_path):
    db = create_database(tmp_path / "root", "toy", {"chr1": 100, "chrX": 25})
    signal = np.array([1, 2, 4, 8, 16, NAN, 64, 128, NAN, NAN], np.float32)
    db.create_dense("d", {"chr1": signal}, bin_size=10)
    db.create_sparse("s", {"chr1": ([0, 50], [15, 60], [1.0, 2.0])})
    return db


def test_a_bin_size_makes_a_dense_track(small):
    create_track(small, "sub.new", "d*10", iterator=20, description="ten times")
    track = small["sub.new"]
    assert isinstance(track, DenseTrack)
    assert (track.bin_size, track.dtype) == (20, np.float32)
    np.testing.assert_array_equal(track.read("chr1"), [15, 60, 160, 960, NAN])
    np.testing.assert_array_equal(track.read("chrX"), [NAN, NAN])
    assert track.attrs["created.by"] == "create_track('sub.new', 'd*10', iterator=20)"
    assert (track.attrs["description"], track.attrs["type"]) == ("ten times", "dense")
    assert track.attrs["binsize"] == "20"


def test_intervals_make_a_sparse_track_that_keeps_those_without_a_value(small):
    create_track(small, "new", "d", iterator="s")
    track = small["new"]
    assert isinstance(track, SparseTrack)
    start, end, value = track.read("chr1")
    assert (start.tolist(), end.tolist()) == ([0, 50], [15, 60])
    np.testing.assert_array_equal(value, [1.5, NAN])


def test_overlapping_intervals_of_a_frame_are_merged(small):
    frame = pd.DataFrame({"chrom": ["1", "1", "X"], "start": [0, 5, 1], "end": [20, 30, 9]})
    with pytest.warns(UserWarning, match="overlap"):
        create_track(small, "new", "d", iterator=frame)
    assert small["new"].read("chr1").end.tolist() == [30]
    assert small["new"].read("chrX").start.tolist() == [1]


def test_infinite_values_are_missing(small):
    create_track(small, "new", "1 / (d - 1)")
    expected = [NAN, 1, 1 / 3, 1 / 7, 1 / 15, NAN, 1 / 63, 1 / 127, NAN, NAN]
    np.testing.assert_allclose(small["new"].read("chr1"), np.array(expected, np.float32))
    create_track(small, "large", "d * 1e60")
    assert np.isnan(small["large"].read("chr1")).all()


def test_conditions_become_ones_and_zeros(small):
    create_track(small, "new", "d > 3")
    np.testing.assert_array_equal(small["new"].read("chr1"), [0, 0, 1, 1, 1, 0, 1, 1, 0, 0])


def test_virtual_tracks_and_variables_are_known(small):
    virtual = {"v": VirtualTrack("d", "sum", sshift=-10, eshift=10)}
    create_track(small, "new", "v * k", virtual=virtual, variables={"k": 2})
    assert small["new"].read("chr1")[:3].tolist() == [6, 14, 28]


def test_the_track_is_what_extract_gives_whoever_evaluates(toy, many_tasks):
    create_track(toy.db, "alone", "a + b")
    create_track(toy.db, "together", "a + b", executor=2)
    found = extract(toy.db, ["a + b", "alone", "together"])
    np.testing.assert_allclose(found["alone"], found["a + b"], rtol=1e-6)
    np.testing.assert_array_equal(found["alone"], found["together"])


def test_a_name_that_is_taken_is_refused_before_any_work(small):
    with pytest.raises(TrackExistsError, match="Track 'd' already exists"):
        create_track(small, "d", "nonsense")
    create_track(small, "d", "d * 2", overwrite=True, storage=Storage(compression=None))
    assert small["d"].read("chr1")[0] == 2


def test_a_failure_leaves_the_name_free(small, monkeypatch):
    with pytest.raises(ExpressionError):
        create_track(small, "sub.new", "d + nothing")
    monkeypatch.setattr("genomedb.expr.evaluate.Evaluator.run", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        create_track(small, "sub.new", "d * 2")
    assert not small.has_track("sub.new")
    assert [path.name for path in small.path.iterdir() if "sub" in path.name] == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"expression": None}, "None"),
        ({"iterator": 2.5}, "iterator 2.5 is not a bin size"),
        ({"description": None}, "description is None"),
        ({"executor": 0}, "0 processes"),
    ],
)
def test_arguments_that_are_not_right_are_refused(small, options, message):
    with pytest.raises(UsageError, match=message):
        create_track(small, "new", **{"expression": "d", **options})
    assert not small.has_track("new")
