"""How much intervals cover: bases, fractions, and intervals a chromosome."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.intervals.chrom_columns import chrom_column
from genomedb.intervals.frame import spans_of
from genomedb.intervals.setops import intersect_spans, merge_spans

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]


# ---- arrays


def span_bp(spans: Spans, chroms: ChromTable) -> int:
    """Bases that spans cover; those covered twice count once."""
    whole = merge_spans(spans, chroms)
    return int((whole.end - whole.start).sum())


# ---- DataFrames


def covered_bp(frame: Any, chroms: ChromTable, *, src: Any = None) -> int:
    """Bases that intervals cover; those covered twice count once.

    Parameters
    ----------
    frame : DataFrame
    chroms : ChromTable
    src : DataFrame, optional
        Only bases inside these intervals count.

    Raises
    ------
    UsageError, ChromError
        For bad intervals, see `spans_of`.
    """
    spans = spans_of(frame, chroms)
    if src is None:
        return span_bp(spans, chroms)
    return span_bp(intersect_spans(spans, spans_of(src, chroms, what="src"), chroms), chroms)


def coverage_fraction(frame: Any, chroms: ChromTable, *, of: Any = None) -> float:
    """Fraction of the genome, or of the intervals `of`, that intervals cover.

    NaN when `of` has no intervals.

    Raises
    ------
    UsageError, ChromError
        For bad intervals, see `spans_of`.
    """
    if of is None:
        return covered_bp(frame, chroms) / chroms.total
    whole = covered_bp(of, chroms)
    return covered_bp(frame, chroms, src=of) / whole if whole else math.nan


def chrom_sizes(frame: Any, chroms: ChromTable) -> pd.DataFrame:
    """Number of intervals on each chromosome that has any.

    Returns
    -------
    DataFrame
        chrom, size (int64), in database order.

    Raises
    ------
    UsageError, ChromError
        For bad intervals, see `spans_of`.
    """
    import pandas as pd

    counts = np.bincount(spans_of(frame, chroms).code, minlength=len(chroms))
    held = np.flatnonzero(counts)
    return pd.DataFrame(
        {"chrom": chrom_column(held, chroms), "size": counts[held].astype(np.int64)}
    )
