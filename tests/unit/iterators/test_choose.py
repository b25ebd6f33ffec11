"""Which policy an iterator means, and which the tracks imply."""

import numpy as np
import pandas as pd
import pytest

from genomedb.core.spans import Spans
from genomedb.db.interval_sets import save_set
from genomedb.errors import ChromError, GenomeDBWarning, TrackNotFoundError, UsageError
from genomedb.iterators.choose import steps_of
from genomedb.iterators.steps import ByIntervals, FixedBins, ScopeRows

WHOLE = Spans.of([0, 1, 2], [0, 0, 0], [1000, 500, 205])


def frame(*rows):
    return pd.DataFrame(rows, columns=["chrom", "start", "end"])


def walked(steps, scope=WHOLE):
    return [
        (piece.code, int(a), int(b))
        for piece in steps.pieces(scope)
        for a, b in zip(piece.whole().start, piece.whole().end, strict=True)
    ]


@pytest.mark.parametrize("iterator", [20, np.int32(20), 20.0, "sub.d20"])
def test_numbers_and_dense_tracks_are_bins(db, iterator):
    steps = steps_of(db, iterator, WHOLE)
    assert isinstance(steps, FixedBins)
    assert steps.bin_size == 20


@pytest.mark.parametrize(
    "iterator", ["s", frame(("1", 100, 200), ("1", 200, 250), ("1", 500, 560))]
)
def test_touching_intervals_stay_apart(db, iterator):
    steps = steps_of(db, iterator, WHOLE)
    assert isinstance(steps, ByIntervals)
    assert walked(steps) == [(0, 100, 200), (0, 200, 250), (0, 500, 560)]


def test_intervals_are_sorted_and_overlaps_merged_with_a_warning(db):
    given = frame(("X", 1, 5), ("2", 4, 9), ("2", 1, 6), ("X", 1, 5))
    with pytest.warns(GenomeDBWarning, match="3 were merged to 2"):
        steps = steps_of(db, given, WHOLE)
    assert walked(steps) == [(1, 1, 9), (2, 1, 5)]


def test_duplicates_are_dropped_in_silence(db):
    assert walked(steps_of(db, frame(("2", 4, 9), ("2", 4, 9)), WHOLE)) == [(1, 4, 9)]


def test_a_saved_set_can_be_walked(db):
    save_set(db, frame(("X", 1, 5), ("1", 4, 9)), "peaks")
    assert walked(steps_of(db, "peaks", WHOLE)) == [(0, 4, 9), (2, 1, 5)]


def test_minus_one_walks_the_scope_rows(db):
    assert isinstance(steps_of(db, -1, WHOLE), ScopeRows)


@pytest.mark.parametrize(
    ("tracks", "expected"),
    [(["d10"], 10), (["d10", "e10"], 10), (["sub/d20"], 20), (["s"], None), (["s", "same"], None)],
)
def test_tracks_imply_a_policy(db, tracks, expected):
    for iterator in (None, 0):
        steps = steps_of(db, iterator, WHOLE, tracks=[db[t] for t in tracks])
        assert steps.bin_size == expected


@pytest.mark.parametrize(
    ("tracks", "words"),
    [
        (["d10", "sub/d20"], r"Mixed bin sizes \(d10: 10 bp, sub/d20: 20 bp\)"),
        (["d10", "s"], "Cannot implicitly determine iterator policy"),
        (["s", "other"], "Cannot implicitly determine iterator policy"),
        ([], "no track in the expression"),
    ],
)
def test_what_cannot_be_chosen_asks_for_an_iterator(db, tracks, words):
    with pytest.raises(UsageError, match=f"{words}.*Give iterator="):
        steps_of(db, None, WHOLE, tracks=[db[t] for t in tracks])


def test_virtual_tracks_alone_walk_the_scope_rows(db):
    assert isinstance(steps_of(db, None, WHOLE, has_virtual=True), ScopeRows)


@pytest.mark.parametrize(
    ("iterator", "kind", "words"),
    [
        (50.5, UsageError, "iterator 50.5 is not a bin size"),
        (-2, UsageError, "iterator -2 is not a bin size"),
        (float("nan"), UsageError, "is not a bin size"),
        (True, UsageError, "cannot use True as iterator"),
        ("nothing", TrackNotFoundError, "iterator 'nothing' is neither"),
        (frame(("9", 1, 2)), ChromError, "9"),
        (frame(("1", 2, 2)), UsageError, r"iterator, row 0 \(chr1:2-2\)"),
        (
            pd.DataFrame({f"{c}{i}": [5] for i in (1, 2) for c in ("chrom", "start", "end")}),
            UsageError, "a 2D iterator cannot walk through a 1D scope",
        ),
    ],
)  # fmt: skip
def test_an_iterator_that_is_not_right_is_refused(db, iterator, kind, words):
    with pytest.raises(kind, match=words):
        steps_of(db, iterator, WHOLE)
