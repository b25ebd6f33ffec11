# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gdist, glookup, gpartition, gbins_*: values of expressions by bins of their values.

Bins are ``(breaks[i], breaks[i + 1]]``; `include_lowest` closes the first one on the left. For
`intervals`, `iterator` and `vars` see `genomedb.misha.query`; bases in several rows of `intervals`
count once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.analysis.bins import bins_quantiles, bins_summary
from genomedb.analysis.distribution import distribution
from genomedb.analysis.lookup import lookup
from genomedb.analysis.partition import partition
from genomedb.errors import UsageError
from genomedb.misha.asking import asked, pairs_of
from genomedb.misha.compat import kept
from genomedb.misha.current import current_db

__all__ = ["gbins_quantiles", "gbins_summary", "gdist", "glookup", "gpartition"]
_Band = tuple[int, int] | None


def gdist(
    *args: Any,
    intervals: Any = None,
    include_lowest: bool = False,
    iterator: Any = None,
    band: _Band = None,
    dataframe: bool = False,
    names: Sequence[str] | None = None,
    vars: Mapping[str, Any] | None = None,
    progress: Any = None,
    progress_desc: str | None = None,
) -> Any:
    """Count of intervals whose values are in each bin: ``gdist(expr1, breaks1, expr2, ...)``.

    Returns
    -------
    ndarray of float64, shape (bins of each expression, ...)
        Or, with `dataframe`, a row a bin: a label column an expression (`names`), and ``n``.
    """
    del progress, progress_desc
    expressions, breaks = pairs_of(args, "gdist")
    counts = distribution(
        current_db(), expressions, breaks, include_lowest=include_lowest, as_frame=dataframe,
        names=names, **asked(intervals, iterator, vars=vars, band=band),
    )  # fmt: skip
    if not dataframe:
        return counts
    return counts.astype(dict.fromkeys(counts.columns[:-1], "str"))


def glookup(
    lookup_table: ArrayLike,
    *args: Any,
    intervals: Any = None,
    include_lowest: bool = False,
    force_binning: bool = True,
    iterator: Any = None,
    band: _Band = None,
    intervals_set_out: str | None = None,
    progress: Any = None,
    progress_desc: str | None = None,
) -> Any:
    """Values of a table by the bins: ``glookup(table, expr1, breaks1, expr2, breaks2, ...)``.

    Parameters
    ----------
    lookup_table : array_like, shape (bins of each expression, ...)
    force_binning : bool
        Values outside the breaks take the bin at that end; False makes them NaN.
    intervals : optional
        Default the whole genome; the peer wants it named.

    Returns
    -------
    pandas.DataFrame or None
        ``chrom start end value intervalID``, None when there is no row.
    """
    del progress, progress_desc
    expressions, breaks = pairs_of(args, "glookup")
    found = lookup(
        current_db(), lookup_table, expressions, breaks, include_lowest=include_lowest,
        force_binning=force_binning, **asked(intervals, iterator, band=band),
    )  # fmt: skip
    if intervals_set_out is not None:
        found = found.drop(columns="intervalID")
    return kept(found, intervals_set_out)


def gpartition(
    expr: str,
    breaks: ArrayLike,
    intervals: Any = None,
    include_lowest: bool = False,
    iterator: Any = None,
    *,
    band: _Band = None,
    intervals_set_out: str | None = None,
    progress: Any = None,
    progress_desc: str | None = None,
) -> Any:
    """Intervals by the bin of their value; those that touch and have one bin are joined.

    Returns
    -------
    pandas.DataFrame or None
        ``chrom start end bin``, bins from 1; None when no value is in a bin.

    Raises
    ------
    UsageError
        The expression is of a 2D track, or there is a band.
    """
    del progress, progress_desc
    if band is not None:
        raise UsageError("band is of 2D tracks, and gpartition of 1D ones", fix="Leave band out")
    found = partition(
        current_db(), expr, breaks, include_lowest=include_lowest,
        **asked(intervals, iterator),
    )  # fmt: skip
    return kept(found, intervals_set_out)


def gbins_summary(
    *args: Any,
    expr: str | None = None,
    intervals: Any = None,
    include_lowest: bool = False,
    iterator: Any = None,
    band: _Band = None,
    progress: Any = None,
    progress_desc: str | None = None,
) -> NDArray[np.float64]:
    """Statistics of `expr` in each bin: ``gbins_summary(bin_expr1, breaks1, ..., expr=...)``.

    Parameters
    ----------
    expr : str, optional
        Default the first of the binned expressions.

    Returns
    -------
    ndarray of float64, shape (bins of each expression, ..., 7)
        In the order of `gsummary`.
    """
    del progress, progress_desc
    expressions, breaks = pairs_of(args, "gbins_summary")
    return bins_summary(
        current_db(), expressions, breaks, expr, include_lowest=include_lowest,
        **asked(intervals, iterator, band=band),
    )  # fmt: skip


def gbins_quantiles(
    *args: Any,
    expr: str | None = None,
    percentiles: ArrayLike = 0.5,
    intervals: Any = None,
    include_lowest: bool = False,
    iterator: Any = None,
    band: _Band = None,
    progress: Any = None,
    progress_desc: str | None = None,
) -> NDArray[np.float64]:
    """Quantiles of `expr` in each bin; arguments as of `gbins_summary`.

    Returns
    -------
    ndarray of float64, shape (bins of each expression, ..., percentiles)
    """
    del progress, progress_desc
    expressions, breaks = pairs_of(args, "gbins_quantiles")
    return bins_quantiles(
        current_db(), expressions, breaks, expr, percentiles=percentiles,
        include_lowest=include_lowest, **asked(intervals, iterator, band=band),
    )  # fmt: skip
