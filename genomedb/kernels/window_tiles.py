"""Door to ext/window_tiles.pyx: aggregates of overlapping windows from tiles of elements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import window_tiles as _tiles
from genomedb.errors import UsageError
from genomedb.kernels.window_direct import Kind, Mode, check_mode, checked_floats

LOG_STRETCH = 17
STRETCH = 1 << LOG_STRETCH
NARROWEST = 16  # windows of at most so many elements never use tiles
_SMALLEST_TILE = 16
_NUMBERS = {Kind.MOMENTS: 3}
_I8 = NDArray[np.int64]


@dataclass(frozen=True)
class Class:
    """What windows have in common that are answered together.

    Attributes
    ----------
    log_tile : int
        Width of their tiles; 0 for narrow windows, which use none.
    head, tail : int
        Stretches that their first and last elements lie in; `tail` is 0 for narrow windows.
    """

    log_tile: int
    head: int
    tail: int


@dataclass(eq=False)
class Side:
    """Running aggregates of one stretch, filled tile by tile when first needed."""

    kind: Kind
    log_tile: int
    number: int
    running: NDArray[np.float64]
    done: NDArray[np.uint8]

    @classmethod
    def empty(cls, kind: Kind) -> Side:
        """Buffers of no stretch yet."""
        running = np.empty(STRETCH * _NUMBERS.get(kind, 2))
        return cls(kind, 0, -1, running, np.zeros(STRETCH // _SMALLEST_TILE, np.uint8))

    def begin(self, log_tile: int, number: int) -> None:
        """Use the buffers for a stretch."""
        self.log_tile, self.number = log_tile, number
        self.done[:] = 0


def classify(first: _I8, last: _I8, *, narrow: int = NARROWEST) -> _I8:
    """Key of the class of each window; equal for windows of one class.

    Parameters
    ----------
    first, last : ndarray of int64, shape (n,)
        Half-open numbers of elements, 0 <= first <= last.
    narrow : int
        Windows of at most so many elements are answered one by one.
    """
    if first.shape != last.shape or narrow < NARROWEST:
        raise UsageError(f"{first.size} firsts, {last.size} lasts, narrow {narrow}")
    key = np.empty(first.size, np.int64)
    _tiles.classify(np.ascontiguousarray(first), np.ascontiguousarray(last), narrow, key)
    return key


def class_of(key: int) -> Class:
    """What a key of `classify` says."""
    mask = (1 << 28) - 1
    return Class(key >> 56, (key >> 28) & mask, key & mask)


def total(kind: Kind, values: NDArray[Any], base: int) -> NDArray[np.float64]:
    """Aggregate of all the values of a stretch whose first element is number `base`."""
    out = np.empty(_NUMBERS.get(kind, 2))
    _tiles.total(int(kind), checked_floats(values), base, out)
    return out


def slide(
    head: NDArray[Any],
    tail: NDArray[Any],
    *,
    suffix: Side,
    prefix: Side,
    middle: NDArray[np.float64],
    mode: Mode,
    first: _I8,
    last: _I8,
) -> NDArray[np.float64]:
    """One number of each of some windows of one class.

    Parameters
    ----------
    head, tail : ndarray of float32 or float64
        Values of the two stretches; of one dtype.
    suffix, prefix : Side
        Of these stretches, begun with the class's tiles.
    middle : ndarray of float64
        Aggregates of the whole stretches between, one behind the other.
    first, last : ndarray of int64, shape (n,)
        Half-open numbers of elements.

    Raises
    ------
    UsageError
        For windows of another class.
    """
    kind, log_tile = suffix.kind, suffix.log_tile
    check_mode(kind, mode)
    if (prefix.kind, prefix.log_tile) != (kind, log_tile) or head.dtype != tail.dtype:
        raise UsageError("the two sides are not of one kind")
    base, end = suffix.number << LOG_STRETCH, prefix.number << LOG_STRETCH
    first, last = np.ascontiguousarray(first), np.ascontiguousarray(last)
    if first.shape != last.shape or not first.size:
        raise UsageError(f"{first.size} firsts, {last.size} lasts")
    if (
        first.min() < base
        or first.max() >= base + head.size
        or last.min() <= end
        or last.max() > end + tail.size
        or max(head.size, tail.size) > STRETCH
    ):
        raise UsageError("windows of another class")
    out = np.empty(first.size)
    _tiles.slide(
        int(kind),
        int(mode),
        log_tile,
        checked_floats(head),
        checked_floats(tail),
        base,
        end,
        suffix.running,
        suffix.done,
        prefix.running,
        prefix.done,
        np.ascontiguousarray(middle, np.float64),
        first,
        last,
        out,
    )
    return out
