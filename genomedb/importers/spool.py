"""Records of a file put down by chromosome, in memory or beside the track when there are many."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from genomedb.core.closing import Closing
from genomedb.storage.sink import write_error

MEMORY_BYTES = 96_000_000
PIECE = 1 << 18  # records of a sorted piece read back at a time


class Piece(NamedTuple):
    """Records of one chromosome: starts and ends (int64 or int32), values (float64)."""

    start: NDArray[np.integer]
    end: NDArray[np.integer]
    value: NDArray[np.float64]


def rows_of(piece: Piece, rows: Any) -> Piece:
    """Some records of a piece."""
    return Piece(piece.start[rows], piece.end[rows], piece.value[rows])


class _Stored(NamedTuple):
    """A piece in the temporary file: offset of its columns and their length."""

    offset: int
    n: int


@dataclass(frozen=True)
class Spooled:
    """The records of one chromosome in a spool; picklable when the spool is shared.

    Attributes
    ----------
    items : tuple
        Records, or where in the temporary file they are.
    position : str
        Type of positions.
    is_sorted : bool
        Are they in order of their starts?
    file : str or int
        Path or descriptor of the temporary file.
    """

    items: tuple[Piece | _Stored, ...]
    position: str
    is_sorted: bool
    file: str | int

    def pieces(self) -> Iterator[Piece]:
        """Yield the records sorted by start; equal starts in file order."""
        if self.is_sorted:
            for loaded in map(self._load, self.items):
                for at in range(0, loaded.start.size, PIECE):
                    yield rows_of(loaded, slice(at, at + PIECE))
            return
        parts = [self._load(piece) for piece in self.items]
        start, end, value = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        del parts
        order = np.argsort(start, kind="stable")
        for at in range(0, order.size, PIECE):
            rows = order[at : at + PIECE]
            yield Piece(start[rows], end[rows], value[rows])

    def _load(self, piece: Piece | _Stored) -> Piece:
        if isinstance(piece, Piece):
            return piece
        width = np.dtype(self.position).itemsize
        # a descriptor stays open: it is the spool's own
        with Path(self.file).open("rb") if isinstance(self.file, str) else nullcontext() as opened:
            fd = self.file if opened is None else opened.fileno()
            data = _read_at(cast(int, fd), piece.offset, (2 * width + 8) * piece.n)
        start = np.frombuffer(data, self.position, piece.n)
        end = np.frombuffer(data, self.position, piece.n, width * piece.n)
        return Piece(start, end, np.frombuffer(data, np.float64, piece.n, 2 * width * piece.n))


def _read_at(fd: int, offset: int, size: int) -> bytes:
    """Bytes at a position, however large."""
    parts = []
    while size:
        part = os.pread(fd, min(size, 1 << 30), offset)
        if not part:
            raise OSError(errno.EIO, "the temporary file became shorter")
        parts.append(part)
        offset, size = offset + len(part), size - len(part)
    return b"".join(parts)


class Spool(Closing):
    """Collects batches of records and hands them back chromosome by chromosome, sorted.

    Files that are sorted, as nearly all are, come back as a stream. Others are sorted a
    chromosome at a time, so memory is bounded by the largest chromosome.

    Parameters
    ----------
    n_chroms : int
        Chromosomes of the database.
    folder : Path
        Where the temporary file goes when memory is used up; it has no name, so nothing stays
        behind whatever happens.
    long_chroms : bool
        True when positions need 64 bits.
    shared_as : Path, optional
        Name of the temporary file, when other processes are to read it; removed on leaving.
    """

    def __init__(
        self, n_chroms: int, folder: Path, *, long_chroms: bool, shared_as: Path | None = None
    ) -> None:
        self._position = np.dtype(np.int64 if long_chroms else np.int32)
        self._folder = folder
        self._pieces: list[list[Piece | _Stored]] = [[] for _ in range(n_chroms)]
        self._last_start = np.full(n_chroms, -1, np.int64)
        self._sorted = np.ones(n_chroms, np.bool_)
        self.counts = np.zeros(n_chroms, np.int64)
        self._in_memory = 0
        self._file: IO[bytes] | None = None
        self._shared_as = shared_as

    def add(
        self,
        code: NDArray[np.int64],
        start: NDArray[np.int64],
        end: NDArray[np.int64],
        value: NDArray[np.float64],
    ) -> None:
        """Add records; `code` is the chromosome of each.

        Raises
        ------
        WriteError
            If memory is used up and the disk too.
        """
        if not code.size:
            return
        if (code == code[0]).all():
            self._add_one(int(code[0]), start, end, value)
        else:
            order = np.argsort(code, kind="stable")
            edges = np.flatnonzero(np.diff(code[order])) + 1
            for rows in np.split(order, edges):
                self._add_one(int(code[rows[0]]), start[rows], end[rows], value[rows])
        if self._in_memory > MEMORY_BYTES:
            try:
                self._spill()
            except OSError as error:
                raise write_error(error, self._folder) from error

    def _add_one(
        self,
        code: int,
        start: NDArray[np.int64],
        end: NDArray[np.int64],
        value: NDArray[np.float64],
    ) -> None:
        if self._sorted[code]:
            in_order = start[0] >= self._last_start[code] and not (start[1:] < start[:-1]).any()
            self._sorted[code] = in_order
            self._last_start[code] = start[-1]
        # copies: the batch's own arrays may be parts of larger ones
        piece = Piece(start.astype(self._position), end.astype(self._position), value.copy())
        self._pieces[code].append(piece)
        self.counts[code] += start.size
        self._in_memory += sum(column.nbytes for column in piece)

    def _spill(self) -> None:
        if self._file is None:
            if self._shared_as is None:
                self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
            else:
                self._file = self._shared_as.open("x+b")
        for pieces in self._pieces:
            for i, piece in enumerate(pieces):
                if isinstance(piece, Piece):
                    pieces[i] = _Stored(self._file.tell(), piece.start.size)
                    for column in piece:
                        self._file.write(column.data)
        self._file.flush()
        self._in_memory = 0

    def of(self, code: int) -> Spooled:
        """Records of a chromosome."""
        file = -1 if self._file is None else self._file.fileno()
        return Spooled(
            tuple(self._pieces[code]), self._position.str, bool(self._sorted[code]),
            file if self._shared_as is None else str(self._shared_as),
        )  # fmt: skip

    def pieces(self, code: int) -> Iterator[Piece]:
        """Yield the records of a chromosome sorted by start; equal starts in file order."""
        return self.of(code).pieces()

    def close(self) -> None:
        """Forget the records and the temporary file."""
        if self._file is not None:
            with suppress(OSError):  # what could not be written is not wanted any more
                self._file.close()
        if self._file is not None and self._shared_as is not None:
            with suppress(OSError):
                self._shared_as.unlink()
