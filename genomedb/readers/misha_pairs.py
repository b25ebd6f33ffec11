"""Records of 2D tracks of a misha database."""

from __future__ import annotations

import numpy as np

from genomedb.kernels.misha_pairs import tree_records
from genomedb.kernels.quadtree_query import Records
from genomedb.readers.misha_index import Block


def pair_records(block: Block, *, is_points: bool) -> Records:
    """Records of a pair of chromosomes, each once, in the order of their numbers.

    misha keeps a rectangle in every leaf of its quadtree that it touches; all of a pair is read
    at once.

    Parameters
    ----------
    block : Block
    is_points : bool
        Points, or else rectangles.

    Returns
    -------
    Records
        int64 positions, float32 values as stored: NaN and infinite ones are kept.

    Raises
    ------
    FormatError
        The tree leads out of the block or in circles, or holds other records than it promises.
    """
    columns = 2 if is_points else 4
    positions, value = np.empty((0, columns), np.int64), np.empty(0, np.float32)
    with block.opened() as file:
        n = int(block.read(file, 4, 8).view("<u8")[0])
        if n:
            root = int(block.read(file, 12, 8).view("<i8")[0])
            data = block.read(file, 0, block.length)
            positions, value, problem = tree_records(data, n, root, is_points=is_points)
            if problem:
                raise block.damaged(problem)
    x1, y1, *ends = positions.T
    x2, y2 = ends or (None, None)
    return Records(x1, x2, y1, y2, value)
