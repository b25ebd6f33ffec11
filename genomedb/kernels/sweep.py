"""Door to ext/sweep.pyx: intervals on one axis, sorted, merged, combined and paired.

An axis puts the chromosomes one behind the other with a gap between them, so that intervals of
two chromosomes neither overlap nor touch. ``at`` and ``to`` are starts and ends on it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import sweep as _sweep
from genomedb.errors import UsageError

Ints = NDArray[np.int64]
Pair = tuple[Ints, Ints]
_NONE = np.empty(0, np.int64)
_DIGIT = 11  # as in the kernel


def place(code: Any, start: Any, end: Any, *, offset: Any) -> tuple[Ints, Ints, bool]:
    """Starts and ends on an axis where chromosome ``c`` begins at ``offset[c]``.

    Returns
    -------
    at, to : ndarray of int64, shape (n,)
    in_order : bool
        Are the starts sorted?
    """
    c, a, b, shift = _ints(code), _ints(start), _ints(end), _ints(offset)
    _same(c, a, b)
    if c.size and (c.min() < 0 or c.max() >= shift.size):
        raise UsageError(f"codes go beyond the {shift.size} chromosomes")
    at, to = np.empty(c.size, np.int64), np.empty(c.size, np.int64)
    return at, to, _sweep.place(c, a, b, shift, at, to)


def unplace(at: Any, to: Any, *, offset: Any) -> tuple[Ints, Ints, Ints]:
    """Codes, starts and ends of sorted places on an axis."""
    start, end, shift = _ints(at).copy(), _ints(to).copy(), _ints(offset)
    _same(start, end)
    if start.size and (not shift.size or start[0] < shift[0]):
        raise UsageError("places lie before the axis")
    code = np.empty(start.size, np.int64)
    _sweep.unplace(shift, start, end, code)
    return code, start, end


def argsort(key: Any) -> tuple[Ints, Ints]:
    """Order of whole numbers >= 0, equal ones in their order, and the numbers in it.

    Examples
    --------
    >>> argsort([7, 3, 7])
    (array([1, 0, 2]), array([3, 7, 7]))
    """
    keys = _ints(key)
    if keys.size and keys.min() < 0:
        raise UsageError("keys must not be negative")
    row_bits = max(keys.size - 1, 0).bit_length()
    key_bits = int(keys.max()).bit_length() if keys.size else 0
    if row_bits + key_bits > 64:  # no room for key and row in one word
        order = np.argsort(keys, kind="stable").astype(np.int64, copy=False)
        return order, keys[order]
    work, other = np.empty(keys.size, np.uint64), np.empty(keys.size, np.uint64)
    if not _sweep.argsort(keys, row_bits, -(-key_bits // _DIGIT), work, other):
        work, other = other, work
    return work.view(np.int64), other.view(np.int64)


def merge(
    at: Any, to: Any, *, touching: bool = True, order: Any = None, groups: bool = False
) -> tuple[Ints, Ints, Ints]:
    """Merge intervals that are sorted by start and overlap (or touch).

    Parameters
    ----------
    at, to : array of int64, shape (n,)
    touching : bool
        Whether intervals that only touch become one.
    order : array of int64, shape (n,), optional
        Row that each interval has in the caller's order.
    groups : bool
        Whether to tell which merged interval each row went to.

    Returns
    -------
    at, to : ndarray of int64, shape (m,)
    group : ndarray of int64, shape (n,) or (0,)
    """
    a, b = _ints(at), _ints(to)
    _same(a, b)
    rows = _NONE if order is None else _rows(order, a.size)
    group = np.empty(a.size if groups else 0, np.int64)
    out_at, out_to = np.empty(a.size, np.int64), np.empty(a.size, np.int64)
    n = _sweep.merge(a, b, rows, touching, out_at, out_to, group)
    return out_at[:n], out_to[:n], group


def union(a: Pair, b: Pair) -> Pair:
    """Union of two sorted sets (at, to); touching intervals become one."""
    return _combined(_sweep.union, a, b)


def intersect(a: Pair, b: Pair) -> Pair:
    """Shared stretches of two sorted sets (at, to) of disjoint intervals."""
    return _combined(_sweep.intersect, a, b)


def _combined(kernel: Any, a: Pair, b: Pair) -> Pair:
    arrays = _both(a, b)
    at = np.empty(arrays[0].size + arrays[2].size, np.int64)
    to = np.empty(at.size, np.int64)
    n = kernel(*arrays, at, to)
    return at[:n], to[:n]


def subtract(a: Pair, b: Pair, *, order: Any = None) -> tuple[Ints, Ints, Ints]:
    """What is left of each interval of `a` outside `b`.

    Parameters
    ----------
    a : (at, to)
        Sorted by start; may overlap.
    b : (at, to)
        Sorted and disjoint.
    order : array of int64, optional
        Row that each interval of `a` has in the caller's order.

    Returns
    -------
    row, at, to : ndarray of int64, shape (m,)
        By row, then by start.
    """
    arrays = _both(a, b)
    n = np.empty(arrays[0].size, np.int64)
    _sweep.subtract(*arrays, n, _NONE, _NONE, _NONE)
    counts, first = _by_row(n, None if order is None else _rows(order, n.size))
    total = int(counts.sum())
    at, to = np.empty(total, np.int64), np.empty(total, np.int64)
    _sweep.subtract(*arrays, n, first, at, to) if total else None
    return np.repeat(np.arange(n.size), counts), at, to


def _by_row(n: Ints, order: Ints | None) -> tuple[Ints, Ints]:
    """Counts by row, and where the output of each item begins when it goes by row."""
    if order is None:
        return n, np.cumsum(n) - n
    counts = np.empty_like(n)
    counts[order] = n
    return counts, (np.cumsum(counts) - counts)[order]


def pairs(a: Pair, b: Pair, *, a_order: Any = None, b_order: Any = None) -> tuple[Ints, Ints, Ints]:
    """All pairs of overlapping intervals of two sorted sets.

    Parameters
    ----------
    a, b : (at, to)
        Sorted by start; may overlap among themselves.
    a_order, b_order : array of int64, optional
        Row that each interval has in the caller's order.

    Returns
    -------
    row_a, row_b : ndarray of int64, shape (m,)
        By row of a; those of one row in the sorted order of b.
    counts : ndarray of int64, shape (n_a,)
        Pairs of each row of a.
    """
    rows_a, spans, counts = _counted(a, b, a_order)
    m = spans[2].size
    rows_b = np.arange(m) if b_order is None else _rows(b_order, m)
    place_of = np.cumsum(counts)
    out_b = np.empty(int(place_of[-1]) if counts.size else 0, np.int64)
    place_of -= counts
    _sweep.fill_pairs(rows_a, rows_b, *spans, place_of, out_b)
    return np.repeat(np.arange(counts.size), counts), out_b, counts


def _counted(a: Pair, b: Pair, a_order: Any) -> tuple[Ints, tuple[Ints, Ints, Ints, Ints], Ints]:
    """Rows of a, stretches of b in a and of a in b, and the pairs of each row."""
    arrays = _both(a, b)
    n, m = arrays[0].size, arrays[2].size
    rows = np.arange(n) if a_order is None else _rows(a_order, n)
    spans = (np.empty(n, np.int64), np.empty(n, np.int64), np.empty(m, np.int64),
             np.empty(m, np.int64))  # fmt: skip
    counts = np.empty(n, np.int64)
    _sweep.count_pairs(*arrays, rows, *spans, np.zeros(n + 1, np.int64), counts)
    return rows, spans, counts


def _both(a: Pair, b: Pair) -> tuple[Ints, Ints, Ints, Ints]:
    """The four arrays of two sets."""
    a_at, a_to, b_at, b_to = map(_ints, (*a, *b))
    _same(a_at, a_to)
    _same(b_at, b_to)
    return a_at, a_to, b_at, b_to


def _ints(values: Any) -> Ints:
    return np.ascontiguousarray(values, np.int64)


def _same(first: Ints, *others: Ints) -> None:
    sizes = {first.shape, *(other.shape for other in others)}
    if len(sizes) > 1 or first.ndim != 1:
        raise UsageError(f"arrays of shapes {sorted(sizes)} where one length is needed")


def _rows(order: Any, n: int) -> Ints:
    """An order that names each of n rows once: the kernels write where it says."""
    rows = _ints(order)
    seen = np.zeros(n, bool)
    if rows.shape == (n,) and (not n or (rows.min() >= 0 and rows.max() < n)):
        seen[rows] = True
    if rows.shape != (n,) or not seen.all():
        raise UsageError(f"an order of {n} rows must name each of them once")
    return rows
