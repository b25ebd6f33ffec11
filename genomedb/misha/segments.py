# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gsegment, gwilcox: stretches told apart by rank sum tests.

For `intervals` and `iterator` see `genomedb.misha.query`. The iterator needs bins of one width.
"""

from __future__ import annotations

from typing import Any

from genomedb.analysis.segment import segment
from genomedb.analysis.wilcox import wilcox
from genomedb.misha.asking import asked
from genomedb.misha.compat import kept
from genomedb.misha.current import current_db

__all__ = ["gsegment", "gwilcox"]


def gsegment(
    expr: str,
    minsegment: int,
    maxpval: float = 0.05,
    onetailed: bool = True,
    intervals: Any = None,
    iterator: Any = None,
    intervals_set_out: str | None = None,
) -> Any:
    """Divide the scope where the level of an expression changes.

    Two-tailed tests halve `maxpval`; the peer ignores `onetailed` here.

    Returns
    -------
    pandas.DataFrame or None
        ``chrom start end``; None where there is nothing to divide, or they are saved as the set
        `intervals_set_out`.
    """
    found = segment(
        current_db(), expr, minsegment, maxpval=maxpval, onetailed=onetailed,
        **asked(intervals, iterator),
    )  # fmt: skip
    return kept(found, intervals_set_out)


def gwilcox(
    expr: str,
    winsize1: int,
    winsize2: int,
    maxpval: float = 0.05,
    onetailed: bool = True,
    what2find: int = 1,
    intervals: Any = None,
    iterator: Any = None,
    intervals_set_out: str | None = None,
) -> Any:
    """Peaks (`what2find` 1), dips (-1) or both (0) of a window within a larger one.

    Intervals end at the end of the chromosome; the peer's may run past it.

    Returns
    -------
    pandas.DataFrame or None
        ``chrom start end pval``; None where nothing is significant, or they are saved as the set
        `intervals_set_out`.
    """
    found = wilcox(
        current_db(), expr, winsize1, winsize2, maxpval=maxpval, onetailed=onetailed,
        find=what2find, **asked(intervals, iterator),
    )  # fmt: skip
    return kept(found, intervals_set_out)
