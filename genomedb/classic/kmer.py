"""Words of k letters: how often they occur, and rates by word."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.classic.nuc import NUCS, letters_of, nuc_ids
from genomedb.errors import UsageError
from genomedb.kernels.kmer import MAX_COUNTED, add_words

_STEP: Final = 1 << 20  # bases looked at in one go

_I8 = NDArray[np.int64]


def list_kmers(k: int) -> list[str]:
    """All words of `k` letters, in the order of their numbers.

    Examples
    --------
    >>> list_kmers(2)[:5]
    ['AA', 'AC', 'AG', 'AT', 'CA']
    """
    _check_k(k)
    return ["".join(letters) for letters in product(NUCS, repeat=k)]


def count_kmers(seq: Any, k: int) -> dict[str, int]:
    """How often each word of `k` letters occurs; words with other letters than ACGT do not count.

    Parameters
    ----------
    seq : str or array of uint8
    k : int
        1 to 12.
    """
    _check_k(k)
    letters = letters_of(seq)
    counts = np.zeros(4**k, np.int64)
    add_words(letters, [0], [letters.size], k=k, counts=counts)
    return _named(counts, k)


def count_flagged_kmers(seq: Any, k: int, counts: ArrayLike) -> dict[str, float]:
    """Sum of `counts` over the places where each word begins.

    Parameters
    ----------
    seq : str or array of uint8, n letters
    k : int
    counts : array, shape (n,)
        Weight of a word that begins there; bool counts as 0 and 1.
    """
    letters, weights = letters_of(seq), np.asarray(counts)
    if weights.shape != letters.shape:
        raise UsageError(f"{weights.size} counts for {letters.size} letters")
    at = np.flatnonzero(weights)
    at = at[at + k <= letters.size]
    found = kmer_ids(letters, k, at)
    good = found >= 0
    total = np.bincount(found[good], weights[at[good]].astype(np.float64), minlength=4**k)
    return _named(total, k)


def count_kmers_at(seq: Any, k: int, starts: ArrayLike) -> dict[str, int]:
    """How often each word occurs among those that begin at some places (indexes from 0)."""
    letters = letters_of(seq)
    found = kmer_ids(letters, k, np.asarray(starts, np.int64))
    return _named(np.bincount(found[found >= 0], minlength=4**k), k)


def count_paired_kmers(seq: Any, k: int, left: ArrayLike, right: ArrayLike) -> dict[str, int]:
    """How often two words come together, one at each end of a fragment.

    Parameters
    ----------
    seq : str or array of uint8
    k : int
    left, right : array of int, shape (n,)
        Indexes from 0 where the words of each fragment begin.

    Returns
    -------
    dict
        ``"left:right"`` -> count, those that occur only.
    """
    letters = letters_of(seq)
    a, b = (kmer_ids(letters, k, np.asarray(at, np.int64)) for at in (left, right))
    if a.shape != b.shape:
        raise UsageError(f"{a.size} left and {b.size} right ends")
    good = (a >= 0) & (b >= 0)
    pairs, counts = np.unique(a[good] * 4**k + b[good], return_counts=True)
    return {
        f"{_word(pair // 4**k, k)}:{_word(pair % 4**k, k)}": n
        for pair, n in zip(pairs.tolist(), counts.tolist(), strict=True)
    }


def kmer_ids(seq: Any, k: int, starts: _I8) -> _I8:
    """Number of the word that begins at each place; -1 where a letter of it is not ACGT.

    Raises
    ------
    UsageError
        A word is not wholly inside the sequence.
    """
    _check_k(k)
    letters = letters_of(seq)
    if starts.size and (starts.min() < 0 or starts.max() + k > letters.size):
        raise UsageError(f"words of {k} letters must be inside the {letters.size} letters")
    number = np.zeros(starts.size, np.int64)
    bad = np.zeros(starts.size, np.bool_)
    for i in range(k):
        ids = nuc_ids(letters[starts + i])
        bad |= ids < 0
        number = 4 * number + ids
    number[bad] = -1
    return number


def assign_rates(
    dna: Any, k: int, offset: int, rates: Mapping[str, float], out: NDArray[Any]
) -> None:
    """Write the rate of the word that begins at ``i`` to ``out[i + offset]``.

    Words without a rate give NaN; places that no word reaches stay as they are.

    Parameters
    ----------
    dna : str or array of uint8, n letters
    k, offset : int
    rates : mapping of word to float
    out : array of float, shape (n,)
    """
    _check_k(k)
    letters = letters_of(dna)
    if out.shape != letters.shape or out.dtype.kind != "f":
        raise UsageError(f"out must be floats of shape ({letters.size},), not {out.shape}")
    table = np.full(4**k + 1, np.nan)  # the last is for words that are none
    for word, rate in rates.items():
        ids = nuc_ids(word)
        if ids.size != k or (ids < 0).any():
            raise UsageError(f"{word!r:.40} is no word of {k} letters ACGT")
        table[int(kmer_ids(word, k, np.zeros(1, np.int64))[0])] = rate
    first, last = max(0, -offset), min(letters.size - k + 1, letters.size - offset)
    for at in range(first, last, _STEP):
        stop = min(at + _STEP, last)
        out[at + offset : stop + offset] = table[kmer_ids(letters, k, np.arange(at, stop))]


def mnase_weights(frag_sizes: Mapping[int, float]) -> NDArray[np.float64]:
    """How likely the dyad lies so many bases right of the left end of a fragment.

    Parameters
    ----------
    frag_sizes : mapping of int to number
        How many fragments there are of each size.

    Returns
    -------
    ndarray of float64
        Sums to 1. The centre of a fragment of even size is half on each of two bases.

    Examples
    --------
    >>> mnase_weights({3: 1, 4: 1})
    array([0.  , 0.75, 0.25])
    """
    sizes = np.array(list(frag_sizes), np.int64)
    counts = np.array(list(frag_sizes.values()), np.float64)
    if not sizes.size or sizes.min() < 1 or (counts < 0).any() or counts.sum() <= 0:
        raise UsageError("fragments need sizes of 1 and more, and counts above 0 in all")
    share = counts / counts.sum() / 2
    places = np.concatenate(((sizes - 1) // 2, sizes // 2))
    weights = np.bincount(places, np.concatenate((share, share)))
    return weights.astype(np.float64, copy=False)


def _check_k(k: int) -> None:
    if not 1 <= k <= MAX_COUNTED:
        raise UsageError(f"words of {k} letters cannot be counted", fix=f"Take 1 to {MAX_COUNTED}")


def _word(number: int, k: int) -> str:
    return "".join(NUCS[number // 4**i % 4] for i in range(k - 1, -1, -1))


def _named(counts: NDArray[Any], k: int) -> dict[str, Any]:
    return dict(zip(list_kmers(k), counts.tolist(), strict=True))
