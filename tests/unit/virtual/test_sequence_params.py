"""Parameters of the functions of the sequence."""

import pickle

import numpy as np
import pandas as pd
import pytest

from genomedb.core.chroms import ChromTable
from genomedb.errors import UsageError
from genomedb.virtual.sequence import (
    SEQUENCE_FUNCTIONS,
    check_sequence_function,
    sequence_function,
)

P = np.ones((3, 4))
CHROMS = ChromTable(("chr1",), (1000,))


def test_defaults_are_filled_in():
    assert check_sequence_function("masked.count", None) == {}
    found = check_sequence_function("kmer.count", {"kmer": "cg"})
    assert found == {"kmer": "CG", "strand": 0, "extend": True}
    found = check_sequence_function("pwm", {"pssm": P})
    assert found.pop("pssm").matrix.tolist() == P.tolist()
    assert found == {"prior": 0.01, "bidirect": True, "strand": 1, "extend": True}


def test_weights_by_distance_are_filled_in():
    found = check_sequence_function("pwm", {"pssm": P, "spat_min": 3})
    assert (found["spat_factor"], found["spat_bin"], found["spat_min"]) == ((1.0,), 1, 3)
    found = check_sequence_function("pwm", {"pssm": P, "spat_factor": [1, 2], "spat_bin": 5.0})
    assert (found["spat_factor"], found["spat_bin"]) == ((1.0, 2.0), 5)


def test_motifs_may_come_as_frames_and_none_counts_as_not_given():
    frame = pd.DataFrame(P, columns=list("TGCA"))
    given = {"pssm": frame, "prior": None, "score_thresh": np.float32(-3), "extend": 0}
    found = check_sequence_function("pwm.count", given)
    assert (found["prior"], found["score_thresh"], found["extend"]) == (0.01, -3.0, False)


def test_checked_parameters_travel_and_may_be_checked_again():
    for name in SEQUENCE_FUNCTIONS:
        given = {"pssm": P} if name.startswith("pwm") else {}
        given |= {"spat_max": 9} if name in ("pwm", "pwm.max", "pwm.count") else {}
        given |= {"kmer": "A"} if name.startswith("kmer") else {}
        given |= {"e": P, "J": None, "link": "log"} if name.startswith("potts") else {}
        needs_threshold = name.endswith((".count", "_distance", "_distance.pos", "_mutations"))
        if needs_threshold and not name.startswith(("masked", "kmer")):
            given |= {"score_thresh": 0}
        checked = check_sequence_function(name, given)
        again = check_sequence_function(name, pickle.loads(pickle.dumps(checked)))
        assert {k: v for k, v in again.items() if k not in ("pssm", "e")} == {
            k: v for k, v in checked.items() if k not in ("pssm", "e")
        }


@pytest.mark.parametrize(
    ("name", "params", "said"),
    [
        ("pwn", {}, "no function 'pwn' of the sequence. Known functions: masked.count,"),
        ("masked.frac", {"kmer": "A"}, "masked.frac has no parameter 'kmer'. It has none"),
        ("kmer.count", {"kmer": "A", "pssm": P}, "no parameter 'pssm'. It has kmer, strand, ext"),
        ("pwm", {"pssm": P, "score_thresh": 1}, "pwm has no parameter 'score_thresh'"),
        ("pwm", 3, "pwm: params is 3. Give its parameters by keyword"),
        ("kmer.frac", None, "kmer.frac needs a kmer"),
        ("kmer.frac", {"kmer": ""}, "kmer must be a text of 1 to 10000 letters"),
        ("kmer.frac", {"kmer": "ACNT"}, "kmer 'ACNT' holds 'N'. Use A, C, G and T only"),
        ("kmer.frac", {"kmer": "A", "strand": 2}, "strand must be 0 (both), 1 or -1, not 2"),
        ("kmer.frac", {"kmer": "A", "strand": "+"}, "strand must be a whole number, not '+'"),
        ("kmer.frac", {"kmer": "A", "extend": 3}, "extend must be True or False, not 3"),
        ("pwm", {}, "pwm needs a pssm. Give a matrix"),
        ("pwm", {"pssm": np.ones((3, 3))}, "pssm has shape (3, 3)"),
        ("pwm", {"pssm": P, "prior": -1}, "prior must be finite and not negative, not -1"),
        ("pwm", {"pssm": P, "bidirect": "no"}, "bidirect must be True or False, not 'no'"),
        ("pwm", {"pssm": P, "bidirect": False, "strand": 0}, "strand 0 is not one strand"),
        ("pwm.count", {"pssm": P}, "pwm.count needs a score_thresh"),
        ("pwm.count", {"pssm": P, "score_thresh": float("nan")}, "must be a number, not NaN"),
        ("pwm.count", {"pssm": P, "score_thresh": "x"}, "score_thresh must be a number, not 'x'"),
        ("pwm", {"pssm": P, "spat_bin": 5}, "spat_bin without spat_factor"),
        ("pwm", {"pssm": P, "spat_factor": []}, "spat_factor must be a list of numbers above 0"),
        ("pwm", {"pssm": P, "spat_factor": [1, 0]}, "must be a list of numbers above 0"),
        ("pwm", {"pssm": P, "spat_factor": "x"}, "spat_factor must be a list of numbers"),
        ("pwm", {"pssm": P, "spat_factor": [1], "spat_bin": 0}, "at least 1 bp, not 0"),
        ("pwm.edit_distance", {"pssm": P}, "needs a score_thresh"),
        ("pwm.edit_distance", {"pssm": P, "score_thresh": 0, "direction": "up"}, "above or below"),
        ("pwm.edit_distance", {"pssm": P, "score_thresh": 0, "max_indels": 1}, "max_indels is 1"),
        ("pwm.edit_distance", {"pssm": P, "score_thresh": 0, "max_edits": 0}, "max_edits is 0"),
        ("pwm.n_mutations", {"pssm": P, "score_thresh": 0, "max_edits": 1}, "no parameter"),
        ("potts", {}, "needs a model"),
        ("potts", {"e": P, "strand": 5}, "not one strand"),
        ("potts.count", {"e": P}, "needs a score_thresh"),
        ("pwm", {"pssm": P, "spat_min": 5, "spat_max": 4}, "spat_min 5 to spat_max 4 is no range"),
        ("pwm", {"pssm": P, "spat_min": 1.5}, "spat_min must be a whole number, not 1.5"),
    ],
)
def test_bad_parameters_are_refused_at_creation(name, params, said):
    with pytest.raises(UsageError) as refused:
        check_sequence_function(name, params)
    assert said in str(refused.value)
    with pytest.raises(UsageError):
        sequence_function(name, lambda *_: None, CHROMS, params=params)
