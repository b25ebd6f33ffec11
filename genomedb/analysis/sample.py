"""sample: some values of an expression, drawn at random."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from itertools import islice
from operator import index
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.holding import compact
from genomedb.analysis.table import values_of
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.expr.stream import Evaluation, Stream, Stream2D, any_stream_of
from genomedb.expr.syntax import one_expression
from genomedb.iterators.pieces import Task
from genomedb.virtual.definition import VirtualTrack

_F8 = NDArray[np.float64]
_I8 = NDArray[np.int64]


def sample(
    db: GenomeDB,
    expression: str,
    n: int,
    scope: Any = None,
    *,
    rng: np.random.Generator | int | None = None,
    iterator: Any = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    band: tuple[int, int] | None = None,
    executor: Executor | int | None = None,
) -> _F8:
    """Values of an expression drawn at random, each interval at most once.

    Parameters
    ----------
    db : GenomeDB
        Where tracks and interval sets are.
    expression : str
        Such as ``"np.log(chip + 1)"``.
    n : int
        How many, at least 1.
    scope : optional
        Where to look, default the whole genome; see `scope_of`. Bases in several rows count once.
    rng : numpy.random.Generator or int, optional
        Where chance comes from; a number is a seed. The same one gives the same values in the
        same order, whoever computes them.
    iterator, virtual, variables, band, executor : optional
        As in `summary`.

    Returns
    -------
    ndarray of float64, shape (n,)
        In random order; every set of n intervals with values is equally likely. All values, where
        there are fewer than n.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        n, rng, scope, iterator or expression is not right; nothing was read then.

    Examples
    --------
    >>> sample(db, "dense_track", 1000, rng=1)  # doctest: +SKIP
    """
    n, rng = _checked_n(n), _checked_rng(rng)
    stream = any_stream_of(
        db, one_expression(expression), scope, iterator=iterator, virtual=virtual,
        variables=variables, band=band, is_union=True,
    )  # fmt: skip
    counts = [count for _, count in stream.map(_count, executor, what="sample: counting")]
    ends = np.cumsum(counts, dtype=np.int64)
    places = _places(int(ends[-1]) if ends.size else 0, n, rng)
    return rng.permutation(_drawn(stream, places, ends, executor))


def _checked_n(n: Any) -> int:
    try:
        found = index(n)
    except TypeError:
        raise UsageError(f"{n!r:.40} is not a whole number", where="n") from None
    if found < 1:
        raise UsageError(f"{found} values cannot be drawn", where="n", fix="Give 1 or more")
    return found


def _checked_rng(rng: Any) -> np.random.Generator:
    if isinstance(rng, np.random.Generator):
        return rng
    is_seed = isinstance(rng, (int, np.integer)) and not isinstance(rng, bool) and rng >= 0
    if rng is not None and not is_seed:
        raise UsageError(
            f"{rng!r:.60} is neither a generator nor a seed",
            where="rng",
            fix="Give numpy.random.default_rng(1), or a number that is not negative",
        )
    return np.random.default_rng(rng)


def _places(total: int, n: int, rng: np.random.Generator) -> _I8:
    """`n` of the numbers below `total`, sorted, every set equally likely; all if `total` is less.

    Room is taken for the numbers drawn alone, however large `total` is.
    """
    if n >= total:
        return np.arange(total)
    if n > total // 2:  # draw those to leave out
        return np.delete(np.arange(total), _places(total, total - n, rng))
    found = np.empty(0, np.int64)
    while found.size < n:  # never more than are missing, so that none has to be taken back
        found = np.union1d(found, rng.integers(0, total, n - found.size))
    return found


def _drawn(
    stream: Stream | Stream2D, places: _I8, ends: _I8, executor: Executor | int | None
) -> _F8:
    """Values at places among all values, by walking the tasks that have some."""
    first = np.searchsorted(places, np.concatenate(([0], ends)))  # of the places in each task
    hit = np.flatnonzero(np.diff(first))
    before = np.concatenate(([0], ends))[hit]
    tasks = _some(stream.tasks(), hit)
    found = np.empty(places.size)
    results = stream.map(_values, executor, tasks=tasks, what="sample")
    for i, offset, (_, values) in zip(hit.tolist(), before.tolist(), results, strict=True):
        rows = slice(first[i], first[i + 1])
        found[rows] = values[places[rows] - offset]
    return found


def _some(tasks: Iterator[Task], numbers: _I8) -> Iterator[Task]:
    """The tasks of some numbers, which increase."""
    at = 0
    for i in numbers.tolist():
        yield next(islice(tasks, i - at, None))
        at = i + 1


def _count(evaluation: Evaluation, task: Task) -> int:
    """How many values of a task are not missing."""
    return int(np.count_nonzero(~np.isnan(values_of(evaluation, task)[0])))


def _values(evaluation: Evaluation, task: Task) -> NDArray[Any]:
    """Values of a task that are not missing."""
    values = values_of(evaluation, task)[0]
    return compact(values[~np.isnan(values)])
