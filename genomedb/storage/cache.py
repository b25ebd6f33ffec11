"""Decoded chunks kept in memory, least recently used first out, limited by bytes."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from typing import Any

from numpy.typing import NDArray

from genomedb.core import settings


class ChunkCache:
    """Maps (column, chunk number) to decoded values, holding at most `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._chunks: OrderedDict[tuple[int, int], NDArray[Any]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: tuple[int, int]) -> NDArray[Any] | None:
        """The chunk, marked as used now, or None."""
        found = self._chunks.get(key)
        if found is not None:
            try:
                self._chunks.move_to_end(key)
            except KeyError:  # another thread dropped it just now
                return found
        return found

    def put(self, key: tuple[int, int], values: NDArray[Any]) -> None:
        """Keep a chunk, dropping old ones to stay under the limit."""
        with self._lock:
            if key in self._chunks or values.nbytes > self.limit:
                return
            self._chunks[key] = values
            self._bytes += values.nbytes
            while self._bytes > self.limit:
                _, dropped = self._chunks.popitem(last=False)
                self._bytes -= dropped.nbytes

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._chunks.clear()
            self._bytes = 0

    def _after_fork(self) -> None:
        self._lock = threading.Lock()
        self._bytes = sum(values.nbytes for values in self._chunks.values())


CACHE = ChunkCache(settings.cache_bytes())
os.register_at_fork(after_in_child=CACHE._after_fork)
