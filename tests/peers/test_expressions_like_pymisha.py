"""Expressions mean here what they mean in pymisha: operators, functions, positions, variables.

Known differences, set by rules of our own: constants are extracted (refused), functions that look
at several intervals together are refused (each part of the peer's buffer has its own answer), and
so is whatever reaches beyond the values of an interval; truths add up as numbers (true and true is
true).
"""

import numpy as np
import pandas as pd
import peer_databases as peer
import pytest

from genomedb.analysis.extract import extract
from genomedb.errors import ExpressionError
from genomedb.expr.functions import FUNCTIONS
from genomedb.virtual.definition import VirtualTrack

pytestmark = peer.QUIET
genome = peer.genome

OPERATORS = [
    "d10 + e10", "d10 - e10 * 2", "d10 / e10", "d10 // 0.3", "d10 % 0.7", "-d10 % 0.7",
    "d10 ** 2", "2 ** -d10", "-d10 ** 2", "np.abs(d10) ** 0.5 ** 2", "d10 - (e10 - 1)",
    "d10 - e10 - 1", "d10 / e10 / 2", "d10 * 0 / 0", "1 / (d10 * 0)", "+d10", "1e-3 * d10",
    "d10 < e10", "d10 <= e10", "d10 > e10", "d10 >= e10", "d10 == e10", "d10 != e10",
    "(d10 > 1) & (e10 < 1)", "(d10 > 1) | (e10 < -1)", "~(d10 > 1)", "(d10 > 1) ^ (e10 > 1)",
    "(d10 > 0) * e10", "(d10 > 0) & (d10 < 1) | (e10 > 1)",
    "d10 + np.nan", "d10 * np.pi", "np.minimum(d10, np.inf)", "numpy.exp(d10)",
]  # fmt: skip
PRECEDENCE = [  # the peer puts parentheses around comparisons next to & and |
    ("d10 > 1 & d10 < 3", "(d10 > 1) & (d10 < 3)"),
    ("d10 < -1 | e10 > 1 & d10 > 0", "(d10 < -1) | ((e10 > 1) & (d10 > 0))"),
]
POSITIONS = ["START + d10 * 0", "END - START", "(START + END) / 2", "(START > 500) & (d10 > 0)",
             "d10 * (END % 3)"]  # fmt: skip
ONE = [name for name, f in FUNCTIONS.items() if f.parameters == ("x",)]
TWO = [name for name, f in FUNCTIONS.items() if f.parameters == ("x1", "x2")]
CALLS = ["np.where(d10 > 0, d10, -1)", "np.where(np.isnan(d10), 0, e10)", "np.clip(d10, -1, 1)",
         "np.round(d10, 1)", "np.around(d10)", "np.round(e10, decimals=1)",
         "np.where(d10 > e10, d10, e10) - np.maximum(d10, e10)",
         "np.nan_to_num(d10)", "np.nan_to_num(1 / (d10 * 0), nan=-1, posinf=7, neginf=8)",
         "np.clip(d10, a_min=0, a_max=e10)", "abs(d10)"]  # fmt: skip
ITERATORS = [(None, "genome"), (30, "out of order"), ("s", "overlapping")]


def assert_alike(genome, expressions, *, ways=ITERATORS, texts=None, **options):
    """Each column of both, whatever its name; the peer may be given other texts."""
    for iterator, scope in ways:
        rows = peer.scope_of(scope)
        step = 10 if iterator is None else iterator
        ours = extract(genome.db, expressions, rows, iterator=step, variables=options.get("vars"))
        theirs = peer.in_peer(texts or expressions, rows, step, **options)
        names = ["chrom", "start", "end", *range(len(expressions)), "intervalID"]
        ours.columns = theirs.columns = names
        peer.assert_same_rows(ours, theirs)


def test_operators(genome):
    assert_alike(genome, OPERATORS, ways=ITERATORS[:1])
    smooth = [text for text in OPERATORS if not set(text) & set("<>=%") and "//" not in text]
    assert_alike(genome, smooth)  # of means, by rounding, others may jump


def test_tracks_of_several_bin_sizes(genome):
    names = ["sub.d1", "d30", "s"]  # the peer refuses them in one expression
    rows = peer.scope_of("out of order")
    found = extract(genome.db, ["sub.d1 * 2 + d30 - s", *names], rows, iterator=70)
    for name in names:
        peer.assert_same_rows(found[["chrom", "start", "end", name]], peer.in_peer(name, rows, 70))
    made = found["sub.d1"] * 2 + found["d30"] - found["s"]
    np.testing.assert_allclose(found["sub.d1 * 2 + d30 - s"], made, rtol=1e-12)


@pytest.mark.parametrize(("text", "meaning"), PRECEDENCE)
def test_comparisons_bind_tighter_than_logic(genome, text, meaning):
    assert_alike(genome, [text], texts=[meaning])
    if text == PRECEDENCE[0][0]:
        assert_alike(genome, [text])


def test_positions(genome):
    assert_alike(genome, POSITIONS)


def test_chromosomes(genome):
    assert_alike(genome, ["(CHROM == 'chr2') * d10", "(CHROM != 'chrX') & (d10 > 0)"])


def test_functions_of_one_argument(genome):
    assert_alike(genome, [f"np.{name}(d10)" for name in ONE], ways=ITERATORS[:1])


def test_functions_of_two_arguments(genome):
    assert_alike(genome, [f"np.{name}(d10, e10)" for name in TWO], ways=ITERATORS[:1])


def test_other_calls(genome):
    assert_alike(genome, CALLS, ways=ITERATORS[:1])
    assert_alike(genome, [text for text in CALLS if "round" not in text])


def test_every_function_is_compared():
    called = {text.removeprefix("np.").split("(")[0] for text in CALLS}
    assert set(FUNCTIONS) == {*ONE, *TWO, *called}


def test_variables(genome):
    options = {"vars": {"limit": 0.5037, "n": 3}}
    assert_alike(genome, ["d10 > limit", "d10 * n + limit"], **options)


def test_virtual_tracks_in_expressions(genome):
    virtual = {"v.sum": VirtualTrack("d10", "sum", sshift=-20, eshift=20)}
    peer.define(virtual)
    texts = ["v.sum - d10", "np.log(np.abs(v.sum) + 1) > START % 2"]
    ours = extract(genome.db, texts, iterator=10, virtual=virtual)
    theirs = peer.in_peer(texts, None, 10)
    peer.assert_same_rows(ours, theirs)


def test_truths_add_up(genome):
    texts = ["(d10 > 0) + (e10 > 0)", "(d10 > 0) * 1 + (e10 > 0) * 1"]
    found = extract(genome.db, texts, iterator=10)
    assert set(found[texts[0]]) == {0, 1, 2}
    theirs = peer.in_peer(texts, None, 10)
    np.testing.assert_array_equal(found[texts[0]], theirs[texts[1]])
    np.testing.assert_array_equal(np.minimum(found[texts[0]], 1), theirs[texts[0]])


def test_names_of_columns(genome):
    assert extract(genome.db, ["d10", "d10"]).columns[3:].tolist() == ["d10", "d10_", "intervalID"]
    theirs = peer.in_peer(["d10", "d10"], peer.scope_of("out of order"), 10)
    assert theirs.columns[3:].tolist() == ["d10", "d10_", "intervalID"]


def test_constants_are_broadcast(genome):
    rows = pd.DataFrame({"chrom": ["chr2"], "start": [0], "end": [40]})
    found = extract(genome.db, ["2.5", "1 + 1"], rows, iterator=10)
    assert found["2.5"].tolist() == [2.5] * 4
    assert found["1 + 1"].tolist() == [2.0] * 4
    with pytest.raises(Exception, match="numpy array"):
        peer.in_peer("2.5", rows, 10)


@pytest.mark.parametrize(
    "text",
    ["d10.max()", "d10[0]", "[d10]", "lambda: d10", "log(d10)", "np.load('x')", "foo + d10",
     "np.mean(d10)", "np.cumsum(d10)", "__import__('os')", "d10.__class__", "0 < d10 < 1",
     "d10 > 0 and e10 > 0", "not d10"],
)  # fmt: skip
def test_what_is_refused(genome, text):
    with pytest.raises((ExpressionError, ValueError)):
        extract(genome.db, text, iterator=10)


def test_infinite_and_missing_values(genome):
    found = extract(genome.db, ["1 / (d10 * 0)", "d10 > np.nan"], iterator=10)
    assert not np.isfinite(found.iloc[:, 3]).any()
    assert (found.iloc[:, 4] == 0).all()
