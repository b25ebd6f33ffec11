"""Nearest intervals as DataFrames: both sides by side, and the distance between them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.intervals.frame import spans_of
from genomedb.intervals.joined import columns_of, free_name, picked, second_names
from genomedb.intervals.nearest import check_distance, k_nearest

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]


def neighbors(
    a: Any,
    b: Any,
    chroms: ChromTable,
    *,
    max_neighbors: int = 1,
    min_dist: float = -math.inf,
    max_dist: float = math.inf,
    na_if_not_found: bool = False,
    use_first_strand: bool = False,
) -> pd.DataFrame:
    """The nearest intervals of b for each interval of a.

    Parameters
    ----------
    a, b : DataFrame
        Intervals in any order, with any further columns.
    chroms : ChromTable
    max_neighbors : int
        Most rows of the result for one row of a.
    min_dist, max_dist : float
        Signed distances that count, both included; see `k_nearest` for the sign.
    na_if_not_found : bool
        Whether rows of a without a neighbour are kept, with missing values behind them.
    use_first_strand : bool
        Whether the strand of a decides the sign, instead of that of b.

    Returns
    -------
    DataFrame
        Columns of a; columns of b, its chrom, start, end as chrom1, start1, end1, others with a
        1 where a has the name, underscores where that is taken too; ``dist`` (float64, bp). By
        row of a, then by absolute distance, then by row of b.

    Raises
    ------
    UsageError
        For max_neighbors below 1 or bounds that leave no distance.
    ChromError
        For bad intervals, see `spans_of`.

    Examples
    --------
    >>> a = intervals("chr1", 100, 110, chroms=chroms)  # doctest: +SKIP
    >>> b = intervals("chr1", [90, 120], [95, 125], chroms=chroms)  # doctest: +SKIP
    >>> neighbors(a, b, chroms, max_neighbors=2)  # doctest: +SKIP
      chrom  start  end chrom1  start1  end1  dist
    0  chr1    100  110   chr1      90    95   5.0
    1  chr1    100  110   chr1     120   125  10.0
    """
    import pandas as pd

    first = spans_of(a, chroms, what="first intervals")
    second = spans_of(b, chroms, what="second intervals")
    i, j, dist = k_nearest(
        first, second, chroms, k=max_neighbors, min_dist=min_dist, max_dist=max_dist,
        use_first_strand=use_first_strand,
    )  # fmt: skip
    away = dist.astype(np.float64)
    if na_if_not_found:
        i, j, away = with_lonely(len(first), i, j, away)
    each_once = i.size == len(first) and bool((i == np.arange(i.size)).all())
    left = columns_of(a, first, chroms)
    names = second_names(left, b.columns)
    right = {names[k]: v for k, v in columns_of(b, second, chroms).items()}
    made = {**picked(left, None if each_once else i), **picked(right, j)}
    return pd.DataFrame({**made, free_name("dist", made): away}, copy=each_once)


def with_lonely(
    n: int, i: Ints, j: Ints, dist: NDArray[np.float64]
) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """Neighbours, and each of n rows that has none in its place with partner -1 and NaN."""
    counts = np.bincount(i, minlength=n)
    lonely = np.flatnonzero(counts == 0)
    if not lonely.size:
        return i, j, dist
    at = (np.cumsum(counts) - counts)[lonely]
    return np.insert(i, at, lonely), np.insert(j, at, -1), np.insert(dist, at, np.nan)


def neighbors_upstream(
    a: Any,
    b: Any,
    chroms: ChromTable,
    *,
    max_neighbors: int = 1,
    max_dist: float = math.inf,
    na_if_not_found: bool = False,
) -> pd.DataFrame:
    """The nearest intervals of b upstream of, or at, each interval of a by its strand.

    Like `neighbors` with the strand of a; distances are 0 or negative, at least ``-max_dist``.
    """
    check_distance(max_dist, "max_dist")
    return neighbors(
        a, b, chroms, max_neighbors=max_neighbors, min_dist=-max_dist, max_dist=0,
        na_if_not_found=na_if_not_found, use_first_strand=True,
    )  # fmt: skip


def neighbors_downstream(
    a: Any,
    b: Any,
    chroms: ChromTable,
    *,
    max_neighbors: int = 1,
    max_dist: float = math.inf,
    na_if_not_found: bool = False,
) -> pd.DataFrame:
    """The nearest intervals of b downstream of, or at, each interval of a by its strand.

    Like `neighbors` with the strand of a; distances are 0 or positive, at most `max_dist`.
    """
    return neighbors(
        a, b, chroms, max_neighbors=max_neighbors, min_dist=0, max_dist=max_dist,
        na_if_not_found=na_if_not_found, use_first_strand=True,
    )  # fmt: skip


def neighbors_directional(
    a: Any,
    b: Any,
    chroms: ChromTable,
    *,
    max_upstream: int = 1,
    max_downstream: int = 1,
    max_dist: float = math.inf,
    na_if_not_found: bool = False,
) -> dict[str, pd.DataFrame]:
    """Both: ``{"upstream": ..., "downstream": ...}``."""
    return {
        "upstream": neighbors_upstream(
            a, b, chroms,
            max_neighbors=max_upstream, max_dist=max_dist, na_if_not_found=na_if_not_found,
        ),
        "downstream": neighbors_downstream(
            a, b, chroms,
            max_neighbors=max_downstream, max_dist=max_dist, na_if_not_found=na_if_not_found,
        ),
    }  # fmt: skip
