"""BigWig: the data blocks, each checked before it is believed."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.readers.bbi import BbiFile
from genomedb.readers.records import Records

_BATCH: Final = 262_144
_FIXED_STEP: Final = 3
_VARIABLE_STEP: Final = 2
_BEDGRAPH: Final = 1


class BigWigFile(BbiFile):
    """Reads one bigWig file; a context manager.

    Parameters
    ----------
    path : str or Path
        A stored, uncompressed file.

    Raises
    ------
    MissingFileError
        If there is no such file.
    FormatError
        If it is empty, truncated, damaged or not bigWig.
    """

    kind = "bigWig"

    def iter_records(self, chrom: str) -> Iterator[Records]:
        """Yield the intervals of one chromosome once each, in order, in bounded batches.

        Parameters
        ----------
        chrom : str
            As spelled in the file.

        Yields
        ------
        Records
            ``names`` is ``[chrom]`` and ``line`` is None; never empty.

        Raises
        ------
        ChromError
            If the file has no such chromosome.
        FormatError
            If a data block is damaged.
        """
        number, places = self._places(chrom)
        waiting: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]] = []
        n_waiting = 0
        for offset, size in places:
            waiting.append(self._block(number, offset, size))
            n_waiting += waiting[-1][0].size
            if n_waiting >= _BATCH:
                yield from self._batch(chrom, waiting)
                waiting, n_waiting = [], 0
        yield from self._batch(chrom, waiting)

    def _batch(self, chrom: str, parts: list[Any]) -> Iterator[Records]:
        if not parts:
            return
        start, end, value = (np.concatenate(column) for column in zip(*parts, strict=True))
        if not start.size:
            return
        if (start >= end).any() or (np.diff(start) < 0).any():
            raise self._damaged(f"intervals of {chrom} are empty or not in order")
        yield Records([chrom], np.zeros(start.size, np.int32), start, end, value.astype(np.float64))

    def _block(
        self, chrom: int, offset: int, size: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
        """Start, end and value of the items of one data block."""
        data = self._unpacked(offset, size)
        if len(data) < 24:
            raise self._damaged(f"the block at byte {offset} is too short")
        found, start, _, step, span, kind, _, n = struct.unpack_from(self._order + "IIIIIBBH", data)
        fields = {
            _BEDGRAPH: {"start": "u4", "end": "u4", "value": "f4"},
            _VARIABLE_STEP: {"start": "u4", "value": "f4"},
            _FIXED_STEP: {"value": "f4"},
        }.get(kind)
        if fields is None or found != chrom:
            raise self._damaged(f"the block at byte {offset} is not what the index says")
        dtype = self._dtype(**fields)
        if len(data) < 24 + n * dtype.itemsize:
            raise self._damaged(f"the block at byte {offset} is too short")
        items = np.frombuffer(data, dtype, n, 24)
        if kind == _FIXED_STEP:
            starts = start + step * np.arange(n, dtype=np.int64)
        else:
            starts = items["start"].astype(np.int64)
        ends = items["end"].astype(np.int64) if kind == _BEDGRAPH else starts + span
        return starts, ends, items["value"].astype(np.float32)
