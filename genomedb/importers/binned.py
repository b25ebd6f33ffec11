"""Sorted records of a chromosome -> the value of each bin, window by window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.importers.spool import Piece, rows_of
from genomedb.kernels.binning import accumulate_overlap, finish_mean
from genomedb.virtual import bin_functions
from genomedb.virtual.bin_functions import FUNCTIONS, Window

WINDOW_BINS = 1 << 18
MEAN = "weighted.mean"


def iter_bin_values(
    pieces: Iterable[Piece], length: int, bin_size: int, defval: float, function: str = MEAN
) -> Iterator[NDArray[np.float64]]:
    """Yield what a function makes of the bins of a chromosome, from left to right.

    Parameters
    ----------
    pieces : iterable of Piece
        Records sorted by start, overlaps allowed.
    length, bin_size : int
        Base pairs.
    defval : float
        Value of bases that no record covers; NaN for none.
    function : str
        One of `bin_functions.FUNCTIONS`.

    Yields
    ------
    ndarray of float64
        The next bins; memory depends on neither the chromosome nor the file.
    """
    if function == MEAN:
        yield from iter_bin_means(pieces, length, bin_size, defval)
        return
    make = FUNCTIONS[function]
    for first, n, now in _iter_windows(pieces, length, bin_size, bin_functions.WINDOW_BINS):
        start = _joined([piece.start for piece in now], np.int64)
        end = _joined([piece.end for piece in now], np.int64)
        value = _joined([piece.value for piece in now], np.float64)
        present = ~np.isnan(value)
        start, end, value = start[present], end[present], value[present]
        yield make(Window(start, end, value, bin_size, first, n, length, defval))


def _joined(columns: list[NDArray[Any]], dtype: type) -> NDArray[Any]:
    return np.concatenate([np.empty(0, dtype), *columns]).astype(dtype, copy=False)


def iter_bin_means(
    pieces: Iterable[Piece], length: int, bin_size: int, defval: float
) -> Iterator[NDArray[np.float64]]:
    """Yield overlap-weighted means of the bins of a chromosome, from left to right.

    Parameters are those of `iter_bin_values`; records are added up as they come.
    """
    for first, n, now in _iter_windows(pieces, length, bin_size, WINDOW_BINS):
        total, covered = np.zeros(n), np.zeros(n)
        for piece in now:
            accumulate_overlap(
                *piece, bin_size=bin_size, first_bin=first, total=total, covered=covered
            )
        yield finish_mean(
            total, covered, bin_size=bin_size, first_bin=first, chrom_length=length, defval=defval
        )


def _iter_windows(
    pieces: Iterable[Piece], length: int, bin_size: int, window_bins: int
) -> Iterator[tuple[int, int, list[Piece]]]:
    """Yield windows of bins: the first, how many, and the records that reach into them."""
    waiting = iter(pieces)
    reaching: list[Piece] = []  # records of earlier windows that reach into later ones
    held: Piece | None = next(waiting, None)
    n_bins = -(-length // bin_size)
    for first in range(0, n_bins, window_bins):
        n = min(window_bins, n_bins - first)
        window_end = min((first + n) * bin_size, length)
        now = reaching
        while held is not None:
            begun = int(np.searchsorted(held.start, window_end))
            now.append(rows_of(held, slice(None, begun)))
            if begun < held.start.size:
                held = rows_of(held, slice(begun, None))
                break
            held = next(waiting, None)
        beyond = [(piece, piece.end > window_end) for piece in now]
        reaching = [rows_of(piece, rows) for piece, rows in beyond if rows.any()]
        yield first, n, now
