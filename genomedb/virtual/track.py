"""TrackSource: the plain name of a track in an expression, its mean over each interval."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.iterators.blocks import BinBlock, Block
from genomedb.tracks.dense import DenseTrack
from genomedb.virtual.source import Source, WindowFunction

AHEAD = 1 << 19  # bins read at a time: enough for several threads to decode


class BinSource(Source):
    """A dense track walked bin by bin; other blocks go to a function of windows.

    Parameters
    ----------
    track : DenseTrack
        Read ahead, and made float64 block by block.
    otherwise : callable
        Mean of any windows.
    """

    def __init__(self, track: DenseTrack, otherwise: WindowFunction) -> None:
        self._track, self._otherwise = track, otherwise
        self._missing = track.missing if track.dtype.kind != "f" else None
        self._buffer: NDArray[Any] = np.empty(0, track.dtype)
        self._ahead: NDArray[Any] | None = None
        self._values = np.empty(0, np.float64)
        self._code, self._first, self._last = -1, 0, 0
        self._has_data = self._is_mapped = False

    def values(self, block: Block) -> NDArray[np.float64]:
        """Stored values of the bins, missing ones NaN."""
        if not isinstance(block, BinBlock) or block.width != self._track.bin_size:
            return self._otherwise(block.code, block.start, block.end)
        if block.code != self._code:
            self._enter(block.code)
        n = block.last - block.first
        if self._values.size < n:
            self._values = np.empty(n, np.float64)
        values = self._values[:n]
        if not self._has_data:
            values.fill(np.nan)
            return values
        if not self._first <= block.first <= block.last <= self._last:
            self._load(block)
        assert self._ahead is not None
        stored = self._ahead[block.first - self._first : block.last - self._first]
        np.copyto(values, stored)
        if self._missing is not None:
            values[stored == self._missing] = np.nan
        return values

    def _enter(self, code: int) -> None:
        """Go to a chromosome."""
        name = self._track.chroms.names[code]
        self._has_data = self._track.has_chrom(name)
        self._is_mapped = self._has_data and self._track.is_mapped(name)
        self._code, self._first, self._last = code, 0, 0

    def _load(self, block: BinBlock) -> None:
        """Read the block's bins and those that will be asked for next."""
        track, width = self._track, block.width
        first = block.first
        last = min(-(-block.upper // width), max(block.last, first + AHEAD))
        name, length = track.chroms.names[block.code], track.chroms.lengths[block.code]
        out = None
        if not self._is_mapped:
            if self._buffer.size < last - first:
                self._buffer = np.empty(last - first, track.dtype)
            out = self._buffer[: last - first]
        self._last = first  # nothing, should reading fail
        self._ahead = track.read(name, first * width, min(last * width, length), out=out)
        self._first, self._last = first, last
