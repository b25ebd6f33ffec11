"""Chains: which part of another assembly lies where in this one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chains import ChainBlocks, ChainFile
from genomedb.core.chroms import ChromTable
from genomedb.core.lazy import lazy
from genomedb.intervals.chain_overlaps import (
    CLUSTERS,
    SOURCE_POLICIES,
    TARGET_POLICIES,
    checked_policy,
    resolve_sources,
    resolve_targets,
)
from genomedb.kernels.chain import BlockMap, Pieces, best_clusters

_I8 = NDArray[np.int64]
UNKNOWN_LENGTH: Final = 2**61  # of a source chromosome, where nobody says it


@dataclass(frozen=True, eq=False)
class Chains:
    """Blocks of alignment from a source assembly to a target assembly.

    Attributes
    ----------
    source : ChromTable or None
        Chromosomes of the source; None when there is none.
    chroms : ChromTable
        Chromosomes of the target.
    blocks : ChainBlocks
        Codes are positions in `source` and `chroms`.
    source_overlap, target_overlap : str
        What became of blocks that overlap. The clusters among `target_overlap` act when
        intervals are lifted.

    Examples
    --------
    >>> chains = Chains.of(read_chains("hg19ToHg38.over.chain.gz"), db.chroms)  # doctest: +SKIP
    """

    source: ChromTable | None
    chroms: ChromTable
    blocks: ChainBlocks
    source_overlap: str = "keep"
    target_overlap: str = "keep"

    @classmethod
    def of(
        cls,
        file: ChainFile,
        chroms: ChromTable,
        *,
        source_overlap: str = "error",
        target_overlap: str = "auto",
        min_score: float | None = None,
    ) -> Chains:
        """Chains of a file, without those to chromosomes that the target lacks.

        Parameters
        ----------
        file : ChainFile
        chroms : ChromTable
            Of the target.
        source_overlap : {"error", "keep", "discard"}
            What to do with blocks that share source bases: refuse them, lift to each of their
            places, or leave all of them out.
        target_overlap : str
            What to do with blocks that share target bases. ``error``, ``keep``, ``discard``: as
            above. ``auto_score`` (or ``auto``), ``auto_longer``, ``auto_first``: each base goes
            to the block of the best score, of the greatest length, or of the lowest chain id.
            ``agg``: all stay, cut where another begins or ends. ``best_source_cluster``,
            ``best_cluster_union``, ``best_cluster_sum``, ``best_cluster_max``: all stay, and an
            interval goes where the largest cluster of its blocks leads (see `best_clusters`).
        min_score : float, optional
            Chains with less are left out, before anything else.

        Raises
        ------
        UsageError
            An unknown policy, or overlaps where the policy is ``error``.
        """
        by_source = checked_policy(source_overlap, SOURCE_POLICIES, what="source_overlap")
        by_target = checked_policy(target_overlap, TARGET_POLICIES, what="target_overlap")
        source = ChromTable.from_pairs(file.sources.items()) if file.sources else None
        code = np.array([chroms.find(name) for name in file.targets], np.int64)
        blocks = file.blocks
        blocks = replace(blocks, target=code[blocks.target])
        keep = blocks.target >= 0
        if min_score is not None:
            keep &= blocks.score >= min_score
        if not keep.all():
            blocks = blocks[keep]
        blocks = resolve_sources(blocks, source.names if source else (), by_source)
        blocks = resolve_targets(blocks, chroms.names, by_target)
        return cls(source, chroms, blocks, by_source, by_target)

    def __len__(self) -> int:
        return len(self.blocks)

    def __repr__(self) -> str:
        return f"<Chains: {len(self)} blocks to {len(self.chroms)} chromosomes>"

    def inverse(self) -> Chains:
        """The same blocks from the target to the source, overlaps and all."""
        return Chains(self.chroms, self.source or self.chroms, self.blocks.inverse())

    def place(self, code: _I8, start: _I8, end: _I8) -> Pieces:
        """Find where intervals of the source lie in the target.

        Parameters
        ----------
        code, start, end : ndarray of int64, shape (n,)
            Code -1 stands for a chromosome that the source lacks; what is beyond the blocks has
            no place.

        Returns
        -------
        Pieces
            In the order of the intervals, then of the source; `block` numbers rows of `blocks`.
        """
        known = code >= 0
        where = np.where(known, code, 0)
        offset, extent = self._offsets[where], self._extents[where]
        first = np.where(known, np.minimum(np.maximum(start, 0), extent), 0) + offset
        last = np.where(known, np.minimum(np.maximum(end, 0), extent), 0) + offset
        found = self._map.place(first, last)
        shift = offset[found.row]
        pieces = found._replace(
            block=self._order[found.block],
            source_start=found.source_start - shift,
            source_end=found.source_end - shift,
        )
        measure = CLUSTERS.get(self.target_overlap)
        if measure is None:
            return pieces
        return pieces.take(best_clusters(pieces, self.blocks.chain_id[pieces.block], measure))

    # ---- the source laid end to end

    @lazy
    def _order(self) -> _I8:
        b = self.blocks
        keys = (b.chain_id, b.size, b.source_start, b.source)
        return np.lexsort(keys).astype(np.int64, copy=False)

    @lazy
    def _extents(self) -> _I8:
        """End of the last block on each source chromosome."""
        extent = np.zeros(max(1, len(self.source or ())), np.int64)
        np.maximum.at(extent, self.blocks.source, self.blocks.source_end)
        return extent

    @lazy
    def _offsets(self) -> _I8:
        return np.cumsum(self._extents) - self._extents

    @lazy
    def _map(self) -> BlockMap:
        b = self.blocks[self._order]
        return BlockMap(
            b.source_start + self._offsets[b.source], b.size, b.target_start, b.is_reverse
        )
