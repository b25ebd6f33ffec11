"""distribution against a count of numpy, and the breaks it takes."""

import numpy as np
import pytest

from genomedb.analysis import breaks as breaks_module
from genomedb.analysis.breaks import binning_of
from genomedb.analysis.distribution import distribution
from genomedb.db.create import create_database
from genomedb.errors import UsageError

EDGES = [-3, -1, 0, 0.5, 4]
NAN, INF = float("nan"), float("inf")


def counted(column, edges):
    """Counts of bins closed on the right."""
    return [int(((column > a) & (column <= b)).sum()) for a, b in zip(edges, edges[1:])]  # noqa: B905, RUF007


@pytest.fixture
def ramp(tmp_path):
    db = create_database(tmp_path, "toy", {"chr1": 80})
    db.create_dense("d", {"chr1": np.arange(8, dtype=np.float32)}, bin_size=10)
    return db


def test_bins_are_closed_on_the_right(ramp):
    assert distribution(ramp, "d", [0, 2, 5]).tolist() == [2.0, 3.0]
    assert distribution(ramp, "d", [0, 2, 5], include_lowest=True).tolist() == [3.0, 3.0]


def test_counts_are_those_of_the_values(toy, many_tasks):
    found = distribution(toy.db, "a", EDGES)
    assert (found.dtype, found.tolist()) == (np.float64, counted(toy.bins.a, EDGES))


def test_many_bins_at_equal_distances_hold_what_the_rule_says(toy):
    edges = np.linspace(-4, 4, 81)
    assert distribution(toy.db, "a", edges).tolist() == counted(toy.bins.a, edges)


def test_infinite_breaks_take_all_that_is_not_missing(toy):
    found = distribution(toy.db, "a", [-INF, 0, INF])
    assert found.sum() == toy.bins.a.notna().sum()


def test_each_expression_is_a_dimension(toy, many_tasks):
    found = distribution(toy.db, ["a", "b"], [EDGES, [-1, 0, 1]])
    inside = toy.bins[(toy.bins.b > -1) & (toy.bins.b <= 1)]
    expected = [
        counted(inside.a[inside.b <= 0], EDGES), counted(inside.a[inside.b > 0], EDGES),
    ]  # fmt: skip
    assert found.T.tolist() == expected


def test_true_counts_as_1(toy):
    assert distribution(toy.db, "a > 0", [0, 1]).tolist() == [(toy.bins.a > 0).sum()]


def test_a_frame_has_a_row_a_cell(toy):
    found = distribution(
        toy.db, ["a", "b"], [[-1, 0, 1], [0, 2]], as_frame=True, include_lowest=True,
        names=["first", "second"],
    )  # fmt: skip
    assert found.columns.tolist() == ["first", "second", "n"]
    assert found["first"].tolist() == ["[-1.0, 0.0]", "(0.0, 1.0]"]
    assert found["second"].tolist() == ["[0.0, 2.0]"] * 2
    assert found["n"].tolist() == distribution(
        toy.db, ["a", "b"], [[-1, 0, 1], [0, 2]], include_lowest=True
    ).ravel().tolist()  # fmt: skip


def test_bases_in_several_scope_rows_count_once(toy):
    found = distribution(toy.db, "flat", [0, 1], (["chr2", "chr2"], [0, 50], [100, 150]))
    assert found.tolist() == [15.0]


def test_an_executor_changes_nothing(toy, many_tasks):
    alone = distribution(toy.db, "a", EDGES)
    assert distribution(toy.db, "a", EDGES, executor=2).tolist() == alone.tolist()


@pytest.mark.parametrize(
    ("expressions", "breaks", "message"),
    [
        ("a", [1], "breaks of 'a': 1 breaks make no bin. Give at least 2"),
        ("a", [0, 1, 1], r"breaks of 'a': break 2 \(1\) is not above the one before \(1\)"),
        (["a", "b"], [[0, 1], [2, 1]], "breaks of 'b': break 1"),
        ("a", [0, NAN], "break 1 is NaN"),
        ("a", "xy", "'xy' are not numbers"),
        ("a", [[0, 1], [1, 2]], "breaks of 'a': 2 dimensions"),
        (["a", "b"], [[0, 1]], "2 expressions and 1 lists of breaks"),
        (["a"], 3, "breaks of 'a': 0 dimensions"),
        ([], [], "no expression is given"),
    ],
)
def test_bad_breaks_are_refused(toy, expressions, breaks, message):
    with pytest.raises(UsageError, match=message):
        distribution(toy.db, expressions, breaks)


def test_a_table_of_too_many_cells_is_refused(monkeypatch):
    monkeypatch.setattr(breaks_module, "MAX_CELLS", 100)
    with pytest.raises(UsageError, match="11 x 10 bins are more than 100 cells"):
        binning_of(["a", "b"], [range(12), range(11)])


def test_columns_need_names_of_their_own(toy):
    with pytest.raises(UsageError, match="2 column names for 1 expressions"):
        distribution(toy.db, "a", [0, 1], as_frame=True, names=["x", "y"])
    with pytest.raises(UsageError, match="a column is called 'n'"):
        distribution(toy.db, "a", [0, 1], as_frame=True, names=["n"])
