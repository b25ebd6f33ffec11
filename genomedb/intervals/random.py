"""Random intervals, uniform over the places where one can be."""

from __future__ import annotations

from collections.abc import Iterable
from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.errors import UsageError
from genomedb.intervals.frame import frame_of, spans_of

if TYPE_CHECKING:
    import pandas as pd

DIST_FROM_EDGE = 3_000_000


def random_intervals(
    size: int,
    n: int,
    chroms: ChromTable,
    *,
    dist_from_edge: float = DIST_FROM_EDGE,
    chromosomes: Iterable[Any] | str | int | None = None,
    mask: Any = None,
    rng: np.random.Generator | int | None = None,
) -> pd.DataFrame:
    """Draw intervals of one size from all places where they fit.

    Every start position that is allowed is equally likely, in each draw anew: intervals may
    overlap one another and come twice. The cost does not depend on how much is masked.

    Parameters
    ----------
    size : int
        Of each interval in bp.
    n : int
        How many.
    chroms : ChromTable
    dist_from_edge : float
        Bases kept free at both ends of each chromosome.
    chromosomes : sequence of names, optional
        Only these.
    mask : DataFrame, optional
        Intervals that must not be touched; ``chrom start end``, overlaps allowed.
    rng : Generator or int, optional
        Source of randomness, or its seed.

    Returns
    -------
    DataFrame
        ``chrom start end`` in random order.

    Raises
    ------
    UsageError
        `size` or `n` is below 1, or nothing fits.
    ChromError
        Unknown chromosome.

    Examples
    --------
    >>> random_intervals(100, 5, table, dist_from_edge=0, rng=1)  # doctest: +SKIP
    """
    size, n = _at_least_one(size, "size"), _at_least_one(n, "n")
    edge = _edge(dist_from_edge)
    rooms = _rooms(chroms, edge, chromosomes)
    if mask is not None:
        rooms = without(rooms, spans_of(mask, chroms, what="mask"))
    places = np.maximum(rooms.end - rooms.start - size + 1, 0)
    total = np.cumsum(places)
    if not total.size or total[-1] < 1:
        raise UsageError(
            f"no interval of {size} bp fits: there is no room {edge} bp from the edges"
            + (" outside the mask" if mask is not None else ""),
            fix="Give a smaller size or dist_from_edge, or other chromosomes",
        )
    generator = rng if isinstance(rng, np.random.Generator) else np.random.default_rng(rng)
    drawn = generator.integers(0, total[-1], n)
    room = np.searchsorted(total, drawn, side="right")
    start = rooms.start[room] + drawn - (total[room] - places[room])
    return frame_of(Spans(rooms.code[room], start, start + size), chroms)


def without(rooms: Spans, holes: Spans) -> Spans:
    """What is left of one stretch a chromosome when others are taken out of it.

    Parameters
    ----------
    rooms : Spans
        At most one of each chromosome, sorted.
    holes : Spans
        In any order, overlaps allowed.
    """
    kept = np.flatnonzero(np.isin(holes.code, rooms.code))
    holes = holes[kept].sorted()
    if not len(holes):
        return rooms
    at = np.searchsorted(rooms.code, holes.code)
    # cut into its stretch; what is outside becomes nothing at one of its ends
    low, high = rooms.start[at], rooms.end[at]
    start, end = np.clip(holes.start, low, high), np.clip(holes.end, low, high)
    # gaps lie between the furthest end so far and the next start, in each chromosome
    width = int(rooms.end.max()) + 1
    reach = np.maximum.accumulate(end + at * width) - at * width
    first = np.concatenate(([True], np.diff(at) != 0))
    last = np.concatenate((first[1:], [True]))
    before = np.where(first, low, np.concatenate(([0], reach[:-1])))
    untouched = np.setdiff1d(np.arange(len(rooms)), at)
    made = Spans(
        rooms.code[np.concatenate((at, at[last], untouched))],
        np.concatenate((before, reach[last], rooms.start[untouched])),
        np.concatenate((start, high[last], rooms.end[untouched])),
    )
    return made[np.flatnonzero(made.start < made.end)].sorted()


def _at_least_one(value: Any, what: str) -> int:
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    is_whole = hasattr(whole, "__index__") and not isinstance(whole, bool) and not np.ndim(whole)
    if not is_whole or index(whole) < 1:
        raise UsageError(f"{what}={value!r:.40} is not a whole number of at least 1")
    return index(whole)


def _edge(value: Any) -> int:
    good = isinstance(value, (int, float, np.number)) and 0 <= value < 2**62
    if not good:  # NaN too
        raise UsageError(f"dist_from_edge={value!r:.40} is not a number of bases, 0 or more")
    return int(np.ceil(value))


def _rooms(chroms: ChromTable, edge: int, chromosomes: Any) -> Spans:
    """The part of each chromosome where intervals may lie; empty ones are left out."""
    if chromosomes is None:
        code = np.arange(len(chroms))
    else:
        one = isinstance(chromosomes, (str, int, np.integer))
        if not one and not np.iterable(chromosomes):
            raise UsageError(f"chromosomes={chromosomes!r:.40} is not a list of names")
        listed = [chromosomes] if one else list(chromosomes)
        code = np.unique(np.array([chroms.code(name) for name in listed], np.int64))
    length = chroms.length_array[code]
    rooms = Spans.of(code, np.full(code.size, edge), length - edge)
    return rooms[np.flatnonzero(rooms.start < rooms.end)]
