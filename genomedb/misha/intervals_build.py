# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gintervals*: make intervals from columns, texts, files and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genomedb.errors import UsageError
from genomedb.intervals import build, reshape
from genomedb.intervals.random import DIST_FROM_EDGE, random_intervals
from genomedb.misha.compat import as_peer, frame_named, in_order, kept
from genomedb.misha.current import current_db

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

__all__ = [
    "gintervals", "gintervals_all", "gintervals_from_mat", "gintervals_from_strings",
    "gintervals_from_tuples", "gintervals_random", "gintervals_rbind", "gintervals_to_mat",
    "gintervals_window",
]  # fmt: skip


def gintervals(chroms: Any, starts: Any = 0, ends: Any = -1, strand: Any = None) -> pd.DataFrame:
    """Intervals of columns; one value serves all rows. The result is sorted.

    Parameters
    ----------
    chroms : str, int or sequence
        Chromosomes in any spelling.
    starts, ends : int or sequence of int
        0-based half-open; an end of -1 is the end of the chromosome.
    strand : int, str or sequence, optional
        -1, 0, 1 or ``-``, ``.``, ``+``.

    Returns
    -------
    pandas.DataFrame
        ``chrom start end``, and ``strand`` when it is given. Chromosomes sort in the order of
        the database, not of the alphabet.

    Raises
    ------
    UsageError, ChromError
        Columns of different lengths, or a row that is no interval of its chromosome.

    Examples
    --------
    >>> gintervals(["chr2", "chrX"], 10, [3000, 5000])  # doctest: +SKIP
    """
    return as_peer(build.intervals(chroms, starts, ends, chroms=current_db().chroms, strand=strand))


def gintervals_all() -> pd.DataFrame:
    """Every chromosome from end to end, in database order."""
    return as_peer(build.whole_genome(current_db().chroms))


def gintervals_from_strings(regions: str | Sequence[str]) -> pd.DataFrame:
    """Sorted intervals of texts ``chr1:10,000-20,000``, ``chr1:5-8:-`` or ``chr1``.

    Positions are 0-based half-open, as typed. Thousands may have commas, which the peer refuses.

    Raises
    ------
    UsageError, ChromError
        A text that is no interval.
    """
    return as_peer(build.from_strings(regions, current_db().chroms))


def gintervals_from_tuples(
    rows: Sequence[Any] | None, strand: int | Sequence[int] | None = None
) -> pd.DataFrame | None:
    """Sorted intervals of tuples ``(chrom, start, end[, strand])`` or of dicts of those names.

    `strand` is for rows that have none. None gives None.

    Raises
    ------
    UsageError, ChromError
        Rows of different forms, or one that is no interval.
    """
    if rows is None:
        return None
    return as_peer(build.from_tuples(rows, current_db().chroms, strand=strand))


def gintervals_window(chroms: Any, centers: Any, half_width: int) -> pd.DataFrame:
    """Sorted intervals ``[center - half_width, center + half_width)``.

    Where they pass the end of a chromosome they are cut; the peer raises an error.

    Raises
    ------
    UsageError, ChromError
        `half_width` below 1, or a window outside its chromosome.
    """
    found = build.window(chroms, centers, half_width, chroms=current_db().chroms)
    return as_peer(in_order(found))


def gintervals_rbind(*intervals: Any, intervals_set_out: str | None = None) -> pd.DataFrame | None:
    """The rows of several interval frames or sets, one behind the other.

    Raises
    ------
    UsageError
        Nothing is given, the columns differ, or there is a row that is no interval.
    """
    if not intervals:
        raise UsageError("gintervals_rbind was given no intervals", fix="Give one or more")
    frames = [frame_named(one, what=f"intervals {i}") for i, one in enumerate(intervals, 1)]
    joined = build.concat(frames, current_db().chroms)
    return kept(joined, intervals_set_out) if intervals_set_out else as_peer(joined)


def gintervals_random(
    size: int,
    n: int,
    dist_from_edge: float = DIST_FROM_EDGE,
    chromosomes: Iterable[Any] | str | None = None,
    mask: Any = None,
    seed: int | None = None,
    *,
    filter: Any = None,
) -> pd.DataFrame:
    """Random intervals of one size: every place where one fits is equally likely.

    Parameters
    ----------
    size, n : int
        Base pairs of each, and how many.
    dist_from_edge : float
        Bases kept free at both ends of each chromosome.
    chromosomes : sequence of str, optional
        Only these.
    mask : DataFrame or str, optional
        Intervals that must not be touched; `filter` is another name of it.
    seed : int, optional
        Makes the draw repeatable; the peer heeds it in some cases only, and draws others.

    Raises
    ------
    UsageError
        Nothing fits.
    """
    if mask is not None and filter is not None:
        raise UsageError("mask and filter are one thing", fix="Give one of them")
    hidden = mask if mask is not None else filter
    found = random_intervals(
        size, n, current_db().chroms, dist_from_edge=dist_from_edge, chromosomes=chromosomes,
        mask=None if hidden is None else frame_named(hidden, what="mask"), rng=seed,
    )  # fmt: skip
    return as_peer(found)


# ---- tables of values


def gintervals_to_mat(
    df: Any, id_col: str | None = None, value_cols: Sequence[str] | None = None, labels: bool = True
) -> pd.DataFrame:
    """Values by interval: the places become the index ``(chrom, start, end)``.

    Parameters
    ----------
    df : DataFrame
        ``chrom start end`` and columns of numbers; ``intervalID`` and ``strand`` are left out.
    id_col : str, optional
        Column that becomes the first level of the index.
    value_cols : sequence of str, optional
        Columns to keep, default all.
    labels : bool
        False leaves a RangeIndex.

    Raises
    ------
    UsageError
        Missing columns, or one that is not of numbers (a ValueError; the peer's is a TypeError).
    """
    return reshape.to_matrix(as_peer(df), id_column=id_col, value_columns=value_cols, labels=labels)


def gintervals_from_mat(mat: Any) -> pd.DataFrame:
    """Intervals and values of what `gintervals_to_mat` made; a level of ids is dropped.

    Raises
    ------
    UsageError
        The index does not end in chrom, start and end.
    """
    return as_peer(reshape.from_matrix(mat))
