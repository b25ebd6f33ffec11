"""Door to ext/misha_pairs.pyx: records of the quadtrees of misha files."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import misha_pairs as _misha_pairs
from genomedb.errors import UsageError

_PROBLEMS = (
    "",
    "a node of its tree is not inside the file",
    "its tree has more nodes or records than fit in the file",
    "a record has a number beyond their count",
    "two records have the same number",
)
_HEAD = 16  # bytes of a record besides its positions


def tree_records(
    data: NDArray[np.uint8], n: int, root: int, *, is_points: bool
) -> tuple[NDArray[np.int64], NDArray[np.float32], str]:
    """Records of a quadtree, each once, in the order of their numbers.

    Parameters
    ----------
    data : ndarray of uint8
        What misha's file of a pair of chromosomes holds, from its first byte on.
    n : int
        How many records there are.
    root : int
        Where the first chunk begins.
    is_points : bool
        Points, or else rectangles.

    Returns
    -------
    positions : ndarray of int64, shape (n, 2) or (n, 4)
        ``x y`` of points, ``x1 y1 x2 y2`` of rectangles, as stored.
    value : ndarray of float32, shape (n,)
    problem : str
        What is wrong, else empty.
    """
    if data.dtype != np.uint8 or data.ndim != 1:
        raise UsageError(f"bytes are an array of uint8, not of {data.dtype} {data.shape}")
    columns = 2 if is_points else 4
    if not 0 <= n <= data.size // (_HEAD + 8 * columns):
        return (
            np.empty((0, columns), np.int64), np.empty(0, np.float32),
            f"promises {n} records; its {data.size} bytes cannot hold them",
        )  # fmt: skip
    positions, bits = np.empty((n, columns), np.int64), np.empty(n, np.uint32)
    seen = np.zeros(n, np.uint8)
    if not 0 <= root <= data.size:
        code, found = 1, 0
    else:
        code, found = _misha_pairs.tree_records(
            np.ascontiguousarray(data), root, positions, bits, seen
        )
    problem = _PROBLEMS[code]
    if not problem and found != n:
        problem = f"promises {n} records and holds {found}"
    return positions, bits.view(np.float32), problem
