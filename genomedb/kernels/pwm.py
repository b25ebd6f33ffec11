"""Door to ext/pwm.pyx: motif scores at every position of a sequence."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import pwm as _pwm
from genomedb.errors import UsageError
from genomedb.kernels.kmer import CODE_OF_LETTER, as_letters

_LOWEST_PRODUCT = -690.0  # natural log; below about -745 a product would become 0


class Kind(IntEnum):
    """What is kept of the scores of the strands at one position."""

    SUM = 0  # both strands added up
    COUNT = 1  # 1 when that sum reaches the threshold
    BEST = 2  # the better strand, and which it is


class Keep(IntEnum):
    """What is kept of the weighed scores of a window."""

    SUM = 0
    COUNT = 1
    MAX = 2
    BEST = 3  # largest of all strands, and where


class Motif:
    """A motif made ready for scoring.

    The score of a word of letters is the product of their frequencies; scores are kept as such
    products, which add up exactly as their logarithms combine, unless a product could be too
    small for a float: then as logarithms (`in_logs`).

    Parameters
    ----------
    frequencies : array_like of float, shape (n, 4)
        Columns A, C, G, T; each row adds up to 1.
    strand : {0, 1, -1}
        Both strands, forward only, reverse only.

    Attributes
    ----------
    width : int
        Positions of the motif.
    in_logs : bool
    """

    def __init__(self, frequencies: Any, *, strand: int = 0) -> None:
        q = np.ascontiguousarray(frequencies, np.float64)
        if q.ndim != 2 or q.shape[1] != 4 or not len(q):
            raise UsageError(f"a motif of shape {q.shape} cannot be scored", fix="Give n x 4")
        check_strand(strand)
        with np.errstate(divide="ignore"):
            logs = np.log(q)
        lowest = np.where(np.isfinite(logs), logs, 0.0).min(axis=1).sum()
        self.width = len(q)
        self.strand = strand
        self.in_logs = bool(lowest < _LOWEST_PRODUCT)
        self._plus, self._minus = _tables(logs if self.in_logs else q, in_logs=self.in_logs)

    @property
    def nothing(self) -> float:
        """Score of a position that cannot be scored."""
        return -np.inf if self.in_logs else 0.0

    def logs(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Natural logarithms of kept scores."""
        if self.in_logs:
            return scores
        with np.errstate(divide="ignore"):
            return np.log(scores)

    def kept(self, log_score: float) -> float:
        """Smallest kept score whose logarithm reaches `log_score`."""
        if self.in_logs or log_score == -np.inf:
            return log_score if self.in_logs else 0.0
        with np.errstate(over="ignore", divide="ignore"):
            kept = np.exp(np.float64(log_score))
            while kept > 0 and np.log(np.nextafter(kept, 0.0)) >= log_score:
                kept = np.nextafter(kept, 0.0)
            while np.log(kept) < log_score:
                kept = np.nextafter(kept, np.inf)
        return float(kept)

    def score(
        self, letters: Any, kind: Kind, *, first: int = 0, threshold: float = 0.0
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Score every position that has room for the motif.

        Parameters
        ----------
        letters : array of uint8, shape (n,)
            ASCII, in either case; words with other letters than A, C, G, T cannot be scored.
        kind : Kind
        first : int
            Position of the first letter, for the second array.
        threshold : float
            For ``Kind.COUNT``: log score from which a position counts.

        Returns
        -------
        value : ndarray of float64, shape (max(n - width + 1, 0),)
            Kept scores, or 0 and 1. ``Kind.BEST`` has -inf where nothing can be scored.
        arg : ndarray of int64
            For ``Kind.BEST`` the position counted from 1, negative when the reverse strand is
            better (both strands scored) and 0 where nothing can be scored; else of length 1.
        """
        array = as_letters(letters)
        n = max(array.size - self.width + 1, 0)
        value = np.zeros(n, np.float64)
        arg = np.zeros(n if kind is Kind.BEST else 1, np.int64)
        if n:
            _pwm.score(
                array, CODE_OF_LETTER, np.empty(array.size, np.uint8), self._plus, self._minus,
                self.width, self.strand >= 0, self.strand <= 0, self.in_logs, int(kind),
                self.kept(threshold), first, value, arg,
            )  # fmt: skip
        return value, arg


def check_strand(strand: int) -> None:
    """Refuse what names neither one strand nor both.

    Raises
    ------
    UsageError
        It is not 1 (forward), -1 (reverse) or 0 (both).
    """
    if strand not in (0, 1, -1):
        raise UsageError(f"strand must be 1, -1 or 0 (both), not {strand!r}")


def _tables(
    position: NDArray[np.float64], *, in_logs: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What each group of four motif positions gives for each of the 256 words of 4 letters.

    Both tables multiply the positions of the motif in the same order, so that one word has
    exactly the same score on either strand.
    """
    words = np.arange(256)
    letter = np.stack([words >> shift & 3 for shift in (6, 4, 2, 0)])
    n_groups = -(-len(position) // 4)
    plus, minus = np.empty((n_groups, 256)), np.empty((n_groups, 256))
    for g in range(n_groups):
        group = position[4 * g : 4 * g + 4]
        n = len(group)
        for table, read in ((plus, letter[:n]), (minus, 3 - letter[:n][::-1])):
            table[g] = group[0][read[0]]
            for j in range(1, n):
                other = group[j][read[j]]
                table[g] = table[g] + other if in_logs else table[g] * other
    return plus, minus


class WeighedWindows:
    """Aggregates of windows whose positions weigh by their distance from the window's edge.

    Parameters
    ----------
    start, stop : arrays of int64, shape (n,)
        Positions of each window, of the chromosome.
    reach : (int, int)
        First and last distance that count; bins begin at the first.
    weights : array_like of float
        Natural logarithms of the weight of each bin of distances; the last goes on for ever.
    bin_size : int
        Distances of a bin.
    motif : Motif
        Distances are from the window's last position when only its reverse strand is scored.
    keep : Keep
    threshold : float
        For ``Keep.COUNT``: weighed log score from which a position counts.

    Attributes
    ----------
    value : ndarray of float64, shape (n,)
        Kept scores as those of the motif, or counts; ``Keep.BEST`` has -inf where nothing is
        scored.
    arg : ndarray of int64, shape (n,)
        Best position as `Motif.score` gives it.
    """

    def __init__(
        self, start: NDArray[np.int64], stop: NDArray[np.int64], *, reach: tuple[int, int],
        weights: Any, bin_size: int, motif: Motif, keep: Keep,
        threshold: float = 0.0,
    ) -> None:  # fmt: skip
        weights = np.ascontiguousarray(weights, np.float64)
        if not weights.size or bin_size < 1 or start.shape != stop.shape:
            raise UsageError(f"{weights.size} weights for bins of {bin_size}")
        self._start = np.ascontiguousarray(start, np.int64)
        self._stop = np.ascontiguousarray(stop, np.int64)
        self._from_end = motif.strand == -1
        near, far = (min(int(r), 2**62) for r in reach)
        self._near = near
        if self._from_end:
            self._low = np.maximum(start, stop - 1 - far)
            self._high = np.minimum(stop, stop - near)
        else:
            self._low, self._high = start + near, np.minimum(stop, start + far + 1)
        self._weights = weights if motif.in_logs else np.exp(weights)
        self._bin_size, self._motif, self._keep = bin_size, motif, keep
        self._threshold = motif.kept(threshold)
        begin = {Keep.COUNT: 0.0, Keep.BEST: -np.inf}.get(keep, motif.nothing)
        self.value = np.full(self._start.size, begin)
        self.arg = np.zeros(self._start.size, np.int64)

    def go_on(self, rows: NDArray[np.int64], letters: Any, first: int) -> None:
        """Add the positions of the next letters, which begin at `first`, to some windows."""
        kind = Kind.BEST if self._keep is Keep.BEST else Kind.SUM
        value, arg = self._motif.score(letters, kind, first=first)
        out, out_arg = self.value[rows], self.arg[rows]
        start, stop, low, high = (a[rows] for a in (self._start, self._stop, self._low, self._high))
        _pwm.weigh(
            value, arg, first, start, stop, low, high, self._from_end, self._near,
            self._weights, self._bin_size, self._motif.in_logs, int(self._keep),
            self._threshold, out, out_arg,
        )  # fmt: skip
        self.value[rows], self.arg[rows] = out, out_arg
