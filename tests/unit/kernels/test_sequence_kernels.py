"""Doors to the kernels of words, motifs, aggregates and intervals that hold a position."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.core.dna import reverse_complement
from genomedb.errors import UsageError
from genomedb.kernels.distance import Holders
from genomedb.kernels.dyadic import Blocks, Op
from genomedb.kernels.kmer import add_words, lower_case, word_matches
from genomedb.kernels.pwm import Keep, Kind, Motif, WeighedWindows


def letters(text):
    return np.frombuffer(text.encode(), np.uint8)


@given(st.lists(st.integers(-9, 9), max_size=200), st.data())
@settings(deadline=None)
def test_aggregates_of_stretches_are_those_of_slow_twins(numbers, data):
    value = np.array(numbers, np.float64)
    edges = st.integers(0, value.size)
    pairs = data.draw(st.lists(st.tuples(edges, edges).map(sorted), min_size=1, max_size=9))
    start, stop = np.array(pairs).T
    cut = [value[a:b] for a, b in pairs]
    assert Blocks(value, Op.SUM).reduce(start, stop)[0].tolist() == [c.sum() for c in cut]
    expected = [c.max(initial=-np.inf) for c in cut]
    assert Blocks(value, Op.MAX).reduce(start, stop)[0].tolist() == expected
    expected = [np.logaddexp.reduce(c, initial=-np.inf) for c in cut]
    np.testing.assert_allclose(Blocks(value, Op.LOGSUM).reduce(start, stop)[0], expected)
    places = np.arange(value.size) + 100
    found = Blocks(value, Op.ARGMAX, places).reduce(start, stop)[1]
    assert found.tolist() == [a + c.argmax() + 100 if c.size else 0
                              for (a, _), c in zip(pairs, cut, strict=True)]  # fmt: skip


def test_aggregates_go_on_from_others_and_show_their_blocks():
    blocks = Blocks(np.arange(100.0), Op.SUM)
    before = np.array([1000.0]), np.array([0])
    assert blocks.reduce([0], [3], onto=before)[0].tolist() == [1003]
    assert before[0].tolist() == [1000]
    assert blocks.block(5)[0].tolist() == [sum(range(a, a + 32)) for a in (0, 32, 64)]


def test_sums_of_logarithms_of_nothing_stay_nothing():
    blocks = Blocks(np.full(64, -np.inf), Op.LOGSUM)
    assert blocks.reduce([0, 3], [64, 40])[0].tolist() == [-np.inf] * 2


def test_stretches_outside_the_values_are_refused():
    blocks = Blocks(np.arange(10.0), Op.MAX)
    for start, stop in (([-1], [3]), ([0], [11]), ([5], [4])):
        with pytest.raises(UsageError, match="within the 10 values"):
            blocks.reduce(start, stop)
    with pytest.raises(UsageError, match="2 starts and 1 stops"):
        blocks.reduce([0, 1], [3])
    with pytest.raises(UsageError, match="no blocks of 2"):
        blocks.block(3)
    with pytest.raises(UsageError, match="ARGMAX needs an array"):
        Blocks(np.arange(3.0), Op.ARGMAX)


@given(st.text("ACGTacgtN", max_size=40), st.sampled_from(["A", "AC", "CGT", "GATC"]))
@settings(deadline=None)
def test_words_are_found_where_they_begin(text, word):
    other = reverse_complement(word)
    k = len(word)
    starts = range(max(len(text) - k + 1, 0))
    plus = [text[i : i + k].upper() == word for i in starts]
    minus = [text[i : i + k].upper() == other for i in starts]
    for strand, expected in ((1, plus), (-1, minus), (0, map(sum, zip(plus, minus, strict=True)))):
        found = word_matches(letters(text), word.encode(), other.encode(), strand=strand)
        assert found.tolist() == list(map(float, expected))
    assert lower_case(letters(text)).tolist() == [float(c.islower()) for c in text]


def test_words_within_stretches_are_added_up():
    counts = np.zeros(16, np.int64)
    add_words(letters("ACgtNAC"), [0, 2, 5], [7, 4, 5], k=2, counts=counts)
    assert {i: n for i, n in enumerate(counts.tolist()) if n} == {1: 2, 6: 1, 11: 2}
    with pytest.raises(UsageError, match="within the 2 letters"):
        add_words(letters("AC"), [0], [3], k=2, counts=counts)
    with pytest.raises(UsageError, match="shape"):
        add_words(letters("AC"), [0], [2], k=3, counts=counts)


@pytest.mark.parametrize("bad", [np.zeros(3), np.zeros((2, 2), np.uint8)])
def test_what_is_no_sequence_is_refused(bad):
    with pytest.raises(UsageError, match="letters must be a 1-D array of uint8"):
        lower_case(bad)


@pytest.mark.parametrize("width", [1, 2, 3, 4, 5, 7, 8, 9, 13])
def test_a_word_scores_the_same_on_either_strand(width):
    rng = np.random.default_rng(width)
    q = rng.random((width, 4))
    q /= q.sum(axis=1, keepdims=True)
    text = "".join(rng.choice(list("ACGT"), 200))
    plus, _ = Motif(q, strand=1).score(letters(text), Kind.SUM)
    minus, _ = Motif(q, strand=-1).score(letters(reverse_complement(text)), Kind.SUM)
    np.testing.assert_array_equal(plus, minus[::-1])
    at = ["ACGT".index(x) for x in text]
    expected = [np.prod([q[k, at[i + k]] for k in range(width)]) for i in range(201 - width)]
    np.testing.assert_allclose(plus, expected, rtol=1e-12)


def test_a_motif_wider_than_the_sequence_scores_nothing():
    value, _ = Motif(np.full((5, 4), 0.25)).score(letters("ACGT"), Kind.SUM)
    assert value.size == 0


def test_bad_motifs_are_refused():
    with pytest.raises(UsageError, match="Give n x 4"):
        Motif(np.ones((3, 5)))
    with pytest.raises(UsageError, match="strand must be 1, -1 or 0"):
        Motif(np.ones((3, 4)), strand=2)
    motif, one = Motif(np.full((1, 4), 0.25)), np.array([0])
    with pytest.raises(UsageError, match="0 weights for bins of 1"):
        WeighedWindows(one, one, reach=(0, 9), weights=[], bin_size=1, motif=motif, keep=Keep.MAX)


def test_intervals_that_hold_no_position_are_not_found():
    holders = Holders([], [], [])
    assert holders.nearest_middle([3], relative=False)[1].tolist() == [-1]
    holders = Holders([0, 4], [10, 9], [0, 1])
    distance, which = holders.nearest_middle([3, 6, 12], relative=True)
    np.testing.assert_allclose(distance, [-0.2, 0.1, np.nan])  # as near as row 1
    assert which.tolist() == [0, 0, -1]


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        (([4, 0], [9, 9], [0, 1]), "starts must be sorted"),
        (([0], [0], [0]), "must not be empty"),
        (([0], [3, 4], [0]), "1 starts, 2 ends and 1 rows"),
    ],
)
def test_bad_intervals_are_refused(arrays, said):
    with pytest.raises(UsageError, match=said):
        Holders(*arrays)
