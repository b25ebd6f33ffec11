"""Set algebra of intervals: canonical form, union, intersection, difference."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.intervals.axis import offsets, placed, spans_at
from genomedb.intervals.frame import frame_of, spans_of
from genomedb.kernels import sweep

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]


# ---- arrays


def merge_spans(spans: Spans, chroms: ChromTable, *, unify_touching: bool = True) -> Spans:
    """Sorted disjoint spans that cover the same bases.

    Parameters
    ----------
    spans : Spans
        In any order, with ``start < end``.
    chroms : ChromTable
    unify_touching : bool
        Whether spans that only touch become one.
    """
    at, to, _ = sweep.merge(*placed(spans, chroms).pair, touching=unify_touching)
    return spans_at(at, to, chroms)


def merge_groups(
    spans: Spans, chroms: ChromTable, *, unify_touching: bool = True
) -> tuple[Spans, Ints]:
    """Merged spans, and which of them each row went into."""
    on = placed(spans, chroms)
    at, to, group = sweep.merge(*on.pair, touching=unify_touching, order=on.order, groups=True)
    return spans_at(at, to, chroms), group


def union_spans(a: Spans, b: Spans, chroms: ChromTable) -> Spans:
    """Sorted disjoint spans over the bases of a or b; touching ones are joined."""
    return spans_at(*sweep.union(placed(a, chroms).pair, placed(b, chroms).pair), chroms)


def intersect_spans(a: Spans, b: Spans, chroms: ChromTable) -> Spans:
    """Sorted disjoint spans over the bases of both a and b."""
    return spans_at(*sweep.intersect(merged(a, chroms), merged(b, chroms)), chroms)


def subtract_spans(a: Spans, b: Spans, chroms: ChromTable) -> Spans:
    """Sorted disjoint spans over the bases of a that are not in b."""
    _, at, to = sweep.subtract(merged(a, chroms), merged(b, chroms))
    return spans_at(at, to, chroms)


def subtract_rows(a: Spans, b: Spans, chroms: ChromTable) -> tuple[Ints, Ints, Ints]:
    """What is left of each row of a outside b.

    Returns
    -------
    row, start, end : ndarray of int64, shape (m,)
        By row of a, then by start; rows inside b are absent.
    """
    on = placed(a, chroms)
    row, at, to = sweep.subtract(on.pair, merged(b, chroms), order=on.order)
    shift = offsets(chroms)[a.code[row]]
    return row, at - shift, to - shift


def merged(spans: Spans, chroms: ChromTable) -> tuple[Ints, Ints]:
    """Starts and ends on the axis of sorted disjoint spans; touching ones are joined."""
    at, to, _ = sweep.merge(*placed(spans, chroms).pair)
    return at, to


# ---- DataFrames


def canonical(frame: Any, chroms: ChromTable, *, unify_touching: bool = True) -> pd.DataFrame:
    """Sorted disjoint intervals that cover the same bases.

    Parameters
    ----------
    frame : DataFrame
        Intervals in any order; columns other than chrom, start and end are not kept.
    chroms : ChromTable
    unify_touching : bool
        Whether intervals that only touch become one.

    Returns
    -------
    DataFrame
        chrom, start, end; ``attrs["mapping"]`` (int64, one for each row of `frame`) says which
        row of the result it went into.

    Raises
    ------
    UsageError, ChromError
        For bad intervals, see `spans_of`.

    Examples
    --------
    >>> frame = intervals("chr1", [10, 20, 40], [30, 40, 50], chroms=chroms)  # doctest: +SKIP
    >>> canonical(frame, chroms)  # doctest: +SKIP
      chrom  start  end
    0  chr1     10   50
    """
    spans, group = merge_groups(spans_of(frame, chroms), chroms, unify_touching=unify_touching)
    result = frame_of(spans, chroms, copy=False)
    result.attrs["mapping"] = group
    return result


def union(a: Any, b: Any, chroms: ChromTable) -> pd.DataFrame:
    """Sorted disjoint intervals over the bases of a or b; touching ones are joined.

    Raises
    ------
    UsageError, ChromError
        For bad intervals, see `spans_of`.
    """
    return _combined(union_spans, a, b, chroms)


def intersect(a: Any, b: Any, chroms: ChromTable) -> pd.DataFrame:
    """Sorted disjoint intervals over the bases of both a and b.

    Raises
    ------
    UsageError, ChromError
        For bad intervals, see `spans_of`.
    """
    return _combined(intersect_spans, a, b, chroms)


def difference(a: Any, b: Any, chroms: ChromTable) -> pd.DataFrame:
    """Sorted disjoint intervals over the bases of a that are not in b.

    `subtract` is the form of it that keeps the rows and columns of a.

    Raises
    ------
    UsageError, ChromError
        For bad intervals, see `spans_of`.
    """
    return _combined(subtract_spans, a, b, chroms)


def _combined(
    verb: Callable[[Spans, Spans, ChromTable], Spans], a: Any, b: Any, chroms: ChromTable
) -> pd.DataFrame:
    first = spans_of(a, chroms, what="first intervals")
    second = spans_of(b, chroms, what="second intervals")
    return frame_of(verb(first, second, chroms), chroms, copy=False)
