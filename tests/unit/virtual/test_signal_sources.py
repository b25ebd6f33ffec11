"""Elements of tracks of every type and of intervals in memory, as functions of windows see them."""

import math
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from genomedb import create_database
from genomedb.core.spans import Spans
from genomedb.errors import UsageError
from genomedb.virtual.elements import FrameElements, SpanElements, elements_of
from genomedb.virtual.signal import signal_function

NAN = math.nan
LENGTHS = {"chr1": 1000, "chr2": 505, "chrX": 205}


@pytest.fixture
def db(tmp_path):
    return create_database(tmp_path / "db", "toy", LENGTHS)


def read_all(elements):
    return elements.read(0, elements.size)


def test_bins_cover_their_windows_to_the_short_one_at_the_end(db):
    track = db.create_dense("d", {"chr2": np.arange(51.0)}, bin_size=10)
    elements = elements_of(track)(1)
    assert elements.size == 51
    first, last = elements.ranges(np.array([0, 9, 10, 500]), np.array([1, 11, 20, 505]))
    assert first.tolist() == [0, 0, 1, 50]
    assert last.tolist() == [1, 2, 2, 51]
    assert elements.ends(np.array([0, 50])).tolist() == [10, 505]
    assert elements.read(50, 51).tolist() == [50]
    assert np.isnan(read_all(elements_of(track)(0))).all()  # no data on chr1
    mean = signal_function("avg", elements_of(track), is_disjoint=True)
    assert mean(1, np.array([495]), np.array([505])).tolist() == [49.5]
    assert np.isnan(mean(0, np.array([0]), np.array([1000]))).all()


@pytest.mark.parametrize(
    ("dtype", "missing", "read_as"),
    [
        ("uint8", 255, "float32"),
        ("int16", -1, "float32"),
        ("int32", -1, "float64"),
        ("uint32", None, "float64"),
        ("float32", None, "float32"),
        ("float64", None, "float64"),
    ],
)
def test_values_of_every_dtype_are_read_exactly(db, dtype, missing, read_as):
    values = np.arange(100) * 2
    if dtype.endswith("32"):
        values = values + ((1 << 31) - 300 if dtype != "float32" else 0)
    stored = np.where(np.arange(100) % 7 == 0, missing, values) if missing is not None else values
    others = {name: np.zeros(-(-LENGTHS[name] // 10)) for name in ("chr2", "chrX")}
    track = db.create_dense(
        "d", {"chr1": stored, **others}, bin_size=10, dtype=dtype, missing=missing
    )
    found = read_all(elements_of(track)(0))
    assert found.dtype == read_as
    wanted = values.astype(float)
    if missing is not None:
        wanted[::7] = NAN
    np.testing.assert_array_equal(found, wanted)


def test_records_of_a_sparse_track(db):
    records = {"chr1": (np.array([100, 200, 500]), np.array([200, 250, 560]), [10.0, NAN, 17])}
    track = db.create_sparse("s", {"chr1": tuple(map(np.asarray, records["chr1"]))})
    elements = elements_of(track)(0)
    first, last = elements.ranges(
        np.array([0, 199, 250, 550, 560]), np.array([100, 201, 500, 600, 1000])
    )
    assert first.tolist() == [0, 0, 2, 2, 3]
    assert last.tolist() == [0, 2, 2, 3, 3]
    np.testing.assert_array_equal(read_all(elements), [10, NAN, 17])
    assert elements.starts(np.array([2])).tolist() == [500]
    assert elements_of(track)(2).size == 0


def test_columns_of_an_array_track_become_one_number(db):
    values = np.array([[0, 2, 4, 6, 8], [1, NAN, 3, NAN, NAN], [NAN] * 5, [5] * 5], float)
    start = np.array([0, 10, 20, 30])
    columns = ["a", "b", "c", "d", "e"]
    track = db.create_array("a", columns, {"chr1": (start, start + 10, values)})
    wanted = {
        "avg": [4, 2, NAN, 5],
        "sum": [20, 4, NAN, 25],
        "min": [0, 1, NAN, 5],
        "max": [8, 3, NAN, 5],
        "stddev": [math.sqrt(10), math.sqrt(2), NAN, 0],
    }
    for name, numbers in wanted.items():
        np.testing.assert_allclose(read_all(elements_of(track, slice_func=name)(0)), numbers)
    chosen = elements_of(track, columns=["b", "c"])(0)
    np.testing.assert_allclose(read_all(chosen), [3, 3, NAN, 5])
    assert elements_of(track)(1).size == 0
    with pytest.raises(UsageError, match="no column 'f'"):
        elements_of(track, columns=["f"])(0)
    with pytest.raises(UsageError, match=r"slice function 'mode' is not known\. Use one of: avg"):
        elements_of(track, slice_func="mode")


def test_intervals_in_memory_may_come_in_any_order_but_not_overlap(db):
    spans = Spans.of([1, 0, 0], [10, 50, 20], [20, 60, 30])
    source = SpanElements(spans, [3, 2, 1], chroms=db.chroms)
    assert read_all(source(0)).tolist() == [1, 2]
    assert read_all(source(1)).tolist() == [3]
    assert source(2).size == 0
    crossing = Spans.of([0, 0], [20, 10], [30, 21])
    with pytest.raises(UsageError, match="chr1:10-21 and 20-30 overlap"):
        SpanElements(crossing, [1, 2], chroms=db.chroms)
    with pytest.raises(UsageError, match="Give one number an interval"):
        SpanElements(spans, ["a", "b", "c"], chroms=db.chroms)
    with pytest.raises(UsageError, match="overlap or are not sorted"):
        FrameElements(np.array([5, 0]), np.array([6, 1]), np.array([1.0, 2.0]))


def test_a_track_without_values_is_refused(db):
    features = db.create_features("f", _features())
    with pytest.raises(UsageError, match="a features track has no values to summarise"):
        elements_of(features)


def _features():
    import pandas as pd

    return pd.DataFrame({"chrom": ["chr1"], "start": [1], "end": [5], "name": ["x"]})


def test_threads_and_pickles_give_one_answer(db):
    rng = np.random.default_rng(0)
    values = {name: rng.normal(size=-(-length // 5)) for name, length in LENGTHS.items()}
    track = db.create_dense("d", values, bin_size=5)
    function = signal_function("stddev", elements_of(track), is_disjoint=False)
    tasks = []
    for code, length in enumerate(LENGTHS.values()):
        start = np.arange(0, length, 3)
        tasks.append((code, start, np.minimum(start + 150, length)))
    wanted = [function(*task) for task in tasks]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda task: function(*task), tasks * 5))
    for i, answer in enumerate(found):
        np.testing.assert_array_equal(answer, wanted[i % 3])
    copy = pickle.loads(pickle.dumps(function))
    np.testing.assert_array_equal(copy(*tasks[1]), wanted[1])
