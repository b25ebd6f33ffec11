"""extract: the values of expressions in each interval of an iterator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

import numpy as np

from genomedb.analysis.table import IN_FLIGHT, INTERVAL_ID, Table, values_of
from genomedb.core.parallel import check_executor
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.expr.stream import Walk, any_stream_of
from genomedb.intervals.frame import COLUMNS
from genomedb.intervals.two_d import COLUMNS_2D
from genomedb.virtual.definition import VirtualTrack

_FEW = 1000  # rows
_PLACES = frozenset((*COLUMNS, *COLUMNS_2D, INTERVAL_ID))  # columns that are there anyway


def extract(
    db: GenomeDB,
    expressions: str | Sequence[str],
    scope: Any = None,
    *,
    iterator: Any = None,
    names: Sequence[str] | None = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    band: Any = None,
    executor: Executor | int | None = None,
) -> Any:
    """Values of expressions in each interval of an iterator.

    Parameters
    ----------
    db : GenomeDB
        Where tracks and interval sets are.
    expressions : str or sequence of str
        Such as ``"np.log(chip + 1) - input"``.
    scope : optional
        Where to look, default the whole genome; see `scope_of`. Bases in several rows come out
        once for each.
    iterator : optional
        How to walk, default as the expressions' tracks are; see `steps_of`.
    names : sequence of str, optional
        Of the columns, default the expressions.
    virtual, variables : mapping, optional
        Virtual tracks, and numbers, by the names they have in the expressions.
    band : (int, int), optional
        Of a 2D iterator, only what lies at distances ``d1 <= x - y < d2`` on one chromosome.
    executor : Executor, int or None
        Who works; the answer is the same.

    Returns
    -------
    pandas.DataFrame
        ``chrom start end`` (2D: ``chrom1 start1 end1 chrom2 start2 end2``), a float64 column an
        expression (true is 1, false 0), and ``intervalID``, the scope row each interval comes
        from, counted from 1.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        The scope, iterator or an expression is not right; nothing was read then.

    See Also
    --------
    extract_blocks : piece by piece, for what does not fit in memory.
    extract_to_file : into a file.

    Examples
    --------
    >>> extract(db, ["chip", "np.log(chip + 1)"], "chr1:0-50,000", iterator=100)  # doctest: +SKIP
    """
    options: dict[str, Any] = {
        "iterator": iterator, "virtual": virtual, "variables": variables, "band": band
    }  # fmt: skip
    return extract_table(db, expressions, scope, names=names, executor=executor, **options).frame()


def extract_table(
    db: GenomeDB,
    expressions: str | Sequence[str],
    scope: Any = None,
    *,
    names: Sequence[str] | None = None,
    executor: Executor | int | None = None,
    **options: Any,
) -> Table:
    """As `extract`, before it is a DataFrame."""
    stream = any_stream_of(db, expressions, scope, **options)
    columns = column_names(expressions, names)
    tasks = list(stream.tasks())
    n = sum(len(piece) for task in tasks for piece in task)
    found = Table(n, columns, db.chroms, n_axes=stream.n_axes)
    if check_executor(executor) == 1:  # straight into its place
        if n <= _FEW:  # done before a progress bar would be there
            evaluation = stream.evaluation()
            for task in tasks:
                found.evaluate(evaluation, task)
            return found
        for _ in stream.map(found.evaluate, tasks=tasks, what="extract"):
            pass
    else:
        for task, values in stream.map(values_of, executor, tasks=tasks, what="extract"):
            found.fill(task, values)
    return found


def extract_blocks(
    db: GenomeDB,
    expressions: str | Sequence[str],
    scope: Any = None,
    *,
    names: Sequence[str] | None = None,
    executor: Executor | int | None = None,
    **options: Any,
) -> Iterator[Any]:
    """What `extract` gives, as consecutive DataFrames of about a million rows.

    Parameters are those of `extract`; a genome-wide result never has to fit in memory.
    """
    stream = any_stream_of(db, expressions, scope, **options)
    return _frames(stream, column_names(expressions, names), executor)


def _frames(stream: Walk, columns: list[str], executor: Executor | int | None) -> Iterator[Any]:
    for task, values in stream.map(values_of, executor, what="extract", in_flight=IN_FLIGHT):
        found = Table(sum(map(len, task)), columns, stream.db.chroms, n_axes=stream.n_axes)
        found.fill(task, values)
        yield found.frame()


def column_names(expressions: str | Sequence[str], names: Sequence[str] | None) -> list[str]:
    """Names of the result's columns.

    An expression that is repeated, or called as a column of places is, gets ``_`` at its end.

    Raises
    ------
    UsageError
        There are not as many names as expressions, or one comes twice or is that of a place.
    """
    listed = [expressions] if isinstance(expressions, str) else list(expressions)
    if names is not None:
        chosen = checked_names(names)
        if len(chosen) != len(listed):
            raise UsageError(f"{len(chosen)} column names for {len(listed)} expressions")
        twice = [name for i, name in enumerate(chosen) if name in chosen[:i]]
        if twice:
            raise UsageError(f"column name {twice[0]!r} comes twice", fix="Give each its own")
        taken = [name for name in chosen if name in _PLACES]
        if taken:
            raise UsageError(
                f"column name {taken[0]!r} is taken by the intervals", fix="Give another one"
            )
        return chosen
    found: list[str] = []
    for text in listed:
        name = text
        while name in found or name in _PLACES:
            name += "_"
        found.append(name)
    return found


def checked_names(names: Any) -> list[str]:
    """One name or several as a list.

    Raises
    ------
    UsageError
        One is not text.
    """
    listed = list(names) if np.iterable(names) and not isinstance(names, str) else [names]
    for name in listed:
        if not isinstance(name, str):
            raise UsageError(f"{name!r:.60} is not a name", where="names", fix="Give text")
    return listed


__all__ = ["INTERVAL_ID", "extract", "extract_blocks", "extract_table"]
