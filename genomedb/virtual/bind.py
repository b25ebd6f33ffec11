"""A definition and a database -> what a worker needs to compute a virtual track."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from operator import index
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import MAX_LENGTH
from genomedb.core.spans import Spans
from genomedb.db.database import GenomeDB
from genomedb.db.interval_sets import has_set, load_set
from genomedb.errors import UsageError
from genomedb.intervals.frame import check_spans, spans_of
from genomedb.intervals.setops import merge_spans
from genomedb.iterators.nearby import not_known
from genomedb.iterators.scope import scope_of
from genomedb.tracks.array import ArrayTrack
from genomedb.tracks.base import Track
from genomedb.tracks.pairs import PairTrack
from genomedb.virtual.columns import column_reducer
from genomedb.virtual.definition import VirtualTrack
from genomedb.virtual.distance import INTERVAL_FUNCTIONS, check_interval_function
from genomedb.virtual.elements import SpanElements
from genomedb.virtual.mask import MASKED
from genomedb.virtual.pairs import check_pair_function
from genomedb.virtual.sequence import SEQUENCE_FUNCTIONS, check_sequence_function
from genomedb.virtual.signal import SIGNAL_FUNCTIONS, check_signal

_COORDINATES = ("chrom", "start", "end", "strand")


@dataclass(frozen=True, eq=False)
class Bound:
    """A virtual track, checked and ready to be sent to a worker.

    Attributes
    ----------
    track : str or None
        Name of the source, where it is a track.
    spans, values : Spans, ndarray or None
        The source, where it is intervals, perhaps with values.
    function : str
        A name of one of the tables of functions.
    params : Any
        As its function wants them.
    mask : Spans or None
        Intervals left out, merged and sorted.
    is_2d : bool
        The source is a 2D track, and windows are rectangles.
    shifts : tuple of 4 int, optional
        Of such windows.
    """

    name: str
    track: str | None
    spans: Spans | None
    values: NDArray[np.float64] | None
    function: str
    params: Any
    sshift: int
    eshift: int
    dim: int | None
    mask: Spans | None
    columns: Any = None
    column_function: str = "avg"
    is_2d: bool = False
    shifts: tuple[int, int, int, int] | None = None


def bind(db: GenomeDB, name: str, defined: VirtualTrack) -> Bound:
    """Check a virtual track against a database.

    Raises
    ------
    UsageError, TrackNotFoundError, ChromError
        Unknown source, function or parameter, a function that does not fit its source, shifts
        that are no whole numbers; names the virtual track.
    """
    try:
        found = _with_source(db, name, defined)
        sshift, eshift = _whole(defined.sshift, "sshift"), _whole(defined.eshift, "eshift")
        if defined.dim is not None and not _is_axis(defined.dim):
            raise UsageError(f"dim is {defined.dim!r:.60}", fix="Give 1, 2 or None")
        shifts = None if defined.shifts is None else _four(defined.shifts)
        if found.is_2d:
            _check_2d(defined, (sshift, eshift))
        mask = None if defined.mask is None else _mask(db, defined.mask, found.function)
    except UsageError as error:
        if error.where is None:
            raise UsageError(
                error.problem, where=f"virtual track '{name}'", fix=error.fix
            ) from error
        raise
    if found.is_2d:
        return replace(found, shifts=shifts)
    if shifts is not None and defined.dim is not None:  # of the axis that is looked at
        sshift += shifts[2 * defined.dim - 2]
        eshift += shifts[2 * defined.dim - 1]
    return replace(found, sshift=sshift, eshift=eshift, dim=defined.dim, mask=mask)


def _with_source(db: GenomeDB, name: str, defined: VirtualTrack) -> Bound:
    """The source, the function and its parameters."""
    function, params, source = defined.function, defined.params, defined.source
    if function is not None and not isinstance(function, str):
        known = SEQUENCE_FUNCTIONS if source is None else (*SIGNAL_FUNCTIONS, *INTERVAL_FUNCTIONS)
        raise _unknown(function, "without a source" if source is None else "of a track", known)
    empty = Bound(name, None, None, None, "", None, 0, 0, None, None)
    if source is None:
        if function is None:
            raise UsageError("has neither source nor function", fix="Name a source")
        if function not in SEQUENCE_FUNCTIONS:
            raise _unknown(function, "without a source", SEQUENCE_FUNCTIONS)
        return replace(empty, function=function, params=check_sequence_function(function, params))
    if function in SEQUENCE_FUNCTIONS:
        raise UsageError(f"{function} is a function of the sequence", fix="Give source None")
    if isinstance(source, str) and db.has_track(source) and not has_set(db, source):
        function = function or "avg"
        track = db.open_track(source)
        if isinstance(track, PairTrack):
            function = check_pair_function(function)
            if params is not None:
                raise UsageError(f"function {function} takes no params, not {params!r:.60}")
            return replace(empty, track=track.name, function=function, is_2d=True)
        if function not in SIGNAL_FUNCTIONS:
            raise _unknown(function, "of a track", SIGNAL_FUNCTIONS)
        return replace(
            empty, track=track.name, function=_plain(function),
            params=check_signal(function, params), columns=_columns(track, defined),
            column_function=defined.column_function,
        )  # fmt: skip
    if defined.columns is not None:
        raise UsageError("columns are of array tracks", fix="Name an array track, or no columns")
    spans, values = _intervals(db, source)
    function = function or ("distance" if values is None else "avg")
    if function in INTERVAL_FUNCTIONS:
        checked = check_interval_function(function, params)
        return replace(empty, spans=spans, function=function, params=checked)
    if values is None:
        raise _unknown(function, "of intervals without values", INTERVAL_FUNCTIONS)
    if function not in SIGNAL_FUNCTIONS:
        raise _unknown(
            function, "of intervals with values", (*SIGNAL_FUNCTIONS, *INTERVAL_FUNCTIONS)
        )
    SpanElements(spans, values, chroms=db.chroms)  # refuses intervals that overlap
    checked = check_signal(function, params)
    return replace(empty, spans=spans, values=values, function=_plain(function), params=checked)


def _columns(track: Track, defined: VirtualTrack) -> list[str] | None:
    """Names of the columns of an array track that are used; None for all."""
    column_reducer(defined.column_function)
    if defined.columns is None:
        return None
    if not isinstance(track, ArrayTrack):
        raise UsageError(
            f"track '{track.name}' is no array track and has no columns", fix="Leave columns out"
        )
    given = defined.columns
    listed = [given] if isinstance(given, (str, int)) else given
    if not isinstance(listed, Iterable):
        raise UsageError(f"columns are {given!r:.60}", fix="Give names or numbers from 0")
    listed = list(listed)
    known = dict(enumerate(track.columns)) | {name: name for name in track.columns}
    unknown = [column for column in listed if column not in known]
    if unknown or not listed:
        raise UsageError(
            f"track '{track.name}' has no column {unknown[0]!r}"
            if unknown
            else "no column is named",
            fix=f"Its columns are {', '.join(track.columns[:10])}, or their numbers from 0",
        )
    return [known[column] for column in listed]


def _plain(function: str) -> str:
    return "avg" if function == "mean" else function


def _intervals(db: GenomeDB, source: Any) -> tuple[Spans, NDArray[np.float64] | None]:
    """Intervals of a source, with the values of their one further numeric column, if any."""
    if isinstance(source, Spans):
        check_spans(source, db.chroms, what="source")
        return source, None
    if isinstance(source, str):
        if not has_set(db, source):
            raise not_known(db, source, "source")
        source = load_set(db, source)
    if not hasattr(source, "columns") or not hasattr(source, "iloc"):
        raise UsageError(
            f"source {source!r:.60} is neither a name nor a DataFrame",
            fix="Give a track, an interval set or a DataFrame with chrom, start and end",
        )
    if "chrom1" in source.columns:
        raise UsageError("its source is two-dimensional", fix="Give intervals of one dimension")
    spans = spans_of(source, db.chroms, what="source")
    more = [c for c in source.columns if c not in _COORDINATES]
    numeric = [c for c in more if source[c].dtype.kind in "iufb"]
    if len(more) == 1 and numeric:
        return spans, source[numeric[0]].to_numpy(np.float64)
    return spans, None


def _mask(db: GenomeDB, mask: Any, function: str) -> Spans:
    """Intervals of one mask or several, merged."""
    if function not in MASKED:
        raise UsageError(
            f"{function} cannot be masked", fix=f"Maskable: {', '.join(sorted(MASKED))}"
        )
    parts = list(mask) if isinstance(mask, (list, tuple)) else [mask]
    found = [scope_of(db, part, what="mask") for part in parts]
    flat = [part for part in found if isinstance(part, Spans)]
    if len(flat) < len(found) or not flat:
        raise UsageError("a mask has intervals of one dimension", fix="Give chrom, start and end")
    joined = Spans(
        np.concatenate([p.code for p in flat]),
        np.concatenate([p.start for p in flat]),
        np.concatenate([p.end for p in flat]),
    )
    return merge_spans(joined, db.chroms)


def _check_2d(defined: VirtualTrack, shift: tuple[int, int]) -> None:
    """Refuse what a 2D track cannot be given."""
    wrong = {
        "dim": (defined.dim is not None, "it is of sources with one dimension"),
        "sshift and eshift": (any(shift), "give shifts, for both axes"),
        "mask": (defined.mask is not None, "it is of sources with one dimension"),
        "columns": (defined.columns is not None, "they are of array tracks"),
    }
    for what, (is_given, why) in wrong.items():
        if is_given:
            raise UsageError(f"a 2D track takes no {what}", fix=why[0].upper() + why[1:])


def _four(shifts: Any) -> tuple[int, int, int, int]:
    listed = list(shifts) if isinstance(shifts, (tuple, list, np.ndarray)) else [shifts]
    if len(listed) != 4:
        raise UsageError(
            f"shifts are {shifts!r:.60}", fix="Give (sshift1, eshift1, sshift2, eshift2)"
        )
    a, b, c, d = (_whole(value, "shifts") for value in listed)
    return a, b, c, d


def _whole(value: Any, what: str) -> int:
    fix = "Give a whole number of base pairs"
    if isinstance(value, (bool, np.bool_)):
        raise UsageError(f"{what} is {value!r}", fix=fix)
    try:
        shift = int(value) if isinstance(value, float) and value.is_integer() else index(value)
    except TypeError:
        raise UsageError(f"{what} is {value!r:.60}", fix=fix) from None
    if abs(shift) >= MAX_LENGTH:
        raise UsageError(f"{what} is {value!r:.60}, longer than any chromosome", fix=fix)
    return shift


def _is_axis(dim: Any) -> bool:
    return isinstance(dim, (int, np.integer)) and dim in (1, 2) and not isinstance(dim, bool)


def _unknown(function: Any, what: str, known: Any) -> UsageError:
    return UsageError(
        f"{function!r:.60} is not a function {what}", fix=f"Known: {', '.join(sorted(known))}"
    )
