"""Contiguous values: mapped through the descriptor, or read by position into an array.

Reading by position is for whoever goes through much of them: what is copied into a small buffer
stays in the cache, while a map of the file costs a page table entry every few thousand bytes.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import FormatError
from genomedb.kernels import chunks as kernel
from genomedb.kernels.texts import gather
from genomedb.storage.handle import TrackFile
from genomedb.storage.stored import faulty

_BLOCKS = 16  # checked at a time: they fit in the cache


class Mapped:
    """The values of a contiguous dataset; each block is compared with its CRC-32 once.

    Parameters
    ----------
    file : TrackFile
    name : str
        Of the dataset, for messages.
    dtype, size
        Of its values.
    offset : int
        Where they begin in the file.
    crc : ndarray of uint32
        Of each block.

    Attributes
    ----------
    view : ndarray
        Read-only map of all values; ask for them with `read`, which checks them first.

    Raises
    ------
    FormatError
        There is another number of checksums.
    """

    def __init__(
        self, file: TrackFile, name: str, dtype: np.dtype[Any], size: int, offset: int,
        crc: NDArray[Any],
    ) -> None:  # fmt: skip
        self._file, self._name, self._offset, self._crc = file, name, offset, crc
        self._n_bytes = size * dtype.itemsize
        self._unverified = bytearray(b"\x01") * -(-self._n_bytes // kernel.CRC_BLOCK_BYTES)
        if crc.size != len(self._unverified):
            raise FormatError(f"the checksums of {name} have another length", where=file.path)
        self.view: NDArray[Any] = np.frombuffer(file.map, dtype, size, offset)

    def read(self, first: int, last: int, out: NDArray[Any] | None) -> NDArray[Any]:
        """Values ``[first, last)``: a view of the file, or `out` filled.

        Raises
        ------
        FormatError
            A block under them differs from its checksum.
        """
        if out is None or not out.flags.c_contiguous:
            self._check(first, last)
            if out is None:
                return self.view[first:last]
            out[:] = self.view[first:last]
            return out
        raw, at = out.view(np.uint8), first * self.view.itemsize
        self._fill(at, raw)
        self._check(first, last, raw, at)
        return out

    def read_windows(
        self, first: NDArray[np.int64], last: NDArray[np.int64], out: NDArray[Any]
    ) -> NDArray[Any]:
        """Values of many windows one behind the other, into `out`; errors as `read`."""
        block, itemsize = kernel.CRC_BLOCK_BYTES, self.view.itemsize
        unread = np.cumsum(np.frombuffer(self._unverified, np.uint8), dtype=np.int64)
        upto = np.concatenate(([0], unread))
        b0, b1 = first * itemsize // block, (last * itemsize - 1) // block + 1
        for i in np.flatnonzero(upto[b1] > upto[np.minimum(b0, b1)]).tolist():
            self._check(int(first[i]), int(last[i]))
        edges = np.stack((first, last), axis=1).ravel()
        if first.size > 1 and not (edges[1:] < edges[:-1]).any():  # one behind the other
            even = np.arange(0, edges.size, 2)
            found, _ = gather(self.view.view(np.uint8), edges * itemsize, even)
            out[:] = found.view(self.view.dtype)
            return out
        parts = [self.view[a:b] for a, b in zip(first.tolist(), last.tolist(), strict=True)]
        return np.concatenate(parts, out=out) if parts else out

    def _check(
        self, first: int, last: int, held: NDArray[np.uint8] | None = None, at: int = 0
    ) -> None:
        """Compare the blocks under values ``[first, last)`` with their checksums, each once.

        Bytes that were read already are `held`, from byte `at` on.
        """
        if first == last:
            return
        block, itemsize = kernel.CRC_BLOCK_BYTES, self.view.itemsize
        b0, b1 = first * itemsize // block, (last * itemsize - 1) // block + 1
        if self._unverified.find(1, b0, b1) < 0:
            return
        todo = np.frombuffer(self._unverified, np.uint8)[b0:b1].nonzero()[0] + b0
        begin, end = int(todo[0]), int(todo[-1]) + 1
        for a in range(begin, end, _BLOCKS):
            b = min(a + _BLOCKS, end)
            low, high = a * block, min(b * block, self._n_bytes)
            if held is not None and at <= low and high <= at + held.size:
                raw = held[low - at : high - at]
            else:
                raw = self.view.view(np.uint8)[low:high]
            bad = np.flatnonzero(kernel.crc32_blocks(raw) != self._crc[a:b])
            if bad.size:
                raise faulty(self._file.path, self._name, kernel.BAD_CHECKSUM, a + int(bad[0]))
            self._unverified[a:b] = bytes(b - a)

    def _fill(self, at: int, out: NDArray[np.uint8]) -> None:
        """Fill `out` with the bytes from byte `at` of the values on."""
        done = 0
        while done < out.size:
            got = os.preadv(self._file.fd, [out[done:].data], self._offset + at + done)
            if got == 0:
                raise faulty(self._file.path, self._name, kernel.READ_FAILED, 0)
            done += got
