"""Pieces: parts of an iterator's walk, small enough to send to a worker and to hold."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genomedb.iterators.blocks import BLOCK_ROWS, BinBlock, Block

PIECE_ROWS = 1 << 20  # answers are put together from pieces of this size, whoever computes them
_I8 = NDArray[np.int64]


class Piece(ABC):
    """A stretch of an iterator's walk on one chromosome.

    Attributes
    ----------
    code : int
        The chromosome's position in the database's table.
    """

    code: int

    @abstractmethod
    def __len__(self) -> int:
        """Intervals in it."""

    @abstractmethod
    def blocks(self, rows: int = BLOCK_ROWS) -> Iterator[Block]:
        """The intervals in blocks of at most `rows`."""

    def whole(self) -> Block:
        """All of it as one block."""
        return next(self.blocks(len(self)))

    @abstractmethod
    def reach(self) -> tuple[int, int]:
        """Scope row and end of the last interval."""


@dataclass(frozen=True)
class BinPiece(Piece):
    """Consecutive bins within one scope row."""

    code: int
    width: int
    first: int
    last: int
    lower: int
    upper: int
    row: int

    def __len__(self) -> int:
        return self.last - self.first

    def blocks(self, rows: int = BLOCK_ROWS) -> Iterator[Block]:
        """The bins in blocks of at most `rows`."""
        for first in range(self.first, self.last, rows):
            yield BinBlock(
                self.code, width=self.width, first=first, last=min(first + rows, self.last),
                lower=self.lower, upper=self.upper, row=self.row,
            )  # fmt: skip

    def reach(self) -> tuple[int, int]:
        """Scope row and end of the last bin."""
        return self.row, min(self.last * self.width, self.upper)


@dataclass(frozen=True, eq=False)
class SpanPiece(Piece):
    """Intervals listed one by one."""

    code: int
    start: _I8
    end: _I8
    row: _I8

    def __len__(self) -> int:
        return int(self.start.size)

    def blocks(self, rows: int = BLOCK_ROWS) -> Iterator[Block]:
        """The intervals in blocks of at most `rows`."""
        for i in range(0, len(self), rows):
            cut = slice(i, i + rows)
            yield Block(self.code, self.start[cut], self.end[cut], self.row[cut])

    def reach(self) -> tuple[int, int]:
        """Scope row and end of the last interval."""
        return int(self.row[-1]), int(self.end[-1])


Task = tuple[Piece, ...]


def tasks_of(pieces: Iterable[Piece], rows: int = PIECE_ROWS) -> Iterator[Task]:
    """Put small pieces together, up to about `rows` intervals, in their order.

    What belongs to a task depends on the walk alone, so that answers do not depend on who
    computes them.
    """
    held: list[Piece] = []
    n = 0
    for piece in pieces:
        if held and n + len(piece) > rows:
            yield tuple(held)
            held, n = [], 0
        held.append(piece)
        n += len(piece)
    if held:
        yield tuple(held)
