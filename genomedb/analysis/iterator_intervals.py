"""iterator_intervals: the intervals that an iterator makes of a scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from genomedb.analysis.table import Table
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.expr.stream import Stream, Stream2D, any_stream_of
from genomedb.iterators.relative import RelativeBins
from genomedb.virtual.definition import VirtualTrack


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
    band: tuple[int, int] | None = None,
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
    band : (int, int), optional
        Of two-dimensional scopes, see `any_stream_of`.

    Returns
    -------
    pandas.DataFrame
        ``chrom start end`` (``chrom1 start1 end1 chrom2 start2 end2``) and ``intervalID``, the
        scope row each comes from, counted from 1.

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
    if not isinstance(partial_bins, str) or partial_bins not in ("clip", "drop"):
        raise UsageError(
            f"partial_bins {partial_bins!r:.60} is unknown", fix='Give "clip" or "drop"'
        )
    walk = _walk(
        db, expressions, scope, iterator=iterator, virtual=virtual, variables=variables, band=band
    )
    width = walk.steps.bin_size
    if width is None and (interval_relative or partial_bins == "drop"):
        option = "interval_relative" if interval_relative else 'partial_bins="drop"'
        raise UsageError(
            f"{option} needs bins of one width, which this iterator does not have",
            fix="Give iterator= a bin size in bp or a dense track",
        )
    if interval_relative and width is not None and isinstance(walk, Stream):
        walk = replace(walk, steps=RelativeBins(width))
    found = _listed(walk)
    if partial_bins == "drop":
        is_whole = found["end"] - found["start"] == width
        return found[is_whole].reset_index(drop=True)
    return found


def _walk(
    db: GenomeDB, expressions: Any, scope: Any, *, iterator: Any, **options: Any
) -> Stream | Stream2D:
    """Scope and stepping policy; without expressions, of one that is never evaluated."""
    if expressions is None and iterator is None:
        raise UsageError(
            "neither an expression nor an iterator says how to walk through the scope",
            fix="Give iterator=: a bin size in bp, a track, an interval set or a DataFrame",
        )
    text = "0" if expressions is None else expressions
    return any_stream_of(db, text, scope, iterator=iterator, **options)


def _listed(walk: Stream | Stream2D) -> Any:
    """Every interval and its scope row."""
    tasks = list(walk.tasks())
    n = sum(len(piece) for task in tasks for piece in task)
    found = Table(n, [], walk.db.chroms, n_axes=walk.n_axes)
    for task in tasks:
        found.fill(task, [])
    return found.frame()
