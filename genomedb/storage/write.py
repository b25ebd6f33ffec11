"""Columns out: encoded values into chunked or contiguous datasets, with their checksums."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any, cast

import h5py
import numpy as np
from h5py import h5s, h5t
from numpy.typing import NDArray

from genomedb.errors import UsageError
from genomedb.storage import schema
from genomedb.storage.attrs import write_text
from genomedb.storage.encode import EncodedColumn, Encoder, Storage, Stretch
from genomedb.storage.files import Draft
from genomedb.storage.handed import Handed
from genomedb.storage.sink import write_error

_MEMORY_BYTES = 16_000_000  # of a column of unknown size, before it goes to a temporary file


class ColumnWriter:
    """Writes one 1-D dataset piece by piece, in order.

    Parameters
    ----------
    draft : Draft
        The file being written.
    name : str
        Path of the dataset.
    size : int or None
        Number of values that will come; None when that is known only at the end, then what is
        encoded waits in memory or in a temporary file.
    dtype : numpy dtype
        Type on disk.
    storage : Storage
        Codec and chunks.
    fill : number
        Value of chunks that are never written.
    """

    def __init__(
        self, draft: Draft, name: str, size: int | None, dtype: Any, storage: Storage,
        fill: float = 0,
    ) -> None:  # fmt: skip
        self._draft, self._name, self._storage = draft, name, storage
        self.size = size
        self._encoder = Encoder(dtype, storage, fill, size)
        self.dtype = self._encoder.dtype
        self._dataset: h5py.Dataset | None = None
        self._waiting: _Waiting | None = None if size is not None else _Waiting(draft)
        if self._encoder.shuffle is None:
            self._encoder.shuffle = draft.shuffles.get(_column_of(name))

    @property
    def written(self) -> int:
        """Values that have come so far."""
        return self._encoder.size

    def write(self, values: NDArray[Any]) -> None:
        """Append values."""
        if values.ndim != 1:
            raise UsageError(f"{self._name}: values have {values.ndim} dimensions, not one")
        if self.size is not None and self.written + values.size > self.size:
            raise UsageError(f"{self._name}: more than {self.size} values")
        self._store(self._encoder.add(values))

    def close(self) -> h5py.Dataset:
        """Write what is left and the checksum; return the dataset."""
        if self.size is not None and self.written != self.size:
            raise UsageError(f"{self._name}: {self.written} values came, not {self.size}")
        self._store(self._encoder.finish())
        if self._encoder.is_chosen and self._encoder.shuffle is not None:
            self._draft.shuffles[_column_of(self._name)] = self._encoder.shuffle
        dataset = self._open()
        if self._waiting is not None:
            for stretch in self._waiting.drain():
                _put(dataset, stretch, self._draft.handed.get(self._name))
        return _finish(self._draft, self._name, dataset, self._encoder.sha256, self._encoder.crc)

    def _store(self, stretches: Iterator[Stretch]) -> None:
        for stretch in stretches:
            if self._waiting is not None:
                self._waiting.add(stretch)
            else:
                _put(self._open(), stretch, self._draft.handed.get(self._name))
        self._draft.check()

    def _open(self) -> h5py.Dataset:
        """Make the dataset when its filters are known."""
        if self._dataset is None:
            made = self._encoder
            self._dataset = _create(
                self._draft, self._name, made.done if self.size is None else self.size,
                made.dtype, made.chunk_items, self._storage, made.fill,
                shuffle=made.shuffle is not False,
            )  # fmt: skip
        return self._dataset


class _Waiting:
    """Encoded stretches of a column whose size is not known yet."""

    def __init__(self, draft: Draft) -> None:
        self._path = draft.path
        held = tempfile.SpooledTemporaryFile(  # noqa: SIM115
            max_size=_MEMORY_BYTES, mode="w+b", dir=str(draft.path.parent)
        )
        self._file = cast(IO[bytes], held)
        draft.temporary.append(self._file)
        self._places: list[tuple[int, int, int]] = []

    def add(self, stretch: Stretch) -> None:
        try:
            self._file.write(stretch.data)
        except OSError as error:
            raise write_error(error, self._path) from error
        self._places.append((stretch.first, len(stretch.data), stretch.crc))

    def drain(self) -> Iterator[Stretch]:
        """Hand all out again, once."""
        with self._file as file:
            file.seek(0)
            for first, n_bytes, crc in self._places:
                yield Stretch(first, file.read(n_bytes), crc)


def _column_of(name: str) -> str:
    """What columns of all chromosomes have in common; empty for the values of dense tracks."""
    return name.rpartition("/")[2] if "/" in name else ""


def _create(
    draft: Draft, name: str, size: int, dtype: np.dtype[Any], chunk_items: int, storage: Storage,
    fill: NDArray[Any], *, shuffle: bool,
) -> h5py.Dataset:  # fmt: skip
    if storage.compression is None:
        draft.handed.pop(name, None)
        return draft.h5.create_dataset(name, (size,), dtype)
    text = dtype.kind == "S"
    draft.handed[name] = Handed(size, chunk_items, dtype, shuffle=shuffle, fill=fill.tobytes())
    return draft.h5.create_dataset(
        name, (size,), h5py.string_dtype("utf-8", dtype.itemsize) if text else dtype,
        chunks=(chunk_items,) if size else (1,),
        maxshape=(size,) if size else (None,),
        compression="gzip", compression_opts=storage.level,
        shuffle=shuffle, fletcher32=True, fillvalue=None if text else fill[0],
    )  # fmt: skip


def _put(dataset: h5py.Dataset, stretch: Stretch, handed: Handed | None) -> None:
    """Store encoded values; those of a chunked dataset are `handed`."""
    if handed is not None:
        dataset.id.write_direct_chunk((stretch.first,), stretch.data)
        handed.add(stretch)
        return
    # by HDF5, making all it needs before: what Ctrl-C raises while it frees is lost
    values = np.frombuffer(stretch.data, dataset.dtype)
    memory, target = h5s.create_simple((values.size,)), dataset.id.get_space()
    target.select_hyperslab((stretch.first,), (values.size,))
    kind, stored = h5t.py_create(values.dtype), dataset.id
    stored.write(memory, target, values, kind)


def _finish(
    draft: Draft, name: str, dataset: h5py.Dataset, sha256: str, crc: NDArray[np.uint32]
) -> h5py.Dataset:
    """Write the checksums of a dataset whose values are all there."""
    write_text(dataset, schema.SHA256, sha256)
    if name in draft.handed:
        draft.handed[name].sha256 = sha256
    if crc.size:
        write_table(draft, f"{schema.CRC32}/{name}", crc)
    draft.check()
    return dataset


def write_column(
    draft: Draft,
    name: str,
    pieces: Iterable[NDArray[Any]],
    size: int | None,
    dtype: Any,
    storage: Storage,
    fill: float = 0,
) -> h5py.Dataset:
    """Write a whole dataset from pieces in order."""
    writer = ColumnWriter(draft, name, size, dtype, storage, fill)
    for piece in pieces:
        writer.write(piece)
    return writer.close()


def write_encoded(draft: Draft, name: str, column: EncodedColumn) -> h5py.Dataset:
    """Write a column that was encoded elsewhere."""
    dtype, shuffle = np.dtype(column.dtype), column.storage.shuffle is not False
    fill = np.frombuffer(column.fill, dtype)
    dataset = _create(
        draft, name, column.size, dtype, column.chunk_items, column.storage, fill, shuffle=shuffle
    )
    for stretch in column.stretches:
        _put(dataset, stretch, draft.handed.get(name))
    if column.is_chosen:
        draft.shuffles.setdefault(_column_of(name), shuffle)
    return _finish(draft, name, dataset, column.sha256, column.crc)


def write_table(draft: Draft, name: str, values: NDArray[Any]) -> h5py.Dataset:
    """Write a small column (names, lengths, checksums) in one piece."""
    return write_column(draft, name, [values], values.size, values.dtype, Storage(shuffle=False))


__all__ = ["ColumnWriter", "Storage", "write_column", "write_encoded", "write_table"]
