"""What a walk along rectangles found, as a 2D track."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.spans import Spans2D
from genomedb.expr.stream import Stream2D
from genomedb.iterators.blocks import Block
from genomedb.iterators.records import TrackRecords
from genomedb.iterators.rectangles import CartesianCells, RectBlock, ScopeRectangles
from genomedb.tracks.create_pairs import new_pairs
from genomedb.tracks.place import Place

Found = tuple[Block, NDArray[np.float32]]


def write_rectangles(
    stream: Stream2D, place: Place, blocks: Iterable[Found], **options: Any
) -> None:
    """Make a 2D track of rectangles and their values.

    Parameters
    ----------
    stream : Stream2D
        Over the whole genome.
    place : Place
    blocks : iterable of (RectBlock, ndarray)
        Pair by pair of chromosomes, in the order of the database.
    **options
        Of `new_pairs`.

    Raises
    ------
    ChromError
        Rectangles overlap.
    """
    steps, names = stream.steps, place.chroms.names
    is_apart = not isinstance(steps, (CartesianCells, ScopeRectangles))
    n_pairs = len(stream.scope)
    if isinstance(steps, TrackRecords):
        n_pairs = len(steps.track.pair_codes)
        is_points = steps.track.is_points or all(map(_are_points, _walked(stream)))
    else:
        is_points = all(map(_are_points, _walked(stream)))
    with new_pairs(
        place, is_points=is_points, n_pairs=n_pairs, is_ordered=True, **options
    ) as draft:
        for (code1, code2), rows in itertools.groupby(blocks, key=_pair):
            dtype = draft.position_dtype(code1, code2)
            parts = [_columns(block, values, dtype, is_points=is_points) for block, values in rows]
            columns: dict[str, Any] = {name: np.concatenate([part.pop(name) for part in parts])
                                       for name in list(parts[0])}  # fmt: skip
            draft.write(names[code1], names[code2], **columns, check=not is_apart)


def _columns(
    block: Block, values: NDArray[Any], dtype: np.dtype[Any], *, is_points: bool
) -> dict[str, NDArray[Any]]:
    """What is stored of a block, in as few bytes as it takes: all of a pair are held together."""
    x, y = _rects(block).first, _rects(block).second
    places = {"x1": x.start, "y1": y.start}
    if not is_points:
        places |= {"x2": x.end, "y2": y.end}
    found = {name: column.astype(dtype) for name, column in places.items()}
    return {**found, "value": values.copy()}


def _walked(stream: Stream2D) -> Iterator[Spans2D]:
    """All rectangles, at least one."""
    none = True
    for task in stream.tasks():
        for piece in task:
            none = False
            yield _rects(piece.whole())
    if none:
        yield stream.scope


def _rects(block: Block) -> Spans2D:
    assert isinstance(block, RectBlock)
    return block.rects


def _are_points(rects: Spans2D) -> bool:
    return all(bool((s.end - s.start == 1).all()) for s in (rects.first, rects.second))


def _pair(found: Found) -> tuple[int, int]:
    rects = _rects(found[0])
    return int(rects.first.code[0]), int(rects.second.code[0])


__all__ = ["write_rectangles"]
