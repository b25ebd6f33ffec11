"""gextract, gscreen, gsummary, gquantiles, gsample, gcor: values of expressions.

In all of them `intervals` is the scope, default the whole genome: a DataFrame, or the name of an
interval set or track. `iterator` is how to walk through it: a bin size, a track, an interval set,
a DataFrame, -1 for the rows of the scope, default as the tracks of the expression are. `vars` are
numbers and texts by the names they have in expressions; unlike the peer, variables of the caller
are not looked up. Progress is shown on a terminal; `progress` and `progress_desc` change nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.analysis.correlation import correlation
from genomedb.analysis.extract import (
    INTERVAL_ID,
    extract_blocks,
    extract_table,
)
from genomedb.analysis.quantiles import quantiles
from genomedb.analysis.sample import sample
from genomedb.analysis.screen import screen
from genomedb.analysis.summary import summary
from genomedb.analysis.table import Table
from genomedb.core.spans import Spans
from genomedb.db.interval_sets import has_set, load_set
from genomedb.errors import UsageError
from genomedb.intervals.frame import COLUMNS, frame_of
from genomedb.intervals.two_d import COLUMNS_2D, frame2d_of, is_2d
from genomedb.iterators.choose2d import whole_scope2d
from genomedb.iterators.scope import scope_of
from genomedb.misha.asking import asked
from genomedb.misha.compat import found, kept
from genomedb.misha.current import current_db
from genomedb.writers.compressed import open_output

__all__ = ["gcor", "gextract", "gquantiles", "gsample", "gscreen", "gsummary"]
_JOINS = ("id", "intervals", "none")


def gextract(
    expr: str | Sequence[str],
    intervals: Any = None,
    iterator: Any = None,
    colnames: Sequence[str] | None = None,
    band: tuple[int, int] | None = None,
    vars: Mapping[str, Any] | None = None,
    intervals_join: str = "id",
    *,
    file: str | os.PathLike[str] | None = None,
    intervals_set_out: str | None = None,
    progress: Any = None,
    progress_desc: str | None = None,
) -> Any:
    """Values of expressions in each interval of the iterator.

    Parameters
    ----------
    expr : str or list of str
    intervals, iterator, vars : optional
        See `genomedb.misha.query`.
    colnames : list of str, optional
        Names of the columns, default the expressions.
    band : (int, int), optional
        Of 2D tracks: only base pairs with ``band[0] <= x - y < band[1]`` on one chromosome.
    intervals_join : {"id", "intervals", "none"}
        Add the number of the scope row, from 1; all columns of that row (a name that is there
        already gets ``1`` at its end); nothing.
    file : path, optional
        Write tab-separated text, without ``intervalID``, and give None.
    intervals_set_out : str, optional
        Save the intervals as a set, and give None.

    Returns
    -------
    pandas.DataFrame or None
        ``chrom start end`` (``chrom1 start1 end1 chrom2 start2 end2`` of 2D tracks), a column an
        expression, ``intervalID``; None when there is no row. Rows go by the rows of `intervals`,
        and ``intervalID`` counts these from 1, in 2D too; the peer mixes the order in 2D.

    Raises
    ------
    UsageError, ChromError, ExpressionError
        Before anything is read.
    """
    del progress, progress_desc
    options = {**asked(intervals, iterator, vars=vars, band=band), "names": colnames}
    if intervals_join not in _JOINS:
        raise UsageError(
            f"intervals_join is {intervals_join!r}", fix=f"Give one of {', '.join(_JOINS)}"
        )
    if file is not None and intervals_set_out is not None:
        raise UsageError("file and intervals_set_out are both given", fix="Give one of them")
    if intervals_join == "intervals" and (file or intervals_set_out):
        raise UsageError('intervals_join="intervals" gives a DataFrame', fix="Leave file= out")
    db = current_db()
    if file is not None:
        _write(
            extract_blocks(db, expr, **options), file, partial(extract_table, db, expr, **options)
        )
        return None
    table = extract_table(db, expr, **options)
    if intervals_set_out is not None:
        frame = table.frame()
        return kept(frame[list(COLUMNS_2D if is_2d(frame) else COLUMNS)], intervals_set_out)
    if intervals_join == "intervals":
        rows = table.frame()
        return found(_joined(rows, _scope_frame(intervals, rows)))
    if not len(table):
        return None
    return table.frame(with_id=intervals_join == "id", as_text=True)


def _write(frames: Any, file: str | os.PathLike[str], table: Callable[[], Table]) -> None:
    """Frames as tab-separated text with a header; the file appears when it is whole.

    `table` gives all rows at once, for the header where there is none.
    """
    with open_output(os.fspath(file), overwrite=True) as out:
        has_head = False
        for frame in frames:
            rows = frame.drop(columns=INTERVAL_ID)
            out.write(rows.to_csv(sep="\t", index=False, header=not has_head).encode())
            has_head = True
        if not has_head:
            names = table().frame(with_id=False).columns
            out.write(("\t".join(names) + "\n").encode())


def _scope_frame(intervals: Any, rows: Any) -> Any:
    """The scope of the rows as a DataFrame with all its columns."""
    db = current_db()
    if hasattr(intervals, "columns"):
        return intervals
    if isinstance(intervals, str) and has_set(db, intervals):
        return load_set(db, intervals)
    spans = whole_scope2d(db) if intervals is None and is_2d(rows) else scope_of(db, intervals)
    if isinstance(spans, Spans):
        return frame_of(spans, db.chroms)
    return frame2d_of(spans, db.chroms)


def _joined(rows: Any, scope: Any) -> Any:
    """Rows with the columns of the scope rows they come from."""
    import pandas as pd

    right = scope.iloc[rows[INTERVAL_ID].to_numpy() - 1].reset_index(drop=True)
    left = rows.drop(columns=INTERVAL_ID)
    names = list(left.columns)
    for name in right.columns:
        new = str(name)
        while new in names:
            new += "1"
        names.append(new)
    joined = pd.concat([left, right], axis=1)
    joined.columns = pd.Index(names)
    return joined


def gscreen(
    expr: str,
    intervals: Any = None,
    vars: Mapping[str, Any] | None = None,
    *,
    iterator: Any = None,
    band: tuple[int, int] | None = None,
    intervals_set_out: str | None = None,
    progress: Any = None,
    progress_desc: str | None = None,
) -> Any:
    """Where an expression is true; intervals that touch are joined, rectangles are not.

    A number is true when it is neither 0 nor missing. Bases in several rows of `intervals` count
    once.

    Returns
    -------
    pandas.DataFrame or None
        ``chrom start end``, sorted; None when it is true nowhere, or the intervals are saved as
        the set `intervals_set_out`.
    """
    del progress, progress_desc
    options = asked(intervals, iterator, vars=vars, band=band)
    return kept(screen(current_db(), expr, **options), intervals_set_out)


def gsummary(
    expr: str,
    intervals: Any = None,
    iterator: Any = None,
    vars: Mapping[str, Any] | None = None,
    *,
    band: tuple[int, int] | None = None,
    progress: Any = None,
    progress_desc: str | None = None,
) -> Any:
    """Statistics of an expression, as a Series.

    ``Total intervals, NaN intervals, Min, Max, Sum, Mean, Std dev``; bases in several rows of
    `intervals` count once.
    """
    del progress, progress_desc
    return summary(current_db(), expr, **asked(intervals, iterator, vars=vars, band=band))


def gquantiles(
    expr: str,
    percentiles: ArrayLike = 0.5,
    intervals: Any = None,
    iterator: Any = None,
    vars: Mapping[str, Any] | None = None,
    *,
    band: tuple[int, int] | None = None,
    progress: Any = None,
    progress_desc: str | None = None,
) -> Any:
    """Quantiles of an expression, as a Series indexed by the percentiles.

    They are exact; the peer samples what is large.
    """
    del progress, progress_desc
    options = asked(intervals, iterator, vars=vars, band=band)
    return quantiles(current_db(), expr, percentiles, **options)


def gsample(
    expr: str, n: int, intervals: Any = None, iterator: Any = None, *, seed: int | None = None
) -> NDArray[np.float64]:
    """Up to n values of an expression drawn at random, in random order, without NaN.

    `seed` decides them; without it, `numpy.random.seed` does. The peer follows neither.
    """
    options = asked(intervals, iterator)
    chosen = int(np.random.randint(2**31)) if seed is None else seed
    drawn: NDArray[np.float64] = sample(current_db(), expr, n, rng=chosen, **options)
    return drawn


def gcor(
    *exprs: str,
    intervals: Any = None,
    iterator: Any = None,
    method: str = "pearson",
    details: bool = False,
    names: Sequence[str] | None = None,
) -> Any:
    """Correlation of pairs of expressions: first with second, third with fourth, ...

    Both ``spearman`` and ``spearman.exact`` are exact. `details` gives a DataFrame indexed
    ``first~second`` of ``cor cov mean1 mean2 sd1 sd2 n n.na``.

    Returns
    -------
    ndarray, shape (pairs,), or pandas.DataFrame

    Raises
    ------
    UsageError
        The number of expressions is odd.
    """
    if not exprs or len(exprs) % 2:
        raise UsageError(f"gcor takes pairs of expressions; it was given {len(exprs)}")
    pairs = list(zip(exprs[::2], exprs[1::2], strict=True))
    measured = correlation(
        current_db(), pairs, method=method, details=details, names=names,
        **asked(intervals, iterator),
    )  # fmt: skip
    return measured.astype(np.float64)
