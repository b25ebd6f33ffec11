"""Chromosomes that come before their turn, kept aside until it has come."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

from genomedb.storage.files import Draft
from genomedb.storage.sink import write_error

_MEMORY_BYTES = 64_000_000
_PIECE_BYTES = 1 << 22


class Early:
    """Values of chromosomes by code, in memory or beside the track when there are many."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._file: IO[bytes] | None = None
        self._places: dict[int, tuple[int, int]] = {}

    def __contains__(self, code: int) -> bool:
        return code in self._places

    def keep(self, code: int, pieces: Iterable[NDArray[Any]]) -> None:
        """Keep the values of a chromosome.

        Raises
        ------
        WriteError
            If memory is used up and the disk too.
        """
        if self._file is None:
            folder = str(self._draft.path.parent)
            held = tempfile.SpooledTemporaryFile(  # noqa: SIM115
                max_size=_MEMORY_BYTES, mode="w+b", dir=folder
            )
            self._file = cast(IO[bytes], held)
            self._draft.temporary.append(self._file)
        first = self._file.seek(0, 2)
        for piece in pieces:
            try:
                self._file.write(np.ascontiguousarray(piece).data)
            except OSError as error:
                raise write_error(error, self._draft.path) from error
        self._places[code] = (first, self._file.tell())

    def take(self, code: int, dtype: str) -> Iterator[NDArray[Any]]:
        """Yield the values of a chromosome in pieces, once."""
        assert self._file is not None
        at, last = self._places.pop(code)
        while at < last:
            self._file.seek(at)
            data = self._file.read(min(_PIECE_BYTES, last - at))
            at += len(data)
            yield np.frombuffer(data, dtype)
