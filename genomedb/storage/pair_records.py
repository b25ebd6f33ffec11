"""RecordColumns: the records of one pair as arrays, decoded where they are first asked for.

An array has room for all records of the pair, but only blocks that a query touched are decoded
into it; memory that was never touched is not taken from the system. Queries then work on ranges
of whole arrays, without copies, and a repeated query decodes nothing. Pairs together keep a
bounded number of decoded bytes; those not used for longest are let go first.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections import OrderedDict
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.core import settings
from genomedb.storage.columns import Column
from genomedb.storage.layout import Section

BLOCK = 16384  # records decoded together
_I8 = NDArray[np.int64]


class Ranges(NamedTuple):
    """Columns by name, and ranges ``[first, last)`` of their rows that hold decoded records.

    Attributes
    ----------
    columns : dict of str to ndarray
        What is outside the ranges is undefined.
    first, last : ndarray of int64
        Ranges; they are in the order asked for.
    """

    columns: dict[str, NDArray[Any]]
    first: _I8
    last: _I8


class _State:
    """Arrays of a pair and which of their blocks are decoded."""

    def __init__(self, columns: dict[str, Column | Section], n: int) -> None:
        self.arrays: dict[str, NDArray[Any]] = {
            name: np.empty(n, column.dtype) if column.view is None else column.view
            for name, column in columns.items()
        }
        n_blocks = -(-n // BLOCK)
        self.absent = np.ones(n_blocks, bool)
        self.n_absent: _I8 = np.arange(n_blocks + 1)  # before each block


class Budget:
    """Bytes that pairs may keep decoded."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._held: OrderedDict[int, tuple[weakref.ref[RecordColumns], int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.RLock()

    def use(self, key: int) -> None:
        """Mark a pair as used now."""
        try:
            self._held.move_to_end(key)
        except KeyError:  # let go meanwhile
            return

    def grow(self, item: RecordColumns, n_bytes: int) -> None:
        """Count bytes of a pair; let go of others, or of it when it is too large alone."""
        with self._lock:
            key = id(item)
            _, before = self._held.pop(key, (None, 0))
            self._held[key] = (weakref.ref(item, lambda _: self._forget(key)), before + n_bytes)
            self._bytes += n_bytes
            while self._bytes > self.limit:
                oldest = next(iter(self._held))
                found = self._held[oldest][0]()
                self._forget(oldest)
                if found is not None:
                    found.let_go()

    def _forget(self, key: int) -> None:
        with self._lock:
            self._bytes -= self._held.pop(key, (None, 0))[1]

    def _after_fork(self) -> None:
        self._lock = threading.RLock()


BUDGET = Budget(4 * settings.cache_bytes())
os.register_at_fork(after_in_child=BUDGET._after_fork)


class RecordColumns:
    """The records of one pair.

    Parameters
    ----------
    columns : dict of str to Column or Section
        Of equal size.

    Attributes
    ----------
    size : int
        Number of records.
    """

    def __init__(self, columns: dict[str, Column | Section]) -> None:
        self._columns = columns
        self.size: int = next(iter(columns.values())).size
        self._row_bytes = sum(column.dtype.itemsize for column in columns.values())
        self._is_mapped = all(column.view is not None for column in columns.values())
        self._state: _State | None = None

    def read(self, first: int, last: int) -> dict[str, NDArray[Any]]:
        """The records ``[first, last)``, decoded for this call only."""
        a, b = np.array([first]), np.array([last])
        return {name: column.read_windows(a, b) for name, column in self._columns.items()}

    def over(self, first: _I8, last: _I8) -> Ranges:
        """Columns in which the records of ranges are decoded; ranges may overlap."""
        state = self._state or self._new_state()
        if state is None:
            return self._gathered(first, last)
        b0, b1 = first // BLOCK, (last + (BLOCK - 1)) // BLOCK
        if (state.n_absent[b1] != state.n_absent[b0]).any():
            if not self._is_mapped and self._is_much(first, last):
                return self._gathered(first, last)
            self._prepare(state, b0, b1)
        else:
            BUDGET.use(id(self))
        return Ranges(state.arrays, first, last)

    def let_go(self) -> None:
        """Forget what is decoded; who works on it keeps it."""
        self._state = None

    def _new_state(self) -> _State | None:
        try:
            self._state = made = _State(self._columns, self.size)
        except MemoryError:  # no room for all records, not even untouched
            return None
        return made

    def _prepare(self, state: _State, b0: _I8, b1: _I8) -> None:
        """Decode the blocks under ranges that are not yet, runs of them together.

        Of mapped columns, compare their checksums.
        """
        touched = np.zeros(state.absent.size + 1, np.int64)
        np.add.at(touched, b0, 1)
        np.add.at(touched, b1, -1)
        wanted = (np.cumsum(touched[:-1]) > 0) & state.absent
        edges = np.flatnonzero(np.diff(wanted, prepend=False, append=False))
        n = 0
        for begin, end in edges.reshape(-1, 2).tolist():
            a, b = begin * BLOCK, min(end * BLOCK, self.size)
            for name, column in self._columns.items():
                if column.view is not None:
                    column.read(a, b)
                    continue
                # copied when whole: another thread may have decoded the same and read it now
                if self.size < BLOCK:  # chunks of many such pairs are kept
                    state.arrays[name][a:b] = column.read(a, b)
                else:
                    state.arrays[name][a:b] = column.read_windows(np.array([a]), np.array([b]))
            n += b - a
        state.absent[wanted] = False
        state.n_absent = np.concatenate(([0], np.cumsum(state.absent)))
        if not self._is_mapped:
            BUDGET.grow(self, n * self._row_bytes)

    def _is_much(self, first: _I8, last: _I8) -> bool:
        """Are the records of ranges, each counted once, too many to be kept?"""
        most = BUDGET.limit // (2 * self._row_bytes)
        if int((last - first).sum()) <= most:
            return False
        begin, end = _merged(first, last)
        return int((end - begin).sum()) > most

    def _gathered(self, first: _I8, last: _I8) -> Ranges:
        """The records of ranges one behind the other, each once."""
        begin, end = _merged(first, last)
        columns = {name: column.read_windows(begin, end)
                   for name, column in self._columns.items()}  # fmt: skip
        size = end - begin
        at = np.searchsorted(begin, first, side="right") - 1
        moved = (np.cumsum(size) - size)[at] + first - begin[at]
        return Ranges(columns, moved, moved + (last - first))


def _merged(first: _I8, last: _I8) -> tuple[_I8, _I8]:
    """Ranges that cover the same rows, sorted and apart."""
    order = np.argsort(first, kind="stable")
    first, reach = first[order], np.maximum.accumulate(last[order])
    new = np.append(True, first[1:] > reach[:-1])[: first.size]
    begin = np.flatnonzero(new)
    return first[begin], reach[np.append(begin[1:], first.size)[: begin.size] - 1]


__all__ = ["BUDGET", "RecordColumns", "Ranges"]
