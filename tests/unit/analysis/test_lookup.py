"""lookup against the table indexed value by value."""

import numpy as np
import pytest

from genomedb.analysis.lookup import lookup
from genomedb.db.create import create_database
from genomedb.errors import UsageError

NAN = float("nan")


@pytest.fixture
def ramp(tmp_path):
    db = create_database(tmp_path, "toy", {"chr1": 80})
    db.create_dense("d", {"chr1": np.arange(8, dtype=np.float32)}, bin_size=10)
    return db


def test_two_expressions_find_the_cell_of_a_table(ramp):
    found = lookup(ramp, [[1, 2], [3, 4]], ["d", "d"], [[0, 2, 5], [0, 1, 9]])
    assert found.columns.tolist() == ["chrom", "start", "end", "value", "intervalID"]
    assert found["value"].tolist() == [1, 1, 2, 4, 4, 4, 4, 4]
    assert found["start"].tolist() == list(range(0, 80, 10))
    assert set(found["intervalID"]) == {1}


def test_without_forcing_what_is_outside_is_missing(ramp):
    found = lookup(ramp, [10, 20], "d", [0, 2, 5], force_binning=False)
    assert found["value"].fillna(-1).tolist() == [-1, 10, 10, 20, 20, 20, -1, -1]
    found = lookup(ramp, [10, 20], "d", [0, 2, 5], force_binning=False, include_lowest=True)
    assert found["value"][0] == 10


def test_missing_values_stay_missing(toy, many_tasks):
    found = lookup(toy.db, [1, 2, 3], "a", [-1, 0, 1, 2])
    expected = np.select([toy.bins.a <= 0, toy.bins.a <= 1, toy.bins.a > 1], [1, 2, 3], NAN)
    np.testing.assert_array_equal(found["value"], expected)
    assert found["start"].tolist() == toy.bins.start.tolist()
    assert found["chrom"].tolist() == toy.bins.chrom.tolist()


def test_bases_in_several_scope_rows_come_out_once(toy):
    found = lookup(toy.db, [1], "flat", [0, 1], (["chr2", "chr2"], [5, 50], [100, 152]))
    assert (found["start"].iloc[0], found["end"].iloc[-1], len(found)) == (5, 152, 16)


def test_an_executor_changes_nothing(toy, many_tasks):
    alone = lookup(toy.db, [1, 2], "a", [-1, 0, 1])
    assert lookup(toy.db, [1, 2], "a", [-1, 0, 1], executor=2).equals(alone)


def test_an_empty_walk_has_no_rows(toy):
    found = lookup(toy.db, [1], "a", [0, 1], toy.bins[:0])
    assert len(found) == 0
    assert found.columns.tolist() == ["chrom", "start", "end", "value", "intervalID"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([1, 2, 3], r"table: shape \(3,\), but the breaks make \(2,\) bins"),
        ([[1, 2]], r"shape \(1, 2\)"),
        (["x", "y"], "are not numbers"),
        ([[1], [1, 2]], "are not numbers in one shape"),
    ],
)
def test_a_table_of_another_shape_is_refused(toy, table, message):
    with pytest.raises(UsageError, match=message):
        lookup(toy.db, table, "a", [0, 1, 2])
