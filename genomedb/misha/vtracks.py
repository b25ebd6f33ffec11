"""gvtrack_*: virtual tracks of the session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from genomedb.core.names import track_name
from genomedb.errors import UsageError
from genomedb.misha.current import Session, current, current_or_none
from genomedb.tracks.array import ArrayTrack
from genomedb.virtual.bind import bind
from genomedb.virtual.definition import VirtualTrack

__all__ = [
    "gvtrack_array_slice", "gvtrack_clear", "gvtrack_create", "gvtrack_filter", "gvtrack_info",
    "gvtrack_iterator", "gvtrack_iterator_2d", "gvtrack_ls", "gvtrack_rm",
]  # fmt: skip
KEYWORDS = (
    "pssm", "prior", "bidirect", "extend", "strand", "score_thresh", "spat_factor", "spat_bin",
    "spat_min", "spat_max", "kmer", "e", "J", "pairs", "intercept",
    "direction", "score_min", "score_max", "max_edits", "max_indels",
)  # fmt: skip
_SLICES = {"stdev": "stddev", "mean": "avg"}


def gvtrack_create(
    vtrack_name: str,
    src: Any,
    func: str | None = None,
    params: Any = None,
    sshift: int = 0,
    eshift: int = 0,
    *,
    dim: int | None = None,
    filter: Any = None,
    **keywords: Any,
) -> None:
    """Define a virtual track; one of that name is replaced.

    Unlike the peer's, it is checked at once.

    Parameters
    ----------
    vtrack_name : str
        As a track's name, but not one that a track has.
    src : str, DataFrame or None
        A track; an interval set; intervals, with or without one more numeric column of values;
        None for functions of the sequence.
    func : str, optional
        Default ``avg``, for intervals without values ``distance``.
    params : optional
        What the function needs, such as the percentile of ``quantile``.
    sshift, eshift : int
        Added to start and end of each interval of the iterator.
    dim : {1, 2}, optional
        As `gvtrack_iterator`.
    filter : optional
        As `gvtrack_filter`.
    **keywords
        Of functions of the sequence: ``pssm prior bidirect extend strand score_thresh
        spat_factor spat_bin spat_min spat_max kmer``. Or as a dict in `params`.

    Raises
    ------
    UsageError
        A keyword, source, function or parameter is unknown or does not fit; a track has the name.
    """
    session = current()
    _check_name(session, vtrack_name)
    given = {word: value for word, value in keywords.items() if value is not None}
    for word in given:
        if word not in KEYWORDS:
            raise UsageError(
                f"gvtrack_create has no parameter {word!r}", fix=f"Known: {', '.join(KEYWORDS)}"
            )
    _keep(
        session, vtrack_name,
        VirtualTrack(
            src, func, _params(params, given), sshift=sshift, eshift=eshift, dim=dim or None,
            mask=filter,
        ),
    )  # fmt: skip


def _params(params: Any, keywords: dict[str, Any]) -> Any:
    """Parameters given as one value, as a dict, as keywords, or as a dict and keywords."""
    if not keywords:
        return params
    if params is None:
        return keywords
    if not isinstance(params, Mapping):
        raise UsageError(
            f"params {params!r:.60} and {', '.join(keywords)} are both given",
            fix="Give parameters by keyword",
        )
    twice = [word for word in keywords if word in params]
    if twice:
        raise UsageError(f"{twice[0]!r} is given twice, in params and by keyword")
    return {**params, **keywords}


def _check_name(session: Session, name: str) -> None:
    if not isinstance(name, str) or "/" in name or "-" in name:
        raise UsageError(
            f"{name!r:.60} is no name of a virtual track",
            fix="Use letters, digits, _ and ., begin with a letter",
        )
    track_name(name)
    if session.db.has_track(name):
        raise UsageError(
            f"'{name}' is the name of a track or interval set",
            where=session.db.track_path(name),
            fix="Give the virtual track another name",
        )


def _keep(session: Session, name: str, defined: VirtualTrack) -> None:
    """Check a definition and remember it."""
    bind(session.db, name, defined)
    session.virtual[name] = defined


class _UnknownVirtualTrackError(UsageError, KeyError):
    """No virtual track has this name."""


def _known(name: str) -> tuple[Session, VirtualTrack]:
    session = current()
    if not isinstance(name, str) or name not in session.virtual:
        listed = ", ".join(sorted(session.virtual)[:5])
        raise _UnknownVirtualTrackError(
            f"Virtual track not found: {name!s:.60}",
            fix=f"There are {listed}" if listed else "Create it first: gvtrack_create",
        )
    return session, session.virtual[name]


def gvtrack_ls() -> list[str]:
    """Names of the virtual tracks, in the order of their creation."""
    session = current_or_none()
    return [] if session is None else list(session.virtual)


def gvtrack_info(vtrack_name: str) -> dict[str, Any]:
    """What a virtual track is.

    Returns
    -------
    dict
        ``src func params sshift eshift filter``; the keywords of functions of the sequence under
        their names; ``dim``, ``shifts`` (of two dimensions; also each of ``sshift1 eshift1
        sshift2 eshift2``), ``slice`` and ``slice_func`` where they were given. The peer's
        ``filter_key`` and ``filter_stats`` are not kept.

    Raises
    ------
    KeyError
        There is no such virtual track.
    """
    _, found = _known(vtrack_name)
    keywords = dict(found.params) if isinstance(found.params, Mapping) else {}
    described = {
        "src": found.source,
        "func": found.function or _default(vtrack_name),
        "params": None if keywords else found.params,
        "sshift": found.sshift,
        "eshift": found.eshift,
        "filter": found.mask,
    }
    more = {
        "dim": found.dim, "shifts": found.shifts, "slice": found.columns,
        "slice_func": None if found.column_function == "avg" else found.column_function,
    }  # fmt: skip
    if found.shifts is not None:
        more["itr_type"] = "2d"
        more |= zip(("sshift1", "eshift1", "sshift2", "eshift2"), found.shifts, strict=True)
    return described | keywords | {word: value for word, value in more.items() if value is not None}


def _default(name: str) -> str:
    session, found = _known(name)
    return bind(session.db, name, found).function


def gvtrack_rm(vtrack_name: str) -> None:
    """Forget a virtual track; one that is not there is no error."""
    current().virtual.pop(vtrack_name, None)


def gvtrack_clear() -> None:
    """Forget all virtual tracks."""
    session = current_or_none()
    if session is not None:
        session.virtual.clear()


def gvtrack_iterator(
    vtrack_name: str, dim: int | None = None, sshift: int = 0, eshift: int = 0
) -> None:
    """Set the shifts of a virtual track; the former ones are replaced.

    Parameters
    ----------
    vtrack_name : str
    dim : {1, 2}, optional
        Of a 2D iterator, the axis to take the interval from; None or 0 for a 1D iterator.
    sshift, eshift : int
        Added to start and end.

    Raises
    ------
    KeyError
        There is no such virtual track.
    """
    session, found = _known(vtrack_name)
    _keep(session, vtrack_name, replace(found, dim=dim or None, sshift=sshift, eshift=eshift))


def gvtrack_iterator_2d(
    vtrack_name: str, sshift1: int = 0, eshift1: int = 0, sshift2: int = 0, eshift2: int = 0
) -> None:
    """Set the shifts of a virtual track in a 2D iterator, for both axes.

    Raises
    ------
    KeyError
        There is no such virtual track.
    """
    session, found = _known(vtrack_name)
    shifts = (sshift1, eshift1, sshift2, eshift2)
    if any(isinstance(s, bool) or not hasattr(s, "__index__") for s in shifts):
        raise UsageError(f"shifts {shifts} are not whole numbers", where=vtrack_name)
    _keep(session, vtrack_name, replace(found, shifts=shifts))


_NOT_GIVEN = object()


def gvtrack_filter(vtrack_name: str, mask: Any = None, *, filter: Any = _NOT_GIVEN) -> None:
    """Leave intervals out of the windows of a virtual track.

    What the mask leaves of a window is evaluated part by part and put together; nothing left is
    NaN. The functions ``sum`` and ``size`` count an interval of a sparse track once, however many
    parts it is in; the peer counts it in each.

    Parameters
    ----------
    vtrack_name : str
    mask : DataFrame, str, list of them, or None
        Intervals, an interval set, a sparse track; None for no mask. `filter` is another name.

    Raises
    ------
    KeyError
        There is no such virtual track.
    UsageError
        The function cannot be masked, or `mask` is nothing known.
    """
    if filter is not _NOT_GIVEN:
        if mask is not None:
            raise UsageError("mask and filter are one thing", fix="Give one of them")
        mask = filter
    session, found = _known(vtrack_name)
    _keep(session, vtrack_name, replace(found, mask=mask))


def gvtrack_array_slice(
    vtrack: str, slice: Any = None, func: str = "avg", params: None = None
) -> None:
    """Choose the columns of an array track that a virtual track uses.

    Parameters
    ----------
    vtrack : str
    slice : sequence of str or int, optional
        Names of columns, or their numbers from 0; default all.
    func : {"avg", "min", "max", "sum", "stddev"}
        How the columns of an interval become one value.

    Raises
    ------
    UsageError
        There is no such virtual track, column or function; the source is no array track.
    """
    if params is not None:
        raise UsageError("params must be None", where="gvtrack_array_slice")
    session, found = _known(vtrack)
    source = found.source
    is_array = isinstance(source, str) and session.db.has_track(source)
    if not is_array or not isinstance(session.db.open_track(source), ArrayTrack):
        raise UsageError("its source is no array track", where=f"virtual track '{vtrack}'")
    defined = replace(found, columns=slice, column_function=_SLICES.get(func, func))
    _keep(session, vtrack, defined)
