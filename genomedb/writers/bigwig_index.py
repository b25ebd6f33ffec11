"""The two trees of a bigWig file: chromosomes by name, blocks by place."""

from __future__ import annotations

import struct
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

ITEMS_PER_NODE: Final = 256

BLOCK: Final = np.dtype(
    [
        ("chrom", "<u4"),
        ("start", "<u4"),
        ("last_chrom", "<u4"),
        ("end", "<u4"),
        ("offset", "<u8"),
        ("size", "<u8"),
    ]
)
_BRANCH: Final = np.dtype([(name, BLOCK[name]) for name in BLOCK.names or () if name != "size"])
_CHROM_MAGIC: Final = 0x78CA8C91
_INDEX_MAGIC: Final = 0x2468ACE0


def chrom_tree(chroms: dict[str, int], place: int) -> bytes:
    """Lay out the tree of names, whose ids are positions in `chroms`, at a file offset."""
    names = [name.encode() for name in chroms]
    width = max(map(len, names))
    leaf = np.dtype([("key", f"S{width}"), ("id", "<u4"), ("length", "<u4")])
    items = np.empty(len(names), leaf)
    items["key"], items["id"] = names, np.arange(len(names))
    items["length"] = list(chroms.values())
    items.sort(order="key")  # readers search the names by bisection
    branch = np.dtype([("key", f"S{width}"), ("offset", "<u8")])
    levels = [items]
    while levels[0].size > ITEMS_PER_NODE:
        upper = np.zeros(-(-levels[0].size // ITEMS_PER_NODE), branch)
        upper["key"] = levels[0]["key"][::ITEMS_PER_NODE]
        levels.insert(0, upper)
    per_node = min(len(names), ITEMS_PER_NODE)
    header = struct.pack("<IIIIQQ", _CHROM_MAGIC, per_node, width, 8, len(names), 0)
    return header + _laid_out(levels, place + len(header))


def block_tree(blocks: NDArray[Any], place: int, items_per_block: int) -> bytes:
    """Lay out the tree over blocks, sorted by place in the genome, at a file offset."""
    levels = [blocks]
    while levels[0].size > ITEMS_PER_NODE:
        lower = levels[0]
        first = np.arange(0, lower.size, ITEMS_PER_NODE)
        last = np.minimum(first + ITEMS_PER_NODE, lower.size) - 1
        upper = np.zeros(first.size, _BRANCH)
        upper["chrom"], upper["start"] = lower["chrom"][first], lower["start"][first]
        upper["last_chrom"] = lower["last_chrom"][last]
        # the end on the last chromosome: intervals do not overlap, so the last one is it
        upper["end"] = lower["end"][last]
        levels.insert(0, upper)
    bounds = (0, 0, 0, 0)
    if blocks.size:
        bounds = (
            int(blocks["chrom"][0]),
            int(blocks["start"][0]),
            int(blocks["last_chrom"][-1]),
            int(blocks["end"][-1]),
        )
    header = struct.pack(
        "<IIQIIIIQII",
        _INDEX_MAGIC,
        ITEMS_PER_NODE,
        blocks.size,
        *bounds,
        place,
        items_per_block,
        0,
    )
    return header + _laid_out(levels, place + len(header))


def _laid_out(levels: list[NDArray[Any]], place: int) -> bytes:
    """Nodes of all levels, top first; fills in where the children are."""
    starts = []
    for items in levels:
        starts.append(place)
        n_nodes = max(-(-items.size // ITEMS_PER_NODE), 1)
        place += 4 * n_nodes + items.nbytes
    nodes = []
    for depth, items in enumerate(levels):
        is_leaf = depth == len(levels) - 1
        if not is_leaf:
            lower = levels[depth + 1]
            node_bytes = 4 + ITEMS_PER_NODE * lower.dtype.itemsize
            items["offset"] = starts[depth + 1] + np.arange(items.size) * node_bytes
        for first in range(0, max(items.size, 1), ITEMS_PER_NODE):
            node = items[first : first + ITEMS_PER_NODE]
            nodes.append(struct.pack("<BBH", is_leaf, 0, node.size) + node.tobytes())
    return b"".join(nodes)
