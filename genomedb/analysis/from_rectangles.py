"""2D tracks from rectangles with values."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.analysis.from_intervals import given_values, none_known, one_each
from genomedb.analysis.new_track import new_place, provenance_of
from genomedb.core.spans import Spans, Spans2D
from genomedb.db.database import GenomeDB
from genomedb.errors import ChromError, UsageError
from genomedb.intervals.frame import check_spans, raw_spans, require_columns
from genomedb.intervals.two_d import COLUMNS_2D
from genomedb.tracks.create import Storage
from genomedb.tracks.from_spans2d import write_spans2d

_F8 = NDArray[np.float64]


def create_2d_from(
    db: GenomeDB,
    name: str,
    intervals: Any,
    values: ArrayLike | None = None,
    *,
    description: str = "",
    created_by: str = "",
    storage: Storage | None = None,
    overwrite: bool = False,
) -> None:
    """Make a 2D track of rectangles that do not overlap, each with a value.

    It is a track of points where all rectangles are one base pair wide on both sides. Nothing is
    mirrored: a row chr1-chr2 is not found as chr2-chr1.

    Parameters
    ----------
    db : GenomeDB
        Where the track goes.
    name : str
        Of the new track.
    intervals : DataFrame
        ``chrom1 start1 end1 chrom2 start2 end2`` in any order; rows on unknown chromosomes are
        left out, further columns do not matter.
    values : array_like, shape (rows,), optional
        Default the column ``value``. Rows whose value is NaN are kept; infinite values become
        NaN.
    description, created_by, storage, overwrite
        As in `create_track`.

    Raises
    ------
    UsageError, ChromError
        Rectangles overlap, or points are the same: both are named; a bad row, name or number of
        values; no row on known chromosomes.
    TrackExistsError, LockedError, WriteError

    Examples
    --------
    >>> create_2d_from(db, "loops", frame, frame["score"])  # doctest: +SKIP
    """
    place = new_place(db, name, overwrite=overwrite)
    spans, found = _checked(db, intervals, given_values(intervals, values))
    provenance = provenance_of(
        name, description, created_by, "create_2d_from", "intervals", "values", bin_size=None
    )
    write_spans2d(place, spans, found, provenance=provenance, storage=storage, overwrite=overwrite)


def _checked(db: GenomeDB, intervals: Any, values: ArrayLike) -> tuple[Spans2D, _F8]:
    """Rectangles on known chromosomes, and their values."""
    require_columns(intervals, COLUMNS_2D, what="intervals")
    sides = [_side(db, intervals, axis) for axis in (1, 2)]
    found = one_each(values, len(sides[0]))
    rows = np.flatnonzero((sides[0].code >= 0) & (sides[1].code >= 0))
    if not rows.size:
        raise none_known(db)
    for axis, side in enumerate(sides, 1):
        _check_side(db, side, rows, axis)
    return Spans2D(sides[0][rows], sides[1][rows]), found[rows]


def _side(db: GenomeDB, intervals: Any, axis: int) -> Spans:
    import pandas as pd

    one = {name: intervals[f"{name}{axis}"] for name in ("chrom", "start", "end")}
    return raw_spans(pd.DataFrame(one, copy=False), db.chroms, what=f"intervals, axis {axis}")


def _check_side(db: GenomeDB, side: Spans, rows: NDArray[np.int64], axis: int) -> None:
    """Refuse the first row that is not inside its chromosome, by the caller's number."""
    some = side[rows]
    wrong = (some.start < 0) | (some.start >= some.end)
    wrong |= some.end > db.chroms.length_array[some.code]
    if not wrong.any():
        return
    i = int(wrong.argmax())
    chrom = db.chroms.names[some.code[i]]
    where = f"intervals, row {rows[i]}, axis {axis} ({chrom}:{some.start[i]}-{some.end[i]})"
    try:
        check_spans(some[i : i + 1], db.chroms)
    except (UsageError, ChromError) as error:
        raise type(error)(error.problem, where=where, fix=error.fix) from None


__all__ = ["create_2d_from"]
