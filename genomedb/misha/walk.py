# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""giterator_*: the intervals that a question would walk through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from genomedb.analysis.iterator_intervals import iterator_intervals
from genomedb.errors import UsageError
from genomedb.intervals.cartesian import cartesian_frame, cartesian_grid
from genomedb.misha.asking import asked
from genomedb.misha.compat import found, kept
from genomedb.misha.current import current_db

__all__ = ["giterator_cartesian_grid", "giterator_intervals"]


def giterator_intervals(
    expr: str | Sequence[str] | None = None,
    intervals: Any = None,
    iterator: Any = None,
    band: tuple[int, int] | None = None,
    intervals_set_out: str | None = None,
    interval_relative: bool = False,
    partial_bins: str = "clip",
) -> Any:
    """Intervals that `gextract` would give for an expression or an iterator.

    Parameters
    ----------
    expr : str or list of str, optional
        Needed without `iterator`.
    intervals, iterator
        See `genomedb.misha.query`.
    interval_relative : bool
        Count bins from the start of each row of `intervals`, not of the chromosome.
    partial_bins : {"clip", "drop"}
        What to do with bins that are cut.

    Returns
    -------
    pandas.DataFrame or None
        ``chrom start end intervalID``.
    """
    options = asked(intervals, iterator, band=band)
    del options["executor"]
    if partial_bins not in ("clip", "drop"):
        raise UsageError(f"partial_bins is {partial_bins!r}", fix='Give "clip" or "drop"')
    rows = iterator_intervals(
        current_db(), expr, interval_relative=interval_relative,
        partial_bins=partial_bins,  # type: ignore[arg-type]
        **options,
    )  # fmt: skip
    if intervals_set_out is not None:
        rows = rows.drop(columns="intervalID")
    return kept(rows, intervals_set_out)


def giterator_cartesian_grid(
    intervals1: Any,
    expansion1: Any,
    intervals2: Any = None,
    expansion2: Any = None,
    min_band_idx: int | None = None,
    max_band_idx: int | None = None,
    *,
    stream: bool = False,
) -> Any:
    """Rectangles around pairs of centres of intervals.

    Windows ``[C + E[i], C + E[i + 1])`` around each centre C; each of axis 1 with each of axis 2.

    Parameters
    ----------
    intervals1, intervals2 : DataFrame
        `intervals2` defaults to `intervals1`.
    expansion1, expansion2 : sequence of int
        At least two offsets E, all different.
    min_band_idx, max_band_idx : int, optional
        Only pairs whose interval numbers differ by that much; only without `intervals2`.
    stream : bool
        Give the grid itself, not its cells.

    Returns
    -------
    pandas.DataFrame or None
        ``chrom1 start1 end1 chrom2 start2 end2``.
    """
    grid = cartesian_grid(
        intervals1, expansion1, intervals2, expansion2, min_band_idx=min_band_idx,
        max_band_idx=max_band_idx, chroms=current_db().chroms,
    )  # fmt: skip
    return grid if stream else found(cartesian_frame(grid))
