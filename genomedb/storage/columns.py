"""Column: one dataset of values, read around HDF5 where it is stored in the standard way.

Three ways in, one answer. A contiguous dataset is mapped or read through the open descriptor,
its 64-KiB blocks checked against their CRC-32 when first touched. A chunked one (optional shuffle,
deflate, optional Fletcher-32, native byte order) is read by position and decoded in compiled
code, in threads when there is much of it. Anything else the format allows goes through HDF5.
"""

from __future__ import annotations

import itertools
import os
from typing import Any

import numpy as np
from h5py import h5s, h5z
from h5py._objects import phil
from numpy.typing import NDArray

from genomedb.core.lazy import lazy
from genomedb.errors import FormatError
from genomedb.kernels import chunks as kernel
from genomedb.storage import schema
from genomedb.storage.cache import CACHE
from genomedb.storage.handle import TrackFile
from genomedb.storage.mapped import Mapped
from genomedb.storage.pool import POOL, decoding_threads
from genomedb.storage.quick import Unusual
from genomedb.storage.stored import Stored, damaged, faulty

MAX_CHROMS = 20_000_000
MAX_TABLE_BYTES = 1_000_000_000
_NEW_ID = itertools.count()
_FEW_CHUNKS = 4  # a read of at most so many goes through the cache
_ASK_SINGLY = 64  # chunk addresses asked for one by one before the whole map is fetched
_PARALLEL_BYTES = 1 << 20  # a read smaller than this is not worth a thread
_STANDARD = (
    (h5z.FILTER_DEFLATE,),
    (h5z.FILTER_SHUFFLE, h5z.FILTER_DEFLATE),
    (h5z.FILTER_DEFLATE, h5z.FILTER_FLETCHER32),
    (h5z.FILTER_SHUFFLE, h5z.FILTER_DEFLATE, h5z.FILTER_FLETCHER32),
)


class Column:
    """Values of one chromosome: a 1-D dataset opened for reading.

    Parameters
    ----------
    file : TrackFile
        The open file; kept alive by the column.
    name : str
        Path of the dataset in the file.
    size : int or None
        Number of values it must have; None accepts any.
    dtype : str or None
        Type it must have; None accepts any number type.

    Attributes
    ----------
    view : ndarray or None
        Read-only map of a contiguous dataset.
    """

    def __init__(
        self, file: TrackFile, name: str, size: int | None = None, dtype: str | None = None
    ) -> None:
        self.file, self.name = file, name
        found = file.dataset(name)
        self._stored = found
        if len(found.shape) != 1 or (size is not None and found.shape[0] != size):
            wanted = "one dimension" if size is None else f"{size} values"
            raise FormatError(
                f"dataset {name} has shape {found.shape}, not {wanted}", where=file.path
            )
        self.size: int = found.shape[0]
        if dtype is not None and found.dtype.name != dtype:
            raise FormatError(
                f"dataset {name} holds {found.dtype}, the header says {dtype}", where=file.path
            )
        self.dtype: np.dtype[Any] = found.dtype
        self._key = next(_NEW_ID)
        self.view: NDArray[Any] | None = None
        self._mapped: Mapped | None = None
        self._pipeline: kernel.Pipeline | None = None
        self._chunk_items = 0
        self._asked: dict[int, tuple[int, int]] = {}
        self._map: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None
        if found.chunk:
            self._look_at_chunks(found)
        else:
            self._map_values()

    # ---- what the dataset is

    def _look_at_chunks(self, found: Stored) -> None:
        self._chunk_items = found.chunk[0]
        filters = found.filters
        if filters not in _STANDARD or kernel.codec() is None:
            return
        itemsize = self.dtype.itemsize
        self._pipeline = kernel.Pipeline(
            itemsize,
            self._chunk_items * itemsize,
            deflated=True,
            shuffle=filters[0] == h5z.FILTER_SHUFFLE and itemsize > 1,
            fletcher=filters[-1] == h5z.FILTER_FLETCHER32,
            fill=np.frombuffer(found.fill, np.uint8),
        )

    def _map_values(self) -> None:
        offset = self._stored.offset
        if self.size == 0:
            return
        if offset is None:
            raise FormatError(
                f"contiguous dataset {self.name} was never written and has no checksums",
                where=self.file.path,
            )
        n_bytes = self.size * self.dtype.itemsize
        if offset + n_bytes > os.fstat(self.file.fd).st_size:
            raise FormatError(
                f"dataset {self.name} reaches beyond the end of the file", where=self.file.path
            )
        name = f"{schema.CRC32}/{self.name}"
        if not self.file.has(schema.CRC32) or not self.file.has(name):
            raise FormatError(
                f"contiguous dataset {self.name} has no checksums ({name})", where=self.file.path
            )
        crc = read_small(self.file, name, "u")
        self._mapped = Mapped(self.file, self.name, self.dtype, self.size, offset, crc)
        self.view = self._mapped.view

    # ---- reading

    def read(self, first: int, last: int, out: NDArray[Any] | None = None) -> NDArray[Any]:
        """Values ``[first, last)``, ``0 <= first <= last <= size``.

        A read-only view when mapped, else a new array; `out`, when given, is filled and
        returned.
        """
        if self._mapped is not None:
            return self._mapped.read(first, last, out)
        if self._pipeline is None:
            return self._read_by_hdf5(first, last, out)
        if first == last:
            return out if out is not None else np.empty(0, self.dtype)
        size = self._chunk_items
        c0, c1 = first // size, (last - 1) // size
        if c0 == c1:
            within = self._chunk(c0)[first - c0 * size : last - c0 * size]
            if out is None:
                return np.array(within)
            out[:] = within
            return out
        if c1 - c0 < _FEW_CHUNKS:
            parts = [
                self._chunk(c)[max(first - c * size, 0) : last - c * size]
                for c in range(c0, c1 + 1)
            ]
            return np.concatenate(parts, out=out)
        return self.read_windows(np.array([first]), np.array([last]), out)

    def read_windows(
        self,
        first: NDArray[np.int64],
        last: NDArray[np.int64],
        out: NDArray[Any] | None = None,
    ) -> NDArray[Any]:
        """Values of many windows one behind the other; each chunk is decoded once."""
        total = int((last - first).sum())
        if out is None:
            out = np.empty(total, self.dtype)
        if self._mapped is not None:
            return self._mapped.read_windows(first, last, out)
        if self._pipeline is None:
            at = 0
            for a, b in zip(first.tolist(), last.tolist(), strict=True):
                out[at : at + b - a] = self.read(a, b)
                at += b - a
            return out
        plan = kernel.plan_segments(first, last, self._chunk_items, self.dtype.itemsize)
        if plan.chunk.size == 0:
            return out
        address, size = self._addresses(plan.chunk)
        if not out.flags.c_contiguous:
            out[:] = self.read_windows(first, last)
            return out
        raw = out.view(np.uint8)
        n_chunks = plan.chunk.size
        n_parts = min(POOL.threads, n_chunks, 1 + total * self.dtype.itemsize // _PARALLEL_BYTES)
        if n_parts == 1:
            self._check(
                *kernel.read_segments(self.file.fd, self._pipeline, address, size, plan, raw)
            )
            return out
        edges = [n_chunks * i // n_parts for i in range(n_parts + 1)]
        jobs = [
            POOL.executor.submit(
                kernel.read_segments,
                self.file.fd, self._pipeline, address, size, plan, raw, slice(a, b),
            )
            for a, b in itertools.pairwise(edges[1:])
        ]  # fmt: skip
        mine = kernel.read_segments(
            self.file.fd, self._pipeline, address, size, plan, raw, slice(0, edges[1])
        )
        for code, chunk in [mine, *(job.result() for job in jobs)]:
            self._check(code, chunk)
        return out

    def _chunk(self, number: int) -> NDArray[Any]:
        """One decoded chunk, from the cache or the file."""
        key = (self._key, number)
        found = CACHE.get(key)
        if found is not None:
            return found
        assert self._pipeline is not None
        address, size = self._address(number)
        if address < 0:
            return self._unwritten
        values = np.empty(self._chunk_items, self.dtype)
        raw = values.view(np.uint8)
        code = kernel.read_chunk(self.file.fd, self._pipeline, address, size, raw)
        self._check(code, number)
        CACHE.put(key, values)
        return values

    @lazy
    def _unwritten(self) -> NDArray[Any]:
        """What a chunk that was never written holds."""
        assert self._pipeline is not None
        values = np.empty(self._chunk_items, self.dtype)
        values.view(np.uint8).reshape(-1, self.dtype.itemsize)[:] = self._pipeline.fill
        values.flags.writeable = False
        return values

    def _read_by_hdf5(self, first: int, last: int, out: NDArray[Any] | None) -> NDArray[Any]:
        values = np.empty(last - first, self.dtype) if out is None else out
        if first == last:
            return values
        dataset = self._by_hdf5()
        space = dataset.get_space()
        space.select_hyperslab((first,), (last - first,))
        target = values if values.flags.c_contiguous else np.empty_like(values)
        kind = dataset.get_type() if self.dtype.kind == "S" else None  # as it is: UTF-8
        try:
            dataset.read(h5s.create_simple((last - first,)), space, target, kind)
        except (OSError, RuntimeError, ValueError) as error:
            raise damaged(self.file.path, error, self.name) from error
        if target is not values:
            values[:] = target
        return values

    # ---- where chunks lie

    def stored_chunks(
        self,
    ) -> tuple[kernel.Pipeline, NDArray[np.int64], NDArray[np.int64]] | None:
        """How chunks are stored, the address (-1: not stored) and the stored bytes of each.

        None where HDF5's filters must decode, or nothing is chunked.
        """
        if self._pipeline is None:
            return None
        return self._pipeline, *self._addresses(np.arange(-(-self.size // self._chunk_items)))

    def compare_chunks(self, crc: NDArray[np.uint32]) -> tuple[int, int]:
        """Compare the stored bytes of each chunk with a CRC-32: (fault code, chunk)."""
        found = self.stored_chunks()
        assert found is not None
        return kernel.compare_chunks(self.file.fd, *found[1:], crc)

    def _address(self, number: int) -> tuple[int, int]:
        """Offset and stored bytes of one chunk; offset -1 when it was never written."""
        if self._map is not None:
            return int(self._map[0][number]), int(self._map[1][number])
        known = self._asked.get(number)
        if known is None:
            if len(self._asked) >= _ASK_SINGLY:
                self._fetch_map()
                return self._address(number)
            known = self._ask(number)
            self._asked[number] = known
        return known

    def _ask(self, number: int) -> tuple[int, int]:
        """Look one chunk up, by our own reader where it can."""
        if self._stored.quick is not None and self.file.quick is not None:
            try:
                return self._checked(*self.file.quick.chunk(self._stored.quick, number))
            except Unusual:
                pass  # HDF5 reads it, or says what is wrong
        try:
            found = self._by_hdf5().get_chunk_info_by_coord((number * self._chunk_items,))
        except (OSError, RuntimeError, ValueError) as error:
            raise damaged(self.file.path, error, self.name) from error
        return self._checked(found.byte_offset, found.size, found.filter_mask)

    def _by_hdf5(self) -> Any:
        """The dataset as HDF5 opens it."""
        return self._stored.id or self.file.hdf5_dataset(self.name)

    def _addresses(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        if self._map is None and numbers.size + len(self._asked) > _ASK_SINGLY:
            self._fetch_map()
        if self._map is not None:
            return self._map[0][numbers], self._map[1][numbers]
        pairs = np.array([self._address(n) for n in numbers.tolist()], np.int64)
        return np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1])

    def _fetch_map(self) -> None:
        """Ask once for the address of every chunk."""
        if self._stored.quick is not None and self.file.quick is not None:
            try:
                address, size = self.file.quick.chunk_map(self._stored.quick)
                self._checked(0, int(size.max(initial=0)), 0)
                self._map = (address, size)
                return
            except Unusual:
                pass  # HDF5 reads it, or says what is wrong
        n_chunks = -(-self.size // self._chunk_items)
        address, size = np.full(n_chunks, -1, np.int64), np.zeros(n_chunks, np.int64)
        found: list[Any] = []
        with phil:  # not a lock of our own: a fork waits for this one
            if self._map is not None:
                return
            try:
                self._by_hdf5().chunk_iter(found.append)
            except (OSError, RuntimeError, ValueError) as error:
                raise damaged(self.file.path, error, self.name) from error
            for chunk in found:
                number = chunk.chunk_offset[0] // self._chunk_items
                if number >= n_chunks:
                    raise FormatError(
                        f"dataset {self.name} has a chunk beyond its end", where=self.file.path
                    )
                address[number], size[number] = self._checked(
                    chunk.byte_offset, chunk.size, chunk.filter_mask
                )
            self._map = (address, size)

    def _checked(self, offset: int | None, size: int, mask: int) -> tuple[int, int]:
        """Place and size of a chunk, if they are as the format allows."""
        if offset is None or offset < 0:
            return -1, 0
        assert self._pipeline is not None
        far = offset > self.file.status.st_size  # perhaps further than an int64 holds
        if far or mask != 0 or size > 2 * self._pipeline.chunk_bytes + 4096:
            raise FormatError(
                f"dataset {self.name} has a chunk stored in a way that is not allowed",
                where=self.file.path,
            )
        return offset, size

    def _check(self, code: int, chunk: int) -> None:
        if code:
            raise faulty(self.file.path, self.name, code, chunk)


def read_all(column: Column) -> NDArray[Any]:
    """Every value of a column."""
    return column.read(0, column.size)


def read_small(file: TrackFile, name: str, kind: str) -> NDArray[Any]:
    """Read a whole 1-D table column (names, lengths, checksums) of a type kind."""
    found = file.dataset(name)
    small = len(found.shape) == 1 and found.shape[0] <= MAX_CHROMS
    if (
        not small
        or found.dtype.kind != kind
        or found.shape[0] * found.dtype.itemsize > MAX_TABLE_BYTES
    ):
        raise FormatError(f"dataset {name} has another type or shape", where=file.path)
    if found.chunk:
        return np.array(read_all(Column(file, name)))
    return _read_plain(file, name, found)


def _read_plain(file: TrackFile, name: str, found: Stored) -> NDArray[Any]:
    """Read a contiguous table, which has no block checksums: digests elsewhere cover it."""
    n_bytes = found.shape[0] * found.dtype.itemsize
    data = b"" if found.offset is None else os.pread(file.fd, n_bytes, found.offset)
    if len(data) != n_bytes:
        raise FormatError(f"dataset {name} reaches beyond the end of the file", where=file.path)
    return np.frombuffer(data, found.dtype)


__all__ = ["MAX_CHROMS", "Column", "decoding_threads", "read_all", "read_small"]
