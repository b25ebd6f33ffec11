"""Door to ext/kmer.pyx: words and soft masking in sequence."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import kmer as _kmer
from genomedb.errors import UsageError

MAX_COUNTED = 12
_OTHER = 4


def _codes() -> NDArray[np.uint8]:
    table = np.full(256, _OTHER, np.uint8)
    for code, letter in enumerate("ACGT"):
        table[ord(letter)] = table[ord(letter.lower())] = code
    return table


CODE_OF_LETTER = _codes()


def as_letters(letters: Any) -> NDArray[np.uint8]:
    """Letters as one contiguous array of bytes."""
    array = np.ascontiguousarray(letters)
    if array.dtype != np.uint8 or array.ndim != 1:
        raise UsageError(f"letters must be a 1-D array of uint8, not {array.ndim}-D {array.dtype}")
    return array


def word_matches(letters: Any, plus: bytes, minus: bytes, *, strand: int) -> NDArray[np.float64]:
    """How many of a word and its reverse complement begin at each letter.

    Parameters
    ----------
    letters : array of uint8, shape (n,)
        ASCII, in either case.
    plus, minus : bytes
        The word and its reverse complement, of one length k, in capitals.
    strand : {0, 1, -1}
        Both words, `plus` only, `minus` only.

    Returns
    -------
    ndarray of float64, shape (max(n - k + 1, 0),)
        0, 1 or 2.

    Examples
    --------
    >>> word_matches(np.frombuffer(b"ACgt", np.uint8), b"AC", b"GT", strand=0)
    array([1., 0., 1.])
    """
    array = as_letters(letters)
    if not plus or len(plus) != len(minus) or strand not in (0, 1, -1):
        raise UsageError(f"cannot look for {plus!r} and {minus!r} on strand {strand!r}")
    out = np.zeros(max(array.size - len(plus) + 1, 0), np.float64)
    words = np.frombuffer(plus, np.uint8), np.frombuffer(minus, np.uint8)
    _kmer.matches(array, words[0], words[1], strand >= 0, strand <= 0, out)
    return out


def lower_case(letters: Any) -> NDArray[np.float64]:
    """1.0 where a letter is in lower case (soft-masked), else 0.0; shape (n,)."""
    array = as_letters(letters)
    out = np.zeros(array.size, np.float64)
    _kmer.lower_case(array, out)
    return out


def add_words(letters: Any, start: Any, stop: Any, *, k: int, counts: NDArray[np.int64]) -> None:
    """Add the words of `k` letters A, C, G, T within stretches of a sequence to `counts`.

    Parameters
    ----------
    letters : array of uint8
        Words that hold any other letter are passed over.
    start, stop : arrays of int64
        ``0 <= start <= stop <= letters.size``.
    k : int
        1 to 12.
    counts : ndarray of int64, shape (4**k,)
        Changed; word number is its letters read in base 4 with A, C, G, T = 0, 1, 2, 3.
    """
    if not 1 <= k <= MAX_COUNTED:
        raise UsageError(f"words of {k} letters cannot be counted", fix="Take 1 to 12")
    if counts.shape != (4**k,) or counts.dtype != np.int64 or not counts.flags.c_contiguous:
        raise UsageError(f"counts must be a contiguous int64 array of shape ({4**k},)")
    array = as_letters(letters)
    a, b = np.ascontiguousarray(start, np.int64), np.ascontiguousarray(stop, np.int64)
    if a.shape != b.shape or a.ndim != 1:
        raise UsageError(f"{a.size} starts and {b.size} stops")
    if a.size and (a.min() < 0 or b.max() > array.size or (a > b).any()):
        raise UsageError(f"stretches must lie within the {array.size} letters")
    _kmer.distribution(array, a, b, CODE_OF_LETTER, k, counts)
