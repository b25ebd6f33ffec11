# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""giterator_intervals_2d, gcis_decay: rows of 2D tracks, and their distances."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.analysis.cis_decay import cis_decay
from genomedb.analysis.extract import INTERVAL_ID, extract
from genomedb.core.spans import Spans2D
from genomedb.errors import UsageError
from genomedb.intervals.two_d import whole_spans2d
from genomedb.iterators.scope import scope_of
from genomedb.misha.asking import asked
from genomedb.misha.compat import as_peer
from genomedb.misha.current import current_db

__all__ = ["gcis_decay", "giterator_intervals_2d"]


class CisDecay(np.ndarray):
    """Counts, shape (bins, 2): within domains and between them.

    Attributes
    ----------
    breaks : list of float
        Edges of the bins.
    """

    breaks: list[float]


def gcis_decay(
    expr: str,
    breaks: ArrayLike,
    src: Any,
    domain: Any,
    intervals: Any = None,
    include_lowest: bool = False,
    iterator: Any = None,
    band: tuple[int, int] | None = None,
) -> NDArray[np.float64]:
    """Contacts of one chromosome by distance, within and between domains.

    Parameters
    ----------
    expr : str
        A 2D track, or an expression over one.
    breaks : array_like
        Increasing edges of bins of the distance between the middles of both sides.
    src : DataFrame or str
        Contacts count whose first side lies inside these intervals, merged.
    domain : DataFrame or str
        Intervals that do not overlap; both sides of a contact inside one make it one within.
    intervals : optional
        Scope, default all chromosomes: intervals (each against itself) or rectangles. Contacts
        are cut to it; the peer does not cut them.
    include_lowest : bool
        The first bin has its lower edge too.
    iterator : optional
        Rectangles to count instead of the records of the track; the peer does not look at it.
    band : tuple of 2 int, optional

    Returns
    -------
    ndarray of float64, shape (bins, 2)
        Within and between; its attribute ``breaks`` has the edges. The peer counts nothing in
        tracks of indexed format.
    """
    if src is None or domain is None:
        raise UsageError(f"{'src' if src is None else 'domain'} is None", fix="Give intervals")
    counts = cis_decay(
        current_db(), expr, breaks, src=src, domains=domain, include_lowest=include_lowest,
        **asked(intervals, iterator, band=band),
    )  # fmt: skip
    found = counts.view(CisDecay)
    found.breaks = np.asarray(breaks, np.float64).tolist()
    return found  # type: ignore[no-any-return]


def giterator_intervals_2d(
    expr: str | Sequence[str],
    intervals: Any = None,
    iterator: Any = None,
    colnames: Sequence[str] | None = None,
    band: tuple[int, int] | None = None,
) -> Iterator[Any]:
    """Yield what `gextract` gives for each row of a 2D scope, one row after the other.

    Parameters
    ----------
    expr, iterator, colnames, band
        As of `gextract`.
    intervals : optional
        Rectangles; default each chromosome with itself.

    Yields
    ------
    pandas.DataFrame
        ``chrom1 start1 end1 chrom2 start2 end2``, a column an expression, ``intervalID`` (the row
        of `intervals`, counted from 1; the peer counts from 0). Rows without any are passed over.

    Raises
    ------
    UsageError, ChromError, ExpressionError
        When the first is asked for.
    """
    db = current_db()
    scope = whole_spans2d(db.chroms) if intervals is None else scope_of(db, intervals)
    if not isinstance(scope, Spans2D):
        raise UsageError(
            "intervals have one dimension", fix="Give chrom1 start1 end1 chrom2 start2 end2"
        )
    for i in range(len(scope)):
        options = asked(scope[slice(i, i + 1)], iterator, band=band)
        rows = extract(db, expr, names=colnames, **options)
        if len(rows):
            rows[INTERVAL_ID] = i + 1
            yield as_peer(rows)
