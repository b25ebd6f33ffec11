"""segment: parts of the genome within which values stay on one level."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from typing import Any

import numpy as np

from genomedb.analysis.stretches import Stretches, binned_stream, stretches
from genomedb.analysis.wilcox import MIN_SAMPLES, check_length, score_limit
from genomedb.core.spans import Spans
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.intervals.frame import frame_of
from genomedb.kernels.ranksum import level_changes
from genomedb.virtual.definition import VirtualTrack


def segment(
    db: GenomeDB,
    expression: str,
    minsegment: int,
    scope: Any = None,
    *,
    maxpval: float = 0.05,
    onetailed: bool = True,
    iterator: Any = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    executor: Executor | int | None = None,
) -> Any:
    """Segments that differ from those beside them, by a rank sum test.

    A segment grows as long as the values after it, as many as fit in `minsegment`, do not differ
    from its own. Where they do, the segment ends at the place where the difference is clearest.
    What follows the last such place of a stretch of the scope belongs to the segment before it.
    Missing values are passed over; their bases belong to the segment they are in, or to the one
    that they come before.

    Parameters
    ----------
    db : GenomeDB
        Where tracks and interval sets are.
    expression : str
        Such as ``"np.log(chip + 1) - input"``.
    minsegment : int
        Shortest segment in bp; at least 10 bins.
    scope : optional
        Where to look, default the whole genome; see `scope_of`. Rows that touch are one stretch.
    maxpval : float
        Largest p-value at which segments differ, from 0 to 1.
    onetailed : bool
        False asks for half of `maxpval`.
    iterator : optional
        Bins of one width, default as the expression's tracks have; see `steps_of`.
    virtual, variables : mapping, optional
        Virtual tracks, and numbers, by the names they have in the expression.
    executor : Executor, int or None
        Who works; the answer is the same.

    Returns
    -------
    pandas.DataFrame
        ``chrom start end``, sorted; the segments cover the scope without gaps.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        An argument is not right, or the iterator has no bins of one width; nothing was read then.

    Examples
    --------
    >>> segment(db, "chip", 5000, maxpval=1e-4)  # doctest: +SKIP
    """
    check_length(minsegment, "minsegment")
    highest = score_limit(maxpval, is_one_tailed=onetailed)
    stream, width = binned_stream(
        db, expression, scope, verb="segment", iterator=iterator, virtual=virtual,
        variables=variables,
    )  # fmt: skip
    n = _samples(minsegment, width)
    parts = [
        _segments(some, width, n, highest)
        for some in stretches(stream, width, executor, what="segment")
    ]
    if not parts:
        return frame_of(Spans.empty(), db.chroms)
    code, start, end = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("code", "start", "end")
    )
    return frame_of(Spans(code, start, end), db.chroms)


def _samples(minsegment: float, width: int) -> int:
    """Bins of the shortest segment."""
    n = int(minsegment / width + 0.5)
    if n < MIN_SAMPLES:
        raise UsageError(
            f"minsegment {minsegment} bp has {n} bins of {width} bp",
            fix=f"It needs at least {MIN_SAMPLES}: give {MIN_SAMPLES * width} bp or more",
        )
    return n


def _segments(some: Stretches, width: int, n: int, highest: float) -> Spans:
    """Stretches, cut where the level changes."""
    at = level_changes(some.values, some.edges, width=n, highest=highest)
    code, bin_number = some.bins(at, width)
    spans, cut = some.spans, bin_number * width
    # every row begins a segment, and so does every cut, after the start of its row
    code = np.concatenate((spans.code, code))
    start = np.concatenate((spans.start, cut))
    end = np.concatenate((spans.end, cut))
    starts = np.lexsort((start, code))
    ends = np.lexsort((end, code))
    return Spans(code[starts], start[starts], end[ends])
