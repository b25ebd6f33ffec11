"""Rectangles of several groups -> rectangles that cover the same and do not overlap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genomedb.core.spans import Spans, Spans2D
from genomedb.intervals.grid import joined_2d

_I64 = NDArray[np.int64]
_Bool = NDArray[np.bool_]


def merge_groups_2d(rects: Spans2D, group: _I64) -> tuple[Spans2D, _I64]:
    """Merge the rectangles of each group that overlap.

    Parameters
    ----------
    rects : Spans2D, shape (n,)
        Those of one group lie on one pair of chromosomes.
    group : ndarray of int64, shape (n,)
        Sorted.

    Returns
    -------
    Spans2D, shape (m,)
        Of each group its own rectangles, where none of them overlap; the largest one, where it
        holds the others; else sorted ones that cover the same base pairs once, cut along axis 1
        where they have to be.
    group : ndarray of int64, shape (m,)
        Sorted.
    """
    first = np.flatnonzero(np.append(True, group[1:] != group[:-1])[: group.size])
    size = np.diff(first, append=group.size)
    if first.size == group.size:
        return rects, group
    number = np.repeat(np.arange(first.size), size)
    hull = _hulls(rects, first, number)
    has_hull = hull < group.size
    kept = ~has_hull[number] | (hull[number] == np.arange(group.size))
    ragged = np.flatnonzero(((size > 1) & ~has_hull)[number])
    if not ragged.size:
        return rects[kept], group[kept]
    cut, owner, overlaps = _cut(rects[ragged], number[ragged])
    kept &= ~np.append(overlaps, np.zeros(first.size - overlaps.size, np.bool_))[number]
    mine = overlaps[owner]
    joined = np.concatenate((number[kept], owner[mine]))
    order = np.argsort(joined, kind="stable")
    return joined_2d([rects[kept], cut[mine]])[order], group[first][joined[order]]


def _hulls(rects: Spans2D, first: _I64, number: _I64) -> _I64:
    """The first rectangle of each group that holds the others; n where none does."""
    is_hull = np.ones(number.size, np.bool_)
    for axis in (rects.first, rects.second):
        is_hull &= axis.start == np.minimum.reduceat(axis.start, first)[number]
        is_hull &= axis.end == np.maximum.reduceat(axis.end, first)[number]
    rows = np.where(is_hull, np.arange(number.size), number.size)
    found: _I64 = np.minimum.reduceat(rows, first)
    return found


def _cut(rects: Spans2D, number: _I64) -> tuple[Spans2D, _I64, _Bool]:
    """Rectangles that cover each group once, their groups, and which groups had overlaps."""
    x, y, n = rects.first, rects.second, number.size
    # slabs of x between neighbouring edges of a group
    edges, at = np.unique(
        np.stack((np.tile(number, 2), np.concatenate((x.start, x.end)))), axis=1,
        return_inverse=True,
    )  # fmt: skip
    at = at.ravel()
    width = at[n:] - at[:n]
    row = np.repeat(np.arange(n), width)
    slab = np.arange(row.size) - np.repeat(np.cumsum(width) - width, width) + at[:n][row]
    # all slabs one behind the other on a line of places of y, touching ones a step apart
    places, rank = np.unique(np.concatenate((y.start, y.end)), return_inverse=True)
    rank = rank.ravel()
    start, end = (slab * places.size + rank[side][row] for side in (slice(n), slice(n, None)))
    order = np.argsort(start, kind="stable")
    start, reach = start[order], np.maximum.accumulate(end[order])
    overlaps = np.zeros(int(number[-1]) + 1, np.bool_)
    overlaps[edges[0][start[1:][start[1:] < reach[:-1]] // places.size]] = True
    begin = np.flatnonzero(np.append(True, start[1:] > reach[:-1]))
    stop = np.append(begin[1:], start.size) - 1
    slab, low = np.divmod(start[begin], places.size)
    y1, y2 = places[low], places[reach[stop] % places.size]
    made = _across(edges[0][slab], edges[1][slab], edges[1][slab + 1], y1, y2)
    owner, x1, x2, y1, y2 = made
    some = np.searchsorted(number, owner)  # any rectangle of the group knows its chromosomes
    cut = Spans2D(Spans(x.code[some], x1, x2), Spans(y.code[some], y1, y2))
    return cut, owner, overlaps


def _across(owner: _I64, x1: _I64, x2: _I64, y1: _I64, y2: _I64) -> tuple[_I64, ...]:
    """Join what continues in the next slab; sorted by group, x and y."""
    order = np.lexsort((x1, y2, y1, owner))
    owner, x1, x2, y1, y2 = (a[order] for a in (owner, x1, x2, y1, y2))
    new = np.append(True, (x1[1:] != x2[:-1]) | (owner[1:] != owner[:-1]))
    new[1:] |= (y1[1:] != y1[:-1]) | (y2[1:] != y2[:-1])
    begin = np.flatnonzero(new)
    x2 = x2[np.append(begin[1:], new.size) - 1]
    owner, x1, y1, y2 = (a[begin] for a in (owner, x1, y1, y2))
    order = np.lexsort((y1, x1, owner))
    return owner[order], x1[order], x2[order], y1[order], y2[order]
