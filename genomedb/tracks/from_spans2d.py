"""2D tracks from rectangles of any pairs of chromosomes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.spans import Spans2D
from genomedb.kernels.finite import finite_float32
from genomedb.tracks.create_pairs import new_pairs
from genomedb.tracks.place import Place


def write_spans2d(
    place: Place, spans: Spans2D, values: NDArray[np.float64], **options: Any
) -> None:
    """Make a 2D track of rectangles, in any order, that lie inside their chromosomes.

    Parameters
    ----------
    place : Place
    spans : Spans2D, shape (n,)
    values : ndarray of float64, shape (n,)
    **options
        Of `new_pairs`.

    Raises
    ------
    ChromError
        Two overlap.
    """
    first, second, names = spans.first, spans.second, place.chroms.names
    is_points = all(bool((s.end - s.start == 1).all()) for s in (first, second))
    key = first.code * len(place.chroms) + second.code
    order = np.argsort(key, kind="stable")
    edges = np.flatnonzero(np.diff(key[order])) + 1
    groups = np.split(order, edges)
    stored = finite_float32(values)
    with new_pairs(
        place, is_points=is_points, n_pairs=len(groups), is_ordered=True, **options
    ) as draft:
        for rows in groups:
            x, y = first[rows], second[rows]
            draft.write(
                names[int(x.code[0])], names[int(y.code[0])], x.start, y.start, stored[rows],
                x2=None if is_points else x.end, y2=None if is_points else y.end,
            )  # fmt: skip


__all__ = ["write_spans2d"]
