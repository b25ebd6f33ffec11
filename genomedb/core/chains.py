"""ChainBlocks: alignment of two assemblies as gapless blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_I8 = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ChainBlocks:
    """Gapless blocks of chains, in the order of their file; 0-based half-open, forward strand.

    Attributes
    ----------
    sources, targets : dict of str to int
        Names and lengths of the chromosomes on each side.
    source, target : ndarray of int64, shape (n,)
        Chromosome of each block: position in `sources` and `targets`.
    source_start, target_start, size : ndarray of int64, shape (n,)
    source_strand, strand : ndarray of int8, shape (n,)
        Strands of the source and of the target: 0 forward, 1 reverse.
    chain_id : ndarray of int64, shape (n,)
    score : ndarray of float64, shape (n,)
        Of the chain.
    """

    sources: dict[str, int]
    targets: dict[str, int]
    source: _I8
    source_start: _I8
    source_strand: NDArray[np.int8]
    target: _I8
    target_start: _I8
    strand: NDArray[np.int8]
    size: _I8
    chain_id: _I8
    score: NDArray[np.float64]

    def __len__(self) -> int:
        return self.size.size
