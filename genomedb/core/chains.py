"""ChainBlocks: alignment of two assemblies as gapless blocks."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

_I8 = NDArray[np.int64]
_I1 = NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class ChainBlocks:
    """Gapless blocks of alignment as arrays of one length; 0-based half-open, forward strand.

    Attributes
    ----------
    source, target : ndarray of int64
        Codes of the chromosomes.
    source_start, target_start, size : ndarray of int64
    source_strand, strand : ndarray of int8
        Strands of the source and of the target: 0 forward, 1 reverse.
    chain_id : ndarray of int64
    score : ndarray of float64
        Of the chain.
    """

    source: _I8
    source_start: _I8
    source_strand: _I1
    target: _I8
    target_start: _I8
    strand: _I1
    size: _I8
    chain_id: _I8
    score: NDArray[np.float64]

    def __len__(self) -> int:
        return int(self.size.size)

    def __getitem__(self, which: slice | NDArray[Any]) -> ChainBlocks:
        """Some of the blocks: a slice, a mask or an array of row numbers."""
        return ChainBlocks(*(getattr(self, field.name)[which] for field in fields(self)))

    @property
    def source_end(self) -> _I8:
        """Ends on the source side."""
        return self.source_start + self.size

    @property
    def target_end(self) -> _I8:
        """Ends on the target side."""
        return self.target_start + self.size

    @property
    def is_reverse(self) -> NDArray[np.bool_]:
        """Is the first base of the source the last one of the target?"""
        return np.not_equal(self.source_strand, self.strand)

    def inverse(self) -> ChainBlocks:
        """The same blocks from the target to the source."""
        return ChainBlocks(
            self.target, self.target_start, self.strand, self.source, self.source_start,
            self.source_strand, self.size, self.chain_id, self.score,
        )  # fmt: skip

    def cut(self, which: _I8, start: _I8, end: _I8) -> ChainBlocks:
        """Parts of blocks: ``[start, end)`` on the target side of the blocks `which`."""
        part = self[which]
        left = np.where(part.is_reverse, part.target_end - end, start - part.target_start)
        return ChainBlocks(
            part.source, part.source_start + left, part.source_strand, part.target, start,
            part.strand, end - start, part.chain_id, part.score,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class ChainFile:
    """What a chain file holds.

    Attributes
    ----------
    sources, targets : dict of str to int
        Names and lengths of the chromosomes on each side.
    blocks : ChainBlocks
        In the order of the file; codes are positions in `sources` and `targets`.
    """

    sources: dict[str, int]
    targets: dict[str, int]
    blocks: ChainBlocks
