"""correlation: how pairs of expressions go together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.extract import checked_names
from genomedb.analysis.holding import compact
from genomedb.analysis.table import values_of
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.expr.stream import Evaluation, Stream, Stream2D, any_stream_of
from genomedb.iterators.pieces import Task
from genomedb.virtual.definition import VirtualTrack

METHODS = ("pearson", "spearman", "spearman.exact")
_F8 = NDArray[np.float64]
_Pairs = list[tuple[int, int]]


def correlation(
    db: GenomeDB,
    pairs_of_expressions: Sequence[tuple[str, str]] | tuple[str, str],
    scope: Any = None,
    *,
    method: str = "pearson",
    details: bool = False,
    names: Sequence[str] | None = None,
    iterator: Any = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    band: tuple[int, int] | None = None,
    executor: Executor | int | None = None,
) -> Any:
    """Correlation of pairs of expressions over the intervals of an iterator.

    Parameters
    ----------
    db : GenomeDB
        Where tracks and interval sets are.
    pairs_of_expressions : sequence of (str, str)
        Or one pair.
    scope : optional
        Where to look, default the whole genome; see `scope_of`. Bases in several rows count once.
    method : {"pearson", "spearman", "spearman.exact"}
        Of the values, or of their ranks, equal values sharing the mean of theirs. Both spellings
        of Spearman are exact; they hold all values (8 bytes an interval and expression, 4 where
        float32 is enough).
    details : bool
        Give a DataFrame of what the correlation rests on.
    names : sequence of str, optional
        Its index, default ``first~second``.
    iterator : optional
        How to walk, default as the expressions' tracks are; see `steps_of`.
    virtual, variables : mapping, optional
        Virtual tracks, and numbers, by the names they have in the expressions.
    band : (int, int), optional
        Of two-dimensional walks, see `any_stream_of`.
    executor : Executor, int or None
        Who works; the answer is the same.

    Returns
    -------
    ndarray of float64, shape (pairs,)
        Intervals where either value is missing are left out. NaN where fewer than two are left or
        one side has equal values throughout.
    pandas.DataFrame
        With `details`, a row a pair: ``cor cov mean1 mean2 sd1 sd2`` (of the sample, n - 1),
        ``n`` (all intervals) and ``n.na`` (those left out); for Spearman ``n n.na cor``.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        Pairs, method, names, scope, iterator or an expression is not right; nothing was read then.

    Examples
    --------
    >>> correlation(db, [("dense_track", "sparse_track")], iterator=1000)  # doctest: +SKIP
    """
    pairs = checked_pairs(pairs_of_expressions)
    labels = _labels(pairs, names)
    if not isinstance(method, str) or method not in METHODS:
        raise UsageError(
            f"{method!r:.40} is not known", where="method", fix=f"Give one of {', '.join(METHODS)}"
        )
    expressions = list(dict.fromkeys(e for pair in pairs for e in pair))
    where = {expression: i for i, expression in enumerate(expressions)}
    numbers = [(where[a], where[b]) for a, b in pairs]
    stream = any_stream_of(
        db, expressions, scope, iterator=iterator, virtual=virtual, variables=variables,
        band=band, is_union=True, is_ordered=False,
    )  # fmt: skip
    if method == "pearson":
        found = _pearson(stream, numbers, executor)
    else:
        found = _spearman(stream, numbers, len(expressions), executor)
    if not details:
        return found["cor"]
    import pandas as pd

    return pd.DataFrame(found, index=labels)


def checked_pairs(pairs: Any) -> list[tuple[str, str]]:
    """Pairs of expressions as a list.

    Raises
    ------
    UsageError
        There is none, or one is no pair of texts.
    """
    fix = 'Give pairs, such as [("a", "b"), ("a", "c")]'
    if isinstance(pairs, str) or not np.iterable(pairs):
        raise UsageError(f"{pairs!r:.60} is not a pair of expressions", fix=fix)
    listed = list(pairs)
    if len(listed) == 2 and all(isinstance(e, str) for e in listed):
        listed = [tuple(listed)]
    if not listed:
        raise UsageError("no pair of expressions is given", fix=fix)
    for i, pair in enumerate(listed):
        is_pair = isinstance(pair, (tuple, list)) and len(pair) == 2
        if not is_pair or not all(isinstance(e, str) for e in pair):
            raise UsageError(f"pair {i}, {pair!r:.60}, is not two expressions", fix=fix)
    return [(a, b) for a, b in listed]


def _labels(pairs: list[tuple[str, str]], names: Sequence[str] | None) -> list[str]:
    if names is None:
        return [f"{a}~{b}" for a, b in pairs]
    labels = checked_names(names)
    if len(labels) != len(pairs):
        raise UsageError(f"{len(labels)} names for {len(pairs)} pairs", where="names")
    return labels


# ---- of values


class _CoMoments:
    """Means and co-moments of pairs of values, one item a pair."""

    def __init__(self, n_pairs: int) -> None:
        self.n_all = np.zeros(n_pairs, np.int64)
        self.n = np.zeros(n_pairs, np.int64)
        self.mean = np.zeros((2, n_pairs))
        self.squares = np.zeros((2, n_pairs))  # sums of squared distances from the mean
        self.products = np.zeros(n_pairs)  # sum of the products of the distances

    def set(self, pair: int, x: _F8, y: _F8) -> None:
        """Take the values of a pair, those with NaN included."""
        is_there = ~(np.isnan(x) | np.isnan(y))
        self.n_all[pair], self.n[pair] = x.size, np.count_nonzero(is_there)
        if not self.n[pair]:
            return
        with np.errstate(invalid="ignore", over="ignore"):
            first, dx = _about_mean(x[is_there])
            second, dy = _about_mean(y[is_there])
            self.mean[:, pair] = first, second
            # no np.dot: its order of adding depends on the number of threads
            self.squares[:, pair] = (dx * dx).sum(), (dy * dy).sum()
            self.products[pair] = (dx * dy).sum()

    def merge(self, other: _CoMoments) -> None:
        """Add the values of another.

        References
        ----------
        Chan, Golub, LeVeque (1979). Updating formulae and a pairwise algorithm for computing
        sample variances. Stanford STAN-CS-79-773.
        """
        both = np.maximum(self.n + other.n, 1)
        weight = self.n / both * other.n
        with np.errstate(invalid="ignore", over="ignore"):
            delta = np.where((self.n > 0) & (other.n > 0), other.mean - self.mean, 0.0)
            self.squares += other.squares + delta * delta * weight
            self.products += other.products + delta[0] * delta[1] * weight
            self.mean = np.where(self.n > 0, self.mean, other.mean) + delta * (other.n / both)
        self.n_all += other.n_all
        self.n += other.n

    def details(self) -> dict[str, Any]:
        """Columns of the result."""
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            degrees = np.where(self.n > 1, self.n - 1, np.nan)
            mean = np.where(self.n > 0, self.mean, np.nan)
            sd = np.sqrt(self.squares / degrees)
            roots = np.sqrt(self.squares)
            cor = np.where(self.n > 1, self.products / roots[0] / roots[1], np.nan)
        return {
            "cor": np.clip(cor, -1, 1), "cov": self.products / degrees,
            "mean1": mean[0], "mean2": mean[1], "sd1": sd[0], "sd2": sd[1],
            "n": self.n_all, "n.na": self.n_all - self.n,
        }  # fmt: skip


def _about_mean(values: _F8) -> tuple[float, _F8]:
    """The mean, and what values differ from it: exactly 0 where all are equal."""
    base = values[0] if np.isfinite(values[0]) else 0.0
    distance = values - base
    step = distance.mean()
    return float(base + step), distance - step


def _pearson(
    stream: Stream | Stream2D, pairs: _Pairs, executor: Executor | int | None
) -> dict[str, Any]:
    whole = _CoMoments(len(pairs))
    for _, part in stream.map(partial(_co_moments, pairs), executor, what="correlation"):
        whole.merge(part)
    return whole.details()


def _co_moments(pairs: _Pairs, evaluation: Evaluation, task: Task) -> _CoMoments:
    columns = values_of(evaluation, task)
    found = _CoMoments(len(pairs))
    for i, (a, b) in enumerate(pairs):
        found.set(i, columns[a], columns[b])
    return found


# ---- of ranks


def _spearman(
    stream: Stream | Stream2D, pairs: _Pairs, n_expressions: int, executor: Executor | int | None
) -> dict[str, Any]:
    held: list[list[NDArray[Any]]] = [[] for _ in range(n_expressions)]
    for _, part in stream.map(_compact_columns, executor, what="correlation"):
        for parts, column in zip(held, part, strict=True):
            parts.append(column)
    columns = []
    for parts in held:
        columns.append(np.concatenate(parts) if parts else np.empty(0))
        parts.clear()
    n = np.full(len(pairs), columns[0].size)
    missing, cor = np.zeros(len(pairs), np.int64), np.empty(len(pairs))
    for i, (a, b) in enumerate(pairs):
        is_there = ~(np.isnan(columns[a]) | np.isnan(columns[b]))
        missing[i] = n[i] - np.count_nonzero(is_there)
        one = _CoMoments(1)
        one.set(0, ranks(columns[a][is_there]), ranks(columns[b][is_there]))
        cor[i] = one.details()["cor"][0]
    return {"n": n, "n.na": missing, "cor": cor}


def _compact_columns(evaluation: Evaluation, task: Task) -> list[NDArray[Any]]:
    return [compact(column) for column in values_of(evaluation, task)]


def ranks(values: NDArray[Any]) -> _F8:
    """Places of values in sorted order, from 1; equal values share the mean of theirs.

    Examples
    --------
    >>> ranks(np.array([7.0, 3.0, 7.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    order = np.argsort(values)
    ordered = values[order]
    is_new = np.append(True, ordered[1:] != ordered[:-1])[: values.size]
    edges = np.append(np.flatnonzero(is_new), values.size)
    mean = (edges[:-1] + 1 + edges[1:]) / 2
    found = np.empty(values.size)
    found[order] = np.repeat(mean, np.diff(edges))
    return found
