"""Records of two tracks of pairs, matched by their positions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genomedb.kernels.plane_order import plane_order
from genomedb.storage.pair_tree import PairTree
from genomedb.tracks.pairs import PairTrack
from genomedb.tracks.records2d import Records2D

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


__all__ = ["all_records", "matched"]
