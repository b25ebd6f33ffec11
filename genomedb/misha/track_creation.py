"""gtrack_create_*: new tracks of intervals and values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.core.names import track_name
from genomedb.core.spans import Spans
from genomedb.errors import ChromError, TrackExistsError, UsageError
from genomedb.importers.binned import iter_bin_means
from genomedb.importers.spool import Piece
from genomedb.intervals.frame import check_spans, raw_spans
from genomedb.misha.current import FolderDB, current, current_db
from genomedb.misha.tracks import TYPES, kind_of
from genomedb.storage.describe import Provenance
from genomedb.tracks.create import new_dense

__all__ = ["gtrack_create_dense", "gtrack_create_sparse"]
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")


def gtrack_create_dense(
    track: str,
    description: str,
    intervals: Any,
    values: ArrayLike,
    binsize: int,
    defval: float = float("nan"),
    func: str = "weighted.mean",
) -> None:
    """Make a dense track of intervals, which may overlap, with values.

    A bin is the mean of the values of the intervals in it, weighted by the bases they have there.
    Unless `defval` is NaN, it joins with the bases that are left: the length of the bin less all
    overlaps (two intervals over one another use up twice their length). A bin without intervals
    is `defval`.

    Parameters
    ----------
    intervals : DataFrame
        ``chrom start end``; rows on unknown chromosomes are left out, ends beyond the chromosome
        are cut. Further columns do not matter.
    values : array_like, shape (rows,)
        NaN leaves the interval out.
    binsize : int
        Bin width in bp.
    func : {"weighted.mean"}
        The only one.

    Raises
    ------
    UsageError, ChromError
        A bad row, name, bin size or number of values; no row on a known chromosome.
    TrackExistsError
        The name is taken.
    """
    db = current_db()
    name = new_name(db, track)
    if isinstance(binsize, bool) or not hasattr(binsize, "__index__") or binsize < 1:
        raise UsageError(f"binsize is {binsize!r:.60}", fix="Give a whole number of bp, at least 1")
    if func != "weighted.mean":
        raise UsageError(f"func {func!r} is unknown", fix="Only weighted.mean is there")
    spans, found = _with_values(db, intervals, values)
    call = f'gtrack.create_dense("{track}", description, intervals, values, {binsize}, {defval:g})'
    provenance = Provenance(
        description=_text(description, "description"),
        created_by=call,
        attributes={"type": "dense", "binsize": str(int(binsize))},
    )
    with new_dense(db.place(name), bin_size=int(binsize), provenance=provenance) as draft:
        for code, chrom in enumerate(db.chroms.names):
            pieces = _pieces(spans, found, code)
            means = iter_bin_means(pieces, db.chroms.lengths[code], int(binsize), float(defval))
            draft.write(chrom, (_stored(part) for part in means))


def _pieces(spans: Spans, values: NDArray[np.float64], code: int) -> Iterator[Piece]:
    """Records of one chromosome, of sorted spans."""
    first, last = np.searchsorted(spans.code, [code, code + 1])
    if last > first:
        yield Piece(spans.start[first:last], spans.end[first:last], values[first:last])


def gtrack_create_sparse(track: str, description: str, intervals: Any, values: Any = None) -> None:
    """Make a sparse track: intervals that do not overlap, each with a value.

    Parameters
    ----------
    intervals : DataFrame
        ``chrom start end``, in any order; rows on unknown chromosomes are left out, ends beyond
        the chromosome are cut.
    values : array_like, shape (rows,), optional
        Default the column ``value``. NaN is kept.

    Raises
    ------
    UsageError, ChromError
        Intervals overlap; a bad row, name or number of values; no row on a known chromosome.
    TrackExistsError
        The name is taken.
    """
    db = current_db()
    name = new_name(db, track)
    if values is None:
        if not hasattr(intervals, "columns") or "value" not in intervals.columns:
            raise UsageError("there are no values", fix="Give values, or a column value")
        values = intervals["value"]
    spans, found = _with_values(db, intervals, values)
    overlap = (spans.code[1:] == spans.code[:-1]) & (spans.start[1:] < spans.end[:-1])
    if overlap.any():
        i = int(overlap.argmax())
        chrom, at = db.chroms.names[spans.code[i]], spans[i : i + 2]
        raise UsageError(
            f"{chrom}:{at.start[0]}-{at.end[0]} and {chrom}:{at.start[1]}-{at.end[1]} overlap",
            where="intervals",
            fix="A sparse track has one value a base: merge them, or make a dense track",
        )
    records = {
        chrom: (spans.start[rows], spans.end[rows], _stored(found[rows]))
        for code, rows in spans.groups()
        for chrom in [db.chroms.names[code]]
    }
    call = f'gtrack.create_sparse("{track}", description, intervals, values)'
    provenance = Provenance(description=_text(description, "description"), created_by=call)
    db.create_sparse(name, records, provenance=provenance)


def new_name(db: FolderDB, track: str) -> str:
    """Check the name of a new track.

    Raises
    ------
    UsageError
        It is not legal.
    TrackExistsError
        A track, an interval set or a virtual track has it.
    """
    if not isinstance(track, str) or not _NAME.fullmatch(track):
        raise UsageError(
            f"{track!r:.60} is no name of a track",
            fix="Use letters, digits, _ and ., begin with a letter",
        )
    track_name(track)
    if track in current().virtual:
        raise TrackExistsError(
            f"'{track}' is the name of a virtual track", fix="Forget that first: gvtrack_rm"
        )
    if db.has_track(track):
        kind = db.open_track(track).track_type
        what = "Track" if kind in TYPES else f"The name of {kind_of(kind)},"
        raise TrackExistsError(
            f"{what} '{track}' already exists", where=db.track_path(track), fix="Remove it first"
        )
    return track


def _with_values(
    db: FolderDB, intervals: Any, values: ArrayLike
) -> tuple[Spans, NDArray[np.float64]]:
    """Intervals on known chromosomes, cut at their ends and sorted, with their values."""
    if isinstance(intervals, (tuple, list)) and len(intervals) == 3:
        intervals = _frame_of_tuple(intervals)
    spans = raw_spans(intervals, db.chroms)
    try:
        found = np.asarray(values, np.float64)
    except (TypeError, ValueError):
        raise UsageError("values are not numbers", where="values") from None
    if found.shape != (len(spans),):
        raise UsageError(
            f"there are {found.size} values for {len(spans)} intervals",
            where="values",
            fix="Give one value an interval",
        )
    known = spans.code >= 0
    if not known.any():
        raise ChromError(
            "No intervals map to known chromosomes",
            where="intervals",
            fix=f"The database has {', '.join(db.chroms.names[:5])}",
        )
    length = np.where(known, db.chroms.length_array[spans.code], spans.end)
    cut = Spans(spans.code, spans.start, np.minimum(spans.end, length))
    _check_rows(cut, spans, known, db)
    rows = np.flatnonzero(known)[cut[known].order()]
    return cut[rows], found[rows]


def _check_rows(cut: Spans, given: Spans, known: NDArray[np.bool_], db: FolderDB) -> None:
    """Refuse the first bad row, by its number in the caller's frame."""
    bad = known & ((given.start < 0) | (given.start >= given.end) | (cut.start >= cut.end))
    if bad.any():
        row = int(bad.argmax())
        try:
            check_spans(given[row : row + 1], db.chroms)
        except (UsageError, ChromError) as error:
            chrom = db.chroms.names[given.code[row]]
            where = f"intervals, row {row} ({chrom}:{given.start[row]}-{given.end[row]})"
            raise type(error)(error.problem, where=where, fix=error.fix) from None


def _frame_of_tuple(interval: Any) -> Any:
    """One interval as a DataFrame; chromosomes may be numbers."""
    import pandas as pd

    chrom, start, end = interval
    return pd.DataFrame({"chrom": [str(chrom)], "start": [start], "end": [end]})


def _stored(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values as tracks keep them: what is not finite is missing."""
    return np.where(np.isfinite(values), values, np.nan)


def _text(value: Any, what: str) -> str:
    if value is None:
        raise UsageError(f"{what} is None", fix="Give a text, which may be empty")
    return str(value)
