"""mapply: a function of the values within each row of a scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.row_values import scope_frame, values_by_row
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.expr.stream import Stream, Stream2D, any_stream_of
from genomedb.virtual.definition import VirtualTrack

_F8 = NDArray[np.float64]
_TAKEN = ("chrom", "start", "end")


def mapply(
    db: GenomeDB,
    function: Callable[..., Any],
    expressions: str | Sequence[str],
    scope: Any = None,
    *,
    name: str = "value",
    iterator: Any = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    band: tuple[int, int] | None = None,
    executor: Executor | int | None = None,
) -> Any:
    """Apply a function to the values of expressions within each row of the scope.

    Parameters
    ----------
    db : GenomeDB
        Where tracks and interval sets are.
    function : callable
        Gets one float64 array an expression, shape (intervals in the row,), missing values as
        NaN; an array has no values where the row has no intervals. Returns one value. It runs in
        this thread, row after row in the order of the scope.
    expressions : str or sequence of str
        Such as ``"np.log(chip + 1)"``.
    scope : optional
        Where to look, default the whole genome; see `scope_of`. Bases in several rows are given
        for each.
    name : str
        Of the column of results.
    iterator : optional
        How to walk within a row, default as the expressions' tracks are; see `steps_of`.
    virtual, variables : mapping, optional
        Virtual tracks, and numbers, by the names they have in the expressions.
    band : (int, int), optional
        Of two-dimensional scopes, see `any_stream_of`.
    executor : Executor, int or None
        Who reads and evaluates the expressions.

    Returns
    -------
    pandas.DataFrame
        One row a scope row, in its order: ``chrom start end`` and what `function` returned.

    Raises
    ------
    UsageError
        `function` cannot be called, returned more than one value, or `name` is taken.
    ChromError, ExpressionError, TrackNotFoundError
        The scope, iterator or an expression is not right; nothing was read then.

    Examples
    --------
    >>> mapply(db, lambda a, b: (a - b).max(), ["chip", "input"], genes)  # doctest: +SKIP
    """
    if not callable(function):
        raise UsageError(
            f"function is of type {type(function).__name__}, which cannot be called",
            fix="Give a function such as np.nanmax",
        )
    if not isinstance(name, str):
        raise UsageError(f"name {name!r:.60} is not text", fix="Give a name for the results")
    if name in _TAKEN:
        raise UsageError(f"the column of results cannot be called {name}", fix="Change name=")
    stream = any_stream_of(
        db, expressions, scope, iterator=iterator, virtual=virtual, variables=variables, band=band
    )
    found = _answers(stream, function, executor)
    return scope_frame(stream, {name: found})


def _answers(
    stream: Stream | Stream2D, function: Callable[..., Any], executor: Executor | int | None
) -> Any:
    """What the function says of each scope row."""
    n_expressions = len(stream.plan.expressions)
    found: list[Any] = []
    for row, values in _rows(stream, executor):
        while len(found) < row:  # rows without intervals
            found.append(function(*(np.empty(0) for _ in range(n_expressions))))
        found.append(function(*values))
    while len(found) < len(stream.scope):
        found.append(function(*(np.empty(0) for _ in range(n_expressions))))
    many = next((i for i, answer in enumerate(found) if np.ndim(answer)), None)
    if many is not None:
        raise UsageError(
            f"function returned an array of shape {np.shape(found[many])}, not one value",
            where=f"scope, row {many}",
            fix="Return one value, such as its sum",
        )
    return found if found else np.empty(0)


def _rows(
    stream: Stream | Stream2D, executor: Executor | int | None
) -> Iterator[tuple[int, list[_F8]]]:
    """Yield each scope row that has intervals, with one array an expression."""
    held: list[list[_F8]] = []  # of a row that may go on in the next task
    at = -1
    for _, part in stream.map(values_by_row, executor, what="mapply"):
        edges = part.edges.tolist()
        for i, row in enumerate(part.row.tolist()):
            if row != at and held:
                yield at, _joined(held)
                held = []
            held.append([column[edges[i] : edges[i + 1]] for column in part.values])
            at = row
    if held:
        yield at, _joined(held)


def _joined(held: list[list[_F8]]) -> list[_F8]:
    if len(held) == 1:
        return held[0]
    return [np.concatenate(columns) for columns in zip(*held, strict=True)]
