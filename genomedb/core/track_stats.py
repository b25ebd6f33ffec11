"""Statistics that a track keeps of each chromosome: of values, and of letters."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class TrackStats:
    """How many values, and their sum and extremes.

    Attributes
    ----------
    n : int
        Bins (sites, when a bin is one base), those without a value included.
    n_nan : int
        Bins without a value.
    sum : float
        0 when there is no value.
    min, max : float
        NaN when there is no value.

    Examples
    --------
    >>> TrackStats(n=4, n_nan=1, sum=6.0, min=1.0, max=3.0).mean()
    2.0
    """

    n: int = 0
    n_nan: int = 0
    sum: float = 0.0
    min: float = math.nan
    max: float = math.nan

    def mean(self) -> float:
        """Mean of the values; NaN when there is none."""
        count = self.n - self.n_nan
        return self.sum / count if count else math.nan

    @classmethod
    def total(cls, parts: Iterable[TrackStats]) -> TrackStats:
        """Several as one."""
        held = list(parts)
        some = [part for part in held if part.n > part.n_nan]
        return cls(
            _sum_of(part.n for part in held),
            _sum_of(part.n_nan for part in held),
            exact_sum(part.sum for part in some),
            min((part.min for part in some), default=math.nan),
            max((part.max for part in some), default=math.nan),
        )


@dataclass(frozen=True)
class LetterStats:
    """How many of each letter a sequence holds, in either case.

    Attributes
    ----------
    n : int
        Letters.
    n_a, n_c, n_g, n_t, n_n : int
        A, C, G, T and N; other IUPAC letters are only in `n`.
    first_def_idx, last_def_idx : int
        Index from 0 of the first and the last letter that is not N; -1 when there is none, and
        for several chromosomes together.
    """

    n: int = 0
    n_a: int = 0
    n_c: int = 0
    n_g: int = 0
    n_t: int = 0
    n_n: int = 0
    first_def_idx: int = -1
    last_def_idx: int = -1

    @property
    def n_def(self) -> int:
        """Letters that are not N."""
        return self.n - self.n_n

    @property
    def gc(self) -> float:
        """Share of G and C among A, C, G and T; NaN when there is none of these."""
        known = self.n_a + self.n_c + self.n_g + self.n_t
        return (self.n_c + self.n_g) / known if known else math.nan

    @classmethod
    def total(cls, parts: Iterable[LetterStats]) -> LetterStats:
        """Several as one; only one alone has a first and a last letter."""
        held = list(parts)
        if len(held) == 1:
            return held[0]
        names = ("n", "n_a", "n_c", "n_g", "n_t", "n_n")
        return cls(*(_sum_of(getattr(part, name) for part in held) for name in names))


def _sum_of(numbers: Iterable[int]) -> int:
    """Sum of whole numbers (`sum` is the name of a field here)."""
    total = 0
    for number in numbers:
        total += number
    return total


def exact_sum(numbers: Iterable[float]) -> float:
    """Sum of float64 numbers, rounded once; infinities and overflow follow IEEE 754.

    Examples
    --------
    >>> exact_sum([1e16, 1.0, -1e16])
    1.0
    """
    held = list(numbers)
    try:
        return math.fsum(held)
    except (OverflowError, ValueError):  # beyond the largest number, or both infinities
        total = 0.0
        for number in held:
            total += number
        return total
