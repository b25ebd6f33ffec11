"""Changes of letters against one word at a time."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.errors import UsageError
from genomedb.kernels.edits import Edits, Measure

Q = np.array([[0.7, 0.1, 0.1, 0.1], [0.05, 0.6, 0.25, 0.1], [0.3, 0.1, 0.2, 0.4]])
LOGS = np.log(Q)
BACK = str.maketrans("ACGTN", "TGCAN")


def score(word):
    return sum(
        LOGS[i].mean() if letter == "N" else LOGS[i, "ACGT".index(letter)]
        for i, letter in enumerate(word)
    )


def crosses(word, threshold, *, below):
    found = score(word)
    return found <= threshold + 1e-12 if below else found >= threshold - 1e-12


def slow_edits(word, threshold, *, below):
    """Every word of bases is tried; other letters have to change."""
    options = [
        sum(a != b for a, b in zip(word, other, strict=True))
        for other in map("".join, itertools.product("ACGT", repeat=len(word)))
        if crosses(other, threshold, below=below)
    ]
    return min(options, default=np.inf)


def slow_mutations(word, threshold, *, below):
    if crosses(word, threshold, below=below):
        return 0
    others = [
        word[:i] + letter + word[i + 1 :]
        for i in range(len(word)) for letter in "ACGT" if letter != word[i]
    ]  # fmt: skip
    return sum(crosses(other, threshold, below=below) for other in others) or -np.inf


@settings(max_examples=40, deadline=None)
@given(
    text=st.text("ACGTN", max_size=9),
    strand=st.sampled_from([0, 1, -1]),
    below=st.booleans(),
    threshold=st.sampled_from([-1.83, -2.31, -3.07, -4.55, -6.13, -9.0, 0.5]),
)
def test_changes_are_those_of_trying_every_word(text, strand, below, threshold):
    edits = Edits(Q, threshold, strand=strand, below=below)
    letters = np.frombuffer(text.encode(), np.uint8)
    found = {kind: edits.measure(letters, kind, first=5) for kind in Measure}
    for i in range(max(len(text) - 2, 0)):
        word = text[i : i + 3]
        words = [word] * (strand >= 0) + [word[::-1].translate(BACK)] * (strand <= 0)
        needed = [slow_edits(word, threshold, below=below) for word in words]
        fewest = max(needed) if below else min(needed)
        value, arg = (array[i] for array in found[Measure.EDITS])
        assert value == -fewest
        if fewest < np.inf:
            behind = strand == 0 and needed[0] != fewest
            assert arg == (-(i + 6) if behind else i + 6)
        single = [slow_mutations(word, threshold, below=below) for word in words]
        assert found[Measure.MUTATIONS][0][i] == max(single)
        scores = [score(word) for word in words]
        value, arg = (array[i] for array in found[Measure.AT_BEST])
        assert value == pytest.approx(max(scores))
        if len(scores) == 1 or abs(scores[0] - scores[1]) > 1e-9:
            at_best = needed[int(np.argmax(scores))]
            assert arg == (-1 if at_best == np.inf else at_best)


def test_a_letter_that_cannot_be_has_to_change():
    edits = Edits([[1, 0, 0, 0], [0.5, 0.5, 0, 0]], -0.7)
    value, _ = edits.measure(np.frombuffer(b"ACGTT", np.uint8), Measure.EDITS)
    assert value.tolist() == [0, -2, 0, 0]  # CG has both to change, on either strand


def test_limits_leave_words_out():
    letters = np.frombuffer(b"ACTTTT", np.uint8)
    kinds = {"scores": (-2.0, np.inf)}, {"scores": (-np.inf, -2.5)}, {"most": 1}
    found = [
        Edits(Q, -1.8, strand=1, **kind).measure(letters, Measure.EDITS)[0].tolist()
        for kind in kinds
    ]
    nothing = -np.inf
    assert found == [[0, *[nothing] * 3], [nothing, -2, -2, -2], [0, *[nothing] * 3]]


def test_what_is_no_motif_is_refused():
    with pytest.raises(UsageError, match="shape"):
        Edits(np.ones((2, 3)), 0)
    with pytest.raises(UsageError, match="strand must be"):
        Edits(Q, 0, strand=2)
