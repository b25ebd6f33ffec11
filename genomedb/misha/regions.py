"""Regions of texts, with gaps left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from genomedb.errors import UsageError

GAPS = "-."


def texts_of(seqs: Any) -> list[str]:
    """A text, or several, as a list.

    Raises
    ------
    UsageError
        Something else is among them.
    """
    if seqs is None:
        raise UsageError("seqs cannot be None", fix="Give a text or a list of them")
    if not hasattr(seqs, "__iter__"):
        raise UsageError(f"seqs is {seqs!r:.60}", fix="Give a text or a list of them")
    listed = [seqs] if isinstance(seqs, str) else list(seqs)
    for i, text in enumerate(listed):
        if not isinstance(text, str):
            raise UsageError(f"sequence {i} is {text!r:.60}, not text")
    return listed


def gap_letters(gap_chars: Sequence[str] | None) -> str:
    """Letters that are gaps."""
    return GAPS if gap_chars is None else "".join(gap_chars)


@dataclass(frozen=True)
class Region:
    """A part of each text.

    Parameters
    ----------
    first, last : int, optional
        First and last letter, counted from 1.
    reach : int
        Letters that are looked at beyond both.
    gaps : str
        Letters to leave out.
    """

    first: int | None = None
    last: int | None = None
    reach: int = 0
    gaps: str = ""

    def of(self, text: str) -> str:
        """Letters of the region and its reach, without gaps."""
        part = text[self._begin : self._end(text)]
        return part.translate(dict.fromkeys(map(ord, self.gaps))) if self.gaps else part

    def width(self, text: str) -> int:
        """Letters of the region alone, gaps and all."""
        first = max((self.first or 1) - 1, 0)
        last = len(text) if self.last is None else min(self.last, len(text))
        return max(last - first, 0)

    @property
    def lead(self) -> int:
        """Letters before the region that are looked at."""
        return max((self.first or 1) - 1, 0) - self._begin

    def place(self, text: str, i: int) -> int:
        """Where letter `i` of the region's letters is in the text, counted from 1."""
        part = text[self._begin : self._end(text)]
        if not any(gap in part for gap in self.gaps):
            return self._begin + i + 1
        is_gap = np.isin(list(part), list(self.gaps))
        return self._begin + int(np.flatnonzero(~is_gap)[i]) + 1

    @property
    def _begin(self) -> int:
        return max((self.first or 1) - 1 - self.reach, 0)

    def _end(self, text: str) -> int:
        return len(text) if self.last is None else max(self.last + self.reach, 0)
