# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gintervals_*: set algebra, extents and neighbours of intervals."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any, Literal

from genomedb.errors import GenomeDBWarning, UsageError
from genomedb.intervals import cover, neighbors, overlaps, reshape, setops
from genomedb.intervals.annotate import annotate
from genomedb.misha.compat import as_peer, both_named, found, frame_named, kept
from genomedb.misha.current import current_db

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

__all__ = [
    "gintervals_annotate", "gintervals_canonic", "gintervals_coverage_fraction",
    "gintervals_covered_bp", "gintervals_diff", "gintervals_force_range", "gintervals_intersect",
    "gintervals_mark_overlaps", "gintervals_neighbors", "gintervals_neighbors_directional",
    "gintervals_neighbors_downstream", "gintervals_neighbors_upstream", "gintervals_normalize",
    "gintervals_union",
]  # fmt: skip
FAR = 1e9


# ---- sets of bases


def gintervals_canonic(
    intervals: Any, unify_touching_intervals: bool = True
) -> pd.DataFrame | None:
    """Sorted disjoint intervals over the same bases, None when there are none.

    ``attrs["mapping"]`` (int64, one for each row given, in the order given) is the row of the
    result that it went into.

    Raises
    ------
    UsageError, ChromError
        A row that is no interval.
    """
    frame = frame_named(intervals)
    return found(
        setops.canonical(frame, current_db().chroms, unify_touching=unify_touching_intervals)
    )


def gintervals_union(
    intervals1: Any, intervals2: Any, intervals_set_out: str | None = None
) -> pd.DataFrame | None:
    """Sorted disjoint intervals over the bases of either; touching ones are joined.

    None when there are none, or when they are saved as a set. The peer leaves rows as they are
    when one side is empty; here they are joined then too.
    """
    db, first, second = both_named(intervals1, intervals2)
    return kept(setops.union(first, second, db.chroms), intervals_set_out)


def gintervals_intersect(
    intervals1: Any, intervals2: Any, intervals_set_out: str | None = None
) -> pd.DataFrame | None:
    """Sorted disjoint intervals over the bases of both.

    None when there are none, or when they are saved as a set. The peer cuts them where intervals
    of its input begin and end; here each stretch is one row.
    """
    db, first, second = both_named(intervals1, intervals2)
    return kept(setops.intersect(first, second, db.chroms), intervals_set_out)


def gintervals_diff(
    intervals1: Any, intervals2: Any, intervals_set_out: str | None = None
) -> pd.DataFrame | None:
    """Sorted disjoint intervals over the bases of the first that are not in the second.

    None when there are none, or when they are saved as a set.
    """
    db, first, second = both_named(intervals1, intervals2)
    return kept(setops.difference(first, second, db.chroms), intervals_set_out)


def gintervals_covered_bp(intervals: Any, src: Any = None) -> int:
    """Bases that intervals cover, each counted once; with `src`, those inside it."""
    frame = frame_named(intervals)
    within = None if src is None else frame_named(src, what="src")
    return cover.covered_bp(frame, current_db().chroms, src=within)


def gintervals_coverage_fraction(intervals1: Any, intervals2: Any = None) -> float:
    """Fraction of the genome, or of `intervals2`, that `intervals1` cover; 0.0 of no bases."""
    frame = frame_named(intervals1, what="intervals1")
    of = None if intervals2 is None else frame_named(intervals2, what="intervals2")
    fraction = cover.coverage_fraction(frame, current_db().chroms, of=of)
    return 0.0 if math.isnan(fraction) else fraction


def gintervals_mark_overlaps(
    intervals: Any, group_col: str = "overlap_group", unify_touching_intervals: bool = True
) -> pd.DataFrame:
    """The intervals, with the number from 0 of the cluster of overlaps that each belongs to.

    Numbers go by place, in database order.
    """
    frame = frame_named(intervals)
    made = overlaps.mark_overlaps(
        frame, current_db().chroms, group_column=group_col,
        unify_touching=unify_touching_intervals,
    )  # fmt: skip
    return as_peer(made)


# ---- extents


def gintervals_force_range(
    intervals: Any, intervals_set_out: str | None = None
) -> pd.DataFrame | None:
    """Intervals cut at the ends of their chromosomes, with all their columns.

    Rows outside, and on unknown chromosomes, are dropped; None when no row is left, or when they
    are saved as a set.
    """
    frame = frame_named(intervals)
    return kept(reshape.force_range(frame, current_db().chroms), intervals_set_out)


def gintervals_normalize(
    intervals: Any, size: Any, intervals_set_out: str | None = None
) -> pd.DataFrame | None:
    """Intervals of the given size around the same centres: from ``(start + end - size) // 2`` on.

    Parameters
    ----------
    intervals : DataFrame or str
    size : int or sequence of int
        One size, one for each row, or several for a single row, which is repeated.
    intervals_set_out : str, optional
        Save them under this name, and give None.

    Returns
    -------
    pandas.DataFrame or None
        With all columns; moved inside at the ends of a chromosome. None when there are none.

    Raises
    ------
    UsageError
        A size below 1, or sizes that do not fit the rows.
    """
    frame = frame_named(intervals)
    return kept(reshape.normalize(frame, size, current_db().chroms), intervals_set_out)


# ---- neighbours


def gintervals_neighbors(
    intervals1: Any,
    intervals2: Any,
    maxneighbors: int = 1,
    mindist: float = -FAR,
    maxdist: float = FAR,
    mindist1: float = -FAR,
    maxdist1: float = FAR,
    mindist2: float = -FAR,
    maxdist2: float = FAR,
    na_if_notfound: bool = False,
    use_intervals1_strand: bool = False,
    warn_ignored_strand: bool = True,
    intervals_set_out: str | None = None,
) -> pd.DataFrame | None:
    """The nearest intervals of the second set for each interval of the first.

    Parameters
    ----------
    intervals1, intervals2 : DataFrame or str
    maxneighbors : int
        Most rows of the result for one interval.
    mindist, maxdist : float
        Signed distances that count, both included.
    mindist1, maxdist1, mindist2, maxdist2 : float
        Of 2D intervals, which are not taken: other values raise an error.
    na_if_notfound : bool
        Keep intervals without a neighbour, with missing values behind them.
    use_intervals1_strand : bool
        The strand of the first set decides the sign: negative where the neighbour is upstream.
        Otherwise that of the second, if it has one: negative where the first is upstream of it.
    warn_ignored_strand : bool
        Warn when the first set has a strand that is not used.
    intervals_set_out : str, optional
        Save the result under this name, and give None.

    Returns
    -------
    pandas.DataFrame or None
        Columns of the first, columns of the second (its places as ``chrom1 start1 end1``),
        ``dist`` (0 for overlapping and touching ones, else the bases between). By row of the
        first, then by absolute distance, then by row of the second. None when there are none.

    Raises
    ------
    UsageError, ChromError
        A row that is no interval, or bounds that leave no distance.
    """
    if (mindist1, maxdist1, mindist2, maxdist2) != (-FAR, FAR, -FAR, FAR):
        raise UsageError(
            "mindist1, maxdist1, mindist2 and maxdist2 are for 2D intervals, which have no "
            "neighbours here", fix="Use mindist and maxdist",
        )  # fmt: skip
    db, first, second = both_named(intervals1, intervals2)
    if warn_ignored_strand and not use_intervals1_strand:
        _warn_of_strand(first)
    near = neighbors.neighbors(
        first, second, db.chroms, max_neighbors=maxneighbors, min_dist=mindist, max_dist=maxdist,
        na_if_not_found=na_if_notfound, use_first_strand=use_intervals1_strand,
    )  # fmt: skip
    return kept(near, intervals_set_out)


def _warn_of_strand(frame: Any) -> None:
    if "strand" in getattr(frame, "columns", ()):
        warnings.warn(
            "gintervals_neighbors: the strand of intervals1 is not used. Give "
            "use_intervals1_strand=True to use it, or warn_ignored_strand=False",
            GenomeDBWarning,
            stacklevel=3,
        )


def gintervals_neighbors_upstream(
    intervals1: Any,
    intervals2: Any,
    maxneighbors: int = 1,
    maxdist: float = FAR,
    na_if_notfound: bool = False,
) -> pd.DataFrame | None:
    """The nearest intervals upstream of, or at, each interval, by its strand (none is forward).

    As `gintervals_neighbors`; distances are from ``-maxdist`` to 0.
    """
    db, first, second = both_named(intervals1, intervals2)
    return found(
        neighbors.neighbors_upstream(
            first, second, db.chroms, max_neighbors=maxneighbors, max_dist=maxdist,
            na_if_not_found=na_if_notfound,
        )
    )  # fmt: skip


def gintervals_neighbors_downstream(
    intervals1: Any,
    intervals2: Any,
    maxneighbors: int = 1,
    maxdist: float = FAR,
    na_if_notfound: bool = False,
) -> pd.DataFrame | None:
    """The nearest intervals downstream of, or at, each interval, by its strand (none is forward).

    As `gintervals_neighbors`; distances are from 0 to `maxdist`.
    """
    db, first, second = both_named(intervals1, intervals2)
    return found(
        neighbors.neighbors_downstream(
            first, second, db.chroms, max_neighbors=maxneighbors, max_dist=maxdist,
            na_if_not_found=na_if_notfound,
        )
    )  # fmt: skip


def gintervals_neighbors_directional(
    intervals1: Any,
    intervals2: Any,
    maxneighbors_upstream: int = 1,
    maxneighbors_downstream: int = 1,
    maxdist: float = FAR,
    na_if_notfound: bool = False,
) -> dict[str, pd.DataFrame | None]:
    """Both: ``{"upstream": ..., "downstream": ...}``, each a DataFrame or None."""
    db, first, second = both_named(intervals1, intervals2)
    both = neighbors.neighbors_directional(
        first, second, db.chroms, max_upstream=maxneighbors_upstream,
        max_downstream=maxneighbors_downstream, max_dist=maxdist, na_if_not_found=na_if_notfound,
    )  # fmt: skip
    return {name: found(frame) for name, frame in both.items()}


def gintervals_annotate(
    intervals: Any,
    annotation_intervals: Any,
    annotation_columns: Sequence[str] | None = None,
    column_names: Sequence[str] | None = None,
    dist_column: str | None = "dist",
    max_dist: float = math.inf,
    na_value: Any = math.nan,
    maxneighbors: int = 1,
    tie_method: Literal["first", "min.start", "min.end"] = "first",
    overwrite: bool = False,
    keep_order: bool = True,
    *,
    mindist: float = -FAR,
    maxdist: float = FAR,
    use_intervals1_strand: bool = False,
) -> pd.DataFrame:
    """The intervals, with columns of the nearest annotation of each.

    Parameters
    ----------
    intervals, annotation_intervals : DataFrame or str
    annotation_columns : sequence of str, optional
        Columns to copy, default all but the places.
    column_names : sequence of str, optional
        What they are called in the result.
    dist_column : str or None
        Column for the distance; None for no such column.
    max_dist : float
        Annotations whose absolute distance is larger are not copied; the distance is NaN then,
        which the peer keeps.
    na_value : scalar or dict
        Value where nothing is copied, for all columns or by the column's name.
    maxneighbors : int
        Nearest annotations of each; every one makes a row.
    tie_method : {"first", "min.start", "min.end"}
        Which of annotations at one distance goes first, also when one is asked for. The peer
        heeds it for several only.
    overwrite : bool
        Whether columns of the intervals may be replaced.
    keep_order : bool
        False sorts the result by place.
    mindist, maxdist, use_intervals1_strand
        As of `gintervals_neighbors`; its other options are not taken.

    Returns
    -------
    pandas.DataFrame
        Every interval, at least once.

    Raises
    ------
    UsageError
        Unknown column, or a name that the intervals have already.
    """
    frame = frame_named(intervals)
    notes = frame_named(annotation_intervals, what="annotation_intervals")
    made = annotate(
        frame, notes, current_db().chroms, columns=annotation_columns, column_names=column_names,
        dist_column=dist_column, max_dist=max_dist, na_value=na_value, max_neighbors=maxneighbors,
        tie_method=tie_method, overwrite=overwrite, keep_order=keep_order, min_dist=mindist,
        max_signed_dist=maxdist, use_first_strand=use_intervals1_strand,
    )  # fmt: skip
    return as_peer(made)
