"""Counts of the letters of a sequence that comes in pieces."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.track_stats import LetterStats
from genomedb.kernels.letters import count_letters, ends_of_known


class LetterCounter:
    """Counts the letters of one chromosome, given in pieces from left to right."""

    def __init__(self) -> None:
        self._counts = np.zeros(256, np.int64)
        self._size, self._first, self._last = 0, -1, -1

    def add(self, letters: NDArray[Any]) -> None:
        """Append letters."""
        count_letters(letters, self._counts)
        first, last = ends_of_known(letters)
        if first >= 0:
            self._first = self._size + first if self._first < 0 else self._first
            self._last = self._size + last
        self._size += letters.size

    def stats(self) -> LetterStats:
        """Counts of what has come so far."""
        a, c, g, t, n = (int(self._counts[[ord(x), ord(x.lower())]].sum()) for x in "ACGTN")
        return LetterStats(self._size, a, c, g, t, n, self._first, self._last)
