"""gintervals_2d*: rectangles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from genomedb.intervals import band as bands
from genomedb.intervals import two_d, two_d_setops
from genomedb.misha.compat import as_peer, both_named, found, frame_named, kept
from genomedb.misha.current import current_db

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "gintervals_2d", "gintervals_2d_all", "gintervals_2d_band_intersect",
    "gintervals_2d_intersect", "gintervals_2d_union",
]  # fmt: skip


def gintervals_2d(
    chroms1: Any,
    starts1: Any = 0,
    ends1: Any = -1,
    chroms2: Any = None,
    starts2: Any = 0,
    ends2: Any = -1,
) -> pd.DataFrame:
    """Rectangles of columns; one value serves all rows.

    Parameters
    ----------
    chroms1, chroms2 : str, int or sequence
        Chromosomes in any spelling; `chroms2` is `chroms1` by default.
    starts1, ends1, starts2, ends2 : int or sequence of int
        0-based half-open; an end of -1 is the end of the chromosome.

    Returns
    -------
    pandas.DataFrame
        ``chrom1 start1 end1 chrom2 start2 end2``, sorted by both chromosomes, then both starts;
        the peer sorts by chrom1, start1, chrom2, start2.

    Raises
    ------
    UsageError, ChromError
        Columns of different lengths, or a row that is no rectangle.
    """
    return as_peer(
        two_d.intervals_2d(
            chroms1, starts1, ends1, chroms2, starts2, ends2, chroms=current_db().chroms
        )
    )


def gintervals_2d_all(mode: Literal["diagonal", "full"] = "diagonal") -> pd.DataFrame:
    """Each whole chromosome with itself, or (``full``) every ordered pair of chromosomes."""
    return as_peer(two_d.whole_genome_2d(current_db().chroms, mode=mode))


def gintervals_2d_intersect(intervals1: Any, intervals2: Any) -> pd.DataFrame | None:
    """The common part of each pair of rectangles that overlap, None when there is none.

    Sorted as `gintervals_2d`. Names of sets of rectangles may be given.
    """
    db, first, second = both_named(intervals1, intervals2)
    return found(two_d_setops.intersect_2d(first, second, chroms=db.chroms))


def gintervals_2d_union(intervals1: Any, intervals2: Any) -> pd.DataFrame | None:
    """The rectangles of both sets, sorted; those that overlap stay two. None when there are none.

    Sorted as `gintervals_2d`. Names of sets of rectangles may be given.
    """
    db, first, second = both_named(intervals1, intervals2)
    return found(two_d_setops.union_2d(first, second, chroms=db.chroms))


def gintervals_2d_band_intersect(
    intervals: Any, band: tuple[int, int], intervals_set_out: str | None = None
) -> pd.DataFrame | None:
    """Rectangles shrunk to what bounds their part with ``d1 <= x - y < d2``.

    Parameters
    ----------
    intervals : DataFrame or str
        x is a base on axis 1, y one on axis 2; further columns are kept.
    band : (int, int)
        Distances d1 < d2.
    intervals_set_out : str, optional
        Save the result under this name, and give None.

    Returns
    -------
    pandas.DataFrame or None
        In the order given; rectangles off the band, or between two chromosomes, are left out.

    Raises
    ------
    UsageError, ChromError
        No band of two whole numbers, or a row that is no rectangle.
    """
    frame = frame_named(intervals)
    clipped = bands.intersect_band(frame, band, chroms=current_db().chroms)
    return kept(clipped, intervals_set_out) if intervals_set_out else as_peer(clipped)
