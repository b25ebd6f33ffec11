"""Pssm: what is a motif."""

import numpy as np
import pandas as pd
import pytest

from genomedb.core.pssm import Pssm
from genomedb.errors import UsageError


def test_matrices_frames_and_motifs_are_taken():
    matrix = [[1, 0, 0, 0], [0, 2, 0, 2]]
    frame = pd.DataFrame(matrix, columns=list("ACGT"))[list("TGCA")].assign(pos=[0, 1])
    for value in (matrix, np.array(matrix, np.int32), frame, Pssm(matrix)):
        assert Pssm.of(value).matrix.tolist() == matrix
    assert len(Pssm.of(matrix)) == 2


def test_the_prior_is_added_to_frequencies_whatever_the_rows_add_up_to():
    found = Pssm([[1, 0, 0, 0], [0, 2, 0, 2], [0, 0, 0, 0]]).frequencies(prior=0.5)
    expected = [[0.5, 1 / 6, 1 / 6, 1 / 6], [1 / 6, 1 / 3] * 2, [0.25] * 4]
    np.testing.assert_allclose(found, expected)


def test_the_matrix_cannot_be_changed():
    given = np.ones((2, 4))
    motif = Pssm(given)
    given[:] = 0
    with pytest.raises(ValueError, match="read-only"):
        motif.matrix[0, 0] = 3
    assert motif.matrix.min() == 1


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "pssm is None"),
        ("motif", "pssm is 'motif'"),
        ([["a", 1, 2, 3]], "is not a table of numbers"),
        (np.ones((4, 3)), r"has shape \(4, 3\)\. Give one row a position and four columns"),
        (np.ones((0, 4)), "has 0 positions"),
        ([[1, 0, -0.5, 0]], "row 0, column G is -0.5; frequencies are finite and not negative"),
        ([[1, 0, 0, float("nan")]], "row 0, column T is nan"),
        (pd.DataFrame(np.ones((2, 3)), columns=list("ACG")), "pssm has no column T"),
    ],
)
def test_what_is_no_motif_is_refused(value, said):
    with pytest.raises(UsageError, match=said):
        Pssm.of(value)


def test_bad_priors_are_refused():
    motif = Pssm([[1, 0, 0, 0], [0, 0, 0, 0]])
    with pytest.raises(UsageError, match="pssm row 1 is all 0"):
        motif.frequencies(prior=0)
    for prior in (-1, float("nan"), "x", float("inf")):
        with pytest.raises(UsageError, match="prior must be"):
            motif.frequencies(prior=prior)
