"""mapply: what the function gets, and what becomes of its answers."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from genomedb.analysis.mapply import mapply
from genomedb.db.create import create_database
from genomedb.errors import UsageError
from genomedb.expr import stream as stream_module
from genomedb.iterators import steps


@pytest.fixture
def db(tmp_path):
    made = create_database(tmp_path / "root", "toy", {"chr2": 1000, "chr1": 300})
    values = {"chr2": np.arange(100, dtype=np.float32), "chr1": np.arange(30, dtype=np.float32)}
    values["chr1"][3] = np.nan
    made.create_dense("a", values, bin_size=10)
    return made


@pytest.fixture
def scope():
    rows = [("chr1", 0, 50), ("chr2", 5, 15), ("chr2", 0, 1000), ("chr1", 40, 50)]
    return pd.DataFrame(rows, columns=["chrom", "start", "end"]).assign(strand=1)


def test_the_function_gets_the_values_of_each_row(db, scope):
    got = []
    found = mapply(db, lambda x: got.append(x.tolist()) or len(x), "a", scope)
    np.testing.assert_array_equal(got[0], [0, 1, 2, np.nan, 4])
    assert got[1:] == [[0, 1], list(range(100)), [4]]
    assert found.columns.tolist() == ["chrom", "start", "end", "value"]
    assert found["chrom"].tolist() == scope["chrom"].tolist()
    assert found["start"].tolist() == scope["start"].tolist()
    assert found["value"].tolist() == [5, 2, 100, 1]


def test_the_function_gets_one_array_an_expression(db, scope):
    found = mapply(db, lambda x, y: np.nanmax(y - x), ["a", "a * 2 + 1"], scope, name="most")
    assert found["most"].tolist() == [5, 2, 100, 5]


def test_an_iterator_still_gives_one_row_a_scope_row(db, scope):
    found = mapply(db, np.nansum, "a", scope, iterator=100)
    assert found["value"].tolist() == [7 / 4, 0.5, np.arange(4.5, 100, 10).sum(), 4]


def test_true_is_given_as_one(db):
    assert mapply(db, np.sum, "a > 1", "chr1")["value"].tolist() == [27]


def test_rows_without_intervals_give_the_function_nothing(db, scope):
    iterator = pd.DataFrame({"chrom": ["chr2"], "start": [0], "end": [10]})
    found = mapply(db, lambda x, y: x.size + y.size, ["a", "a"], scope, iterator=iterator)
    assert found["value"].tolist() == [0, 2, 2, 0]


def test_how_the_walk_is_cut_does_not_change_what_the_function_gets(db, scope, monkeypatch):
    def digest(x):
        return hash(x.tobytes())

    once = mapply(db, digest, "a", scope)
    monkeypatch.setattr(steps, "PIECE_ROWS", 7)
    monkeypatch.setattr(steps, "_MANY", 20)
    monkeypatch.setattr(stream_module, "tasks_of", partial(stream_module.tasks_of, rows=10))
    for executor in (None, 2):
        pd.testing.assert_frame_equal(mapply(db, digest, "a", scope, executor=executor), once)


def test_arrays_that_the_function_keeps_stay_as_they_are(db, scope):
    kept = []
    mapply(db, lambda x: kept.append(x) or 0, "a", scope)
    assert kept[2].tolist() == list(range(100))


def test_an_empty_scope_calls_nothing(db):
    def never(x):
        raise AssertionError

    empty = pd.DataFrame({"chrom": [], "start": [], "end": []})
    assert len(mapply(db, never, "a", empty)) == 0


def test_an_answer_that_is_not_one_value_is_refused(db, scope):
    with pytest.raises(UsageError, match=r"scope, row 2: function returned .* shape \(100,\)"):
        mapply(db, lambda x: x if x.size == 100 else 0, "a", scope)


def test_errors_of_the_function_reach_the_caller(db, scope):
    with pytest.raises(ZeroDivisionError):
        mapply(db, lambda x: 1 / 0, "a", scope)


def test_bad_arguments_are_named(db, scope):
    with pytest.raises(UsageError, match="function is of type str, which cannot be called"):
        mapply(db, "max", "a", scope)
    with pytest.raises(UsageError, match="column of results cannot be called start"):
        mapply(db, np.max, "a", scope, name="start")
