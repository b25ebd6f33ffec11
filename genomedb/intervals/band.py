"""Bands along the diagonal: the part of rectangles with ``d1 <= x - y < d2``.

x is a base on axis 1 and y one on axis 2 of the same chromosome.
"""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans, Spans2D
from genomedb.errors import UsageError
from genomedb.intervals.two_d import COLUMNS_2D, frame2d_of, spans2d_of

if TYPE_CHECKING:
    import pandas as pd

_MAX_DISTANCE = 2**62


def check_band(band: Any) -> tuple[int, int]:
    """Check a band.

    Parameters
    ----------
    band : (int, int)
        Distances d1 < d2; either may be negative.

    Raises
    ------
    UsageError
        It is no pair of whole numbers, or d1 is not below d2.

    Examples
    --------
    >>> check_band([-100, 1000])
    (-100, 1000)
    """
    fix = "Give two whole numbers (d1, d2), d1 < d2"
    if isinstance(band, (str, bytes, set, frozenset, dict)) or not hasattr(band, "__iter__"):
        raise UsageError(f"band {band!r:.60} is not a pair", fix=fix)
    pair = list(band)
    if len(pair) != 2:
        raise UsageError(f"band has {len(pair)} values, not 2", fix=fix)
    whole = [int(d) if isinstance(d, float) and d.is_integer() else d for d in pair]
    if any(isinstance(d, (bool, np.bool_)) or not hasattr(d, "__index__") for d in whole):
        raise UsageError(f"band {tuple(pair)!r:.60} has values that are not whole numbers", fix=fix)
    d1, d2 = index(whole[0]), index(whole[1])
    if d1 >= d2:
        raise UsageError(f"band ({d1}, {d2}): d1 is not below d2", fix=fix)
    if max(abs(d1), abs(d2)) > _MAX_DISTANCE:
        raise UsageError(f"band ({d1}, {d2}) is wider than any chromosome", fix=fix)
    return d1, d2


def band_clip(spans2d: Spans2D, band: Any) -> tuple[Spans2D, NDArray[np.int64]]:
    """Shrink rectangles to what bounds their part inside a band.

    A rectangle is kept when it has a base pair with ``d1 <= x - y < d2``. The edges of the band
    are taken as lines: the new rectangle is the smallest one around the area between them.

    Parameters
    ----------
    spans2d : Spans2D, shape (n,)
    band : (int, int)

    Returns
    -------
    Spans2D, shape (m,)
        In the order given; rectangles off the band or between two chromosomes are dropped.
    rows : ndarray of int64, shape (m,)
        Their row numbers in `spans2d`.

    Raises
    ------
    UsageError
        As for `check_band`.
    """
    d1, d2 = check_band(band)
    a, b = spans2d.first, spans2d.second
    touches = (a.code == b.code) & (a.end - 1 - b.start >= d1) & (a.start - (b.end - 1) < d2)
    rows = np.flatnonzero(touches)
    a, b = a[rows], b[rows]
    x1, x2 = np.maximum(a.start, b.start + d1), np.minimum(a.end, b.end + d2)
    y1, y2 = np.maximum(b.start, a.start - d2), np.minimum(b.end, a.end - d1)
    return Spans2D(Spans(a.code, x1, x2), Spans(b.code, y1, y2)), rows


def intersect_band(intervals: Any, band: Any, *, chroms: ChromTable) -> pd.DataFrame:
    """Shrink the rectangles of a DataFrame to a band; see `band_clip`.

    Parameters
    ----------
    intervals : DataFrame
        Columns ``chrom1 start1 end1 chrom2 start2 end2``, and others, which are kept.
    band : (int, int)
    chroms : ChromTable

    Returns
    -------
    DataFrame
        In the order of the rows kept.
    """
    check_band(band)
    clipped, rows = band_clip(spans2d_of(intervals, chroms), band)
    kept = intervals.iloc[rows].reset_index(drop=True)
    return frame2d_of(clipped, chroms, {n: kept[n] for n in kept.columns if n not in COLUMNS_2D})
