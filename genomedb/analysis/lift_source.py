"""A track of another assembly and the chains from there, read by place in the target."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.lazy import lazy
from genomedb.errors import ChromError, UsageError
from genomedb.intervals.chains import UNKNOWN_LENGTH, Chains
from genomedb.tracks.base import Track
from genomedb.tracks.dense import DenseTrack
from genomedb.tracks.open import open_track
from genomedb.tracks.sparse import SparseTrack

_I8 = NDArray[np.int64]


class Parts(NamedTuple):
    """Parts of bins or records on the target side, as arrays of one length.

    Attributes
    ----------
    start, end : ndarray of int64
        On the target chromosome.
    value : ndarray of float64
    source, source_start : ndarray of int64
        Chromosome and start of the whole bin or record in the source.
    source_end : ndarray of int64
    chain : ndarray of int64
        Chain it came by.
    block : ndarray of int64
    is_edge : ndarray of bool
        Whether its chain may bring the same bin or record by another block: the first and the
        last of a block, or all where blocks of one chain share source bases.
    """

    start: _I8
    end: _I8
    value: NDArray[np.float64]
    source: _I8
    source_start: _I8
    source_end: _I8
    chain: _I8
    block: _I8
    is_edge: NDArray[np.bool_]

    def take(self, which: NDArray[Any]) -> Parts:
        """Some of the parts: a mask or numbers."""
        return Parts(*(column[which] for column in self))

    @classmethod
    def joined(cls, several: Sequence[Parts]) -> Parts:
        """Parts of several sources as one."""
        if len(several) == 1:
            return several[0]
        return cls(*map(np.concatenate, zip(*several, strict=True)))

    def in_order(self) -> Parts:
        """By target place; ties by source place."""
        keys = (self.chain, self.source_start, self.source, self.end, self.start)
        return self.take(np.lexsort(keys))


@dataclass(frozen=True, eq=False)
class LiftSource:
    """Values of a track by place in the target.

    Attributes
    ----------
    track : DenseTrack or SparseTrack
    chains : Chains
        From the chromosomes of the track.
    """

    track: DenseTrack | SparseTrack
    chains: Chains

    @classmethod
    def of(cls, track: Any, chains: Chains) -> LiftSource:
        """Put a track, or one by its path, and chains together.

        Raises
        ------
        UsageError
            The track is neither dense nor sparse, or it is a folder of another format.
        ChromError
            Its chromosomes have other lengths than the chains say.
        """
        opened = open_source(track)
        if not isinstance(opened, (DenseTrack, SparseTrack)) or opened.track_type == "sequence":
            raise UsageError(
                f"a track of type {opened.track_type} cannot be lifted",
                where=opened.name,
                fix="Lift a track of values or features",
            )
        return cls(opened, in_codes_of(opened, chains))

    @lazy
    def _back(self) -> Chains:
        return self.chains.inverse()

    @lazy
    def _repeats(self) -> bool:
        """Do blocks of one chain share source bases? Those of a chain file never do."""
        b = self.chains.blocks
        b = b[np.lexsort((b.source_start, b.source, b.chain_id))]
        again = (b.chain_id[1:] == b.chain_id[:-1]) & (b.source[1:] == b.source[:-1])
        return bool((again & (b.source_start[1:] < b.source_end[:-1])).any())

    def parts(self, code: int, start: int, end: int) -> Parts:
        """Parts of bins or records that come to lie in ``[start, end)`` of a target chromosome."""
        at = [np.array([x], np.int64) for x in (code, start, end)]
        pieces = self._back.place(*at)
        blocks = self.chains.blocks
        source = blocks.source[pieces.block]
        low, high = pieces.target_start, pieces.target_end
        names = np.array(self.track.chroms.names, object)[source]
        bins, n = self._read(names, source, low, high)
        item = np.repeat(np.arange(n.size), n)
        first = np.maximum(bins[0], low[item])
        last = np.minimum(bins[1], high[item])
        turned = blocks.is_reverse[pieces.block][item]
        left = np.where(turned, high[item] - last, first - low[item])
        begin = pieces.source_start[item] + left
        edge = np.ones(item.size, np.bool_)
        if item.size > 2 and not self._repeats:
            edge[1:-1] = (item[1:-1] != item[:-2]) | (item[1:-1] != item[2:])
        block = pieces.block[item]
        found = Parts(
            begin, begin + last - first, bins[2], source[item], bins[0], bins[1],
            blocks.chain_id[block], block, edge,
        )  # fmt: skip
        return self._chosen(found)

    def _read(
        self, names: NDArray[Any], source: _I8, low: _I8, high: _I8
    ) -> tuple[tuple[_I8, _I8, NDArray[np.float64]], _I8]:
        """Whole bins or records that touch regions: (start, end, value), and how many each."""
        track = self.track
        if isinstance(track, SparseTrack):
            records = track.read_many((names, low, high))
            return (records.start, records.end, self._values(records.value)), np.diff(
                records.offsets
            )
        windows = track.read_many((names, low, high))
        width, n = track.bin_size, np.diff(windows.offsets)
        item = np.repeat(np.arange(n.size), n)
        number = np.arange(item.size) - windows.offsets[:-1][item] + (low // width)[item]
        length = track.chroms.length_array[source][item]
        start = number * width
        return (start, np.minimum(start + width, length), self._values(windows.values)), n

    def _values(self, stored: NDArray[Any]) -> NDArray[np.float64]:
        """Values as float64, missing ones NaN."""
        values = np.asarray(stored, np.float64)
        missing = self.track.missing
        if missing is None or missing != missing:
            return values
        return np.where(values == missing, np.nan, values)

    def _chosen(self, parts: Parts) -> Parts:
        """Without the parts that the policy of clusters takes elsewhere."""
        if not self.chains.target_overlap.startswith("best_") or not parts.start.size:
            return parts
        kept = self.chains.place(parts.source, parts.source_start, parts.source_end)
        n = len(self.chains)
        mine = np.arange(parts.start.size) * n + parts.block
        return parts.take(np.isin(mine, kept.row * n + kept.block))


def open_source(track: Any) -> Track:
    """A track as it is, or opened by its path."""
    if isinstance(track, Track):
        return track
    if not isinstance(track, (str, os.PathLike)):
        raise UsageError(
            f"{type(track).__name__} is not a track", fix="Give an open track, or the path of one"
        )
    path = Path(track)
    if path.is_dir():
        raise UsageError(
            "is a folder, not a track file",
            where=path,
            fix="If it is a track of misha, import its database first: "
            "genomedb import misha FOLDER NEW",
        )
    return open_track(path)


def in_codes_of(track: Track, chains: Chains) -> Chains:
    """Chains whose source codes are those of a track; others are left out."""
    return codes_of(track.chroms, chains, track.name)


def codes_of(chroms: ChromTable, chains: Chains, where: str) -> Chains:
    """Chains whose source codes are those of a table; others are left out.

    Raises
    ------
    ChromError
        A chromosome has another length than the chains say; `where` is named.
    """
    source, blocks = chains.source, chains.blocks
    if source is None:
        return replace(chains, source=chroms)
    code = np.array([chroms.find(name) for name in source.names], np.int64)
    for i, (name, length) in enumerate(zip(source.names, source.lengths, strict=True)):
        there = chroms.lengths[code[i]] if code[i] >= 0 else length
        if length not in (there, UNKNOWN_LENGTH):
            raise ChromError(
                f"chromosome {name} has length {there}, in the chains {length}",
                where=where,
                fix="The chains are from another assembly than the track",
            )
    blocks = replace(blocks, source=code[blocks.source])
    blocks = blocks[blocks.source >= 0]
    beyond = blocks.source_end > chroms.length_array[blocks.source]
    if beyond.any():
        i = int(beyond.argmax())
        name = chroms.names[blocks.source[i]]
        raise ChromError(
            f"block {name}:{blocks.source_start[i]}-{blocks.source_end[i]} of the chains is beyond "
            f"the end at {chroms.length(name)}",
            where=where,
            fix="The chains are from another assembly than the track",
        )
    return replace(chains, source=chroms, blocks=blocks)
