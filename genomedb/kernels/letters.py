"""Door to ext/letters.pyx: counts of letters."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import letters as _letters
from genomedb.errors import UsageError
from genomedb.kernels.kmer import as_letters


def count_letters(letters: Any, counts: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """How often each byte occurs.

    Parameters
    ----------
    letters : array of uint8, shape (n,)
        Bytes.
    counts : ndarray of int64, shape (256,), optional
        Added to, in place; default zeros.

    Returns
    -------
    ndarray of int64, shape (256,)

    Examples
    --------
    >>> int(count_letters(np.frombuffer(b"ACCN", np.uint8))[ord("C")])
    2
    """
    array = as_letters(letters)
    if counts is None:
        counts = np.zeros(256, np.int64)
    if counts.shape != (256,) or counts.dtype != np.int64 or not counts.flags.c_contiguous:
        raise UsageError("counts must be a contiguous int64 array of shape (256,)")
    _letters.count(array, counts)
    return counts


def ends_of_known(letters: Any) -> tuple[int, int]:
    """Index of the first and of the last letter that is neither N nor n; -1, -1 if there is none.

    Examples
    --------
    >>> ends_of_known(np.frombuffer(b"NNACnTN", np.uint8))
    (2, 5)
    """
    first, last = _letters.ends(as_letters(letters), ord("N"), ord("n"))
    return int(first), int(last)
