"""What becomes of blocks of alignment that overlap, on the source side or on the target side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chains import ChainBlocks
from genomedb.errors import UsageError
from genomedb.kernels.chain import winners

SOURCE_POLICIES: Final = ("error", "keep", "discard")
CLUSTERS: Final = {
    "best_source_cluster": "union",
    "best_cluster_union": "union",
    "best_cluster_sum": "sum",
    "best_cluster_max": "max",
}
TARGET_POLICIES: Final = (
    "error", "auto", "auto_score", "auto_longer", "auto_first", "keep", "discard", "agg", *CLUSTERS,
)  # fmt: skip
_I8 = NDArray[np.int64]


def checked_policy(value: Any, known: Sequence[str], *, what: str) -> str:
    """A policy by its name; ``auto`` is ``auto_score``.

    Raises
    ------
    UsageError
    """
    if value not in known:
        raise UsageError(f"{what} must be one of {', '.join(known)}, got {value!r:.40}")
    return "auto_score" if value == "auto" else str(value)


def resolve_sources(blocks: ChainBlocks, names: Sequence[str], policy: str) -> ChainBlocks:
    """Apply a policy to blocks that share source bases.

    ``keep`` leaves all as it is; otherwise blocks come sorted by source.

    Raises
    ------
    UsageError
        They overlap and the policy is ``error``; it names the first two.
    """
    if policy == "keep" or not len(blocks):
        return blocks
    order = np.lexsort((blocks.source_end, blocks.source_start, blocks.source))
    shared = _overlapping(blocks.source, blocks.source_start, blocks.source_end, order)
    if policy == "error":
        _refuse(shared, order, blocks.inverse(), names, "source")
    return blocks[order[~shared]]


def resolve_targets(blocks: ChainBlocks, names: Sequence[str], policy: str) -> ChainBlocks:
    """Apply a policy to blocks that share target bases.

    ``keep`` and the clusters leave all as it is; otherwise blocks come sorted by target.

    Raises
    ------
    UsageError
        They overlap and the policy is ``error``; it names the first two.
    """
    if policy == "keep" or policy in CLUSTERS or not len(blocks):
        return blocks
    order = np.lexsort((blocks.target_end, blocks.target_start, blocks.target))
    shared = _overlapping(blocks.target, blocks.target_start, blocks.target_end, order)
    blocks = blocks[order]
    if policy == "error":
        _refuse(shared, np.arange(len(blocks)), blocks, names, "target")
    if not shared.any():
        return blocks
    if policy == "discard":
        return blocks[~shared]
    cut = _pieces(blocks) if policy == "agg" else _best(blocks, policy)
    return cut[np.lexsort((cut.target_start, cut.target))]


def _overlapping(code: _I8, start: _I8, end: _I8, order: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Of blocks in the order of their starts: which share bases with another one?"""
    code, start, end = code[order], start[order], end[order]
    offset = _line(code, end)
    start, end = start + offset, end + offset
    before = start[1:] < np.maximum.accumulate(end)[:-1]
    after = start[1:] < end[:-1]
    return np.concatenate(([False], before)) | np.concatenate((after, [False]))


def _line(code: _I8, end: _I8) -> _I8:
    """For each block what to add to positions so that chromosomes lie end to end."""
    extent = np.zeros(int(code.max(initial=-1)) + 1, np.int64)
    np.maximum.at(extent, code, end)
    found: _I8 = (np.cumsum(extent) - extent)[code]
    return found


def _refuse(
    shared: NDArray[np.bool_], order: Any, blocks: ChainBlocks, names: Sequence[str], side: str
) -> None:
    """Raise for the first two of blocks that overlap; `blocks` has that side as its target."""
    if not shared.any():
        return
    first, second = order[np.flatnonzero(shared)[:2]]
    chrom = names[blocks.target[first]]
    at = [f"{blocks.target_start[i]}-{blocks.target_end[i]}" for i in (first, second)]
    chains = [int(blocks.chain_id[i]) for i in (first, second)]
    others = ", ".join(f'"{p}"' for p in ("keep", "discard"))
    raise UsageError(
        f"{side} overlap: {chrom}:{at[0]} (chain {chains[0]}) and {chrom}:{at[1]} "
        f"(chain {chains[1]}) share bases",
        where="chains",
        fix=f"Choose another policy for {side} overlaps, such as {others}",
    )


def _best(blocks: ChainBlocks, policy: str) -> ChainBlocks:
    """Each target base goes to the best of its blocks."""
    n = len(blocks)
    keys = {
        "auto_score": (blocks.chain_id, -blocks.size, -blocks.score),
        "auto_longer": (blocks.chain_id, -blocks.score, -blocks.size),
        "auto_first": (-blocks.size, -blocks.score, blocks.chain_id),
    }[policy]
    rank = np.empty(n, np.int64)
    rank[np.lexsort(keys)] = np.arange(n)
    offset = _line(blocks.target, blocks.target_end)
    start, end, item = winners(blocks.target_start + offset, blocks.target_end + offset, rank)
    return blocks.cut(item, start - offset[item], end - offset[item])


def _pieces(blocks: ChainBlocks) -> ChainBlocks:
    """Blocks cut wherever another one begins or ends."""
    offset = _line(blocks.target, blocks.target_end)
    start, end = blocks.target_start + offset, blocks.target_end + offset
    edges = np.unique(np.concatenate((start, end)))
    first, last = np.searchsorted(edges, start), np.searchsorted(edges, end)
    n = last - first
    item = np.repeat(np.arange(len(blocks)), n)
    at = np.arange(item.size) - np.repeat(np.cumsum(n) - n, n) + first[item]
    return blocks.cut(item, edges[at] - offset[item], edges[at + 1] - offset[item])
