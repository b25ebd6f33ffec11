"""iterator_intervals: the intervals that an iterator makes of a scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.extract import INTERVAL_ID
from genomedb.core.spans import Spans, Spans2D
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.expr.stream import stream_of
from genomedb.intervals.frame import frame_of
from genomedb.iterators.choose import steps_of
from genomedb.iterators.relative import RelativeBins
from genomedb.iterators.scope import scope_of
from genomedb.iterators.steps import Steps
from genomedb.virtual.definition import VirtualTrack

_I8 = NDArray[np.int64]


def iterator_intervals(
    db: GenomeDB,
    expressions: str | Sequence[str] | None = None,
    scope: Any = None,
    *,
    iterator: Any = None,
    interval_relative: bool = False,
    partial_bins: Literal["clip", "drop"] = "clip",
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
) -> Any:
    """Intervals for which a verb would evaluate expressions; no values are read.

    Parameters
    ----------
    db : GenomeDB
        Where tracks and interval sets are.
    expressions : str or sequence of str, optional
        Without `iterator`, their tracks say how to walk.
    scope : optional
        Where to look, default the whole genome; see `scope_of`. Bases in several rows come out
        once for each.
    iterator : optional
        How to walk; see `steps_of`.
    interval_relative : bool
        Bins are counted from the start of each scope row, not of the chromosome.
    partial_bins : {"clip", "drop"}
        Bins cut by the scope or by the end of the chromosome are given as they are left, or left
        out.
    virtual, variables : mapping, optional
        Virtual tracks, and numbers, by the names they have in the expressions.

    Returns
    -------
    pandas.DataFrame
        ``chrom start end`` and ``intervalID``, the scope row each comes from, counted from 1.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        There is neither expression nor iterator, one of them or the scope is not right, or an
        option needs bins of one width.

    Examples
    --------
    >>> iterator_intervals(db, scope="chr1:50-260", iterator=100,
    ...                    interval_relative=True)  # doctest: +SKIP
      chrom  start  end  intervalID
    0  chr1     50  150           1
    1  chr1    150  250           1
    2  chr1    250  260           1
    """
    if partial_bins not in ("clip", "drop"):
        raise UsageError(f"partial_bins {partial_bins!r} is unknown", fix='Give "clip" or "drop"')
    where, steps = _walk(db, expressions, scope, iterator, virtual, variables)
    width = steps.bin_size
    if width is None and (interval_relative or partial_bins == "drop"):
        option = "interval_relative" if interval_relative else 'partial_bins="drop"'
        raise UsageError(
            f"{option} needs bins of one width, which this iterator does not have",
            fix="Give iterator= a bin size in bp or a dense track",
        )
    if width is not None and interval_relative:
        steps = RelativeBins(width)
    found, row = _listed(steps, where, width if partial_bins == "drop" else None)
    return frame_of(found, db.chroms, {INTERVAL_ID: row + 1}, copy=False)


def _walk(
    db: GenomeDB, expressions: Any, scope: Any, iterator: Any,
    virtual: Mapping[str, VirtualTrack] | None, variables: Mapping[str, Any] | None,
) -> tuple[Spans, Steps]:  # fmt: skip
    """Scope and stepping policy."""
    if expressions is not None:
        stream = stream_of(
            db, expressions, scope, iterator=iterator, virtual=virtual, variables=variables
        )
        return stream.scope, stream.steps
    if iterator is None:
        raise UsageError(
            "neither an expression nor an iterator says how to walk through the scope",
            fix="Give iterator=: a bin size in bp, a track, an interval set or a DataFrame",
        )
    where = scope_of(db, scope)
    if isinstance(where, Spans2D):
        raise UsageError(
            "the scope is two-dimensional", fix="Give intervals with chrom, start and end"
        )
    return where, steps_of(db, iterator, where)


def _listed(steps: Steps, scope: Spans, least: int | None) -> tuple[Spans, _I8]:
    """Every interval and its scope row; those of less than `least` bp are left out."""
    parts = list(_pieces(steps, scope, least))
    if not parts:
        return Spans.empty(), np.empty(0, np.int64)
    code, start, end, row = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Spans(code, start, end), row


def _pieces(steps: Steps, scope: Spans, least: int | None) -> Iterator[tuple[_I8, _I8, _I8, _I8]]:
    for piece in steps.pieces(scope):
        block = piece.whole()
        if not len(block):
            continue
        kept = slice(None) if least is None else block.end - block.start >= least
        start = block.start[kept]
        yield np.full(start.size, block.code), start, block.end[kept], block.row[kept]
