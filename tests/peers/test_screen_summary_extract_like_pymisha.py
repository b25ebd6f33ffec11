"""extract, screen and summary as of pymisha, over scopes and iterators of all kinds.

Known differences, set by rules of our own: a number is true where it is neither 0 nor missing
(the peer ends the process), values without any spread have a standard deviation of exactly 0, a
dense track and intervals spelt in other ways may be a scope or an iterator (nothing found), and
overlapping rows of an iterator are told. Screens and summaries are of the union of the scope: rows
that touch are one (intervals of an iterator are counted in each).
"""

import warnings

import numpy as np
import pandas as pd
import peer_databases as peer
import pytest

from genomedb.analysis.extract import extract, extract_blocks
from genomedb.analysis.screen import screen
from genomedb.analysis.summary import summary

pm = peer.pm
pytestmark = peer.QUIET
genome = peer.genome

SCOPES = [*peer.SCOPES, "plain", "set", "s", "apart", "touching"]
ITERATORS = [10, 7, 30, 1000, 10**9, "s", "far", "d30", "apart", "plain", "set", -1]
EXPRESSIONS = ["d10", "d10 + e10 / 2", "s", "array", "np.abs(d30)"]
TRUTHS = ["d10 > 0.503", "(d10 > -0.503) & (e10 < 1.003)", "s > 0.0371", "np.isnan(d30)",
          "d10 > 1000"]  # fmt: skip


def rows_of(genome, scope):
    """What each side is given: a name where both take names."""
    if scope in peer.SCOPES:
        return peer.scope_of(scope)
    if scope == "touching":
        return pd.DataFrame({"chrom": ["chr2"] * 3, "start": [50, 100, 400],
                             "end": [100, 250, 700]})  # fmt: skip
    if scope == "set":
        return genome.frames["stranded"].sort_values(["chrom", "start"], ignore_index=True)
    if scope == "s":
        return extract(genome.db, "s")[["chrom", "start", "end"]].astype({"chrom": str})
    return genome.frames[scope].drop(columns="strand", errors="ignore")


def iterator_of(genome, iterator):
    return genome.frames[iterator] if iterator in ("apart", "plain") else iterator


def both(genome, verb, theirs, text, scope, iterator):
    rows = rows_of(genome, scope)
    step = iterator_of(genome, "stranded" if iterator == "set" else iterator)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # iterators that overlap
        here = verb(genome.db, text, rows, iterator=step)
        intervals = pm.gintervals_all() if rows is None else rows
        if verb is not extract:  # scope rows that touch cut its intervals, but not its bins
            intervals = pm.gintervals_canonic(intervals)
        there = theirs(text, intervals=intervals, iterator=step)
    return here, there


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("iterator", ITERATORS)
def test_extract(genome, scope, iterator):
    text = EXPRESSIONS[(SCOPES.index(scope) + ITERATORS.index(iterator)) % len(EXPRESSIONS)]
    here, there = both(genome, extract, pm.gextract, text, scope, iterator)
    if there is not None:
        row = there["intervalID"]
        if scope == "genome":  # the peer walks it by the names of chromosomes
            row = there["chrom"].astype(str).map({c: i + 1 for i, c in enumerate(peer.SIZES)})
        there = there.assign(intervalID=row)
        there = there.sort_values(["intervalID", "start", "end"], ignore_index=True)
    peer.assert_same_rows(here, there)


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("iterator", ITERATORS[:-1])
def test_summary(genome, scope, iterator):
    text = EXPRESSIONS[(SCOPES.index(scope) + ITERATORS.index(iterator)) % len(EXPRESSIONS)]
    here, there = both(genome, summary, pm.gsummary, text, scope, iterator)
    assert here.index.tolist() == there.index.tolist()
    here, there = here.to_numpy(float), there.to_numpy(float)
    if here[-1] == 0:
        assert there[-1] < 1e-6
    np.testing.assert_allclose(here, there, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("iterator", ITERATORS[:-1])
def test_screen(genome, scope, iterator):
    text = TRUTHS[(SCOPES.index(scope) + ITERATORS.index(iterator)) % len(TRUTHS)]
    here, there = both(genome, screen, pm.gscreen, text, scope, iterator)
    if there is None:
        assert len(here) == 0
        return
    order = {name: i for i, name in enumerate(peer.SIZES)}
    there["code"] = there["chrom"].astype(str).map(order)
    there = there.sort_values(["code", "start"], ignore_index=True).drop(columns="code")
    peer.assert_same_rows(here, there)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_the_iterator_of_an_expression(genome, text):
    for scope in ("genome", "out of order", "overlapping"):
        here, there = both(genome, extract, pm.gextract, text, scope, None)
        del there
        peer.assert_same_rows(here, peer.in_peer(text, peer.scope_of(scope), None))


def test_numbers_are_true_unless_zero_or_missing(genome):
    meaning = "(d10 != 0) & ~np.isnan(d10)"
    here = screen(genome.db, "d10", iterator=10)
    pd.testing.assert_frame_equal(here, screen(genome.db, meaning, iterator=10))


def test_names_of_scopes(genome):
    for name in ("plain", "s", "far"):
        here = extract(genome.db, "d10", name, iterator=10)
        there = pm.gextract("d10", intervals=name, iterator=10)
        assert len(here) == len(there)
        np.testing.assert_allclose(np.sort(here["d10"]), np.sort(there["d10"]), rtol=1e-6)


def test_blocks_and_workers_give_the_same(genome):
    for scope in ("genome", "overlapping"):
        rows = rows_of(genome, scope)
        whole = extract(genome.db, EXPRESSIONS, rows, iterator=7)
        pd.testing.assert_frame_equal(
            whole, extract(genome.db, EXPRESSIONS, rows, iterator=7, executor=2)
        )
        blocks = list(extract_blocks(genome.db, EXPRESSIONS, rows, iterator=7))
        pd.testing.assert_frame_equal(whole, pd.concat(blocks, ignore_index=True))


def test_an_empty_scope_has_no_rows(genome):
    none = pd.DataFrame({"chrom": [], "start": [], "end": []})
    assert len(extract(genome.db, "d10", none, iterator=10)) == 0
    assert len(screen(genome.db, "d10 > 0", none, iterator=10)) == 0
