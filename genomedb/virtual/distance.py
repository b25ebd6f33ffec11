"""Functions of windows and a set of intervals: distances, coverage, neighbours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.errors import UsageError
from genomedb.kernels.distance import Holders
from genomedb.virtual.coverage import Coverage, NeighborCount
from genomedb.virtual.source import WindowFunction

INTERVAL_FUNCTIONS: Final = (
    "distance",
    "distance.center",
    "distance.edge",
    "coverage",
    "neighbor.count",
)
_TAKES_PARAMS: Final = ("distance", "neighbor.count")
_FAR: Final = 2**62
_Answer = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float64]]


def check_interval_function(name: str, params: Any = None) -> float | None:
    """Check a function of intervals and its parameter.

    Parameters
    ----------
    name : str
        One of `INTERVAL_FUNCTIONS`.
    params : number, optional
        ``distance``: what distances from outside an interval grow by, twice (default 0);
        ``neighbor.count``: gaps below it count as neighbours (default 0). The others take none.

    Returns
    -------
    float or None
        The parameter with its default; None for functions without one.

    Raises
    ------
    UsageError
        Unknown function, or a parameter that is not a number below 2**62, is negative, or that
        the function does not take.
    """
    if name not in INTERVAL_FUNCTIONS:
        raise UsageError(
            f"there is no function {name!r} of intervals",
            fix=f"Known functions: {', '.join(INTERVAL_FUNCTIONS)}",
        )
    if name not in _TAKES_PARAMS:
        if params is not None:
            raise UsageError(f"{name} takes no params, but got {params!r:.60}", fix="Leave it out")
        return None
    if params is None:
        return 0.0
    is_number = isinstance(params, (int, float, np.integer, np.floating))
    if not is_number or isinstance(params, (bool, np.timedelta64)) or not abs(params) < _FAR:
        raise UsageError(f"{name}: params must be a finite number, not {params!r:.60}")
    if params < 0:
        raise UsageError(f"{name}: params must not be negative, not {params!r}")
    return float(params)


def interval_function(
    name: str, spans: Spans, chroms: ChromTable, *, params: Any = None
) -> WindowFunction:
    """Make the function that answers windows of one chromosome.

    Parameters
    ----------
    name : str
        One of `INTERVAL_FUNCTIONS`.
    spans : Spans
        The intervals, in any order; they may overlap and nest. With strands, distances are
        negative where the window lies upstream: left of +, right of -.
    chroms : ChromTable
    params : number, optional
        As for `check_interval_function`.

    Returns
    -------
    callable
        ``f(code, start, end)`` -> float64, one a window. NaN on a chromosome without
        intervals (``coverage`` and ``neighbor.count``: 0).

    Raises
    ------
    UsageError
        As `check_interval_function`.
    """
    param = check_interval_function(name, params)
    order = np.argsort(spans.code, kind="stable")
    code = spans.code[order]
    known: dict[int, _Answer] = {}

    def answer(chrom: int, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
        if chrom not in known:
            low, high = np.searchsorted(code, [chrom, chrom + 1]).tolist()
            known[chrom] = _of_chrom(name, spans[order[low:high]], param)
        return known[chrom](start, end)

    return answer


def _of_chrom(name: str, spans: Spans, param: float | None) -> _Answer:
    """The function for the intervals of one chromosome."""
    if name == "coverage":
        return Coverage(spans).of
    if name == "neighbor.count":
        return NeighborCount(spans, within=param or 0.0).of
    if not len(spans):
        return lambda start, end: np.full(start.size, np.nan)
    nearest = _Nearest(spans)
    if name == "distance.edge":
        return nearest.edge
    if name == "distance.center":
        return nearest.center
    return lambda start, end: nearest.distance(start, end, param or 0.0)


class _Nearest:
    """Signed distances to the nearest of the intervals of one chromosome."""

    def __init__(self, spans: Spans) -> None:
        row = np.arange(len(spans))
        order = np.argsort(spans.start, kind="stable")
        self._start, self._end, self._row = spans.start[order], spans.end[order], row[order]
        self._holders = Holders(self._start, self._end, self._row)
        self._reach = np.maximum.accumulate(self._end)  # last end so far
        # Distinct ends and starts, each with the first row that has it.
        self._ends, self._end_row = np.unique(spans.end, return_index=True)
        self._starts, self._start_row = np.unique(spans.start, return_index=True)
        self._strand = spans.strand

    def distance(
        self, start: NDArray[np.int64], end: NDArray[np.int64], param: float
    ) -> NDArray[np.float64]:
        """From the middle base of each window to the nearest interval; within, by `param`."""
        middle = (start + end) // 2
        left, left_row, right, right_row = self._sides(middle, middle + 1)
        right += 1  # from the middle base to a start, not from the base after it
        is_right = right <= left
        row = np.where(is_right, right_row, left_row)
        result = self._by_side(np.where(is_right, right, left) + param / 2, row, is_right)
        # The first interval, by start, that ends after the middle base holds it if any does.
        holder = np.searchsorted(self._reach, middle, side="right")
        inside = np.flatnonzero(holder < np.searchsorted(self._start, middle, side="right"))
        which = holder[inside]
        offset = 2 * middle[inside] - self._start[which] - self._end[which]
        part = param * (offset / 2) / (self._end[which] - self._start[which])
        result[inside] = self._signed(part, self._row[which])
        return result

    def center(self, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
        """From the middle base of each window to that of an interval that holds it, or NaN."""
        part, which = self._holders.nearest_middle((start + end) // 2, relative=False)
        return self._signed(part, self._row[which])

    def edge(self, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
        """From the edge of each window to that of the nearest interval; 0 when they touch."""
        left, left_row, right, right_row = self._sides(start, end)
        is_right = (right < left) | ((right == left) & (right_row < left_row))
        row = np.where(is_right, right_row, left_row)
        result = self._by_side(np.where(is_right, right, left), row, is_right)
        begun = np.searchsorted(self._start, end, side="left")
        result[(begun > 0) & (self._reach[np.maximum(begun - 1, 0)] > start)] = 0.0
        return result

    def _sides(
        self, left: NDArray[np.int64], right: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Gap back from `left` to the last end, on from `right` to the next start; their rows."""
        before = np.searchsorted(self._ends, left, side="right") - 1
        after = np.searchsorted(self._starts, right, side="left")
        no_more = after == self._starts.size
        after[no_more] = 0
        back = np.where(before < 0, _FAR, left - self._ends[before])
        on = np.where(no_more, _FAR, self._starts[after] - right)
        return back, self._end_row[before], on, self._start_row[after]

    def _by_side(
        self, size: NDArray[Any], row: NDArray[np.int64], is_right: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """Distances with the sign that the strand gives an interval on that side."""
        return self._signed(np.where(is_right, -size, size), row)

    def _signed(self, offset: NDArray[Any], row: NDArray[np.int64]) -> NDArray[np.float64]:
        """Distances by strand, of offsets that are negative on the left of an interval."""
        if self._strand is None:
            size: NDArray[np.float64] = np.abs(offset).astype(np.float64)
            return size
        strand = self._strand[row]
        signed = np.where(strand == 0, np.abs(offset), offset * strand)
        positive_zero: NDArray[np.float64] = signed + 0.0
        return positive_zero
