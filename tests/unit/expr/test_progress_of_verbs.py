"""Verbs say how far they are, in base pairs of the scope."""

import itertools

import numpy as np
import pandas as pd
import pytest

from genomedb import create_database, extract, quantiles, screen, summary
from genomedb.core.closing import Closing

LENGTHS = {"chr1": 3_000_000, "chr2": 1_200_050, "chr3": 40}
SCOPE = [("chr2", 100, 900_000), ("chr1", 50, 2_500_000)]


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    db = create_database(tmp_path_factory.mktemp("db"), "toy", LENGTHS)
    values = {name: np.arange(n, dtype=np.uint32) % 7 for name, n in LENGTHS.items()}
    db.create_dense("a", values, bin_size=1)
    return db


@pytest.fixture
def bars(monkeypatch):
    made = []

    class Recorder(Closing):
        def __init__(self, total, what, *, unit):
            self.total, self.unit, self.places, self.is_closed = total, unit, [], False
            made.append(self)

        def at(self, done):
            self.places.append(done)

        def close(self):
            self.is_closed = True

    monkeypatch.setattr("genomedb.expr.stream.Progress", Recorder)
    return made


@pytest.mark.parametrize(
    "verb",
    [
        extract,
        summary,
        lambda db, e, s: screen(db, f"{e} > 3", s),
        lambda db, e, s: quantiles(db, e, 0.5, s),
    ],
    ids=["extract", "summary", "screen", "quantiles"],
)
@pytest.mark.parametrize("is_whole", [True, False])
def test_progress_goes_from_nothing_to_the_whole_scope(db, bars, verb, is_whole):
    scope = None if is_whole else pd.DataFrame(SCOPE, columns=["chrom", "start", "end"])
    verb(db, "a * 2", scope)
    total = sum(LENGTHS.values()) if is_whole else sum(end - start for _, start, end in SCOPE)
    assert bars, "no verb is silent"
    for bar in bars:
        assert (bar.total, bar.unit, bar.is_closed) == (total, "bp", True)
        assert all(a <= b for a, b in itertools.pairwise(bar.places))
        assert bar.places[-1] == total
        assert len(bar.places) > 1
