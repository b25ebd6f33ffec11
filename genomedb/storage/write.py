"""Columns out: values into chunks or a contiguous block, with their checksums."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import h5py
import numpy as np
from h5py import h5s, h5t
from numpy.typing import NDArray

from genomedb.errors import UsageError
from genomedb.kernels import chunks as kernel
from genomedb.storage import schema
from genomedb.storage.attrs import write_text
from genomedb.storage.files import Draft
from genomedb.storage.pool import POOL

_BATCH = 64  # chunks encoded in one call of the kernel
_SAMPLE = 6  # chunks on which shuffle is tried
_SHUFFLE_GAIN = 0.97  # shuffled data must be this much smaller: they decode slower


@dataclass(frozen=True)
class Storage:
    """How values are stored.

    Attributes
    ----------
    compression : {"gzip", None}
        None stores one contiguous block that readers map.
    level : int
        Deflate level 1 to 9.
    shuffle : bool or None
        None tries both on a sample of chunks and takes the smaller.
    chunk_bytes : int
        Bytes of a chunk before compression.
    """

    compression: str | None = "gzip"
    level: int = 1
    shuffle: bool | None = None
    chunk_bytes: int = schema.CHUNK_BYTES

    def __post_init__(self) -> None:
        if self.compression not in ("gzip", None):
            raise UsageError(f"compression {self.compression!r} is not known", fix="gzip or None")
        if not 1 <= self.level <= 9:
            raise UsageError(f"compression level {self.level} is not between 1 and 9")
        if not 1024 <= self.chunk_bytes <= schema.MAX_CHUNK_BYTES:
            raise UsageError(f"chunks of {self.chunk_bytes} bytes are not between 1 kB and 64 MB")


class ColumnWriter:
    """Writes one 1-D dataset piece by piece, in order.

    Parameters
    ----------
    draft : Draft
        The file being written.
    name : str
        Path of the dataset.
    size : int
        Number of values that will come.
    dtype : numpy dtype
        Type on disk.
    storage : Storage
        Codec and chunks.
    fill : number
        Value of chunks that are never written.
    """

    def __init__(
        self, draft: Draft, name: str, size: int, dtype: Any, storage: Storage, fill: float = 0
    ) -> None:
        self._draft, self._name, self._storage = draft, name, storage
        self.dtype = np.dtype(dtype).newbyteorder("<")
        self.size = size
        self._fill = (
            np.zeros(1, self.dtype) if self.dtype.kind == "S" else np.array([fill], self.dtype)
        )
        self._sha = hashlib.sha256()
        self._done = 0
        self._crc: list[NDArray[np.uint32]] = []
        self._rest = np.empty(0, self.dtype)
        self._dataset: h5py.Dataset | None = None
        self._pipeline: kernel.Pipeline | None = None
        self._chunk_items: int = max(1, min(storage.chunk_bytes // self.dtype.itemsize, size))

    def write(self, values: NDArray[Any]) -> None:
        """Append values."""
        if values.ndim != 1:
            raise UsageError(f"{self._name}: values have {values.ndim} dimensions, not one")
        values = np.ascontiguousarray(values, self.dtype)
        if self._done + self._rest.size + values.size > self.size:
            raise UsageError(f"{self._name}: more than {self.size} values")
        self._sha.update(values.view(np.uint8).data)
        if self._rest.size:
            values = np.concatenate((self._rest, values))
        step = self._step()
        whole = values.size - values.size % step
        for at in range(0, whole, step):
            self._store(values[at : at + step])
        self._rest = values[whole:].copy()

    def close(self) -> h5py.Dataset:
        """Write what is left and the checksum; return the dataset."""
        if self._done + self._rest.size != self.size:
            raise UsageError(
                f"{self._name}: {self._done + self._rest.size} values came, not {self.size}"
            )
        if self._rest.size or self._dataset is None:
            self._store(self._rest, last=True)
        assert self._dataset is not None
        write_text(self._dataset, schema.SHA256, self._sha.hexdigest())
        if self._crc:
            crc = np.concatenate(self._crc)
            write_table(self._draft, f"{schema.CRC32}/{self._name}", crc)
        self._draft.check()
        return self._dataset

    def _step(self) -> int:
        """Values handed to the kernel at a time: whole chunks, or whole CRC blocks."""
        if self._storage.compression is None:
            return 64 * kernel.CRC_BLOCK_BYTES // int(self.dtype.itemsize)
        return _BATCH * self._chunk_items

    def _store(self, values: NDArray[Any], *, last: bool = False) -> None:
        if self._dataset is None:
            if not last and self._is_unstored(values):
                self._done += values.size  # the choice of filters waits for real values
                return
            self._create(values)
        assert self._dataset is not None
        first = self._done
        self._done += values.size
        if self._storage.compression is None:
            if values.size:
                self._write_through(values, first)
                self._crc.append(kernel.crc32_blocks(values.view(np.uint8)))
        elif self._pipeline is not None:
            self._store_chunks(values, first)
        self._draft.check()

    def _write_through(self, values: NDArray[Any], first: int) -> None:
        """Write by HDF5, making all it needs before: what Ctrl-C raises while it frees is lost."""
        assert self._dataset is not None
        memory, target = h5s.create_simple((values.size,)), self._dataset.id.get_space()
        target.select_hyperslab((first,), (values.size,))
        kind, stored = h5t.py_create(values.dtype), self._dataset.id
        stored.write(memory, target, values, kind)

    def _is_unstored(self, values: NDArray[Any]) -> bool:
        """Are these chunks of nothing but the fill value, which take no storage?"""
        raw = values.view(np.uint8)
        return self._storage.compression is not None and kernel.is_repeated(
            raw, self._fill.view(np.uint8)
        )

    def _store_chunks(self, values: NDArray[Any], first: int) -> None:
        assert self._dataset is not None
        assert self._pipeline is not None
        missing = -values.size % self._chunk_items
        if missing:
            values = np.concatenate((values, np.repeat(self._fill, missing)))
        write = self._dataset.id.write_direct_chunk
        for i, data in enumerate(self._encoded(values, self._pipeline)):
            if data:
                write((first + i * self._chunk_items,), data)

    def _encoded(self, values: NDArray[Any], pipeline: kernel.Pipeline) -> Iterator[bytes]:
        """Encode the chunks of `values`, in threads when there are several."""
        raw, size = values.view(np.uint8), pipeline.chunk_bytes
        chunks = [raw[at : at + size] for at in range(0, raw.size, size)]
        encode = partial(kernel.encode_chunk, pipeline=pipeline, level=self._storage.level)
        if POOL.threads == 1 or len(chunks) < 2:
            return map(encode, chunks)
        return POOL.executor.map(encode, chunks)

    def _create(self, sample: NDArray[Any]) -> None:
        """Make the dataset; decide about shuffle on the first values."""
        h5 = self._draft.h5
        if self._storage.compression is None:
            self._dataset = h5.create_dataset(self._name, (self.size,), self.dtype)
            return
        shuffle = self._storage.shuffle
        if shuffle is None:
            shuffle = self._choose_shuffle(sample)
        text = self.dtype.kind == "S"
        dtype = h5py.string_dtype("utf-8", self.dtype.itemsize) if text else self.dtype
        self._dataset = h5.create_dataset(
            self._name, (self.size,), dtype,
            chunks=(self._chunk_items,) if self.size else (1,),
            maxshape=(self.size,) if self.size else (None,),
            compression="gzip", compression_opts=self._storage.level,
            shuffle=shuffle, fletcher32=True, fillvalue=None if text else self._fill[0],
        )  # fmt: skip
        if self.size:
            self._pipeline = self._pipe(shuffle=shuffle)

    def _pipe(self, *, shuffle: bool) -> kernel.Pipeline:
        itemsize = self.dtype.itemsize
        return kernel.Pipeline(
            itemsize, self._chunk_items * itemsize, deflated=True, shuffle=shuffle,
            fletcher=True, fill=self._fill.view(np.uint8),
        )  # fmt: skip

    def _choose_shuffle(self, sample: NDArray[Any]) -> bool:
        """Shuffle or not: as for the same column of an earlier chromosome, else by trial."""
        if self.dtype.itemsize == 1 or self.dtype.kind == "S":
            return False
        column = self._name.rpartition("/")[2] if "/" in self._name else ""
        if column not in self._draft.shuffles:
            if sample.size < 64:
                return True
            pays = self._pays_to_shuffle(sample)
            if pays is None:
                return True
            self._draft.shuffles[column] = pays
        return self._draft.shuffles[column]

    def _pays_to_shuffle(self, sample: NDArray[Any]) -> bool | None:
        """Compress sampled chunks both ways and compare; None when they say nothing."""
        items = min(self._chunk_items, sample.size)
        # skip chunks of one value only: they say nothing and are hardly stored
        starts = range(0, sample.size - items + 1, items)
        telling = [s for s in starts if (sample[s : s + items] != sample[s]).any()]
        if not telling:
            return None
        step = -(-len(telling) // _SAMPLE)
        n_bytes = {}
        for shuffle in (False, True):
            pipe = kernel.Pipeline(
                self.dtype.itemsize, items * self.dtype.itemsize, deflated=True,
                shuffle=shuffle, fletcher=False, fill=self._fill.view(np.uint8),
            )  # fmt: skip
            tried = (sample[s : s + items] for s in telling[::step])
            n_bytes[shuffle] = sum(
                len(data) for piece in tried for data in self._encoded(piece, pipe)
            )
        return n_bytes[True] < _SHUFFLE_GAIN * n_bytes[False]


def write_column(
    draft: Draft,
    name: str,
    pieces: Iterable[NDArray[Any]],
    size: int,
    dtype: Any,
    storage: Storage,
    fill: float = 0,
) -> h5py.Dataset:
    """Write a whole dataset from pieces in order."""
    writer = ColumnWriter(draft, name, size, dtype, storage, fill)
    for piece in pieces:
        writer.write(piece)
    return writer.close()


def write_table(draft: Draft, name: str, values: NDArray[Any]) -> h5py.Dataset:
    """Write a small column (names, lengths, checksums) in one piece."""
    return write_column(draft, name, [values], values.size, values.dtype, Storage(shuffle=False))
