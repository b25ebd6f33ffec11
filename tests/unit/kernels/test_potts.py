"""Energies of a pairwise model against one word at a time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.core.potts import Potts
from genomedb.errors import UsageError
from genomedb.kernels.potts import PairwiseMotif
from genomedb.kernels.pwm import Kind

PAIRS = [[1, 2], [1, 3]]
BACK = str.maketrans("ACGT", "TGCA")


def a_model(seed=0, width=3):
    rng = np.random.default_rng(seed)
    pairs = PAIRS if width >= 3 else []
    return Potts(rng.normal(0, 1, (width, 4)), rng.normal(0, 1, (len(pairs), 4, 4)), pairs, -0.5)


def energy(model, word):
    """The definition, letter by letter; None where a letter is no base."""
    at = ["ACGT".find(letter) for letter in word.upper()]
    if min(at) < 0:
        return None
    found = model.intercept + sum(model.e[i][x] for i, x in enumerate(at))
    return found + sum(J[at[i - 1], at[j - 1]] for J, (i, j) in zip(model.J, model.pairs))  # noqa: B905


@settings(max_examples=40, deadline=None)
@given(
    text=st.text("ACGTacgtN", max_size=12),
    width=st.sampled_from([1, 3]),
    strand=st.sampled_from([0, 1, -1]),
    kind=st.sampled_from(list(Kind)),
)
def test_every_position_has_the_energy_of_its_word(text, width, strand, kind):
    model = a_model(width=width)
    letters = np.frombuffer(text.encode(), np.uint8)
    motif = PairwiseMotif(
        model.single, model.pair, model.coupling, intercept=model.intercept, strand=strand
    )
    value, arg = motif.score(letters, kind, first=10, threshold=0.2)
    assert value.size == max(len(text) - width + 1, 0)
    for i, found in enumerate(value):
        word = text[i : i + width].upper()
        plus, minus = energy(model, word), energy(model, word[::-1].translate(BACK))
        if plus is None:
            assert found == (0 if kind is Kind.COUNT else -np.inf)
            continue
        sides = [plus] * (strand >= 0) + [minus] * (strand <= 0)
        together = np.logaddexp.reduce(sides)
        if kind is Kind.BEST:
            assert found == pytest.approx(max(sides))
            behind = strand == 0 and minus > plus
            assert arg[i] == (-(i + 11) if behind else i + 11)
        elif kind is Kind.SUM:
            assert found == pytest.approx(together)
        else:
            assert found == (together >= 0.2)


def test_tables_of_sixteen_numbers_go_column_by_column():
    tables = np.random.default_rng(1).normal(0, 1, (2, 4, 4))
    flat = Potts(np.zeros((3, 4)), tables.reshape(2, 16), PAIRS)
    square = Potts(np.zeros((3, 4)), tables.transpose(0, 2, 1), PAIRS)
    np.testing.assert_array_equal(flat.coupling, square.coupling)


@pytest.mark.parametrize(
    "tables",
    [
        (np.zeros((0, 4)), np.zeros((0, 2)), np.zeros((0, 16))),
        (np.zeros((3, 4)), np.zeros((1, 2)), np.zeros((2, 16))),
        (np.zeros((3, 4)), [[0, 3]], np.zeros((1, 16))),
        (np.zeros((3, 4)), [[-1, 2]], np.zeros((1, 16))),
    ],
)
def test_tables_that_do_not_fit_are_refused(tables):
    with pytest.raises(UsageError, match=r"model|positions"):
        PairwiseMotif(*tables)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"e": np.zeros((3, 3))}, "e has shape"),
        ({"e": "words"}, "e is no table of numbers"),
        ({"e": [[np.nan] * 4]}, "not finite"),
        ({"pairs": [[2, 1], [1, 3]]}, "not the lower one"),
        ({"pairs": [[1, 9], [1, 3]]}, "not one of 1 to 3"),
        ({"pairs": [[1, 3], [1, 3]]}, "one pair twice"),
        ({"pairs": [1, 3]}, "pairs has shape"),
        ({"J": [np.zeros((4, 4))]}, "J has 1 tables for 2 pairs"),
        ({"J": 3}, "J is 3"),
        ({"intercept": [1, 2]}, "intercept is"),
        ({"width": 4}, "width says 4 but e has 3 rows"),
    ],
)
def test_a_model_that_cannot_be_is_refused(parts, message):
    model = {"e": np.zeros((3, 4)), "J": np.zeros((2, 4, 4)), "pairs": PAIRS, "intercept": 0}
    with pytest.raises(UsageError, match=message):
        Potts.of({**model, **parts})
