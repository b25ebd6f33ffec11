"""Tracks from intervals with values: dense ones of bins, sparse ones of the intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.analysis.new_track import checked_bin_size, new_place, provenance_of
from genomedb.core.spans import Spans
from genomedb.db.database import GenomeDB
from genomedb.errors import ChromError, UsageError
from genomedb.intervals.frame import check_spans, raw_spans
from genomedb.kernels.finite import finite_float32
from genomedb.tracks.create import Storage, new_dense, new_sparse
from genomedb.virtual.bin_functions import FUNCTIONS, iter_bins

_F8 = NDArray[np.float64]


def create_dense_from(
    db: GenomeDB,
    name: str,
    intervals: Any,
    values: ArrayLike,
    *,
    bin_size: int,
    default: float = float("nan"),
    function: str = "weighted.mean",
    description: str = "",
    created_by: str = "",
    storage: Storage | None = None,
    overwrite: bool = False,
) -> None:
    """Make a dense track of intervals with values, which may overlap.

    Every bin of every chromosome gets what `function` makes of the intervals in it. Unless
    `default` is NaN, the bases that are left join as one more interval with that value: the
    length of the bin less all overlaps, so that two intervals over one another use up twice their
    length. This also holds for bins that are covered in part.

    Parameters
    ----------
    db : GenomeDB
        Where the track goes.
    name : str
        Of the new track.
    intervals : DataFrame
        ``chrom start end`` in any order; rows on unknown chromosomes are left out, ends beyond
        the chromosome are cut, further columns do not matter.
    values : array_like, shape (rows,)
        NaN leaves an interval out.
    bin_size : int
        Base pairs.
    default : float
        Value of the bases that are left.
    function : str
        ``weighted.mean``, ``weighted.sum`` (of value times overlap), ``coverage`` (that sum by
        the length of the bin), ``max``, ``min``, ``median`` (weighted by overlap, the lower one),
        or ``count`` of the intervals, whatever the default is.
    description, created_by, storage, overwrite
        As in `create_track`.

    Raises
    ------
    UsageError, ChromError
        A bad row, name, bin size, function or number of values; no row on a known chromosome.
    TrackExistsError, LockedError, WriteError

    Examples
    --------
    >>> create_dense_from(db, "peaks", frame, frame["score"], bin_size=20)  # doctest: +SKIP
    """
    place = new_place(db, name, overwrite=overwrite)
    width = checked_bin_size(bin_size)
    if function not in FUNCTIONS:
        raise UsageError(
            f"function {function!r:.40} is unknown", fix=f"Use one of: {', '.join(FUNCTIONS)}"
        )
    filling = _number(default)
    spans, found = checked_intervals(db, intervals, values)
    provenance = provenance_of(
        name, description, created_by, "create_dense_from", "intervals", "values", width, filling,
        repr(function), bin_size=width,
    )  # fmt: skip
    where = dict(spans.groups())
    with new_dense(
        place, bin_size=width, provenance=provenance, storage=storage, overwrite=overwrite
    ) as draft:
        for code, (chrom, length) in enumerate(
            zip(db.chroms.names, db.chroms.lengths, strict=True)
        ):
            rows = where.get(code, slice(0, 0))
            bins = iter_bins(
                spans.start[rows], spans.end[rows], found[rows], length=length, width=width,
                default=filling, function=function,
            )  # fmt: skip
            draft.write(chrom, map(finite_float32, bins))


def create_sparse_from(
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
    """Make a sparse track: intervals that do not overlap, each with a value.

    Parameters
    ----------
    db : GenomeDB
        Where the track goes.
    name : str
        Of the new track.
    intervals : DataFrame
        As in `create_dense_from`. Intervals that touch stay two.
    values : array_like, shape (rows,), optional
        Default the column ``value``. Intervals whose value is NaN are kept; infinite values
        become NaN.
    description, created_by, storage, overwrite
        As in `create_track`.

    Raises
    ------
    UsageError, ChromError
        Intervals overlap; a bad row, name or number of values; no row on a known chromosome.
    TrackExistsError, LockedError, WriteError

    Examples
    --------
    >>> create_sparse_from(db, "peaks", frame, frame["score"])  # doctest: +SKIP
    """
    place = new_place(db, name, overwrite=overwrite)
    spans, found = checked_intervals(db, intervals, given_values(intervals, values))
    _refuse_overlaps(spans, db)
    provenance = provenance_of(
        name, description, created_by, "create_sparse_from", "intervals", "values", bin_size=None
    )
    stored = finite_float32(found)
    with new_sparse(place, provenance=provenance, storage=storage, overwrite=overwrite) as draft:
        for code, rows in spans.groups():
            piece = spans.start[rows], spans.end[rows], stored[rows]
            draft.write(db.chroms.names[code], [piece], rows.stop - rows.start)


def given_values(intervals: Any, values: ArrayLike | None) -> ArrayLike:
    """Values as given, or else the column ``value`` of the intervals."""
    if values is not None:
        return values
    if "value" not in getattr(intervals, "columns", ()):
        raise UsageError("there are no values", fix="Give values, or a column value")
    return intervals["value"]  # type: ignore[no-any-return]


def one_each(values: ArrayLike, n: int) -> _F8:
    """Values of `n` intervals as numbers, shape (n,)."""
    try:
        found = np.asarray(values, np.float64)
    except (TypeError, ValueError):
        raise UsageError("values are not numbers", where="values") from None
    if found.ndim != 1:
        raise UsageError(
            f"values have {found.ndim} dimensions, not one",
            where="values",
            fix="Give one value an interval, in a list or an array",
        )
    if found.size != n:
        raise UsageError(
            f"there are {found.size} values for {n} intervals",
            where="values",
            fix="Give one value an interval",
        )
    return found


def none_known(db: GenomeDB) -> ChromError:
    """The error where every interval is on a chromosome that the database does not have."""
    return ChromError(
        "No intervals map to known chromosomes",
        where="intervals",
        fix=f"The database has {', '.join(db.chroms.names[:5])}",
    )


def checked_intervals(db: GenomeDB, intervals: Any, values: ArrayLike) -> tuple[Spans, _F8]:
    """Intervals on known chromosomes, cut at their ends and sorted, with their values.

    Raises
    ------
    UsageError, ChromError
        Naming the first bad row of the caller's.
    """
    spans = raw_spans(intervals, db.chroms)
    found = one_each(values, len(spans))
    rows: NDArray[np.int64] | None = None  # of the caller's, where some are left out
    if len(spans) == 0 or spans.code.min() < 0:
        rows = np.flatnonzero(spans.code >= 0)
        spans, found = spans[rows], found[rows]
    if not len(spans):
        raise none_known(db)
    end = np.minimum(spans.end, db.chroms.length_array[spans.code])
    if spans.start.min() < 0 or (spans.start >= end).any():
        _refuse_row(spans, end, rows, db)
    cut = Spans(spans.code, spans.start, end)
    if cut.is_sorted():
        return cut, found
    order = cut.order()
    return cut[order], found[order]


def _refuse_row(
    spans: Spans, end: NDArray[np.int64], rows: NDArray[np.int64] | None, db: GenomeDB
) -> None:
    """Refuse the first row that begins outside its chromosome, or has no bases."""
    i = int(((spans.start < 0) | (spans.start >= end)).argmax())
    row = i if rows is None else int(rows[i])
    chrom = db.chroms.names[spans.code[i]]
    where = f"intervals, row {row} ({chrom}:{spans.start[i]}-{spans.end[i]})"
    try:
        check_spans(spans[i : i + 1], db.chroms)
    except (UsageError, ChromError) as error:
        raise type(error)(error.problem, where=where, fix=error.fix) from None


def _refuse_overlaps(spans: Spans, db: GenomeDB) -> None:
    """A sparse track has one value a base."""
    overlap = (spans.code[1:] == spans.code[:-1]) & (spans.start[1:] < spans.end[:-1])
    if overlap.any():
        i = int(overlap.argmax())
        chrom = db.chroms.names[spans.code[i]]
        raise UsageError(
            f"{chrom}:{spans.start[i]}-{spans.end[i]} and "
            f"{chrom}:{spans.start[i + 1]}-{spans.end[i + 1]} overlap",
            where="intervals",
            fix="A sparse track has one value a base: merge them, or make a dense track",
        )


def _number(default: Any) -> float:
    try:
        return float(default)
    except (TypeError, ValueError):
        raise UsageError(f"default is {default!r:.40}", fix="Give a number, or NaN") from None
