"""TrackSource: the plain name of a track in an expression, its mean over each interval."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.iterators.blocks import BinBlock, Block
from genomedb.kernels.window_direct import group_means
from genomedb.tracks.dense import DenseTrack
from genomedb.virtual.source import Source, WindowFunction

AHEAD = 1 << 19  # bins read at a time: enough for several threads to decode
_UNTIL_MAPPED = 1 << 12  # bins that are not worth a copy where the file can be looked at
_WIDEST = 1 << 12  # bins of the track in one of the walk: wider ones are few
_PART = 1 << 17  # bins of the track looked at together


class BinSource(Source):
    """A dense track walked bin by bin, or by several whole bins at a time.

    Other blocks go to a function of windows.

    Parameters
    ----------
    track : DenseTrack
        Read ahead, and made float64 block by block.
    otherwise : callable
        Mean of any windows.
    """

    def __init__(self, track: DenseTrack, otherwise: WindowFunction) -> None:
        self._track, self._otherwise = track, otherwise
        self._is_float = track.dtype.kind == "f"
        self._missing = None if self._is_float else track.missing
        self._buffer: NDArray[Any] = np.empty(0, track.dtype)
        self._ahead: NDArray[Any] | None = None
        self._values = np.empty(0, np.float64)
        self._code, self._first, self._last = -1, 0, 0
        self._has_data = self._is_mapped = False

    def values(self, block: Block) -> NDArray[np.float64]:
        """Stored values of the bins, missing ones NaN."""
        size = self._size(block)
        if size == 0:
            return self._otherwise(block.code, block.start, block.end)
        assert isinstance(block, BinBlock)
        if block.code != self._code:
            self._enter(block.code)
        n = block.last - block.first
        if self._values.size < n:
            self._values = np.empty(n, np.float64)
        values = self._values[:n]
        if not self._has_data:
            values.fill(np.nan)
            return values
        if size > 1:
            self._group(block, size, values)
            return values
        stored = self._stored(block, block.first, block.last)
        np.copyto(values, stored)
        if self._missing is not None:
            values[stored == self._missing] = np.nan
        return values

    def _group(self, block: BinBlock, size: int, out: NDArray[np.float64]) -> None:
        """Means of `size` bins each, a part of the block at a time: few bins stay in the cache."""
        n_bins = -(-self._track.chroms.lengths[block.code] // self._track.bin_size)
        step = max(1, _PART // size)
        for first in range(block.first, block.last, step):
            last = min(first + step, block.last)
            stored = self._stored(block, first * size, min(last * size, n_bins))
            group_means(stored, size, out[first - block.first : last - block.first])

    def _size(self, block: Block) -> int:
        """Bins of the track in each of the block's, when they are whole; 0 for other blocks."""
        if not isinstance(block, BinBlock):
            return 0
        size, rest = divmod(block.width, self._track.bin_size)
        if size == 1 and not rest:
            return 1
        if rest or not self._is_float or size > _WIDEST:
            return 0
        upper = min(block.last * block.width, self._track.chroms.lengths[block.code])
        return size if block.lower <= block.first * block.width and upper <= block.upper else 0

    def _stored(self, block: BinBlock, first: int, last: int) -> NDArray[Any]:
        """Stored values of bins under a block, out of those that were read ahead."""
        if not self._first <= first <= last <= self._last:
            upper = -(-block.upper // self._track.bin_size)
            ahead = 0 if self._is_mapped else AHEAD  # a copy of a few stays in the cache
            self._load(block.code, first, min(upper, max(last, first + ahead)))
        assert self._ahead is not None
        return self._ahead[first - self._first : last - self._first]

    def _enter(self, code: int) -> None:
        """Go to a chromosome."""
        name = self._track.chroms.names[code]
        self._has_data = self._track.has_chrom(name)
        self._is_mapped = self._has_data and self._track.is_mapped(name)
        self._code, self._first, self._last = code, 0, 0

    def _load(self, code: int, first: int, last: int) -> None:
        """Read some bins."""
        track, width = self._track, self._track.bin_size
        name, length = track.chroms.names[code], track.chroms.lengths[code]
        out = None
        if not self._is_mapped or last - first > _UNTIL_MAPPED:
            if self._buffer.size < last - first:
                self._buffer = np.empty(last - first, track.dtype)
            out = self._buffer[: last - first]
        self._last = first  # nothing, should reading fail
        self._ahead = track.read(name, first * width, min(last * width, length), out=out)
        self._first, self._last = first, last
