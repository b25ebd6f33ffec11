"""partition against rows joined one by one."""

import numpy as np
import pandas as pd
import pytest

from genomedb.analysis.partition import partition
from genomedb.db.create import create_database
from genomedb.errors import UsageError

EDGES = [-3, -1, 0, 0.5, 4]


def slow(rows, edges):
    """Join neighbours that touch and have one bin."""
    found = []
    for chrom, start, end, value in rows:
        inside = [i + 1 for i in range(len(edges) - 1) if edges[i] < value <= edges[i + 1]]
        if not inside:
            continue
        if found and found[-1][0] == chrom and found[-1][2] == start and found[-1][3] == inside[0]:
            found[-1][2] = end
        else:
            found.append([chrom, start, end, inside[0]])
    return found


def rows_of(frame, *columns):
    return [list(row) for row in zip(*(frame[c].tolist() for c in columns), strict=True)]


def listed(frame):
    return rows_of(frame, "chrom", "start", "end", "bin")


@pytest.fixture
def ramp(tmp_path):
    db = create_database(tmp_path, "toy", {"chr1": 80})
    db.create_dense("d", {"chr1": np.arange(8, dtype=np.float32)}, bin_size=10)
    return db


def test_neighbours_of_one_bin_are_one_row(ramp):
    found = partition(ramp, "d", [0, 2, 5, 99])
    assert listed(found) == [["chr1", 10, 30, 1], ["chr1", 30, 60, 2], ["chr1", 60, 80, 3]]
    assert found["bin"].dtype == np.int64
    assert listed(partition(ramp, "d", [0, 2, 5, 99], include_lowest=True))[0][1] == 0


def test_rows_are_those_joined_one_by_one(toy, many_tasks):
    rows = rows_of(toy.bins, "chrom", "start", "end", "a")
    assert listed(partition(toy.db, "a", EDGES)) == slow(rows, EDGES)


def test_borders_of_blocks_and_tasks_do_not_show(toy, many_tasks):
    found = partition(toy.db, "flat", [0, 1], iterator=1)
    assert listed(found) == [["chr2", 0, 4003, 1], ["chr10", 0, 1500, 1], ["chr1", 0, 300, 1]]


def test_scope_rows_that_touch_or_overlap_are_joined(toy):
    rows = pd.DataFrame({"chrom": "chr2", "start": [50, 105, 150], "end": [105, 120, 160]})
    found = partition(toy.db, "flat", [0, 1], rows)
    assert listed(found) == [["chr2", 50, 120, 1], ["chr2", 150, 160, 1]]


def test_rows_walked_one_by_one_are_sorted_and_joined(toy):
    rows = pd.DataFrame(
        {"chrom": ["chr1", "chr2", "chr2", "chr2"], "start": [0, 80, 0, 30],
         "end": [10, 90, 50, 40]}
    )  # fmt: skip
    found = partition(toy.db, "flat", [0, 1], rows, iterator=-1)
    assert listed(found) == [["chr2", 0, 50, 1], ["chr2", 80, 90, 1], ["chr1", 0, 10, 1]]


def test_intervals_apart_stay_apart(toy):
    steps = pd.DataFrame({"chrom": "chr2", "start": [0, 20, 45], "end": [20, 40, 60]})
    found = partition(toy.db, "flat", [0, 1], iterator=steps)
    assert listed(found) == [["chr2", 0, 40, 1], ["chr2", 45, 60, 1]]


def test_an_executor_changes_nothing(toy, many_tasks):
    assert partition(toy.db, "a", EDGES, executor=2).equals(partition(toy.db, "a", EDGES))


@pytest.mark.parametrize("expression", ["none", "a * 0 + 99"])
def test_without_values_in_a_bin_there_is_no_row(toy, expression):
    found = partition(toy.db, expression, EDGES)
    assert (len(found), found.columns.tolist()) == (0, ["chrom", "start", "end", "bin"])


def test_an_empty_scope_has_no_row(toy):
    assert len(partition(toy.db, "a", EDGES, toy.bins[:0])) == 0


def test_bad_breaks_are_refused(toy):
    with pytest.raises(UsageError, match="breaks of 'a': 1 breaks make no bin"):
        partition(toy.db, "a", [0])
