"""Door to ext/textout.pyx: rows of numbers as text that reads back to the same numbers."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb._ext import textout as _textout
from genomedb.errors import UsageError

_WIDEST_COORDINATE: Final = 20
_WIDEST_VALUE: Final = 26


def format_rows(chrom: bytes, start: ArrayLike, end: ArrayLike, value: ArrayLike) -> bytes:
    r"""BedGraph lines of one chromosome.

    Parameters
    ----------
    chrom : bytes
        Written at the start of each line.
    start, end : array_like of int64, shape (n,)
    value : array_like, shape (n,)
        Integers are written plainly, float32 and float64 with the digits that read back to
        the same value of that type; NaN is ``nan``.

    Returns
    -------
    bytes
        ``chrom<tab>start<tab>end<tab>value``, each line with its newline.

    Raises
    ------
    UsageError
        For arrays of different lengths, an empty chromosome name, or values of another kind.
    """
    starts, ends = _positions(start), _positions(end)
    values = _shown(value)
    if not starts.size == ends.size == values.size:
        raise UsageError(f"{starts.size} starts, {ends.size} ends and {values.size} values")
    if not chrom:
        raise UsageError("a chromosome name is empty")
    widest = len(chrom) + 2 * _WIDEST_COORDINATE + _WIDEST_VALUE + 4
    out = np.empty(values.size * widest, np.uint8)
    return out[: _textout.format_rows(chrom, starts, ends, values, out)].tobytes()


def format_values(value: ArrayLike) -> bytes:
    """One value a line, as in `format_rows`."""
    values = _shown(value)
    out = np.empty(values.size * (_WIDEST_VALUE + 1), np.uint8)
    return out[: _textout.format_values(values, out)].tobytes()


def format_pairs(position: ArrayLike, value: ArrayLike) -> bytes:
    """``position value`` a line, as in `format_rows`."""
    positions, values = _positions(position), _shown(value)
    if positions.size != values.size:
        raise UsageError(f"{positions.size} positions and {values.size} values")
    out = np.empty(values.size * (_WIDEST_COORDINATE + _WIDEST_VALUE + 2), np.uint8)
    return out[: _textout.format_pairs(positions, values, out)].tobytes()


def _positions(array: ArrayLike) -> NDArray[np.int64]:
    positions = np.ascontiguousarray(array, np.int64)
    if positions.ndim != 1:
        raise UsageError(f"positions must be a 1-D array, not {positions.ndim}-D")
    return positions


def _shown(array: ArrayLike) -> NDArray[Any]:
    """Values as int64, float32 or float64."""
    values = np.asarray(array)
    if values.ndim != 1 or values.dtype.kind not in "iuf" or values.dtype.itemsize > 8:
        raise UsageError(f"cannot write a {values.ndim}-D array of {values.dtype} as text")
    if values.dtype.kind in "iu":
        if values.dtype == np.uint64 and values.size and values.max() > np.iinfo(np.int64).max:
            raise UsageError("values of 2**63 and above cannot be written")
        return np.ascontiguousarray(values, np.int64)
    wanted = np.float64 if values.dtype.itemsize == 8 else np.float32
    return np.ascontiguousarray(values, wanted)
