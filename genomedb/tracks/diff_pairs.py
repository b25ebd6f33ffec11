"""Records of two tracks of pairs, matched by their positions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.kernels.plane_order import plane_order
from genomedb.storage.pair_scan import ManyPairs, scan_together
from genomedb.storage.pair_tree import PairTree
from genomedb.tracks.pairs import PairTrack
from genomedb.tracks.records2d import Records2D

_SMALL = 1 << 12  # records of a pair that is compared with others
_I8 = NDArray[np.int64]


def all_records(track: PairTrack, code1: int, code2: int) -> Records2D:
    """Every record of a pair of chromosomes; none where the track has no such pair."""
    tree: PairTree | None = track.tree(code1, code2)
    if tree is None:
        return track._none()
    (found,) = tree.scan(tree.n)
    ends = {} if found.x2 is None or found.y2 is None else {
        "x2": found.x2.astype(np.int64), "y2": found.y2.astype(np.int64)
    }  # fmt: skip
    return Records2D(found.x1.astype(np.int64), found.y1.astype(np.int64), found.value, **ends)


def matched(a: Records2D, b: Records2D) -> tuple[_I8, _I8]:
    """Rows of records that both have, and their rows in the other."""
    x, y = np.concatenate((a.x1, b.x1)), np.concatenate((a.y1, b.y1))
    order = plane_order(x, y)  # those of `a` before equal ones of `b`
    first, second = order[:-1], order[1:]
    same = (x[first] == x[second]) & (y[first] == y[second])
    same &= (first < len(a)) & (second >= len(a))
    mine, theirs = first[same], second[same] - len(a)
    if not a.is_points:
        equal = (a.x2[mine] == b.x2[theirs]) & (a.y2[mine] == b.y2[theirs])
        mine, theirs = mine[equal], theirs[equal]
    return mine, theirs


def equal_small(a: PairTrack, b: PairTrack) -> set[tuple[int, int]]:
    """Codes of small pairs of two indexed tracks whose records are known to be the same.

    Many of them are read and compared at a time.
    """
    if not (a._is_indexed and b._is_indexed):
        return set()
    key = np.array([len(a.chroms), 1])
    _, mine, theirs = np.intersect1d(
        a.pair_codes @ key, b.pair_codes @ key, assume_unique=True, return_indices=True
    )
    alike = (a.pair_sizes[mine] == b.pair_sizes[theirs]) & (a.pair_sizes[mine] <= _SMALL)
    found = set()
    for one, two in zip(  # of equal sizes: they come in equal blocks
        scan_together(a._file, a.chroms, mine[alike]),
        scan_together(b._file, b.chroms, theirs[alike]),
        strict=True,
    ):
        same = np.ones(one.records.value.size, np.bool_)
        for ours, others in zip(_sorted_columns(one), _sorted_columns(two), strict=True):
            same &= (ours == others) | ((ours != ours) & (others != others))
        equal = np.logical_and.reduceat(same, one.edges[:-1])
        found |= set(map(tuple, one.codes[equal].tolist()))
    return found


def _sorted_columns(block: ManyPairs) -> list[NDArray[Any]]:
    """Columns of records, by x1 and y1 in each pair."""
    pair = np.repeat(np.arange(len(block.codes)), np.diff(block.edges))
    order = np.lexsort((block.records.y1, block.records.x1, pair))
    return [column[order] for column in block.records if column is not None]


__all__ = ["all_records", "equal_small", "matched"]
