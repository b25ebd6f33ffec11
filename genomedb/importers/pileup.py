"""Positions of reads, put down as they come, and laid over the genome in order at the end."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.core.closing import Closing
from genomedb.kernels.alignments_pileup import (
    NO_LIMIT,
    Packed,
    Window,
    pack_keys,
    sort_keys,
    unpack_keys,
)
from genomedb.storage.sink import write_error

MEMORY_BYTES: Final = 48_000_000
WINDOW: Final = 1 << 22  # positions of a window
_U64 = NDArray[np.uint64]
_NONE: Final = np.empty(0, np.uint64)


class _Piece(NamedTuple):
    """Where a packed piece is: in memory, or in the temporary file."""

    first: int
    last: int
    data: NDArray[np.uint8] | None
    offset: int
    n_bytes: int


class Totals(NamedTuple):
    """Statistics of all values of a column.

    Attributes
    ----------
    largest : int
    chrom, position : int
        The first value above the limit: chromosome code and position; -1 for none.
    n_over, n_above_zero, total : int
        How many values are above the limit, how many are not 0, and the sum of all.
    """

    largest: int
    chrom: int
    position: int
    n_over: int
    n_above_zero: int
    total: int


class Store(Closing):
    """Packed pieces of all columns, in memory and then in one file without a name.

    Parameters
    ----------
    folder : Path
        Where the temporary file goes when memory is used up.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._in_memory = 0
        self._file: IO[bytes] | None = None
        self._columns: list[Column] = []

    def column(self, *, steps: bool) -> Column:
        """Make a column."""
        self._columns.append(Column(self, steps=steps))
        return self._columns[-1]

    def keep(self, pieces: list[_Piece], packed: Packed) -> None:
        """Put a piece down.

        Raises
        ------
        WriteError
            If memory is used up and the disk too.
        """
        pieces.append(_Piece(packed.first, packed.last, packed.data, 0, packed.data.size))
        self._in_memory += packed.data.size
        if self._in_memory > MEMORY_BYTES:
            try:
                self._spill()
            except OSError as error:
                raise write_error(error, self._folder) from error

    def load(self, piece: _Piece) -> NDArray[np.uint8]:
        """Bytes of a piece."""
        if piece.data is not None:
            return piece.data
        assert self._file is not None
        return np.frombuffer(os.pread(self._file.fileno(), piece.n_bytes, piece.offset), np.uint8)

    def _spill(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
        for column in self._columns:
            for i, piece in enumerate(column.pieces):
                if piece.data is not None:
                    moved = piece._replace(data=None, offset=self._file.tell())
                    self._file.write(piece.data.data)
                    column.pieces[i] = moved
        self._file.flush()
        self._in_memory = 0

    def close(self) -> None:
        """Forget all."""
        for column in self._columns:
            column.pieces.clear()
        if self._file is not None:
            with suppress(OSError):  # what could not be written is not wanted any more
                self._file.close()


class Column:
    """Positions of one kind in the whole genome.

    Positions may come in any order; what they add up to is the same.

    Parameters
    ----------
    store : Store
        Keeps them.
    steps : bool
        Values are depths, which positions raise or lower, or else how many positions there are.
    """

    def __init__(self, store: Store, *, steps: bool) -> None:
        self._store, self.steps = store, steps
        self.pieces: list[_Piece] = []

    def add(self, plus: _U64, minus: _U64 = _NONE, *, room: _U64) -> None:
        """Add positions, which are sorted in place; `room` is as long as the longer of both."""
        sort_keys(plus, room)
        sort_keys(minus, room)
        for packed in pack_keys(plus, minus):
            self._store.keep(self.pieces, packed)

    def totals(self, offsets: list[int], limit: int = NO_LIMIT) -> Totals:
        """Statistics of all values; `offsets` are those of `genome_offsets`."""
        window = Window(WINDOW, steps=self.steps)
        reader = _Reader(self, self._store)
        largest = n_over = n_above_zero = total = 0
        chrom = position = -1
        for code, (start, after) in enumerate(pairwise(offsets)):
            depth = 0
            for low, n in reader.lay_over(window, start, after - 1):
                found = window.survey(n, depth, limit)
                depth = found.depth
                largest = max(largest, found.largest)
                n_over += found.n_over
                n_above_zero += found.n_above_zero
                total += found.total
                if chrom < 0 <= found.first_over:
                    chrom, position = code, low - start + found.first_over
        return Totals(largest, chrom, position, n_over, n_above_zero, total)

    def values(self, offsets: list[int], dtype: Any, limit: int) -> Iterator[Values]:
        """Yield the values of chromosome after chromosome; each must be read to its end."""
        bytes_each = np.dtype(dtype).itemsize
        window = Window(max(1, WINDOW // bytes_each), steps=self.steps)
        out = np.zeros(window.size, dtype)
        reader = _Reader(self, self._store)
        for start, after in pairwise(offsets):
            yield _values(reader, window, out, start, after - 1, limit)


Values = Iterator[NDArray[Any]]


def _values(
    reader: _Reader, window: Window, out: NDArray[Any], start: int, stop: int, limit: int
) -> Values:
    """Values of one chromosome, window by window in the same array."""
    depth = 0
    for _, n in reader.lay_over(window, start, stop):
        depth = window.lay(out[:n], depth, limit)
        yield out[:n]
        window.wipe(out[:n])


class _Reader:
    """Reads all pieces of a column from low positions to high ones."""

    def __init__(self, column: Column, store: Store) -> None:
        self._store = store
        self._waiting = sorted(column.pieces, key=lambda piece: piece.first, reverse=True)
        self._begun: list[tuple[NDArray[np.uint8], int, int]] = []

    def lay_over(self, window: Window, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """Yield the begin and size of each window, which then holds its positions.

        What lies at `stop`, behind the chromosome, is passed over: depth begins anew there.
        """
        for low in range(start, stop, window.size):
            high = min(low + window.size, stop)
            self._advance(window, low, high)
            yield low, high - low
            window.clear(high - low)
        self._advance(window, stop, stop + 1)
        window.clear(1)

    def _advance(self, window: Window, low: int, high: int) -> None:
        while self._waiting and self._waiting[-1].first < high:
            piece = self._waiting.pop()
            self._begun.append((self._store.load(piece), 0, piece.first))
        left = []
        for data, at, before in self._begun:
            after, last = window.add(data, at, before, low, high)
            if after < data.size:
                left.append((data, after, last))
        self._begun = left

    def keys(self, stop: int) -> _U64:
        """All keys below `stop` that have not been read, sorted."""
        found, left = [], []
        while self._waiting and self._waiting[-1].first < stop:
            piece = self._waiting.pop()
            self._begun.append((self._store.load(piece), 0, piece.first))
        for data, at, before in self._begun:
            keys, after, last = unpack_keys(data, at, before, stop)
            found.append(keys)
            if after < data.size:
                left.append((data, after, last))
        self._begun = left
        every = np.concatenate(found) if found else _NONE
        return every if len(found) < 2 else np.sort(every)


def sorted_keys(column: Column, store: Store, edges: list[int]) -> Iterator[_U64]:
    """Keys of a column below each of `edges`, which rise."""
    reader = _Reader(column, store)
    for edge in edges:
        yield reader.keys(edge)
