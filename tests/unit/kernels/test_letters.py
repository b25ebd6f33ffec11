"""Counting letters, against numpy."""

import numpy as np
import pytest

from genomedb.errors import UsageError
from genomedb.kernels.letters import count_letters, ends_of_known


@pytest.mark.parametrize("n", [0, 1, 3, 4, 5, 1000])
def test_each_byte_is_counted(n):
    letters = np.random.default_rng(n).integers(0, 256, n).astype(np.uint8)
    found = count_letters(letters)
    assert found.tolist() == np.bincount(letters, minlength=256).tolist()
    assert count_letters(letters, found) is found
    assert int(found.sum()) == 2 * n


@pytest.mark.parametrize(
    ("text", "ends"),
    [(b"", (-1, -1)), (b"nN", (-1, -1)), (b"A", (0, 0)), (b"NAnTn", (1, 3)), (b"ACGT", (0, 3))],
)
def test_the_ends_of_what_is_known_are_found(text, ends):
    assert ends_of_known(np.frombuffer(text, np.uint8)) == ends


def test_other_arrays_are_refused():
    with pytest.raises(UsageError, match="letters must be a 1-D array of uint8"):
        count_letters(np.zeros(3))
    with pytest.raises(UsageError, match="int64 array of shape"):
        count_letters(np.zeros(3, np.uint8), np.zeros(4, np.int64))
