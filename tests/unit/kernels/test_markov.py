"""Markov chains of letters against slow references."""

import itertools
import math

import numpy as np
import pytest

from genomedb.errors import UsageError
from genomedb.kernels.markov import (
    add_scores,
    add_transitions,
    draw_letters,
    limits_of,
    replace_words,
    streams,
    with_reverse,
)

LETTERS = "ACGT"


def letters_of(text):
    return np.frombuffer(text.encode(), np.uint8)


def random_rows(seed, n=300, n_cells=3):
    """Letters with Ns, cells with gaps and masks, and rows, some of them empty."""
    rng = np.random.default_rng(seed)
    letters = letters_of("".join(rng.choice(list("ACGTacgtN"), n, p=[0.115] * 8 + [0.08])))
    cell = np.repeat(rng.integers(-2, n_cells, n), rng.integers(1, 9, n))[:n].astype(np.int32)
    offset = np.concatenate(([0], np.sort(rng.integers(0, n, 6)), [n]))
    return letters, cell, offset


def number_of(word):
    return sum(LETTERS.index(c) << 2 * i for i, c in enumerate(reversed(word)))


def counted(letters, cell, offset, k, n_cells):
    counts, skipped = np.zeros((n_cells, 4 ** (k + 1)), np.int64), np.zeros(2, np.int64)
    add_transitions(letters, cell, offset, counts=counts, skipped=skipped)
    return counts, skipped


@pytest.mark.parametrize("k", [0, 1, 3])
def test_words_are_counted_in_the_cell_of_their_first_letter(k):
    for seed in range(5):
        letters, cell, offset = random_rows(seed)
        text = letters.tobytes().decode().upper()
        counts, skipped = np.zeros((3, 4 ** (k + 1)), np.int64), [0, 0]
        for a, b in itertools.pairwise(offset.tolist()):
            for i in range(a, b - k):
                word = text[i : i + k + 1]
                if cell[i] == -2:
                    skipped[0] += 1
                elif "N" in word:
                    skipped[1] += 1
                elif cell[i] >= 0:
                    counts[cell[i], number_of(word)] += 1
        found = counted(letters, cell, offset, k, 3)
        np.testing.assert_array_equal(found[0], counts)
        assert found[1].tolist() == skipped


def test_parts_that_begin_with_the_last_k_letters_count_every_word_once():
    letters, cell, _ = random_rows(9)
    whole = counted(letters, cell, [0, 300], 3, 3)
    parts = [slice(0, 2), slice(0, 100), slice(97, 101), slice(98, 300)]
    found = [counted(letters[p], cell[p], [0, letters[p].size], 3, 3) for p in parts]
    np.testing.assert_array_equal(sum(f[0] for f in found), whole[0])
    np.testing.assert_array_equal(sum(f[1] for f in found), whole[1])


def test_words_and_their_reverse_complements_count_together():
    rng = np.random.default_rng(0)
    counts = rng.integers(0, 9, (2, 64))
    found = with_reverse(counts)
    for i in range(64):
        word = "".join(LETTERS[i >> s & 3] for s in (4, 2, 0))
        other = word[::-1].translate(str.maketrans("ACGT", "TGCA"))
        assert found[:, i].tolist() == (counts[:, i] + counts[:, number_of(other)]).tolist()


def chain(k, follow):
    """Tables of a chain where a letter is followed by ``follow[letter]``, and all words weigh 1."""
    cdf = np.zeros((1, 4**k, 4))
    for word in range(4**k):
        cdf[0, word, follow[word & 3] :] = 1
    return {"limit": limits_of(cdf), "weight": np.arange(4.0**k + 1)[None]}


def drawn(cell, offset, tables, seed=1, **options):
    out = np.zeros(len(cell), np.uint8)
    state = streams(seed, np.arange(len(offset) - 1))
    draw_letters(np.asarray(cell, np.int32), offset, state=state, out=out, **tables, **options)
    return out.tobytes().decode()


def test_a_sure_chain_is_followed_within_each_row():
    text = drawn([0] * 40, [0, 20, 40], chain(2, [1, 2, 3, 0]))
    for row in (text[:20], text[20:]):
        assert row[1:] in "ACGT" * 6
    assert drawn([0] * 40, [0, 20, 40], chain(2, [1, 2, 3, 0])) == text
    assert drawn([0] * 40, [0, 20, 40], chain(2, [1, 2, 3, 0]), seed=2) != text


def test_letters_to_keep_are_copied_and_lead_on():
    letters = letters_of("cgNNNNcgNNNNNNNN")
    keep = np.array([1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0], np.uint8)
    text = drawn([0] * 16, [0, 16], chain(2, [1, 2, 3, 0]), letters=letters, keep=keep)
    assert text[:11] == "cgTACGcgTAN"
    assert text[12:] in "ACGT" * 2, "two new letters behind N, then the chain"


def test_order_0_has_one_word():
    tables = {"limit": limits_of(np.array([[[0, 1, 1, 1.0]], [[0, 0, 0, 1.0]]])),
              "weight": np.ones((2, 2))}  # fmt: skip
    assert drawn([0] * 9 + [1] * 5 + [0], [0, 15], tables) == "C" * 9 + "T" * 5 + "C"


def test_n_is_copied_too_if_asked():
    letters = letters_of("NnACGTRN")
    text = drawn([0] * 8, [0, 8], chain(1, [0, 0, 0, 0]), letters=letters, keep_n=True)
    assert text[:2] + text[-1] == "NnN"
    assert text[3:7] == "AAAA"


def test_limits_tell_random_numbers_as_probabilities_do():
    cdf = np.array([[[0.0, 1e-300, 0.1 + 2**-60, 1.0], [np.nan] * 4]])
    assert limits_of(cdf)[0, 0, [0, 1, 3]].tolist() == [0, 1, 2**53]
    assert limits_of(cdf)[0, 0, 2] == math.ceil(0.1 * 2**53)
    assert limits_of(cdf)[0, 1].tolist() == [2**51, 2**52, 3 * 2**51, 2**53]


def test_the_cell_is_that_of_the_first_letter_before():
    cdf = np.zeros((2, 16, 4))
    cdf[0], cdf[1] = [1, 1, 1, 1], [0, 1, 1, 1]  # only A, only C
    tables = {"limit": limits_of(cdf), "weight": np.tile(np.arange(17.0), (2, 1))}
    cell = [0] * 10 + [1] * 10 + [-1] * 1000
    text = drawn(cell, [0, 1020], tables)
    assert text[2:22] == "A" * 10 + "C" * 10
    assert min(text[22:].count(c) for c in LETTERS) > 180, "uniform where there is no cell"


def test_the_first_letters_are_words_by_weight():
    weight = np.zeros((1, 65))
    weight[0, number_of("ACG") + 1 :] += 3
    weight[0, number_of("GTT") + 1 :] += 1
    tables = chain(3, [1, 2, 3, 0]) | {"weight": weight}
    n = 2000
    text = drawn([0] * 3 * n, np.arange(0, 3 * n + 1, 3), tables)
    words = [text[i : i + 3] for i in range(0, 3 * n, 3)]
    assert set(words) == {"ACG", "GTT"}
    assert abs(words.count("ACG") / n - 0.75) < 0.05
    none = drawn([0] * 3 * n, [0, 3 * n], tables | {"weight": np.zeros((1, 65))})
    assert set(none[:3]) <= set(LETTERS)


def test_frequencies_are_those_of_the_chain():
    rng = np.random.default_rng(3)
    probability = rng.dirichlet([1, 1, 1, 1], 4)
    probability[2] = [0.5, 0, 0.5, 0]
    cdf = probability.cumsum(axis=1)[None]
    tables = {"limit": limits_of(cdf), "weight": np.arange(5.0)[None]}
    text = drawn([0] * 200_000, [0, 200_000], tables)
    counts, _ = counted(letters_of(text), np.zeros(len(text), np.int32), [0, len(text)], 1, 1)
    found = counts.reshape(4, 4) / counts.reshape(4, 4).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found, probability, atol=0.015)
    assert (counts.reshape(4, 4)[2, [1, 3]] == 0).all()


def test_a_row_drawn_in_parts_is_the_row_drawn_at_once():
    rng = np.random.default_rng(5)
    k, n = 3, 500
    cdf = rng.dirichlet([1, 1, 1, 1], (2, 64)).cumsum(axis=-1)
    cdf[..., 3] = 1
    tables = {"limit": limits_of(cdf), "weight": np.tile(np.arange(65.0), (2, 1))}
    cell = np.repeat(rng.integers(-1, 2, n), 7)[:n].astype(np.int32)
    letters, keep = letters_of("N" * n), (rng.random(n) < 0.05).astype(np.uint8)
    whole = drawn(cell, [0, n], tables, letters=letters, keep=keep)
    state, text, before = streams(1, [0]), b"", np.empty(0, np.uint8)
    for a, b in [(0, 1), (1, 2), (2, 200), (200, 203), (203, 500)]:
        lead = min(k, a)
        part = slice(a - lead, b)
        out = np.zeros(b - a + lead, np.uint8)
        out[:lead] = before[before.size - lead :]
        draw_letters(
            cell[part], [0, out.size], state=state, out=out, lead=lead, letters=letters[part],
            keep=keep[part], **tables,
        )  # fmt: skip
        before, text = out, text + out[lead:].tobytes()
    assert text.decode() == whole


def test_rows_samples_and_seeds_have_streams_of_their_own():
    found = [streams(seed, np.arange(50), sample) for seed in (0, 1, -1) for sample in (0, 1)]
    assert np.unique(np.concatenate(found)).size == 300
    np.testing.assert_array_equal(streams(2**64 + 1, [7]), streams(1, [7]))


@pytest.mark.parametrize("of_other", [math.nan, math.log(0.25)])
def test_scores_are_summed_by_bin(of_other):
    rng = np.random.default_rng(8)
    k, width, position, first = 2, 7, 100, 104
    letters, cell, _ = random_rows(2)
    cell = np.maximum(cell, -1)
    masked = (rng.random(300) < 0.05).astype(np.uint8)
    logs = np.log(rng.dirichlet([1, 1, 1, 1], (3, 16)))
    sparse = [False, False, True]
    sums, covered = np.zeros(60), np.zeros(60, np.uint8)
    add_scores(
        letters, cell, [0, 300], position=[position], first=[first], logs=logs, sparse=sparse,
        of_sparse=-5.0, of_other=of_other, width=width, origin=3, sums=sums, covered=covered,
        masked=masked,
    )  # fmt: skip
    expected, seen = np.zeros(60), np.zeros(60, np.uint8)
    text = letters.tobytes().decode().upper()
    for i in range(300):
        if position + i < first:
            continue
        at = (position + i) // width - 3
        seen[at] = 1
        before = text[max(i - k, 0) : i]
        if masked[i] or len(before) < k or text[i] == "N":
            expected[at] += math.nan
        elif "N" in before:
            expected[at] += of_other
        elif cell[i - k] < 0:
            expected[at] += math.nan
        elif sparse[cell[i - k]]:
            expected[at] += -5.0
        else:
            expected[at] += logs[cell[i - k], number_of(before), LETTERS.index(text[i])]
    np.testing.assert_allclose(sums, expected)
    np.testing.assert_array_equal(covered, seen)
    assert np.isfinite(sums[covered > 0]).any()


def replaced_slowly(text, target, replacement):
    while target in text:
        text = text.replace(target, replacement, 1)
    return text


@pytest.mark.parametrize(
    ("target", "replacement"), [("CA", "AC"), ("AA", "CA"), ("ACA", "CAA"), ("AAA", "ACA")]
)
def test_the_leftmost_word_is_replaced_until_there_is_none(target, replacement):
    rng = np.random.default_rng(0)
    for n in (1, 2, 3, 40, 80):
        text = "".join(rng.choice(list("AC"), n))
        array = letters_of(text).copy()
        replace_words(array, target.encode(), replacement.encode())
        assert array.tobytes().decode() == replaced_slowly(text, target, replacement)


def test_arguments_that_would_leave_the_arrays_are_refused():
    cell, out, state = np.zeros(4, np.int32), np.zeros(4, np.uint8), streams(1, [0])
    tables = chain(1, [0, 0, 0, 0])
    with pytest.raises(UsageError, match="cells must be from -2 to 0"):
        draw_letters(cell + 1, [0, 4], state=state, out=out, **tables)
    with pytest.raises(UsageError, match="offsets must go from 0 to 4"):
        draw_letters(cell, [0, 5], state=state, out=out, **tables)
    with pytest.raises(UsageError, match="offsets must not decrease"):
        draw_letters(cell, [0, 5, 4], state=streams(1, [0, 1]), out=out, **tables)
    with pytest.raises(UsageError, match="2 streams"):
        draw_letters(cell, [0, 4], state=streams(1, [0, 1]), out=out, **tables)
    with pytest.raises(UsageError, match="are not of one chain"):
        draw_letters(cell, [0, 4], state=state, out=out, **tables | {"weight": np.zeros((1, 4))})
    with pytest.raises(UsageError, match="is by no words"):
        draw_letters(cell, [0, 4], state=state, out=out, limit=np.ones((1, 5, 4)),
                     weight=np.zeros((1, 6)))  # fmt: skip
    with pytest.raises(UsageError, match="not inside 1 bins"):
        add_scores(out, cell, [0, 4], position=[8], first=[8], logs=np.zeros((1, 4, 4)), sparse=[0],
                   of_sparse=0, of_other=0, width=10, origin=0, sums=np.zeros(1),
                   covered=np.zeros(1, np.uint8))  # fmt: skip
    with pytest.raises(UsageError, match="cannot replace b'AC' by b'AC'"):
        replace_words(out, b"AC", b"AC")
    with pytest.raises(UsageError, match="counts must be"):
        counted_into = np.zeros((1, 16), np.int32)
        add_transitions(out, cell, [0, 4], counts=counted_into, skipped=np.zeros(2, np.int64))
