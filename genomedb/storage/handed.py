"""What a writer gave to HDF5, to be compared with what the file holds before it is published.

Every chunk is checksummed as soon as it is encoded. Comparing the bytes that lie in the file with
that checksum says what decoding and digesting them again would say, at a fraction of the work.
"""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from genomedb.kernels.chunks import FAULTS, Pipeline
from genomedb.storage.columns import Column
from genomedb.storage.encode import Stretch


class Handed:
    """The chunks of one dataset as they were encoded.

    Parameters
    ----------
    size, chunk_items : int
        Values of the dataset and of a chunk.
    dtype : numpy dtype
        Type on disk.
    shuffle : bool
        Were bytes shuffled?
    fill : bytes
        Value of chunks that are not stored.

    Attributes
    ----------
    sha256 : str
        Of all values; empty until the dataset is complete.
    """

    def __init__(
        self, size: int, chunk_items: int, dtype: np.dtype, *, shuffle: bool, fill: bytes
    ) -> None:
        self.size, self.chunk_items, self.dtype = size, chunk_items, dtype
        self.shuffle, self.fill = shuffle, fill
        self.sha256 = ""
        self._first, self._n_bytes, self._crc = array("q"), array("q"), array("q")

    def add(self, stretch: Stretch) -> None:
        """Remember a chunk that goes into the file."""
        self._first.append(stretch.first)
        self._n_bytes.append(len(stretch.data))
        self._crc.append(stretch.crc)

    def problem(self, column: Column) -> str | None:
        """What of the dataset differs from what was handed over; empty when nothing does.

        None when that cannot be told: where HDF5's filters must decode.
        """
        if column.size != self.size or column.dtype != self.dtype:
            return f"holds {column.size} {column.dtype}, not {self.size} {self.dtype}"
        found = column.stored_chunks() if self.size else None
        if found is None:
            return None
        pipeline, address, n_bytes = found
        if not self._is_like(pipeline):
            return "is not stored as it was asked for"
        sizes, crc = np.zeros(address.size, np.int64), np.zeros(address.size, np.uint32)
        number = np.frombuffer(self._first, np.int64) // self.chunk_items
        sizes[number] = np.frombuffer(self._n_bytes, np.int64)
        crc[number] = np.frombuffer(self._crc, np.int64)
        wrong = _first_of(np.where(address < 0, 0, n_bytes) != sizes)
        if wrong is not None:
            return f"chunk {wrong} has another size than was written"
        code, chunk = column.compare_chunks(crc)
        return f"chunk {chunk} differs from what was written: {FAULTS[code]}" if code else ""

    def _is_like(self, pipeline: Pipeline) -> bool:
        return (
            pipeline.chunk_bytes == self.chunk_items * self.dtype.itemsize
            and pipeline.shuffle == (self.shuffle and self.dtype.itemsize > 1)
            and pipeline.deflated
            and pipeline.fletcher
            and pipeline.fill.tobytes() == self.fill
        )


def _first_of(wrong: NDArray[np.bool_]) -> int | None:
    """Number of the first that is."""
    return int(wrong.argmax()) if wrong.any() else None


__all__ = ["Handed"]
