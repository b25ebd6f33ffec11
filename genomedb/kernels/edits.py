"""Door to ext/edits.pyx: changes of letters by which a motif's score crosses a threshold."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import edits as _edits
from genomedb.errors import UsageError
from genomedb.kernels.kmer import CODE_OF_LETTER, as_letters
from genomedb.kernels.pwm import check_strand


class Measure(IntEnum):
    """What is told of each position."""

    EDITS = 0  # fewest changes, with a minus, and the place
    MUTATIONS = 1  # single changes that are enough by themselves
    AT_BEST = 2  # the score of the better strand, and its fewest changes


class Edits:
    """A motif and a threshold made ready for counting changes.

    Letters that are no bases score as the mean of the four, and always have to change.

    Parameters
    ----------
    frequencies : array_like of float, shape (n, 4)
        Columns A, C, G, T; each row adds up to 1.
    threshold : float
        Log score to be reached.
    strand : {0, 1, -1}
        Both strands, forward only, reverse only.
    below : bool
        Scores have to get down to the threshold, on both strands, not up to it on one.
    scores : (float, float)
        Words whose score is outside are passed over; ``AT_BEST`` says that they have no changes.
    most : float
        Changes that are tried.

    Attributes
    ----------
    width : int
        Positions of the motif.
    """

    def __init__(
        self, frequencies: Any, threshold: float, *, strand: int = 0, below: bool = False,
        scores: tuple[float, float] = (-np.inf, np.inf), most: float = np.inf,
    ) -> None:  # fmt: skip
        q = np.ascontiguousarray(frequencies, np.float64)
        if q.ndim != 2 or q.shape[1] != 4 or not len(q):
            raise UsageError(f"a motif of shape {q.shape} cannot be scored", fix="Give n x 4")
        check_strand(strand)
        with np.errstate(divide="ignore"):
            logs = np.log(q)
        self.width, self._strand = len(q), strand
        self._logs = np.ascontiguousarray(np.column_stack([logs, logs.mean(axis=1)]))
        self._target = np.ascontiguousarray(logs.min(axis=1) if below else logs.max(axis=1))
        self._facts = float(threshold), below, float(scores[0]), float(scores[1]), float(most)

    def measure(
        self, letters: Any, kind: Measure, *, first: int = 0
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Measure every position that has room for the motif.

        Parameters
        ----------
        letters : array of uint8, shape (n,)
            ASCII, in either case.
        kind : Measure
        first : int
            Position of the first letter.

        Returns
        -------
        value : ndarray of float64, shape (max(n - width + 1, 0),)
            -inf where no change is enough or the word is passed over.
        arg : ndarray of int64
            ``EDITS``: the position counted from 1, negative on the reverse strand (both scored);
            ``AT_BEST``: changes, -1 where none is enough.
        """
        base = CODE_OF_LETTER[as_letters(letters)]
        n = max(base.size - self.width + 1, 0)
        value, arg = np.zeros(n, np.float64), np.zeros(n, np.int64)
        if n:
            _edits.measure(
                base, self._logs, self._target, self._strand >= 0, self._strand <= 0, int(kind),
                *self._facts, first, np.empty(self.width), value, arg,
            )  # fmt: skip
        return value, arg
