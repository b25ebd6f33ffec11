"""Functions of the sequence under windows."""

import itertools
import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.core.chroms import ChromTable
from genomedb.core.dna import reverse_complement
from genomedb.virtual import anchors
from genomedb.virtual.sequence import SEQUENCE_FUNCTIONS, sequence_function

P = np.array([[0.7, 0.1, 0.1, 0.1], [0.1, 0.7, 0.1, 0.1], [0.05, 0.05, 0.85, 0.05]])
WORD = "CGTTAATTACTCCTCCGGAATTTGNNNNACGTNACGTacgtnnnnACGT"
NAN, NOTHING = float("nan"), -math.inf


def ask(name, text, windows, **params):
    letters = np.frombuffer(text.encode(), np.uint8)
    chroms = ChromTable(("chr1",), (len(text),))

    def read(code, start, end):
        assert 0 <= start < end <= len(text)
        return letters[start:end]

    function = sequence_function(name, read, chroms, params=params)
    return function(0, *(np.array(a, np.int64) for a in zip(*windows, strict=True)))


def log_add(values):
    top = max(values, default=NOTHING)
    if top == NOTHING:
        return NOTHING
    return top + math.log(math.fsum(math.exp(v - top) for v in values))


def log_scores(text, pssm, prior):
    """Scores of all words of both strands: list of (plus, minus), None for unknown letters."""
    p = np.asarray(pssm)
    q = (p / p.sum(axis=1, keepdims=True) + prior) / (1 + 4 * prior)
    n = len(q)
    found = []
    for i in range(len(text) - n + 1):
        word = text[i : i + n].upper()
        if set(word) - set("ACGT"):
            found.append(None)
            continue
        found.append(tuple(
            sum(math.log(f) if (f := q[k]["ACGT".index(x)]) > 0 else NOTHING
                for k, x in enumerate(strand))
            for strand in (word, reverse_complement(word))
        ))  # fmt: skip
    return found


def slow_pwm(name, text, window, *, pssm, prior=0.01, bidirect=True, strand=1, extend=True,
             score_thresh=None, spat_factor=None, spat_bin=1, spat_min=0,
             spat_max=10**9):  # fmt: skip
    start, end = window
    n, scores = len(pssm), log_scores(text, pssm, prior)
    if not extend and end - start < n:
        return NAN
    stop = min(end if extend else end - n + 1, len(scores))
    found = []
    for i in range(start, stop):
        far = stop - 1 - i if strand == -1 and not bidirect else i - start
        if scores[i] is None or not spat_min <= far <= spat_max:
            continue
        weight = math.log(spat_factor[min((far - spat_min) // spat_bin, len(spat_factor) - 1)]) if (
            spat_factor) else 0.0  # fmt: skip
        plus, minus = (s + weight for s in scores[i])
        found.append((i - start + 1, *((plus, minus) if bidirect else (
            (plus, NOTHING) if strand == 1 else (minus, NOTHING)))))  # fmt: skip
    if name == "pwm":
        return log_add([s for _, *both in found for s in both])
    combined = [log_add(both) for _, *both in found]
    if name == "pwm.max":
        return max(combined, default=NOTHING)
    if name == "pwm.count":
        return sum(s >= score_thresh for s in combined)
    best = max((max(both) for _, *both in found), default=NOTHING)
    places = [i if plus == best else -i for i, plus, minus in found if best in (plus, minus)]
    return places[0] if best > NOTHING else NAN


def test_scores_of_the_worked_example():
    whole = [(0, 20)]
    for expected, options in [
        (-0.359937, {}), (-2.029016, {"bidirect": False}), (-0.384110, {"extend": False}),
        (-0.568711, {"bidirect": False, "strand": -1}), (-0.341083, {"prior": 0}),
    ]:  # fmt: skip
        np.testing.assert_allclose(ask("pwm", WORD, whole, pssm=P, **options), expected, atol=1e-6)
    np.testing.assert_allclose(ask("pwm.max", WORD, whole, pssm=P), -0.951792, atol=1e-6)
    assert ask("pwm.max.pos", WORD, whole, pssm=P).tolist() == [-1]
    assert ask("pwm.count", WORD, whole, pssm=P, score_thresh=-3).tolist() == [4]


def test_words_and_masking_of_the_worked_example():
    whole = [(0, 20)]
    assert ask("kmer.count", WORD, whole, kmer="AT", strand=1).tolist() == [2]
    assert ask("kmer.count", WORD, whole, kmer="AT", strand=1, extend=False).tolist() == [1]
    assert ask("kmer.count", WORD, whole, kmer="cg").tolist() == [4]
    for name, expected, options in [
        ("kmer.frac", 0.105263, {"kmer": "AT", "strand": 1}),
        ("kmer.frac", 0.052632, {"kmer": "AT", "strand": 1, "extend": False}),
        ("kmer.frac", 0.105263, {"kmer": "CG"}),
    ]:
        np.testing.assert_allclose(ask(name, WORD, whole, **options), expected, atol=1e-6)
    assert ask("masked.count", "ACGTacgtNNNNAAAA", [(0, 10), (8, 12)]).tolist() == [4, 0]
    assert ask("masked.frac", "ACGTacgtNNNNAAAA", [(0, 10), (8, 12)]).tolist() == [0.4, 0]


def test_windows_without_anything_to_score():
    unknown, at_end = [(24, 28)], [(len(WORD) - 2, len(WORD))]
    for windows in (unknown, at_end):
        assert ask("pwm", WORD, windows, pssm=P).tolist() == [NOTHING]
        assert ask("pwm.max", WORD, windows, pssm=P).tolist() == [NOTHING]
        assert ask("pwm.count", WORD, windows, pssm=P, score_thresh=-9).tolist() == [0]
        np.testing.assert_array_equal(ask("pwm.max.pos", WORD, windows, pssm=P), [NAN])
    for name in ("pwm", "pwm.max", "pwm.max.pos", "pwm.count"):
        options = {"score_thresh": -9} if name == "pwm.count" else {}
        narrow = ask(name, WORD, [(0, 2), (0, 3)], pssm=P, extend=False, **options)
        assert np.isnan(narrow).tolist() == [True, False]
    assert ask("kmer.count", WORD, [(0, 1)], kmer="CGT", extend=False).tolist() == [0]
    assert ask("kmer.frac", WORD, [(0, 1)], kmer="CGT").tolist() == [0]


texts = st.text("ACGTacgtN", min_size=1, max_size=60)
entries = st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0, 3.0])
rows = st.tuples(entries, entries, entries, entries).filter(any)
matrices = st.lists(rows, min_size=1, max_size=9).map(np.array)


def some_windows(text):
    places = sorted({0, len(text) // 3, len(text) // 2, len(text) - 1, len(text)})
    return list(itertools.combinations(places, 2))


@given(texts, matrices, st.sampled_from([0, 0.01]), st.sampled_from([0, 1, -1]), st.booleans(),
       st.booleans())  # fmt: skip
@settings(deadline=None)
def test_motif_functions_are_those_of_a_slow_twin(text, pssm, prior, strand, extend, weighed):
    options = {"pssm": pssm, "prior": prior, "extend": extend, "bidirect": strand == 0}
    options |= {"strand": strand} if strand else {}
    if weighed:
        options |= {"spat_factor": [1, 0.5, 3], "spat_bin": 4, "spat_min": 1, "spat_max": 30}
    windows = some_windows(text)
    for name in ("pwm", "pwm.max", "pwm.count"):
        given_to = options | ({"score_thresh": -4.321} if name == "pwm.count" else {})
        expected = [slow_pwm(name, text, w, **given_to) for w in windows]
        np.testing.assert_allclose(ask(name, text, windows, **given_to), expected, atol=1e-9)


@given(texts, st.integers(1, 9), st.integers(0, 2**32 - 1), st.sampled_from([0, 1, -1]),
       st.booleans())  # fmt: skip
@settings(deadline=None)
def test_places_are_those_of_a_slow_twin(text, width, seed, strand, weighed):
    pssm = np.random.default_rng(seed).random((width, 4)) + 0.01
    options = {"pssm": pssm, "bidirect": strand == 0} | ({"strand": strand} if strand else {})
    if weighed:
        options |= {"spat_factor": [1, 0.5, 3], "spat_bin": 4}
    windows = some_windows(text)
    expected = [slow_pwm("pwm.max.pos", text, w, **options) for w in windows]
    np.testing.assert_array_equal(ask("pwm.max.pos", text, windows, **options), expected)


@given(texts, st.text("ACGT", min_size=1, max_size=3), st.sampled_from([0, 1, -1]), st.booleans())
@settings(deadline=None)
def test_words_are_counted_as_a_slow_twin_does(text, kmer, strand, extend):
    plain, k = text.upper(), len(kmer)
    wanted = [kmer] * (strand >= 0) + [reverse_complement(kmer)] * (strand <= 0)
    windows = some_windows(text)
    counts = [
        sum(plain[i : i + k] == word for word in wanted
            for i in range(s, min(e if extend else e - k + 1, len(text))))
        for s, e in windows
    ]  # fmt: skip
    options = {"kmer": kmer, "strand": strand, "extend": extend}
    np.testing.assert_array_equal(ask("kmer.count", text, windows, **options), counts)
    places = [max(e - s - k + 1, 0) * len(wanted) for s, e in windows]
    expected = [n / m if m else 0 for n, m in zip(counts, places, strict=True)]
    np.testing.assert_array_equal(ask("kmer.frac", text, windows, **options), expected)


@given(texts)
@settings(deadline=None)
def test_lower_case_letters_are_masked(text):
    windows = some_windows(text)
    expected = [sum(map(str.islower, text[s:e])) for s, e in windows]
    np.testing.assert_array_equal(ask("masked.count", text, windows), expected)


def test_ties_go_to_the_first_position_and_the_forward_strand():
    flat = np.ones((3, 4))
    text = "ACGTACGTAC"
    assert ask("pwm.max.pos", text, [(0, 10), (4, 9)], pssm=flat).tolist() == [1, 1]
    back = {"bidirect": False, "strand": -1}
    assert ask("pwm.max.pos", text, [(0, 10)], pssm=flat, **back).tolist() == [1]
    word = np.eye(4)[[0, 1, 2, 3, 0]] + 0.137  # ACGTA, whose reverse complement is TACGT
    assert ask("pwm.max.pos", "GGTACGTAGGG", [(0, 11)], pssm=word).tolist() == [-3]
    assert ask("pwm.max.pos", "GGTACGTACGTAGG", [(0, 14)], pssm=word).tolist() == [-3]


def test_scores_too_small_for_a_float_are_kept_as_logarithms():
    rng = np.random.default_rng(5)
    text = "".join(rng.choice(list("ACGTN"), 900, p=[0.24] * 4 + [0.04]))
    pssm = np.eye(4)[rng.integers(0, 4, 40)]
    text = text[:300] + "".join("ACGT"[i] for i in pssm[:35].argmax(axis=1)) + text[300:]
    options = {"pssm": pssm, "prior": 1e-12}
    windows = [(0, 900), (290, 320), (5, 80)]
    for name in ("pwm", "pwm.max", "pwm.max.pos", "pwm.count"):
        more = {"score_thresh": -900.0} if name == "pwm.count" else {}
        for weights in ({}, {"spat_factor": [2, 0.1], "spat_bin": 100}):
            given_to = options | more | weights
            expected = [slow_pwm(name, text, w, **given_to) for w in windows]
            np.testing.assert_allclose(ask(name, text, windows, **given_to), expected, rtol=1e-9)


def test_a_threshold_equal_to_a_score_counts_it():
    rng = np.random.default_rng(6)
    for _ in range(200):
        pssm = rng.random((5, 4))
        text = "".join(rng.choice(list("ACGT"), 40))
        best = float(ask("pwm.max", text, [(0, 40)], pssm=pssm)[0])
        assert ask("pwm.count", text, [(0, 40)], pssm=pssm, score_thresh=best) >= 1
        above = np.nextafter(best, 1)
        assert ask("pwm.count", text, [(0, 40)], pssm=pssm, score_thresh=above) == 0


def test_long_windows_answer_as_slow_twins_in_any_company(monkeypatch):
    monkeypatch.setattr(anchors, "_PAGE", 5)
    monkeypatch.setattr(anchors, "_STRETCH", 3)
    rng = np.random.default_rng(7)
    text = "".join(rng.choice(list("ACGTacgtN"), 3000))
    start = rng.integers(0, 2999, 60)
    end = np.minimum(start + rng.choice([1, 3, 30, 64, 700, 3000], 60), 3000)
    windows = list(zip(start.tolist(), end.tolist(), strict=True))
    pssm = rng.random((6, 4))
    for name in SEQUENCE_FUNCTIONS:
        params = {"pssm": pssm} if name.startswith("pwm") else {}
        params |= {"kmer": "CA"} if name.startswith("kmer") else {}
        params |= {"e": pssm} if name.startswith("potts") else {}
        needs_threshold = name.endswith((".count", "_distance", "_distance.pos", "_mutations"))
        if needs_threshold and not name.startswith(("masked", "kmer")):
            params |= {"score_thresh": -7.0}
        together = ask(name, text, windows, **params)
        alone = np.concatenate([ask(name, text, [w], **params) for w in windows])
        np.testing.assert_array_equal(together, alone)
        if name in ("pwm", "pwm.max", "pwm.max.pos", "pwm.count"):
            expected = [slow_pwm(name, text, w, **params) for w in windows]
            np.testing.assert_allclose(together, expected, rtol=1e-9)
            weighed = params | {"spat_factor": [1, 2, 3], "spat_bin": 9}
            expected = [slow_pwm(name, text, w, **weighed) for w in windows]
            np.testing.assert_allclose(ask(name, text, windows, **weighed), expected, rtol=1e-9)
        elif name == "masked.count":
            expected = [sum(map(str.islower, text[s:e])) for s, e in windows]
            np.testing.assert_array_equal(together, expected)


def test_answers_do_not_depend_on_how_windows_are_handed_over(monkeypatch):
    monkeypatch.setattr(anchors, "_PAGE", 4)
    monkeypatch.setattr(anchors, "_STRETCH", 2)
    rng = np.random.default_rng(8)
    texts = ["".join(rng.choice(list("ACGTacgtN"), n)) for n in (2500, 900)]
    stored = [np.frombuffer(text.encode(), np.uint8) for text in texts]
    chroms = ChromTable(("chr1", "chr2"), (2500, 900))
    start = rng.integers(0, 899, 80)
    end = np.minimum(start + rng.choice([1, 20, 400, 900], 80), 900)
    for name in ("pwm", "pwm.max.pos", "kmer.count", "masked.frac"):
        params = {"pssm": rng.random((5, 4))} if name.startswith("pwm") else {}
        params |= {"kmer": "CG"} if name.startswith("kmer") else {}

        def read(code, first, last):
            return stored[code][first:last]

        whole = sequence_function(name, read, chroms, params=params)
        expected = [whole(code, start, end) for code in (0, 1)]
        used = sequence_function(name, read, chroms, params=params)
        for _ in range(3):
            cuts = np.sort(rng.integers(0, 80, 6))
            for code in (1, 0):
                parts = zip(np.split(start, cuts), np.split(end, cuts), strict=True)
                found = np.concatenate([used(code, *part) for part in parts])
                np.testing.assert_array_equal(found, expected[code])
