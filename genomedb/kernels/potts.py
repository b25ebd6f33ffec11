"""Door to ext/potts.pyx: energies of a pairwise model at every position of a sequence."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import potts as _potts
from genomedb.core.potts import Potts
from genomedb.errors import UsageError
from genomedb.kernels.kmer import CODE_OF_LETTER, as_letters
from genomedb.kernels.pwm import Kind


class PairwiseMotif:
    """A pairwise energy model made ready for scoring, with the words of `kernels.pwm.Motif`.

    Parameters
    ----------
    model : Potts
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

    def __init__(self, model: Potts, *, strand: int = 0) -> None:
        if strand not in (0, 1, -1):
            raise UsageError(f"strand must be 1, -1 or 0 (both), not {strand!r}")
        self.model, self.strand, self.width = model, strand, model.width

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
            model = self.model
            _potts.score(
                base, model.single, model.pair, model.coupling, model.intercept,
                self.strand >= 0, self.strand <= 0, int(kind), threshold, first, value, arg,
            )  # fmt: skip
        return value, arg
