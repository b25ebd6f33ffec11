"""Which intervals overlap: pairs, what is left outside, and groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.errors import UsageError
from genomedb.intervals.axis import placed
from genomedb.intervals.frame import spans_of
from genomedb.intervals.joined import columns_of, picked, second_names
from genomedb.intervals.setops import merge_groups, subtract_rows
from genomedb.kernels import sweep

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]


def overlap_pairs(a: Spans, b: Spans, chroms: ChromTable) -> tuple[Ints, Ints]:
    """All pairs of rows of a and b that share a base.

    Returns
    -------
    i, j : ndarray of int64, shape (n_pairs,)
        Row of a and row of b: by row of a, then by start of b, then by row of b.
    """
    i, j, _ = _pairs(a, b, chroms)
    return i, j


def _pairs(a: Spans, b: Spans, chroms: ChromTable) -> tuple[Ints, Ints, Ints]:
    x, y = placed(a, chroms), placed(b, chroms)
    return sweep.pairs(x.pair, y.pair, a_order=x.order, b_order=y.order)


def overlap(
    a: Any, b: Any, chroms: ChromTable, *, how: Literal["inner", "left"] = "inner"
) -> pd.DataFrame:
    """All pairs of overlapping intervals, side by side.

    Parameters
    ----------
    a, b : DataFrame
    chroms : ChromTable
    how : {"inner", "left"}
        "left" keeps the rows of a that overlap nothing, with missing values behind them.

    Returns
    -------
    DataFrame
        Columns of a, then of b: its chrom, start, end as chrom1, start1, end1, others with a 1
        where a has the name. By row of a, then by start of b.

    Raises
    ------
    UsageError, ChromError
        For another `how`, or bad intervals (see `spans_of`).
    """
    import pandas as pd

    if how not in ("inner", "left"):
        raise UsageError(f'how="{how}" is unknown', fix='Use "inner" or "left"')
    first = spans_of(a, chroms, what="first intervals")
    second = spans_of(b, chroms, what="second intervals")
    i, j, counts = _pairs(first, second, chroms)
    if how == "left" and not counts.all():
        i, j = _with_lonely(i, j, counts)
    left = columns_of(a, first, chroms)
    names = second_names(left, b.columns)
    right = {names[k]: v for k, v in columns_of(b, second, chroms).items()}
    return pd.DataFrame({**picked(left, i), **picked(right, j)}, copy=False)


def _with_lonely(i: Ints, j: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Pairs, and each row without a pair in its place with a partner of -1."""
    lonely = np.flatnonzero(counts == 0)
    at = (np.cumsum(counts) - counts)[lonely]
    return np.insert(i, at, lonely), np.insert(j, at, -1)


def subtract(a: Any, b: Any, chroms: ChromTable) -> pd.DataFrame:
    """What is left of each interval of a outside b, with the columns of a.

    Rows keep their order; a row that b cuts becomes several, one inside b disappears.

    Raises
    ------
    UsageError, ChromError
        For bad intervals, see `spans_of`.
    """
    import pandas as pd

    first = spans_of(a, chroms, what="first intervals")
    second = spans_of(b, chroms, what="second intervals")
    row, start, end = subtract_rows(first, second, chroms)
    kept = columns_of(a, first, chroms)
    kept = {k: v for k, v in kept.items() if k not in ("start", "end")}
    found = {**picked(kept, row), "start": start, "end": end}
    return pd.DataFrame({name: found[name] for name in a.columns}, copy=False)


def mark_overlaps(
    frame: Any,
    chroms: ChromTable,
    *,
    group_column: str = "overlap_group",
    unify_touching: bool = True,
) -> pd.DataFrame:
    """The intervals with the number of the cluster of overlapping intervals each belongs to.

    Parameters
    ----------
    frame : DataFrame
    chroms : ChromTable
    group_column : str
        Name of the new column (int64); a column of that name is replaced. Numbers begin at 0
        and go by place.
    unify_touching : bool
        Whether intervals that only touch belong together.

    Returns
    -------
    DataFrame
        Rows and columns as given, and the new column.

    Raises
    ------
    UsageError, ChromError
        For bad intervals, see `spans_of`.
    """
    import pandas as pd

    if group_column in ("chrom", "start", "end"):
        raise UsageError(f"group_column cannot be {group_column}", fix="Choose another name")
    spans = spans_of(frame, chroms)
    _, group = merge_groups(spans, chroms, unify_touching=unify_touching)
    return pd.DataFrame({**columns_of(frame, spans, chroms), group_column: group})
