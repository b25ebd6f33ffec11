"""TrackSource: the plain name of a track in an expression, its mean over each interval."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.iterators.blocks import BinBlock, Block
from genomedb.tracks.dense import DenseTrack
from genomedb.virtual.source import Source, WindowFunction

AHEAD = 1 << 18  # bins read at a time: enough for several threads to decode


class BinSource(Source):
    """A dense track walked bin by bin; other blocks go to a function of windows.

    Parameters
    ----------
    track : DenseTrack
        Read ahead in one buffer, as float64.
    otherwise : callable
        Mean of any windows.
    """

    def __init__(self, track: DenseTrack, otherwise: WindowFunction) -> None:
        self._track, self._otherwise = track, otherwise
        self._missing = track.missing if track.dtype.kind != "f" else None
        self._raw: NDArray[Any] = np.empty(0, track.dtype)
        self._values = np.empty(0, np.float64)
        self._code, self._first, self._last = -1, 0, 0

    def values(self, block: Block) -> NDArray[np.float64]:
        """Stored values of the bins, missing ones NaN."""
        if not isinstance(block, BinBlock) or block.width != self._track.bin_size:
            return self._otherwise(block.code, block.start, block.end)
        if block.code != self._code or not self._first <= block.first <= block.last <= self._last:
            self._load(block)
        return self._values[block.first - self._first : block.last - self._first]

    def _load(self, block: BinBlock) -> None:
        """Read the block's bins and those that will be asked for next."""
        track, width = self._track, block.width
        name = track.chroms.names[block.code]
        self._code, self._first = block.code, block.first
        self._last = min(-(-block.upper // width), max(block.last, block.first + AHEAD))
        n = self._last - self._first
        if self._values.size < n:
            self._values = np.empty(n, np.float64)
        values = self._values[:n]
        if not track.has_chrom(name):
            values.fill(np.nan)
            return
        start = self._first * width
        end = min(self._last * width, track.chroms.lengths[block.code])
        raw = self._read(name, start, end, n)
        np.copyto(values, raw)
        if self._missing is not None:
            values[raw == self._missing] = np.nan

    def _read(self, name: str, start: int, end: int, n: int) -> NDArray[Any]:
        if self._track.is_mapped(name):
            return self._track.read(name, start, end)
        if self._raw.size < n:
            self._raw = np.empty(n, self._track.dtype)
        return self._track.read(name, start, end, out=self._raw[:n])
