"""Sorted records of a chromosome -> the mean of each bin, window by window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from genomedb.importers.spool import Piece, rows_of
from genomedb.kernels.binning import accumulate_overlap, finish_mean

WINDOW_BINS = 1 << 18


def iter_bin_means(
    pieces: Iterable[Piece], length: int, bin_size: int, defval: float
) -> Iterator[NDArray[np.float64]]:
    """Yield overlap-weighted means of the bins of a chromosome, from left to right.

    Parameters
    ----------
    pieces : iterable of Piece
        Records sorted by start, overlaps allowed.
    length, bin_size : int
        Base pairs.
    defval : float
        Value of bases that no record covers; NaN leaves them out of the mean.

    Yields
    ------
    ndarray of float64
        The next bins; memory depends on neither the chromosome nor the file.
    """
    waiting = iter(pieces)
    reaching: list[Piece] = []  # records of earlier windows that reach into later ones
    held: Piece | None = next(waiting, None)
    n_bins = -(-length // bin_size)
    for first in range(0, n_bins, WINDOW_BINS):
        n = min(WINDOW_BINS, n_bins - first)
        window_end = min((first + n) * bin_size, length)
        total, covered = np.zeros(n), np.zeros(n)
        now = reaching
        reaching = []
        while held is not None:
            begun = int(np.searchsorted(held.start, window_end))
            now.append(rows_of(held, slice(None, begun)))
            if begun < held.start.size:
                held = rows_of(held, slice(begun, None))
                break
            held = next(waiting, None)
        for piece in now:
            accumulate_overlap(
                *piece, bin_size=bin_size, first_bin=first, total=total, covered=covered
            )
            beyond = piece.end > window_end
            if beyond.any():
                reaching.append(rows_of(piece, beyond))
        yield finish_mean(
            total, covered, bin_size=bin_size, first_bin=first, chrom_length=length, defval=defval
        )
