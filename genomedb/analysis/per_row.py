"""Statistics of an expression within each row of a scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.extract import column_names
from genomedb.analysis.quantiles import checked_percentiles
from genomedb.analysis.row_values import scope_frame, values_by_row
from genomedb.analysis.summary import SUMMARY_NAMES
from genomedb.db.database import GenomeDB
from genomedb.expr.stream import Evaluation, Stream, Stream2D, any_stream_of
from genomedb.expr.syntax import one_expression
from genomedb.iterators.pieces import Task
from genomedb.virtual.definition import VirtualTrack

_F8 = NDArray[np.float64]
_I8 = NDArray[np.int64]


# ---- the seven statistics


def intervals_summary(
    db: GenomeDB,
    expression: str,
    scope: Any = None,
    *,
    iterator: Any = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    band: tuple[int, int] | None = None,
    executor: Executor | int | None = None,
) -> Any:
    """Statistics of an expression within each row of the scope.

    Parameters are those of `summary`, but bases in several rows count in each of them. The scope
    may be two-dimensional; `band` is of such scopes only, see `any_stream_of`.

    Returns
    -------
    pandas.DataFrame
        One row a scope row, in its order: ``chrom start end`` (``chrom1 start1 end1 chrom2 start2
        end2``) and what `summary` gives. Where a row has no intervals, the counts are 0 and the
        rest is NaN.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        As `summary`.

    Examples
    --------
    >>> intervals_summary(db, "chip", genes)[["chrom", "start", "end", "Mean"]]  # doctest: +SKIP
    """
    stream = any_stream_of(
        db, one_expression(expression), scope, iterator=iterator, virtual=virtual,
        variables=variables, band=band,
    )  # fmt: skip
    table = _Statistics(len(stream.scope))
    for _, part in stream.map(_statistics, executor, what="intervals_summary"):
        table.add(part)
    columns = dict(zip(SUMMARY_NAMES, table.columns(), strict=True))
    return scope_frame(stream, columns)


class _Part(NamedTuple):
    """Statistics of the rows of a task: counts, extremes, sum, and spread about the mean."""

    row: _I8
    total: _F8
    n: _F8
    low: _F8
    high: _F8
    sum: _F8
    spread: _F8

    def mean(self) -> _F8:
        """Exactly the value where all of a row are equal, so that their spread is 0."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.low == self.high, self.low, self.sum / self.n)


def _statistics(evaluation: Evaluation, task: Task) -> _Part:
    row, edges, (values,) = values_by_row(evaluation, task)
    begin, total = edges[:-1], np.diff(edges)
    is_missing = values != values
    n = total - np.add.reduceat(is_missing, begin, dtype=np.int64)
    with np.errstate(invalid="ignore", over="ignore"):  # infinite values
        sums = np.add.reduceat(np.where(is_missing, 0.0, values), begin)
    low = np.fmin.reduceat(values, begin)
    high = np.fmax.reduceat(values, begin)
    part = _Part(row, total.astype(np.float64), n.astype(np.float64), low, high, sums, sums)
    with np.errstate(invalid="ignore", over="ignore"):
        values -= np.repeat(part.mean(), total)
        values *= values
    values[values != values] = 0.0
    return part._replace(spread=np.add.reduceat(values, begin))


class _Statistics:
    """Statistics of all rows, put together from tasks in their order."""

    def __init__(self, n: int) -> None:
        zero, missing = np.zeros(n), np.full(n, np.nan)
        self._all = _Part(
            np.arange(n), zero, zero.copy(), missing, missing.copy(), zero.copy(), zero.copy()
        )
        self._last = -1

    def add(self, part: _Part) -> None:
        """Add a task; its first row may have begun in the one before."""
        if part.row[0] == self._last:
            part = self._continued(part)
        for mine, theirs in zip(self._all[1:], part[1:], strict=True):
            mine[part.row] = theirs
        self._last = int(part.row[-1])

    def _continued(self, part: _Part) -> _Part:
        """The same with what is known of its first row, after Chan, Golub and LeVeque (1979)."""
        row = part.row[:1]
        a = _Part(row, *(column[row] for column in self._all[1:]))
        b = _Part(row, *(column[:1] for column in part[1:]))
        n = a.n + b.n
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            delta = b.mean() - a.mean()
            between = np.where(
                (a.n > 0) & (b.n > 0) & (np.abs(delta) > 0),
                delta * delta * (a.n * b.n / n),
                0.0,
            )
        first = _Part(
            row, a.total + b.total, n, np.fmin(a.low, b.low), np.fmax(a.high, b.high),
            a.sum + b.sum, a.spread + b.spread + between,
        )  # fmt: skip
        for column, value in zip(part, first, strict=True):
            column[:1] = value
        return part

    def columns(self) -> list[_F8]:
        """One array for each of `SUMMARY_NAMES`."""
        x = self._all
        with np.errstate(invalid="ignore", divide="ignore"):
            std = np.sqrt(np.where(x.n > 1, x.spread / (x.n - 1), np.nan))
        total = np.where(x.n > 0, x.sum, np.nan)
        return [x.total, x.total - x.n, x.low, x.high, total, x.mean(), std]


# ---- quantiles


def intervals_quantiles(
    db: GenomeDB,
    expression: str,
    scope: Any = None,
    percentiles: float | Sequence[float] = 0.5,
    *,
    iterator: Any = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    band: tuple[int, int] | None = None,
    executor: Executor | int | None = None,
) -> Any:
    """Quantiles of an expression within each row of the scope.

    Exact, by linear interpolation between the two nearest values (type 7). The values of one
    scope row are held in memory.

    Parameters
    ----------
    db : GenomeDB
        Where tracks and interval sets are.
    expression : str
        Such as ``"np.log(chip + 1) - input"``.
    scope : optional
        Where to look, default the whole genome; see `scope_of`. Bases in several rows count in
        each of them.
    percentiles : float or sequence of float
        From 0 to 1.
    iterator, virtual, variables, executor
        As for `summary`.
    band : (int, int), optional
        Of two-dimensional scopes, see `any_stream_of`.

    Returns
    -------
    pandas.DataFrame
        One row a scope row, in its order: ``chrom start end`` and a column a percentile, called
        by its shortest spelling such as ``"0.5"`` (again with ``_`` where it is asked for twice).
        NaN where a row has no values.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        A percentile is outside [0, 1], or as `summary`.

    Examples
    --------
    >>> intervals_quantiles(db, "chip", genes, [0.1, 0.9])  # doctest: +SKIP
    """
    wanted = checked_percentiles(percentiles)
    stream = any_stream_of(
        db, one_expression(expression), scope, iterator=iterator, virtual=virtual,
        variables=variables, band=band,
    )  # fmt: skip
    table = np.full((wanted.size, len(stream.scope)), np.nan)
    for row, found in _row_quantiles(stream, wanted, executor):
        table[:, row] = found
    names = column_names([str(p) for p in wanted.tolist()], None)
    return scope_frame(stream, dict(zip(names, table, strict=True)))


class _Sorted(NamedTuple):
    """Quantiles of the rows of a task that are whole, and sorted values of its outer two."""

    row: _I8
    found: _F8
    first: _F8
    last: _F8


def _row_quantiles(
    stream: Stream | Stream2D, wanted: _F8, executor: Executor | int | None
) -> Iterator[tuple[_I8, _F8]]:
    """Yield some rows and their quantiles, shape (percentiles, rows), until all are done."""
    held: list[_F8] = []
    at = -1
    work = partial(_sorted, wanted=wanted)
    for _, part in stream.map(work, executor, what="intervals_quantiles"):
        first, last = int(part.row[0]), int(part.row[-1])
        if first != at and held:
            yield _joined(at, held, wanted)
            held = []
        held.append(part.first)
        at = first
        if last != first:
            yield _joined(first, held, wanted)
            yield part.row[1:-1], part.found
            held, at = [part.last], last
    if held:
        yield _joined(at, held, wanted)


def _joined(row: int, held: list[_F8], wanted: _F8) -> tuple[_I8, _F8]:
    """Quantiles of one row whose values come from several tasks, each sorted."""
    values = held[0] if len(held) == 1 else np.sort(np.concatenate(held), kind="stable")
    return np.array([row]), _interpolated(values, np.array([0, values.size]), wanted)


def _sorted(evaluation: Evaluation, task: Task, wanted: _F8) -> _Sorted:
    row, edges, (values,) = values_by_row(evaluation, task)
    if row.size == 1:
        kept = np.sort(values[values == values])
        return _Sorted(row, np.empty((wanted.size, 0)), kept, kept)
    order = np.lexsort((values, np.repeat(np.arange(row.size), np.diff(edges))))
    values = values[order]
    is_kept = values == values  # the missing ones are at the end of each row
    edges = np.append(0, np.cumsum(np.add.reduceat(is_kept, edges[:-1], dtype=np.int64)))
    values = values[is_kept]
    found = _interpolated(values, edges[1:-1], wanted)
    first, last = values[: edges[1]].copy(), values[edges[-2] :].copy()
    return _Sorted(row, found, first, last)


def _interpolated(values: _F8, edges: _I8, wanted: _F8) -> _F8:
    """Quantiles of each sorted ``values[edges[i]:edges[i + 1]]``, shape (percentiles, rows)."""
    begin, n = edges[:-1], np.diff(edges)
    found = np.full((wanted.size, n.size), np.nan)
    has = n > 0
    place = wanted[:, None] * (n[has] - 1)
    below = np.floor(place).astype(np.int64)
    low = values[begin[has] + below]
    high = values[begin[has] + np.minimum(below + 1, n[has] - 1)]
    with np.errstate(invalid="ignore"):
        step = (high - low) * (place - below)
    found[:, has] = np.where(low == high, low, low + step)
    return found
