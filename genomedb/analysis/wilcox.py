"""wilcox: where values around a place differ from those further around it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.stretches import Stretches, binned_stream, stretches
from genomedb.core.normal import lower_tail, tail_start
from genomedb.core.spans import Spans
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.intervals.frame import frame_of
from genomedb.kernels.ranksum import sliding_rank_sums
from genomedb.virtual.definition import VirtualTrack

MIN_SAMPLES = 10  # fewer values are not tested
_SIDES = {"higher": 1, "lower": -1, "both": 0, 1: 1, -1: -1, 0: 0}
_I8 = NDArray[np.int64]


def wilcox(
    db: GenomeDB,
    expression: str,
    winsize1: int,
    winsize2: int,
    scope: Any = None,
    *,
    maxpval: float = 0.05,
    onetailed: bool = True,
    find: str | int = "higher",
    iterator: Any = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    executor: Executor | int | None = None,
) -> Any:
    """Peaks and dips: a window tested against the larger window around it.

    Around each bin the values of the small window are compared with those of the large one, which
    contains it, by a rank sum test (normal approximation, no correction for ties). Windows do not
    reach beyond gaps in the scope. Neighbouring bins that are significant make one interval, which
    reaches half a small window further on each side.

    Parameters
    ----------
    db : GenomeDB
        Where tracks and interval sets are.
    expression : str
        Such as ``"np.log(chip + 1) - input"``.
    winsize1, winsize2 : int
        Widths of both windows in bp, in any order; each is rounded to ``2 k + 1`` bins, at least
        10. A test needs 10 values in each.
    scope : optional
        Where to look, default the whole genome; see `scope_of`. Bases in several rows count once.
    maxpval : float
        Largest p-value, from 0 to 1.
    onetailed : bool
        False doubles the p-values.
    find : {"higher", "lower", "both"} or {1, -1, 0}
        Must the small window be above the large one, or below it?
    iterator : optional
        Bins of one width, default as the expression's tracks have; see `steps_of`.
    virtual, variables : mapping, optional
        Virtual tracks, and numbers, by the names they have in the expression.
    executor : Executor, int or None
        Who works; the answer is the same.

    Returns
    -------
    pandas.DataFrame
        ``chrom start end`` and ``pval``, the smallest in the interval; sorted, not touching. No
        rows where nothing is significant.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        An argument is not right, or the iterator has no bins of one width; nothing was read then.

    Examples
    --------
    >>> wilcox(db, "chip", 100_000, 1000, maxpval=0.01)  # doctest: +SKIP
    """
    check_length(winsize1, "winsize1")
    check_length(winsize2, "winsize2")
    side, highest = _side(find), score_limit(maxpval, is_one_tailed=onetailed)
    stream, width = binned_stream(
        db, expression, scope, verb="wilcox", iterator=iterator, virtual=virtual,
        variables=variables,
    )  # fmt: skip
    small, large = sorted(_half(winsize, width) for winsize in (winsize1, winsize2))
    parts = [
        _significant(some, width, small=small, large=large, side=side, highest=highest)
        for some in stretches(stream, width, executor, what="wilcox")
    ]
    spans, score = _joined(parts).widened(width, small, db.chroms.length_array)
    pval = lower_tail(score) * (1 if onetailed else 2)
    return frame_of(spans, db.chroms, {"pval": pval})


def score_limit(maxpval: float, *, is_one_tailed: bool) -> float:
    """Normal score up to which a test is significant.

    Raises
    ------
    UsageError
        `maxpval` is no probability.
    """
    if not isinstance(maxpval, Real) or not 0 <= maxpval <= 1:
        raise UsageError(
            f"maxpval {maxpval!r:.60} is not a probability", fix="Give a number from 0 to 1"
        )
    return tail_start(float(maxpval if is_one_tailed else maxpval / 2))


def _side(find: str | int) -> int:
    if not isinstance(find, (str, int, np.integer)) or find not in _SIDES:
        raise UsageError(
            f"find {find!r} is not a side", fix='Give "higher", "lower" or "both" (1, -1 or 0)'
        )
    return _SIDES[find]


def check_length(value: float, what: str) -> None:
    """Raise `UsageError` unless `value` is a positive number of base pairs."""
    is_number = isinstance(value, Real) and not isinstance(value, np.timedelta64)
    if not is_number or not 0 < value < 2**62:
        raise UsageError(
            f"{what} {value!r:.60} is not a length", fix="Give a positive number of base pairs"
        )


def _half(winsize: float, width: int) -> int:
    """Bins on each side of the middle one."""
    half = int(0.5 * winsize / width + 0.5)
    if 2 * half + 1 < MIN_SAMPLES:
        raise UsageError(
            f"a window of {winsize} bp has {2 * half + 1} bins of {width} bp",
            fix=f"It needs at least {MIN_SAMPLES}: give {MIN_SAMPLES * width} bp or more",
        )
    return half


class _Runs(NamedTuple):
    """Runs of neighbouring bins that are significant: bins [first, last) and lowest score."""

    code: _I8
    first: _I8
    last: _I8
    score: NDArray[np.float64]

    def widened(self, width: int, small: int, length: _I8) -> tuple[Spans, NDArray[np.float64]]:
        """Intervals of the runs and half a small window around them; those that touch as one."""
        code = self.code
        start = np.maximum((self.first - small) * width, 0)
        end = np.minimum((self.last + small) * width, length[code])
        # runs are in order and widened alike, so each end is after the one before
        is_new = np.ones(code.size, np.bool_)
        is_new[1:] = (code[1:] != code[:-1]) | (start[1:] > end[:-1])
        begin = np.flatnonzero(is_new)
        if not begin.size:
            return Spans.empty(), self.score
        stop = np.append(begin[1:], code.size) - 1
        score = np.minimum.reduceat(self.score, begin)
        return Spans(code[begin], start[begin], end[stop]), score


def _joined(parts: list[_Runs]) -> _Runs:
    if not parts:
        none = np.empty(0, np.int64)
        return _Runs(none, none, none, np.empty(0))
    return _Runs(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _significant(
    some: Stretches, width: int, *, small: int, large: int, side: int, highest: float
) -> _Runs:
    """Runs of significant bins of some stretches."""
    sums = sliding_rank_sums(some.values, some.edges, small=small, large=large)
    score = sums.scores()
    with np.errstate(invalid="ignore"):
        is_low = score <= highest
    is_low &= (sums.n_small >= MIN_SAMPLES) & (some.values == some.values)
    if side:
        is_low &= sums.higher() == side
    begins, ends = is_low.copy(), is_low.copy()
    begins[1:] &= ~is_low[:-1]
    ends[:-1] &= ~is_low[1:]
    inner = some.edges[1:-1]  # no run goes on in the next stretch
    begins[inner] |= is_low[inner]
    ends[inner - 1] |= is_low[inner - 1]
    first, last = np.flatnonzero(begins), np.flatnonzero(ends)
    code, bin_number = some.bins(first, width)
    bounds = np.column_stack((first, last + 1)).ravel()
    # the padding lets the last run end at the end of the values
    lowest = np.minimum.reduceat(np.append(score, np.inf), bounds)[::2] if first.size else score[:0]
    return _Runs(code, bin_number, bin_number + last - first + 1, lowest)
