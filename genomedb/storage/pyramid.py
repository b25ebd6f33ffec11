"""Summary pyramid of a dense column: built while it is written, asked instead of its bins."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.lazy import lazy
from genomedb.core.summary import Summary
from genomedb.core.track_stats import TrackStats, exact_sum
from genomedb.errors import FormatError, UsageError
from genomedb.kernels.ranges import checked_ranges
from genomedb.kernels.summary import (
    Stack,
    Stats,
    add_ranges,
    block_stats,
    no_stats,
    segment_stats,
)

# Of 2**k bins. The lowest decides about size (12: a hundredth of a compressed depth track, 10: four
# hundredths), each further one costs five datasets a chromosome: two answer as fast as three.
LEVELS = (12, 18)
FIELDS = Stats._fields
FEWEST = 4  # blocks: a shorter level is not worth its datasets
_DIRECT = 4  # ranges of fewer blocks are read from the bins, so that they load no level
_BATCH = 1 << 20  # bins read at once

_I8 = NDArray[np.int64]
ReadBins = Callable[[_I8, _I8], tuple[NDArray[Any], _I8]]
Load = Callable[[int, str], NDArray[Any]]


def stored_levels(size: int, levels: Sequence[int] = LEVELS) -> tuple[int, ...]:
    """Levels worth storing for a chromosome of `size` bins, finest first; none for short ones."""
    return tuple(k for k in sorted(levels) if -(-size // (1 << k)) >= FEWEST)


class PyramidBuilder:
    """Makes the levels of one chromosome from its values, given in pieces from left to right.

    The statistics of the whole chromosome come of the same work.

    The result does not depend on how the values are cut into pieces. At most one block of values
    is kept. Objects can be pickled at any time.

    Parameters
    ----------
    size : int
        Number of values that will come.
    dtype : dtype
        Their type.
    missing : int, optional
        The value of an integer column that means "no value".
    levels : sequence of int
        Each k stands for blocks of ``2**k`` bins.
    """

    def __init__(
        self, size: int, dtype: Any, missing: float | None = None, levels: Sequence[int] = LEVELS
    ) -> None:
        self.levels = stored_levels(size, levels)
        self._size, self._dtype = size, np.dtype(dtype).newbyteorder("=")
        self._missing = None if self._dtype.kind == "f" else missing
        self._block = 1 << (self.levels[0] if self.levels else LEVELS[0])
        self._lowest = no_stats(-(-size // self._block))
        self._rest = np.empty(min(self._block, size), self._dtype)
        self._n_rest = self._n_blocks = self._n_seen = 0

    def add(self, values: NDArray[Any]) -> None:
        """Append values.

        Raises
        ------
        UsageError
            If they are not one-dimensional or more than the chromosome has.
        """
        if values.ndim != 1:
            raise UsageError(f"values have {values.ndim} dimensions, not one")
        self._n_seen += values.size
        if self._n_seen > self._size:
            raise UsageError(f"{self._n_seen} values came for a column of {self._size}")
        values = np.ascontiguousarray(values, self._dtype)
        if self._n_rest:
            taken = min(self._block - self._n_rest, values.size)
            self._rest[self._n_rest : self._n_rest + taken] = values[:taken]
            self._n_rest += taken
            values = values[taken:]
            if self._n_rest < self._block:
                return
            self._put(self._rest)
            self._n_rest = 0
        whole = values.size - values.size % self._block
        self._put(values[:whole])
        self._n_rest = values.size - whole
        self._rest[: self._n_rest] = values[whole:]

    def finish(self) -> dict[int, Stats]:
        """All levels, finest first; empty for a chromosome that is too short for any.

        Raises
        ------
        UsageError
            If fewer values came than were announced.
        """
        if self._n_seen != self._size:
            raise UsageError(f"{self._n_seen} values came for a column of {self._size}")
        self._put(self._rest[: self._n_rest])
        self._n_rest = 0
        if not self.levels:
            return {}
        made = {self.levels[0]: self._lowest}
        for below, k in zip(self.levels, self.levels[1:], strict=False):
            step, blocks = 1 << (k - below), made[below]
            first = np.arange(0, blocks.count.size, step, dtype=np.int64)
            made[k] = no_stats(first.size)
            add_ranges(blocks, first, np.minimum(first + step, blocks.count.size), made[k])
        return made

    def stats(self) -> TrackStats:
        """Statistics of all values, once `finish` was called; the sum is rounded little.

        Each block's sum is that of 64 lanes of 64 values in float64; these are added exactly.
        """
        blocks = self._lowest
        some = blocks.count > 0
        return TrackStats(
            self._size,
            self._size - int(blocks.count.sum()),
            exact_sum(blocks.sum.tolist()),
            float(blocks.min[some].min(initial=math.inf)) if some.any() else math.nan,
            float(blocks.max[some].max(initial=-math.inf)) if some.any() else math.nan,
        )

    def _put(self, values: NDArray[Any]) -> None:
        if not values.size:
            return
        stats = block_stats(values, self._block, missing=self._missing)
        at = slice(self._n_blocks, self._n_blocks + stats.count.size)
        for column, part in zip(self._lowest, stats, strict=True):
            column[at] = part
        self._n_blocks = at.stop


class Pyramid:
    """Answers statistics of ranges of bins of one chromosome from its stored levels.

    Parameters
    ----------
    load : callable
        ``load(k, field)`` reads one array of one level; `field` is one of `FIELDS`. It is called
        when an answer first needs it: a whole chromosome needs the coarsest level only.
    n_bins : int
        Bins of the chromosome.
    levels : sequence of int
        The k stored for this chromosome; may be empty.
    missing : int, optional
        The value of an integer column that means "no value".
    where : str, optional
        File and chromosome, for messages.
    """

    def __init__(
        self,
        load: Load,
        n_bins: int,
        levels: Sequence[int],
        missing: float | None = None,
        where: str | None = None,
    ) -> None:
        self._load, self._n_bins, self._missing, self._where = load, n_bins, missing, where
        self.levels = tuple(sorted(levels))

    def summarise(self, first: Any, last: Any, read_bins: ReadBins) -> Summary:
        """Statistics of the bins ``[first[i], last[i])``, exact whatever the levels.

        Whole blocks inside a range come from the coarsest levels that fit, the rest from the bins.

        Parameters
        ----------
        first, last : array_like of int64, shape (n,)
            Half-open ranges of bins, in any order; they may overlap and be empty.
        read_bins : callable
            ``read_bins(first, last)`` returns the values of the bins of many ranges one after
            another, and where each range begins in them (int64, one item more than ranges). It is
            called once for all ends of all ranges; again when these are more than a million bins,
            and not at all when whole blocks are all that is asked for.

        Returns
        -------
        Summary
            One item a range. Of a whole chromosome: read-only arrays, kept for the next time.

        Raises
        ------
        UsageError
            For ranges that are not inside the chromosome.
        FormatError
            If a stored level has the wrong length, type or counts.
        """
        firsts, lasts = checked_ranges(first, last, self._n_bins, "bins")
        if not self.levels:
            return summarise_bins(firsts, lasts, read_bins, self._missing)
        if firsts.size == 1 and lasts[0] - firsts[0] == self._n_bins:
            return self.total
        shortest = _DIRECT << self.levels[0]
        if firsts.size == 0 or int((lasts - firsts).max()) < shortest:
            return summarise_bins(firsts, lasts, read_bins, self._missing)
        stats, inner_first, inner_last = self._stack.inner(firsts, lasts, shortest)
        ends_first = np.stack((firsts, inner_last), axis=1).ravel()
        ends_last = np.stack((inner_first, lasts), axis=1).ravel()
        _add_bins(ends_first, ends_last, 2, read_bins, self._missing, stats)
        return Summary(lasts - firsts, *stats)

    @lazy
    def total(self) -> Summary:
        """Summary of the whole chromosome, of length 1; needs at least one level."""
        if not self.levels:
            raise UsageError("no level is stored", where=self._where, fix="Use summarise")
        blocks = self.level(self.levels[-1])
        stats = no_stats(1)
        add_ranges(blocks, [0], [blocks.count.size], stats)
        n_bins = np.array([self._n_bins], np.int64)
        for column in (n_bins, *stats):
            column.flags.writeable = False
        return Summary(n_bins, *stats)

    @lazy
    def _stack(self) -> Stack:
        return Stack({k: self.level(k) for k in self.levels}, self._n_bins)

    def level(self, k: int) -> Stats:
        """One of `levels` as stored; lengths, types and counts are checked."""
        size = -(-self._n_bins // (1 << k))
        stats = Stats(*(np.asarray(self._load(k, field)) for field in FIELDS))
        for field, column in zip(FIELDS, stats, strict=True):
            kind = np.int64 if field == "count" else np.float64
            if column.shape != (size,) or column.dtype != kind:
                raise FormatError(
                    f"{field} of level {k} of the summary pyramid is {column.dtype} of shape "
                    f"{column.shape}, not {np.dtype(kind)} of {size}",
                    where=self._where,
                    fix="Make the track again",
                )
        if stats.count.min() < 0 or stats.count.max() > 1 << k:
            raise FormatError(
                f"count of level {k} of the summary pyramid is not between 0 and {1 << k}",
                where=self._where,
                fix="Make the track again",
            )
        return stats


def summarise_bins(
    first: Any, last: Any, read_bins: ReadBins, missing: float | None = None
) -> Summary:
    """As `Pyramid.summarise`, from the bins only; at most about a million are held at once."""
    firsts, lasts = checked_ranges(first, last, np.iinfo(np.int64).max, "bins")
    stats = no_stats(firsts.size)
    _add_bins(firsts, lasts, 1, read_bins, missing, stats)
    return Summary(lasts - firsts, *stats)


def _add_bins(
    first: _I8, last: _I8, group: int, read_bins: ReadBins, missing: float | None, out: Stats
) -> None:
    """Add the bins of each `group` consecutive ranges to one item of `out`."""
    n_pieces = -(-(last - first) // _BATCH)
    upto = np.concatenate((np.zeros(1, np.int64), np.cumsum(n_pieces)))
    nth = np.arange(upto[-1]) - np.repeat(upto[:-1], n_pieces)
    piece_first = np.repeat(first, n_pieces) + nth * _BATCH
    piece_last = np.minimum(piece_first + _BATCH, np.repeat(last, n_pieces))
    if not piece_first.size:
        return
    found = []
    for batch in _batches(piece_last - piece_first):
        values, offset = read_bins(piece_first[batch], piece_last[batch])
        found.append(segment_stats(values, offset[:-1], offset[1:], missing=missing))
    pieces = Stats(*map(np.concatenate, zip(*found, strict=True))) if found[1:] else found[0]
    upto = upto[::group]
    add_ranges(pieces, upto[:-1], upto[1:], out)


def _batches(sizes: _I8) -> Iterator[slice]:
    """Stretches of items whose sizes, at most _BATCH each, add up to at most _BATCH."""
    upto = np.cumsum(sizes)
    at = before = 0
    while at < sizes.size:
        stop = int(np.searchsorted(upto, before + _BATCH, "right"))
        yield slice(at, stop)
        at, before = stop, int(upto[stop - 1])
