"""Functions of virtual tracks over values: one number of the elements that a window overlaps.

`signal_function` makes a callable of windows. Its answer for a window depends on that window and
the data alone: blocks, their order, threads and processes change no bit of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from genomedb.errors import UsageError
from genomedb.kernels.window_direct import Kind, Mode
from genomedb.virtual.elements import ElementSource
from genomedb.virtual.functions import (
    AggregateFunction,
    NearestFunction,
    QuantileFunction,
    SignalFunction,
)
from genomedb.virtual.global_rank import GlobalRankFunction
from genomedb.virtual.positions import PositionFunction, SampleFunction

_AGGREGATES = {
    "avg": (Kind.SUMS, Mode.MEAN),
    "mean": (Kind.SUMS, Mode.MEAN),
    "sum": (Kind.SUMS, Mode.SUM),
    "size": (Kind.SUMS, Mode.SIZE),
    "exists": (Kind.SUMS, Mode.EXISTS),
    "stddev": (Kind.MOMENTS, Mode.STDDEV),
    "min": (Kind.LOWEST, Mode.VALUE),
    "max": (Kind.HIGHEST, Mode.VALUE),
    "first": (Kind.FIRST, Mode.VALUE),
    "last": (Kind.LAST, Mode.VALUE),
    "lse": (Kind.LSE, Mode.LOG_SUM),
}
_POSITIONS = {
    "first": Kind.FIRST,
    "last": Kind.LAST,
    "min": Kind.LOWEST,
    "max": Kind.HIGHEST,
}
_OF_GLOBAL = {
    "global.percentile": "avg",
    "global.percentile.min": "min",
    "global.percentile.max": "max",
}
SIGNAL_FUNCTIONS: tuple[str, ...] = (
    *_AGGREGATES,
    "nearest",
    "quantile",
    "sample",
    *(f"{what}.pos.{how}" for what in (*_POSITIONS, "sample") for how in ("abs", "relative")),
    *_OF_GLOBAL,
)


def check_signal(name: str, params: Any = None) -> float | None:
    """Check a function and its parameters; the parameter as a number, None where it takes none.

    Raises
    ------
    UsageError
        Unknown function, a quantile without a number from 0 to 1, or a parameter of a function
        that takes none.

    Examples
    --------
    >>> check_signal("quantile", 0.9)
    0.9
    """
    if name not in SIGNAL_FUNCTIONS:
        raise UsageError(
            f"function {name!r} is not known", fix=f"Use one of: {', '.join(SIGNAL_FUNCTIONS)}"
        )
    if name != "quantile":
        if params is not None:
            raise UsageError(f"function {name} takes no params, not {params!r}")
        return None
    p = params[0] if isinstance(params, list | tuple) and len(params) == 1 else params
    if (
        not isinstance(p, int | float | np.integer | np.floating)
        or isinstance(p, bool)
        or not 0 <= p <= 1
    ):
        raise UsageError(
            f"params of quantile must be a number from 0 to 1, not {params!r}",
            fix="Give for instance params=0.5 for the median",
        )
    return float(p)


def signal_function(
    name: str,
    elements: ElementSource,
    *,
    params: Any = None,
    is_disjoint: bool,
    seed: int = 0,
) -> SignalFunction:
    """A function of windows over the values of a source.

    Parameters
    ----------
    name : str
        One of `SIGNAL_FUNCTIONS`.
    elements : callable
        Elements by chromosome code: `elements_of` a track, or `SpanElements`.
    params : float, optional
        Of ``quantile``: 0 to 1.
    is_disjoint : bool
        Do windows not overlap? Each is then walked over; else sums of tiles make the cost of a
        window independent of its width.
    seed : int
        Of ``sample``.

    Returns
    -------
    SignalFunction
        Called with (code, start, end) of windows ``0 <= start < end <= length`` of one
        chromosome, int64, in any order, sorted ones fastest; gives one float64 each. Can be
        pickled, and called from several threads.

    Raises
    ------
    UsageError
        As `check_signal`.

    Examples
    --------
    >>> most = signal_function("max", elements_of(track), is_disjoint=False)  # doctest: +SKIP
    >>> most(0, np.array([0, 20]), np.array([1000, 1020]))  # doctest: +SKIP
    """
    p = check_signal(name, params)
    if name in _AGGREGATES:
        kind, mode = _AGGREGATES[name]
        return AggregateFunction(elements, kind, mode, is_disjoint=is_disjoint)
    if name == "nearest":
        return NearestFunction(elements, is_disjoint=is_disjoint)
    if name == "quantile":
        assert p is not None
        return QuantileFunction(elements, p, is_disjoint=is_disjoint)
    if name in _OF_GLOBAL:
        inner = _AGGREGATES[_OF_GLOBAL[name]]
        return GlobalRankFunction(elements, *inner, is_disjoint=is_disjoint)
    what, _, how = name.partition(".pos.")
    if what == "sample":
        return SampleFunction(elements, how or None, seed=seed, is_disjoint=is_disjoint)
    return PositionFunction(elements, _POSITIONS[what], how, is_disjoint=is_disjoint)
