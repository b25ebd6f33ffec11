"""Distance of every base of a chromosome to the nearest feature."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import ChromError, UsageError

NONE: Final = int(np.iinfo(np.int32).min)  # where there is no feature at all

_STEP: Final = 1 << 20  # bases looked at in one go
_FAR: Final = 2**33  # further away than any feature

_I4 = NDArray[np.int32]
_I8 = NDArray[np.int64]


def calc_dists_tuples(
    coords: Iterable[tuple[int, int]], chr_len: int, *, flag_direction: bool = False
) -> _I4:
    """Distance of each base to the nearest feature.

    Parameters
    ----------
    coords : iterable of (start, end)
        1-based, both included, in any order.
    chr_len : int
    flag_direction : bool
        Positive where the nearest feature lies to the left, negative where to the right; the
        left one counts of two that are equally near.

    Returns
    -------
    ndarray of int32, shape (chr_len,)
        0 inside a feature; the smallest int32 everywhere when there is none.

    Examples
    --------
    >>> calc_dists_tuples([(2, 3)], 5, flag_direction=True)
    array([-1,  0,  0,  1,  2], dtype=int32)
    """
    pairs = _pairs(coords, 2)
    return _distances(pairs, chr_len, flag_direction=flag_direction)


def calc_dists_tuples_with_strand(coords: Iterable[tuple[int, int, int]], chr_len: int) -> _I4:
    """Distance of each base to the nearest feature, upstream and downstream of it told apart.

    Parameters
    ----------
    coords : iterable of (start, end, strand)
        Strand -1 turns the sign: then bases left of the feature have positive distances. Of
        two that are equally near, a feature that is not reversed counts.
    chr_len : int

    Returns
    -------
    ndarray of int32, shape (chr_len,)
        Positive downstream of the nearest feature, negative upstream.
    """
    table = _pairs(coords, 3)
    reverse = table[:, 2] == -1
    out = _distances(table[~reverse], chr_len, flag_direction=True)
    if reverse.any():
        other = -_distances(table[reverse], chr_len, flag_direction=True)
        if reverse.all():
            return other
        nearer = np.abs(other) < np.abs(out)
        out[nearer] = other[nearer]
    return out


def _pairs(coords: Iterable[tuple[int, ...]], width: int) -> NDArray[np.int64]:
    table = np.array(list(coords), np.int64)
    if not table.size:
        return np.empty((0, width), np.int64)
    if table.ndim != 2 or table.shape[1] != width:
        raise UsageError(f"features must be tuples of {width} numbers")
    return table


def _distances(table: NDArray[np.int64], chr_len: int, *, flag_direction: bool) -> _I4:
    if not 0 <= chr_len < 2**31:
        raise UsageError(f"a chromosome of {chr_len} bp is not possible here")
    if not len(table):
        return np.full(chr_len, NONE, np.int32)
    start, end = table[:, 0] - 1, table[:, 1]
    wrong = (start < 0) | (end <= start) | (end > chr_len)
    if wrong.any():
        i = int(wrong.argmax())
        raise ChromError(f"{start[i] + 1}-{end[i]} is not inside the {chr_len} bp",
                         fix="Positions count from 1, both ends included")  # fmt: skip
    order = np.lexsort((end, start))
    begin, stop = start[order], np.maximum.accumulate(end[order])  # joined from the left
    gap = np.concatenate(([True], begin[1:] > stop[:-1]))
    first = begin[gap]
    last = stop[np.append(np.flatnonzero(gap)[1:] - 1, stop.size - 1)]
    out = np.empty(chr_len, np.int32)
    for at in range(0, chr_len, _STEP):
        here = np.arange(at, min(at + _STEP, chr_len))
        found = _nearest(here, first, last)
        out[at : at + here.size] = found if flag_direction else np.abs(found)
    return out


def _nearest(here: NDArray[np.int64], first: NDArray[np.int64], last: NDArray[np.int64]) -> _I8:
    """Signed distance of positions to the nearest of separate, sorted features."""
    n_before = np.searchsorted(last, here, "right")
    left = here - np.concatenate(([-_FAR], last))[n_before] + 1
    right = np.maximum(np.concatenate((first, [_FAR]))[n_before] - here, 0)
    return np.where(right == 0, 0, np.where(left <= right, left, -right))
