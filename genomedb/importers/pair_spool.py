"""Contacts put down by pair of chromosomes and sorted, beside the track when there are many."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.closing import Closing
from genomedb.errors import ChromError
from genomedb.kernels.zorder import zorder, zsorted
from genomedb.storage.sink import write_error

MEMORY_RECORDS = 4_000_000  # sorted at once, both halves counted
BLOCK = 1 << 19  # records of a sorted block handed back at a time
LEAST = 1 << 10  # records of a run between two whose place is kept in mind
_FEW_NUMBERS = 1 << 22  # numbers of pairs that a table of all is worth it for


class Contacts(NamedTuple):
    """Records of one pair of chromosomes in Z-order."""

    x: NDArray[Any]
    y: NDArray[Any]
    value: NDArray[np.float64]


class _Stored(NamedTuple):
    """Sorted records in the temporary file: where the columns begin, and rows of them.

    `x` and `y` are the places of every `LEAST`-th record of these rows, without the first.
    """

    start: int
    n: int
    first: int
    last: int
    x: NDArray[Any]
    y: NDArray[Any]


_Piece = Contacts | _Stored


class PairSpool(Closing):
    """Collects contacts and hands them back pair by pair, in Z-order, each place once.

    They are sorted in runs that lie in a temporary file without a name when there are more than
    one, and merged when read, so that memory does not grow with their number.

    Parameters
    ----------
    chroms : ChromTable
    folder : Path
        Where the temporary file goes; nothing stays behind whatever happens.
    mirror : bool
        Hand every contact off the diagonal back from both sides.
    add_up : bool
        Sum the values of equal places; otherwise they are a `ChromError`.
    where : str
        Named in errors.
    """

    def __init__(
        self, chroms: ChromTable, folder: Path, *, mirror: bool, add_up: bool = True,
        where: str = "",
    ) -> None:  # fmt: skip
        self._chroms, self._folder, self._where = chroms, folder, where
        self._mirror, self._add_up = mirror, add_up
        self._position = np.dtype(np.int64 if max(chroms.lengths, default=0) >= 2**31 else np.int32)
        self._none = np.empty(0, self._position)
        self._waiting: list[tuple[NDArray[Any], ...]] = []
        self._n_waiting = 0
        self._pieces: dict[int, list[_Piece]] = {}
        self._file: IO[bytes] | None = None

    def add(
        self, code1: NDArray[Any], x: NDArray[Any], code2: NDArray[Any], y: NDArray[Any],
        value: NDArray[Any],
    ) -> None:  # fmt: skip
        """Add contacts inside their chromosomes; arrays of shape (n,).

        Raises
        ------
        WriteError
            The disk is full.
        ChromError
            A place comes twice, and values are not to be added up.
        """
        key = np.asarray(code1, np.int64) * len(self._chroms) + code2
        half = 2 if self._mirror else 1
        at_most = MEMORY_RECORDS // half
        for at in range(0, key.size, at_most):
            rows = slice(at, at + at_most)
            part = (
                key[rows].astype(np.int32 if len(self._chroms) < 46_000 else np.int64),
                x[rows].astype(self._position), y[rows].astype(self._position),
                value[rows].astype(np.float64),
            )  # fmt: skip
            if self._n_waiting and self._n_waiting + part[0].size * half > MEMORY_RECORDS:
                self._finish_run(to_file=True)
            self._waiting.append(part)
            self._n_waiting += part[0].size * half

    def finish(self) -> list[tuple[int, int]]:
        """No more comes; codes of the pairs with contacts, sorted."""
        self._finish_run(to_file=self._file is not None)
        return [divmod(key, len(self._chroms)) for key in sorted(self._pieces)]

    def blocks(self, code1: int, code2: int) -> Iterator[Contacts]:
        """Yield the contacts of a pair in Z-order, in blocks of bounded size.

        Raises
        ------
        ChromError
            A place comes twice, and values are not to be added up.
        """
        pieces = self._pieces[code1 * len(self._chroms) + code2]
        if len(pieces) == 1:
            n = _size(pieces[0])
            for at in range(0, n, BLOCK):
                yield self._load(pieces[0], at, min(at + BLOCK, n))
            return
        if sum(map(_size, pieces)) <= BLOCK:  # as most are where there are very many pairs
            x, y, value = _joined([self._load(piece, 0, _size(piece)) for piece in pieces])
            order, x, y = zsorted(x, y)
            yield self._once(Contacts(x, y, value[order]), code1, code2)
            return
        stored = [piece for piece in pieces if isinstance(piece, _Stored)]
        yield from self._merged(stored, code1, code2)

    def _merged(self, pieces: list[_Stored], code1: int, code2: int) -> Iterator[Contacts]:
        """Merge sorted runs, from mark to mark, so that each record is read and sorted once.

        What lies before a mark is complete as soon as every run is read to its own next mark.
        """
        stops, x_of, y_of = _stops(pieces)
        at = np.zeros(len(pieces), np.int64)
        loaded = [self._load(piece, 0, 0) for piece in pieces]
        for number, stop in enumerate(stops):
            for i in np.flatnonzero(stop > at).tolist():
                more = self._load(pieces[i], int(at[i]), int(stop[i]))
                loaded[i] = _joined([loaded[i], more])
            at = stop
            together = _joined(loaded)
            order, x, y = zsorted(together.x, together.y)
            n = order.size
            if number < x_of.size:
                n = _places_before(x, y, x_of[number], y_of[number])
            if n:
                yield self._once(Contacts(x[:n], y[:n], together.value[order[:n]]), code1, code2)
            rest = np.zeros(order.size, np.bool_)
            rest[order[n:]] = True
            kept = np.split(rest, np.cumsum([part.x.size for part in loaded])[:-1])
            loaded = [Contacts(*(c[k] for c in part))
                      for part, k in zip(loaded, kept, strict=True)]  # fmt: skip

    def _finish_run(self, *, to_file: bool) -> None:
        """Sort what waits, and put it down."""
        if not self._waiting:
            return
        key, x, y, value = (np.concatenate(c) for c in zip(*self._waiting, strict=True))
        self._waiting, self._n_waiting = [], 0
        if self._mirror:
            n_chroms = len(self._chroms)
            code1, code2 = np.divmod(key, n_chroms)
            off = np.flatnonzero((code1 != code2) | (x != y))
            key = np.concatenate((key, (code2 * n_chroms + code1)[off].astype(key.dtype)))
            x, y = np.concatenate((x, y[off])), np.concatenate((y, x[off]))
            value = np.concatenate((value, value[off]))
            del code1, code2, off
        distinct, number = _numbered(key, len(self._chroms) ** 2)
        del key
        order, x, y = zsorted(x, y)
        number, value = number[order], value[order]
        del order
        if distinct.size > 1:
            by_pair = np.argsort(number, kind="stable")
            x, y, value, number = x[by_pair], y[by_pair], value[by_pair], number[by_pair]
            del by_pair
        edges = np.searchsorted(number, np.arange(distinct.size + 1))
        same = (x[1:] == x[:-1]) & (y[1:] == y[:-1]) & (number[1:] == number[:-1])
        if same.any():
            if not self._add_up:
                row = int(same.argmax())
                raise self._twice(int(distinct[number[row]]), int(x[row]), int(y[row]))
            first = np.flatnonzero(np.concatenate(([True], ~same)))
            x, y, value = x[first], y[first], np.add.reduceat(value, first)
            edges = np.searchsorted(first, edges)
        self._put_down(distinct, edges, Contacts(x, y, value), to_file=to_file)

    def _put_down(
        self, distinct: NDArray[Any], edges: NDArray[Any], run: Contacts, *, to_file: bool
    ) -> None:
        start = 0
        if to_file:
            try:
                if self._file is None:
                    self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
                start = self._file.seek(0, os.SEEK_END)
                for column in run:
                    self._file.write(column.data)
                self._file.flush()
            except OSError as error:
                raise write_error(error, self._folder) from error
        bounds = zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
        for key, (first, last) in zip(distinct.tolist(), bounds, strict=True):
            piece: _Piece = Contacts(*(c[first:last] for c in run))
            if to_file:
                x = y = self._none  # a pair of its own costs much where there are very many
                if last - first > LEAST:
                    x, y = (c[first + LEAST : last : LEAST].copy() for c in (run.x, run.y))
                piece = _Stored(start, run.x.size, first, last, x, y)
            self._pieces.setdefault(key, []).append(piece)

    def _once(self, block: Contacts, code1: int, code2: int) -> Contacts:
        """Sorted contacts with equal places added up."""
        x, y, value = block
        same = (x[1:] == x[:-1]) & (y[1:] == y[:-1])
        if not same.any():
            return block
        if not self._add_up:
            row = int(same.argmax())
            raise self._twice(code1 * len(self._chroms) + code2, int(x[row]), int(y[row]))
        first = np.flatnonzero(np.concatenate(([True], ~same)))
        return Contacts(x[first], y[first], np.add.reduceat(value, first))

    def _twice(self, key: int, x: int, y: int) -> ChromError:
        code1, code2 = divmod(key, len(self._chroms))
        (code1, x), (code2, y) = sorted(((code1, x), (code2, y)))
        names = self._chroms.names
        return ChromError(
            f"the contact {names[code1]}:{x}, {names[code2]}:{y} comes twice", where=self._where,
            fix="Let the values of equal contacts be added up, or take one of them",
        )  # fmt: skip

    def _load(self, piece: _Piece, first: int, last: int) -> Contacts:
        """Rows of a piece."""
        if isinstance(piece, Contacts):
            return Contacts(*(c[first:last] for c in piece))
        assert self._file is not None
        offset = piece.start
        columns: list[NDArray[Any]] = []
        for dtype in (self._position, self._position, np.dtype(np.float64)):
            at = offset + (piece.first + first) * dtype.itemsize
            data = os.pread(self._file.fileno(), (last - first) * dtype.itemsize, at)
            columns.append(np.frombuffer(data, dtype))
            offset += piece.n * dtype.itemsize
        return Contacts(*columns)

    def close(self) -> None:
        """Forget the contacts and the temporary file."""
        self._waiting, self._pieces = [], {}
        if self._file is not None:
            with suppress(OSError):  # what could not be written is not wanted any more
                self._file.close()


def _size(piece: _Piece) -> int:
    return piece.last - piece.first if isinstance(piece, _Stored) else piece.x.size


def _stops(pieces: list[_Stored]) -> tuple[NDArray[np.int64], NDArray[Any], NDArray[Any]]:
    """Rows to which pieces are read for each block, shape (k, pieces), and the k - 1 marks.

    A block is what lies before its mark and was in none before; about `BLOCK` records.
    """
    order, x, y = zsorted(*(np.concatenate([getattr(p, axis) for p in pieces]) for axis in "xy"))
    chosen = np.arange(0, order.size, max(BLOCK // LEAST, 1))[1:]
    rank = np.empty(order.size, np.int64)
    rank[order] = np.arange(order.size)
    edges = np.cumsum([piece.x.size for piece in pieces])[:-1]
    stops = np.empty((chosen.size + 1, len(pieces)), np.int64)
    for i, (piece, ranks) in enumerate(zip(pieces, np.split(rank, edges), strict=True)):
        stops[:-1, i] = (np.searchsorted(ranks, chosen) + 1) * LEAST
        stops[:, i] = np.minimum(stops[:, i], _size(piece))
        stops[-1, i] = _size(piece)
    return stops, x[chosen], y[chosen]


def _places_before(x: NDArray[Any], y: NDArray[Any], x_of: Any, y_of: Any) -> int:
    """How many of the sorted places lie before a place."""
    low, high = 0, int(x.size)
    while low < high:
        middle = (low + high) // 2
        pair = np.array([x_of, x[middle]]), np.array([y_of, y[middle]])
        if zorder(*pair)[0]:  # the second of the two comes first
            low = middle + 1
        else:
            high = middle
    return low


def _joined(parts: list[Contacts]) -> Contacts:
    return Contacts(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _numbered(key: NDArray[Any], n_keys: int) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Distinct keys in order, and for each row which it has, in as few bytes as that takes."""
    if n_keys > _FEW_NUMBERS:
        distinct, number = np.unique(key, return_inverse=True)
        small = np.uint16 if distinct.size < 2**16 else np.uint32
        return distinct.astype(np.int64), number.astype(small)
    distinct = np.flatnonzero(np.bincount(key, minlength=n_keys))
    small = np.uint16 if distinct.size < 2**16 else np.uint32
    number_of = np.zeros(n_keys, small)
    number_of[distinct] = np.arange(distinct.size)
    return distinct, number_of[key]


__all__ = ["BLOCK", "MEMORY_RECORDS", "Contacts", "PairSpool"]
