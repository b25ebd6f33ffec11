"""Door to ext/potts.pyx: energies of a pairwise model at every position of a sequence."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import potts as _potts
from genomedb.errors import UsageError
from genomedb.kernels.kmer import CODE_OF_LETTER, as_letters
from genomedb.kernels.pwm import Kind, check_strand


class PairwiseMotif:
    """A pairwise energy model made ready for scoring, with the words of `kernels.pwm.Motif`.

    Parameters
    ----------
    single : array_like of float, shape (width, 4)
        Energy of each letter at each position.
    pair : array_like of int, shape (k, 2)
        Pairs of positions, from 0.
    coupling : array_like of float, shape (k, 16)
        Energy of the letters of each pair, row by row.
    intercept : float
        Of every word.
    strand : {0, 1, -1}
        Both strands, forward only, reverse only.

    Attributes
    ----------
    width : int
        Positions of the model.
    in_logs : bool
        True: energies combine as logarithms.
    nothing : float
        Score of a position that cannot be scored.
    """

    in_logs = True
    nothing = -np.inf

    def __init__(
        self, single: Any, pair: Any, coupling: Any, *, intercept: float = 0.0, strand: int = 0
    ) -> None:
        check_strand(strand)
        self._single = np.ascontiguousarray(single, np.float64)
        self._pair = np.ascontiguousarray(pair, np.int64)
        self._coupling = np.ascontiguousarray(coupling, np.float64)
        self.strand, self.width, self._intercept = strand, len(self._single), float(intercept)
        shapes = self._single.shape[1:], self._pair.shape, self._coupling.shape
        if not self.width or shapes != ((4,), (len(self._pair), 2), (len(self._pair), 16)):
            raise UsageError(f"tables of shapes {shapes} are no pairwise model")
        if self._pair.size and not 0 <= self._pair.min() <= self._pair.max() < self.width:
            raise UsageError(f"a pair is not of positions 0 to {self.width - 1}")

    def logs(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Kept scores, which are logarithms already."""
        return scores

    def score(
        self, letters: Any, kind: Kind, *, first: int = 0, threshold: float = 0.0
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Score every position that has room for the model; as `Motif.score`."""
        base = CODE_OF_LETTER[as_letters(letters)]
        n = max(base.size - self.width + 1, 0)
        value = np.zeros(n, np.float64)
        arg = np.zeros(n if kind is Kind.BEST else 1, np.int64)
        if n:
            _potts.score(
                base, self._single, self._pair, self._coupling, self._intercept,
                self.strand >= 0, self.strand <= 0, int(kind), threshold, first, value, arg,
            )  # fmt: skip
        return value, arg
