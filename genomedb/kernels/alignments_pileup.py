"""Door to ext/alignments_pileup.pyx: positions of reads packed, and laid over the genome."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import alignments_pileup as _pileup
from genomedb.errors import UsageError

_U8 = NDArray[np.uint8]
_U64 = NDArray[np.uint64]
PIECE_BYTES: Final = 131_072
NO_LIMIT: Final = 2**62
_FEWEST: Final = 1024
_NONE: Final = np.empty(0, np.uint64)


class Packed(NamedTuple):
    """Sorted positions and what happens at them, packed.

    Attributes
    ----------
    first, last : int
        The first and the last position.
    data : ndarray of uint8
    """

    first: int
    last: int
    data: _U8


class Survey(NamedTuple):
    """Statistics of the values of a window.

    Attributes
    ----------
    depth : int
        Behind the last value.
    largest : int
    first_over : int
        Place of the first value above the limit, -1 for none.
    n_over, n_above_zero, total : int
        How many values are above the limit, how many are not 0, and the sum of all.
    """

    depth: int
    largest: int
    first_over: int
    n_over: int
    n_above_zero: int
    total: int


def sort_keys(keys: _U64, room: _U64) -> None:
    """Sort `keys` in place; `room` is of the same type and at least as long."""
    _check(keys, room)
    if room.size < keys.size:
        raise UsageError(f"room for {room.size} keys, not for {keys.size}")
    _pileup.sort_keys(keys, room, np.empty(2048, np.int64))


def pack_keys(
    plus: _U64, minus: _U64 = _NONE, *, piece_bytes: int = PIECE_BYTES
) -> Iterator[Packed]:
    """Pack sorted keys: one more at each of `plus`, one less at each of `minus`.

    Yields
    ------
    Packed
        Pieces of at most `piece_bytes`, from low keys to high ones.
    """
    _check(plus, minus)
    i = j = 0
    out = np.empty(max(piece_bytes, _FEWEST), np.uint8)
    while i < plus.size or j < minus.size:
        i, j, n_bytes, first, last, n = _pileup.pack(plus, minus, i, j, out)
        if n:
            yield Packed(first, last, out[:n_bytes].copy())


def unpack_keys(data: _U8, at: int, before: int, upto: int) -> tuple[_U64, int, int]:
    """Keys of a packed piece from byte `at` on that are below `upto`.

    Parameters
    ----------
    before : int
        The last key before them; the piece's `first` at its beginning.

    Returns
    -------
    keys : ndarray of uint64
        As often as they were packed.
    at, before : int
        Where to go on.
    """
    found, room = [], 1 << 16
    while at < data.size:
        out = np.empty(room, np.uint64)
        after, before, n = _pileup.unpack_keys(data, at, before, upto, out)
        found.append(out[:n])
        if after == at:
            if n == 0 and room < 1 << 36:  # one key comes more often than there is room, or none
                step = _peek(data, at, before)
                if step >= upto:
                    break
                room *= 16
                continue
            break
        at = after
    return (np.concatenate(found) if found else _NONE), at, before


def _peek(data: _U8, at: int, before: int) -> int:
    """The key at a byte."""
    shift = 0
    for byte in data[at : at + 10].tolist():
        before += (byte & 127) << shift
        shift += 7
        if byte < 128:
            break
    return before


class Window:
    """What happens at the positions of one stretch of the genome.

    Parameters
    ----------
    size : int
        The most positions it has.
    steps : bool
        Values are depths, which what happens raises and lowers from there on; otherwise they are
        what happens.
    """

    def __init__(self, size: int, *, steps: bool) -> None:
        if size < 1:
            raise UsageError(f"a window of {size} positions")
        change, touched = np.zeros(size, np.int32), np.zeros(-(-size // 64), np.uint64)
        self.size, self.steps = size, steps
        self._window = _pileup.Window(change, touched)

    def add(self, data: _U8, at: int, before: int, start: int, upto: int) -> tuple[int, int]:
        """Lay packed positions from `start` to `upto` over the window, which begins at `start`.

        Returns
        -------
        at, before : int
            Where the next window goes on.
        """
        if not 0 <= start <= upto <= start + self.size or not 0 <= at <= data.size:
            raise UsageError(f"{start} to {upto} is no window of {self.size}")
        return self._window.add(data, at, before, start, upto)

    def survey(self, n: int, depth: int, limit: int = NO_LIMIT) -> Survey:
        """Statistics of the first `n` values; `depth` is that before them."""
        return Survey(*self._window.survey(n, depth, self.steps, limit))

    def lay(self, out: NDArray[Any], depth: int, limit: int) -> int:
        """Write the first values, those above `limit` as `limit`; return the depth behind them.

        Without steps `out` must be zero: `wipe` makes it so again, at less cost than filling it.
        """
        self._check_out(out)
        return self._window.lay(out, depth, self.steps, limit)

    def wipe(self, out: NDArray[Any]) -> None:
        """Make what `lay` wrote zero again; with steps it need not be."""
        self._check_out(out)
        if not self.steps:
            self._window.wipe(out)

    def _check_out(self, out: NDArray[Any]) -> None:
        if out.size > self.size or out.size < 1:
            raise UsageError(f"{out.size} values of a window of {self.size}")

    def clear(self, n: int) -> None:
        """Forget what happens at the first `n` positions."""
        self._window.clear(n)


def _check(*arrays: NDArray[Any]) -> None:
    for array in arrays:
        if array.dtype != np.uint64 or array.ndim != 1 or not array.flags.c_contiguous:
            raise UsageError(f"keys are {array.dtype} of shape {array.shape}, not uint64 in a row")
