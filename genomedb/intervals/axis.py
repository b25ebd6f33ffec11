"""One axis for all chromosomes: where spans lie on it, and in which order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.errors import UsageError
from genomedb.kernels import sweep

Ints = NDArray[np.int64]
MAX_AXIS = 2**60


@dataclass(frozen=True, eq=False)
class Placed:
    """Spans on the axis, by start; equal starts in the order of the rows.

    Attributes
    ----------
    at, to : ndarray of int64, shape (n,)
    order : ndarray of int64, shape (n,), or None
        Row of each of them; None when the rows were sorted already.
    """

    at: Ints
    to: Ints
    order: Ints | None = None

    @property
    def pair(self) -> tuple[Ints, Ints]:
        """Starts and ends."""
        return self.at, self.to


def offsets(chroms: ChromTable) -> Ints:
    """Where each chromosome begins on the axis: a gap of one base keeps them apart.

    Raises
    ------
    UsageError
        If the axis would be longer than 2**60.
    """
    if chroms.total + len(chroms) > MAX_AXIS:
        raise UsageError(f"a genome of {chroms.total} bp is too long", fix="At most 2**60 bp")
    steps = chroms.length_array + 1
    return np.cumsum(steps) - steps


def axis_length(chroms: ChromTable) -> int:
    """End of the axis."""
    return chroms.total + len(chroms)


def placed(spans: Spans, chroms: ChromTable) -> Placed:
    """Spans on the axis, sorted by start."""
    at, to, in_order = sweep.place(spans.code, spans.start, spans.end, offset=offsets(chroms))
    if in_order:
        return Placed(at, to)
    order, at = sweep.argsort(at)
    return Placed(at, to[order], order)


def spans_at(at: Ints, to: Ints, chroms: ChromTable) -> Spans:
    """Spans of sorted places on the axis."""
    return Spans(*sweep.unplace(at, to, offset=offsets(chroms)))


def order_of(spans: Spans, chroms: ChromTable) -> Ints:
    """Row numbers by chromosome, start and end; rows that are equal stay in their order."""
    at, to, _ = sweep.place(spans.code, spans.start, spans.end, offset=offsets(chroms))
    first, _ = sweep.argsort(to - at)
    second, _ = sweep.argsort(at[first])
    return first[second]


def in_order(spans: Spans, chroms: ChromTable) -> bool:
    """Are the rows by chromosome, start and end?"""
    at, to, by_start = sweep.place(spans.code, spans.start, spans.end, offset=offsets(chroms))
    return by_start and bool(((at[1:] > at[:-1]) | (to[1:] >= to[:-1])).all())
