"""Scopes in every form that a caller may have."""

import pandas as pd
import pytest

from genomedb import Region
from genomedb.core.spans import Spans, Spans2D
from genomedb.db.interval_sets import save_set
from genomedb.errors import ChromError, TrackNotFoundError, UsageError
from genomedb.iterators.scope import scope_of


def rows(spans):
    return list(zip(spans.code.tolist(), spans.start.tolist(), spans.end.tolist(), strict=True))


def frame(*rows):
    return pd.DataFrame(rows, columns=["chrom", "start", "end"])


def test_no_scope_is_the_whole_genome(db):
    assert rows(scope_of(db, None)) == [(0, 0, 1000), (1, 0, 500), (2, 0, 205)]


@pytest.mark.parametrize(
    "scope",
    [
        frame(("X", 3, 9), ("chr1", 5, 6), (1, 0, 7)),
        (["X", "chr1", "1"], [3, 5, 0], [9, 6, 7]),
        [Region("chrX", 3, 9), ("1", 5, 6), "chr1:0-7"],
        Spans.of([2, 0, 0], [3, 5, 0], [9, 6, 7]),
    ],
    ids=["DataFrame", "columns", "regions", "Spans"],
)
def test_rows_stay_in_the_order_given(db, scope):
    assert rows(scope_of(db, scope)) == [(2, 3, 9), (0, 5, 6), (0, 0, 7)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("chr2", [(1, 0, 500)]),
        ("2", [(1, 0, 500)]),
        ("chr1:1-1,000", [(0, 1, 1000)]),
        ("s", [(0, 100, 200), (0, 200, 250), (0, 500, 560)]),
        ("peaks", [(1, 4, 8), (2, 1, 2)]),
    ],
)
def test_text_is_a_set_a_track_a_chromosome_or_a_region(db, name, expected):
    save_set(db, frame(("chrX", 1, 2), ("2", 4, 8)), "peaks")
    assert rows(scope_of(db, name)) == expected


def test_the_bins_of_a_dense_track_are_a_scope(db):
    found = rows(scope_of(db, "sub.d20"))
    assert found[:2] == [(0, 0, 20), (0, 20, 40)]
    assert found[-1] == (2, 200, 205)
    assert len(found) == 50 + 25 + 11


def test_a_frame_of_pairs_is_two_dimensional(db):
    pairs = pd.DataFrame(
        [("1", 0, 10, "X", 5, 9)], columns=["chrom1", "start1", "end1", "chrom2", "start2", "end2"]
    )
    found = scope_of(db, pairs)
    assert isinstance(found, Spans2D)
    assert (rows(found.first), rows(found.second)) == ([(0, 0, 10)], [(2, 5, 9)])


def test_an_empty_frame_is_an_empty_scope(db):
    assert len(scope_of(db, frame())) == 0


@pytest.mark.parametrize(
    ("scope", "kind", "words"),
    [
        ("nothing", TrackNotFoundError, "scope 'nothing' is neither a track nor an interval set"),
        ("chr7:1-2", ChromError, "chr7"),
        (frame(("chr7", 1, 2)), ChromError, "chr7"),
        (frame(("chr1", 5, 5)), UsageError, r"scope, row 0 \(chr1:5-5\)"),
        (frame(("chr1", -1, 5)), ChromError, "-1"),
        (frame(("chrX", 0, 206)), ChromError, "206"),
        (frame(("chr1", 1.5, 5)), UsageError, "start"),
        (frame(("chr1", float("nan"), 5)), UsageError, "start"),
        (pd.DataFrame({"chrom": ["1"], "start": [1]}), UsageError, "end"),
        (7, UsageError, "cannot use 7 as scope"),
    ],
)
def test_a_scope_that_is_not_right_is_refused_by_name(db, scope, kind, words):
    with pytest.raises(kind, match=words):
        scope_of(db, scope)


def test_near_names_are_told(db):
    with pytest.raises(TrackNotFoundError, match=r"sub/d20"):
        scope_of(db, "sub.d2")
