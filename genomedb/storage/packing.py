"""Packer: chunks of values as they are stored, a few at a time.

Deflate is told by the data how to look for what comes again. Most tracks of single bases are runs
of one value: looking for nothing but runs makes them half as large. Planes of bytes that do not
compress are not looked at.
"""

from __future__ import annotations

import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genomedb.kernels.chunks import Pipeline, crc32, fletcher32, is_repeated, shuffled
from genomedb.storage.planes import deflated_planes, has_runs, tried_planes, zlib_stream

TOGETHER: Final = 16  # chunks packed in one call: what is best for the first is taken for all
_MANY: Final = 256  # chunks of one value that are remembered

Packed = tuple[bytes, int]


class Packer:
    """Packs the chunks of one dataset; threads may share it.

    Parameters
    ----------
    pipeline : Pipeline
        How chunks are stored.
    level : int
        Deflate level.
    """

    def __init__(self, pipeline: Pipeline, level: int) -> None:
        self._pipeline, self._level = pipeline, level
        self._same: dict[bytes, Packed] = {}

    def pack(self, values: NDArray[np.uint8]) -> list[Packed]:
        """Pack whole chunks that lie one behind the other.

        Parameters
        ----------
        values : ndarray of uint8
            Bytes of the values of at most `TOGETHER` chunks.

        Returns
        -------
        list of (bytes, int)
            What is stored of each chunk and its CRC-32; nothing and 0 when the chunk holds
            nothing but the fill value.
        """
        size, itemsize = self._pipeline.chunk_bytes, self._pipeline.itemsize
        made: list[Packed] = []
        strategy: int | None = None
        of_planes: list[int] | None = None
        for at in range(0, values.size, size):
            chunk = values[at : at + size]
            if is_repeated(chunk, chunk[:itemsize]):
                made.append(self._repeated(chunk))
                continue
            plain = shuffled(chunk, itemsize) if self._pipeline.shuffle else chunk
            if has_runs(plain):
                if strategy is None:
                    strategy, data = self._smaller(plain)
                else:
                    data = zlib_stream(plain, self._level, strategy)
            elif self._pipeline.shuffle:
                planes = plain.reshape(itemsize, -1)
                if of_planes is None:
                    of_planes, data = tried_planes(planes, self._level)
                else:
                    data = deflated_planes(planes, self._level, of_planes)
            else:
                data = zlib_stream(plain, self._level, zlib.Z_DEFAULT_STRATEGY)
            made.append(self._summed(data))
        return made

    def _repeated(self, chunk: NDArray[np.uint8]) -> Packed:
        """A chunk of one value: packed once."""
        item = chunk[: self._pipeline.itemsize].tobytes()
        if item == self._pipeline.fill.tobytes():
            return b"", 0
        known = self._same.get(item)
        if known is None:
            # shuffled or not, every plane is a run
            plain = shuffled(chunk, len(item)) if self._pipeline.shuffle else chunk
            known = self._summed(self._smaller(plain)[1])
            if len(self._same) < _MANY:
                self._same[item] = known
        return known

    def _smaller(self, plain: NDArray[np.uint8]) -> tuple[int, bytes]:
        """Look for runs only, or for everything? Runs where that is not larger."""
        runs = zlib_stream(plain, self._level, zlib.Z_RLE)
        usual = zlib_stream(plain, self._level, zlib.Z_DEFAULT_STRATEGY)
        if len(runs) <= len(usual):
            return zlib.Z_RLE, runs
        return zlib.Z_DEFAULT_STRATEGY, usual

    def _summed(self, data: bytes) -> Packed:
        if self._pipeline.fletcher:
            data += fletcher32(np.frombuffer(data, np.uint8)).to_bytes(4, "little")
        return data, crc32(data)


__all__ = ["TOGETHER", "Packed", "Packer"]
