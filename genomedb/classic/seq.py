"""Sequence as text and as arrays of letters."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.dna import reverse_complement
from genomedb.kernels.kmer import as_letters

_ALL: Final = bytes(range(256))
_COMPLEMENT: Final = np.frombuffer(
    reverse_complement(_ALL.decode("latin-1"))[::-1].encode("latin-1"), np.uint8
)


def comp(text: str) -> str:
    """Complement of a sequence; IUPAC letters in either case, others pass.

    Examples
    --------
    >>> comp("AAcN-")
    'TTgN-'
    """
    return reverse_complement(text)[::-1]


def revcomp(text: str) -> str:
    """Reverse complement of a sequence; IUPAC letters in either case, others pass.

    Examples
    --------
    >>> revcomp("AAcN")
    'NgTT'
    """
    return reverse_complement(text)


def revcomp_nparray(letters: Any) -> NDArray[np.uint8]:
    """Reverse complement of an array of character codes; a new array of uint8."""
    return _COMPLEMENT[as_letters(letters)[::-1]]


def from_nparray(letters: Any) -> str:
    """Text of an array of character codes."""
    return as_letters(letters).tobytes().decode("latin-1")
