"""Door to ext/binning.pyx: summaries of values over fixed-width bins."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb._ext import binning as _binning
from genomedb.errors import UsageError

VALUE_DTYPES: Final = (
    "int8",
    "uint8",
    "int16",
    "uint16",
    "int32",
    "uint32",
    "float32",
    "float64",
)
_MAX_POSITION: Final = 2**62


def bin_mean(values: ArrayLike, width: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Mean of the non-NaN values in each bin of `width` consecutive values.

    Parameters
    ----------
    values : array_like, shape (n,)
        Track values, one per base pair or one per finer bin.
    width : int
        Number of input values per output bin; the last bin may hold fewer.

    Returns
    -------
    mean : ndarray of float64, shape (ceil(n / width),)
        NaN where a bin holds no value.
    n_seen : ndarray of int64, same shape
        How many non-NaN values each mean rests on.

    Raises
    ------
    UsageError
        If `width` is not positive or `values` is not a 1-D array of a storable dtype.
    """
    array = checked_values(values, "bin")
    if width < 1:
        raise UsageError(f"bin width must be at least 1, not {width}")
    width = min(width, max(array.size, 1))
    n_bins = -(-array.size // width)
    mean = np.empty(n_bins, np.float64)
    n_seen = np.empty(n_bins, np.int64)
    _binning.bin_mean(array, width, mean, n_seen)
    return mean, n_seen


def accumulate_overlap(
    start: ArrayLike,
    end: ArrayLike,
    value: ArrayLike,
    *,
    bin_size: int,
    first_bin: int,
    total: NDArray[np.float64],
    covered: NDArray[np.float64],
) -> None:
    """Add value times overlap, and overlap, of intervals to the bins of one window.

    Parameters
    ----------
    start, end : array_like of int64, shape (n,)
        Intervals of one chromosome, 0-based half-open, in any order. What lies outside the
        window is cut off; an interval with ``end <= start`` adds nothing.
    value : array_like of float64, shape (n,)
        An interval whose value is NaN is ignored.
    bin_size : int
        Base pairs of a bin.
    first_bin : int
        Number of the first bin of the window.
    total, covered : ndarray of float64, shape (bins of the window,)
        Added to in place.

    Raises
    ------
    UsageError
        For arrays of different lengths, or a window that is no window.
    """
    starts = np.ascontiguousarray(start, np.int64)
    ends = np.ascontiguousarray(end, np.int64)
    values = np.ascontiguousarray(value, np.float64)
    if not starts.shape == ends.shape == values.shape or starts.ndim != 1:
        raise UsageError(
            f"start {starts.shape}, end {ends.shape} and value {values.shape} are not one length"
        )
    _check_window(total, covered, bin_size, first_bin)
    _binning.accumulate_overlap(starts, ends, values, bin_size, first_bin, total, covered)


def finish_mean(
    total: NDArray[np.float64],
    covered: NDArray[np.float64],
    *,
    bin_size: int,
    first_bin: int,
    chrom_length: int,
    defval: float = float("nan"),
) -> NDArray[np.float64]:
    """Overlap-weighted mean of each bin of a window, from what `accumulate_overlap` added.

    Parameters
    ----------
    total, covered : ndarray of float64, shape (n,)
        Sums of value times overlap, and of overlap.
    bin_size, first_bin : int
        As given to `accumulate_overlap`.
    chrom_length : int
        Base pairs of the chromosome; the last bin may be shorter than `bin_size`.
    defval : float
        Value of the bases that nothing covers; NaN leaves them out.

    Returns
    -------
    ndarray of float64, shape (n,)

    Raises
    ------
    UsageError
        For arrays of different lengths, or a window that does not start in the chromosome.

    Notes
    -----
    mean = (total + defval * u) / (covered + u) with u = max(0, bin length - covered), and
    u = 0 when `defval` is NaN. Overlapping intervals use up u.
    """
    _check_window(total, covered, bin_size, first_bin)
    if (first_bin + total.size - 1) * bin_size >= chrom_length and total.size:
        raise UsageError(
            f"bins {first_bin} to {first_bin + total.size - 1} of {bin_size} bp do not fit in "
            f"{chrom_length} bp"
        )
    mean = np.empty(total.size, np.float64)
    _binning.finish_mean(total, covered, bin_size, first_bin, chrom_length, defval, mean)
    return mean


def checked_values(values: ArrayLike, verb: str) -> NDArray[Any]:
    """`values` as a C-contiguous native 1-D array of a dtype that kernels take."""
    array = np.ascontiguousarray(values)
    if array.ndim != 1 or array.dtype.name not in VALUE_DTYPES:
        raise UsageError(
            f"cannot {verb} a {array.ndim}-D array of {array.dtype}",
            fix=f"Pass a 1-D array of one of: {', '.join(VALUE_DTYPES)}",
        )
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _check_window(
    total: NDArray[np.float64], covered: NDArray[np.float64], bin_size: int, first_bin: int
) -> None:
    for name, array in (("total", total), ("covered", covered)):
        if array.dtype != np.float64 or array.ndim != 1 or not array.flags.c_contiguous:
            raise UsageError(f"{name} must be a contiguous 1-D array of float64")
    if total.size != covered.size:
        raise UsageError(f"total has {total.size} bins but covered {covered.size}")
    if bin_size < 1 or first_bin < 0:
        raise UsageError(
            f"bin size {bin_size} must be at least 1, first bin {first_bin} at least 0"
        )
    if (first_bin + total.size) * bin_size > _MAX_POSITION:
        raise UsageError(f"bin {first_bin} of {bin_size} bp is beyond any chromosome")
