"""Bases as numbers: A, C, G, T are 0 to 3, anything else is -1."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.errors import UsageError
from genomedb.kernels.kmer import CODE_OF_LETTER, as_letters

NUCS: Final = "ACGT"
_ID_OF: Final = np.where(CODE_OF_LETTER < 4, CODE_OF_LETTER, -1).astype(np.int8)

_F8 = NDArray[np.float64]


def letters_of(seq: Any) -> NDArray[np.uint8]:
    """Character codes of text, or an array of them as it is."""
    if isinstance(seq, str):
        try:
            return np.frombuffer(seq.encode("ascii"), np.uint8)
        except UnicodeEncodeError:
            raise UsageError("a sequence holds characters that are no letters of DNA") from None
    return as_letters(seq)


def nuc_ids(seq: Any) -> NDArray[np.int8]:
    """Number of each base of a sequence (text or uint8); case does not matter.

    Examples
    --------
    >>> nuc_ids("ACgN")
    array([ 0,  1,  2, -1], dtype=int8)
    """
    return _ID_OF[letters_of(seq)]


def dinuc_ids(seq: Any) -> NDArray[np.int8]:
    """``4 * first + second`` of each pair of neighbours; -1 where one is undefined."""
    ids = nuc_ids(seq)
    first, second = ids[:-1], ids[1:]
    return np.where((first < 0) | (second < 0), -1, 4 * first + second).astype(np.int8)


def nuc_matrix(seq: Any) -> _F8 | None:
    """1 at the base of each row, shape (n, 4); None when a base is undefined."""
    return _one_hot(nuc_ids(seq), 4)


def dinuc_matrix(seq: Any) -> _F8 | None:
    """1 at the dinucleotide of each row, shape (n - 1, 16); None when a base is undefined."""
    return _one_hot(dinuc_ids(seq), 16)


def aa_tt_matrix(seq: Any) -> _F8 | None:
    """1 for AA, TT or another dinucleotide, shape (n - 1, 3); None when a base is undefined."""
    ids = dinuc_ids(seq)
    kind = np.where(ids == 0, 0, np.where(ids == 15, 1, 2))
    return _one_hot(np.where(ids < 0, -1, kind), 3)


def correct_nuc_matrix(matrix: ArrayLike) -> _F8:
    """Matrix less the mean of each column."""
    table = _table(matrix, None)
    return np.asarray(table - table.mean(axis=0))


def correct_dinuc_matrix(dinuc: ArrayLike, nuc: ArrayLike) -> _F8:
    """Dinucleotide matrix less what the frequencies of the bases make one expect.

    Parameters
    ----------
    dinuc : array, shape (n, 16)
    nuc : array, shape (m, 4)
        Matrix of bases, whose column means are their frequencies.
    """
    share = _table(nuc, 4).mean(axis=0)
    return np.asarray(_table(dinuc, 16) - np.outer(share, share).ravel())


def _one_hot(ids: NDArray[Any], width: int) -> _F8 | None:
    if (ids < 0).any():
        return None
    rows: _F8 = np.eye(width)[ids]
    return rows


def _table(matrix: ArrayLike, width: int | None) -> _F8:
    table = np.asarray(matrix, np.float64)
    if table.ndim != 2 or (width is not None and table.shape[1] != width) or not len(table):
        raise UsageError(f"a matrix of {width or 'some'} columns is needed, not {table.shape}")
    return table
