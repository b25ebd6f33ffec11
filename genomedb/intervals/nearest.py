"""The nearest rows of one set of spans for each row of another."""

from __future__ import annotations

import math
from numbers import Real
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.errors import UsageError
from genomedb.intervals.axis import axis_length, offsets
from genomedb.kernels import sweep
from genomedb.kernels.neighbors import FAR, NearestIndex

Ints = NDArray[np.int64]
Signs = Literal["none", "own", "query"]


def k_nearest(
    a: Spans,
    b: Spans,
    chroms: ChromTable,
    *,
    k: int = 1,
    min_dist: float = -math.inf,
    max_dist: float = math.inf,
    use_first_strand: bool = False,
) -> tuple[Ints, Ints, Ints]:
    """Up to k rows of b nearest to each row of a, on its chromosome.

    The distance is 0 between spans that overlap or touch, else the number of bases between
    them. When b has strands it is negative where a lies upstream of b; with `use_first_strand`
    it is negative where b lies upstream of a (a strand of 0, or none, counts as 1). Otherwise,
    and for a strand of 0 of b, it is not negative.

    Parameters
    ----------
    a, b : Spans
        In any order; they may overlap and contain each other.
    chroms : ChromTable
    k : int
        Most neighbours of a row.
    min_dist, max_dist : float
        Signed distances that count, both included.
    use_first_strand : bool

    Returns
    -------
    a_index, b_index, dist : ndarray of int64, shape (m,)
        By row of a, then by absolute distance, then by row of b.

    Raises
    ------
    UsageError
        When k is below 1, or no distance lies between the bounds.

    Examples
    --------
    >>> b = Spans.of([0, 0], [90, 120], [95, 125])  # doctest: +SKIP
    >>> k_nearest(Spans.of([0], [100], [110]), b, chroms)  # doctest: +SKIP
    (array([0]), array([0]), array([5]))
    """
    lowest, highest = _bounds(min_dist, max_dist)
    if not hasattr(k, "__index__") or np.ndim(k) or int(k) < 1:
        raise UsageError(f"{k!r:.40} neighbours make no sense", fix="Ask for at least 1")
    signs: Signs = "none"
    if use_first_strand:
        signs = "query"
    elif b.strand is not None:
        signs = "own"
    shift = offsets(chroms)
    at, to, _ = sweep.place(b.code, b.start, b.end, offset=shift)
    index = NearestIndex(
        b.code, at, to,
        n_chroms=len(chroms), length=axis_length(chroms), strand=b.strand, signs=signs,
    )  # fmt: skip
    at, to, _ = sweep.place(a.code, a.start, a.end, offset=shift)
    strand = a.strand if use_first_strand else None
    return index.find(a.code, at, to, k=k, lowest=lowest, highest=highest, strand=strand)


def check_distance(value: float, what: str) -> None:
    """Raise `UsageError` unless a distance is a number."""
    if not isinstance(value, Real) or isinstance(value, np.timedelta64) or value != value:
        raise UsageError(f"{what}={value!r:.40} is not a number", fix="Give base pairs")


def _bounds(min_dist: float, max_dist: float) -> tuple[int, int]:
    """Whole numbers that bound the distances."""
    check_distance(min_dist, "min_dist")
    check_distance(max_dist, "max_dist")
    if not min_dist <= max_dist:  # NaN too
        raise UsageError(
            f"no distance lies between min_dist={min_dist} and max_dist={max_dist}",
            fix="Give min_dist <= max_dist",
        )
    lowest = -FAR if min_dist < -FAR else FAR if min_dist > FAR else math.ceil(min_dist)
    highest = FAR if max_dist > FAR else -FAR if max_dist < -FAR else math.floor(max_dist)
    return lowest, highest
