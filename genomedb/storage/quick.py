"""HDF5 metadata by positional reads, for files stored as this library's writer stores them.

Finding one dataset through HDF5 costs far more than the few blocks it takes. `Metadata` reads
those itself, strictly by the HDF5 File Format Specification 3.0: every block is checked against
its checksum, every offset against the file. Whatever it does not understand raises `Unusual`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.kernels.lookup3 import lookup3
from genomedb.storage import quick_attributes
from genomedb.storage.quick_groups import (
    CONTIGUOUS,
    FIRST_ADDRESS,
    FIXED,
    LINK,
    LINK_INFO,
    SINGLE,
    SYMBOL_TABLE,
    UNDEFINED,
    Blocks,
    Message,
    Unusual,
    decode_chunks,
    decode_filters,
    decode_type,
    find_link,
    read_messages,
)

_DAMAGE = (struct.error, IndexError, OverflowError, ValueError, OSError)
_MAX_CHUNKS = 1 << 24
_PAGE = 1024  # entries of a fixed array under one checksum, as the library fixes it

_SUPERBLOCK = struct.Struct("<8s4B4QI")
_ARRAY = struct.Struct("<4s4BQQI")
_WORD = struct.Struct("<I")

_DATASPACE, _DATATYPE, _FILL, _EXTERNAL, _LAYOUT, _FILTERS = 0x01, 0x03, 0x05, 0x07, 0x08, 0x0B
_ONCE = (_DATASPACE, _DATATYPE, _FILL, _LAYOUT)
_LINKS = (LINK_INFO, LINK, SYMBOL_TABLE)


@dataclass(frozen=True)
class QuickDataset:
    """A 1-D dataset and how it is stored; `chunk` is empty for a contiguous one.

    Attributes
    ----------
    filters : tuple of int
        HDF5's filter numbers, in writing order.
    fill : bytes
        Value of what was never written; zeros when none is defined.
    offset : int or None
        Where contiguous values begin; None when they were never written.
    n_bytes : int
        Bytes of all values.
    n_chunks, n_entries, index, address, stored, mask : int
        What `Metadata.chunk` needs to find a chunk.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    chunk: tuple[int, ...]
    filters: tuple[int, ...]
    fill: bytes
    offset: int | None
    n_bytes: int
    n_chunks: int
    n_entries: int
    index: int
    address: int
    stored: int
    mask: int


_KEPT = 64  # datasets found last: more is for those who walk through all


class Metadata:
    """The metadata of an HDF5 file, through a descriptor that stays the caller's.

    Parameters
    ----------
    fd : int
        Descriptor open for reading.
    size : int
        Bytes of the file.

    Raises
    ------
    Unusual
        From every method: leave it to HDF5.
    """

    __slots__ = ("_blocks", "_found", "_root", "version")

    def __init__(self, fd: int, size: int) -> None:
        self._found: dict[str, QuickDataset | None] = {}  # by path: a published file never changes
        try:
            self._blocks = blocks = Blocks(fd, size)
            head = blocks.head
            signature, version, offsets, lengths, flags, base, extension, end, root, check = (
                _SUPERBLOCK.unpack_from(head)
            )
            if (
                signature != b"\x89HDF\r\n\x1a\n"
                or version not in (2, 3)
                or (offsets, lengths, flags, base, extension) != (8, 8, 0, 0, UNDEFINED)
                or not FIRST_ADDRESS <= end <= size
            ):
                raise Unusual("superblock")
            if lookup3(head, 0, FIRST_ADDRESS - 4) != check:
                raise Unusual("checksum differs")
            self.version: int = version
            blocks.end = end
            blocks.head = head[:end]
            self._root = read_messages(blocks, root)
        except _DAMAGE as error:
            raise Unusual(str(error)) from None

    # ---- attributes

    def attribute(self, name: str) -> str | int | float | None:
        """An attribute of the root group: text or number; None when there is none."""
        try:
            return quick_attributes.value_of(self._root, name)
        except _DAMAGE as error:
            raise Unusual(str(error)) from None

    def attributes(self) -> dict[str, str | int | float]:
        """All attributes of the root group, by name."""
        try:
            return quick_attributes.all_values(self._root)
        except _DAMAGE as error:
            raise Unusual(str(error)) from None

    # ---- datasets

    def dataset(self, path: str) -> QuickDataset | None:
        """Dataset at a path below the root; None when there is no object of that name."""
        if path in self._found:
            return self._found[path]
        try:
            messages: list[Message] | None = self._root
            for name in path.encode().split(b"/"):
                if name in (b"", b".") or b"\0" in name:
                    raise Unusual("path")
                assert messages is not None
                address = find_link(self._blocks, messages, name)
                messages = None if address is None else read_messages(self._blocks, address)
                if messages is None:
                    break
            found = None if messages is None else self._dataset(messages)
        except _DAMAGE as error:
            raise Unusual(str(error)) from None
        if len(self._found) >= _KEPT:
            self._found.clear()
        self._found[path] = found
        return found

    def _dataset(self, messages: list[Message]) -> QuickDataset:
        found: dict[int, bytes] = {}
        for kind, data, at, stop in messages:
            if kind in _ONCE or kind == _FILTERS:
                if kind in found:
                    raise Unusual("a message twice")
                found[kind] = data[at:stop]
            elif kind == _EXTERNAL or kind in _LINKS:
                raise Unusual("not a plain dataset")
        try:
            space, code, fill, layout = [found[kind] for kind in _ONCE]
        except KeyError:
            raise Unusual("not a dataset") from None
        n, n_max = _extent(space)
        dtype = decode_type(code)
        itemsize = dtype.itemsize
        value = _fill(fill, itemsize)
        filters = decode_filters(found[_FILTERS], itemsize) if _FILTERS in found else ()
        n_bytes = n * itemsize
        if n_bytes >= 1 << 62:
            raise Unusual("size")
        if layout[1] == 1:
            version, _, address, size = struct.unpack("<BBQQ", layout)
            offset: int | None = address
            if address == UNDEFINED:
                offset = None
            elif address < FIRST_ADDRESS or address + size > self._blocks.end:
                raise Unusual("values outside the file")
            if version not in (3, 4) or size != n_bytes or filters:
                raise Unusual("layout")
            return QuickDataset(
                (n,), dtype, (), (), value, offset, n_bytes, 0, 0, CONTIGUOUS, 0, 0, 0
            )
        filtered = bool(filters)
        chunk, index, address, stored, mask = decode_chunks(layout, itemsize, filtered=filtered)
        n_chunks = -(-n // chunk)
        if index == SINGLE:
            n_entries = 1
            if not n == n_max == chunk:
                raise Unusual("a single chunk of another size")
        elif index == FIXED:
            n_entries = -(-n_max // chunk)
            if n_max >= 1 << 62:
                raise Unusual("fixed index without a limit")
        elif n:
            raise Unusual("an index that can grow")
        else:
            n_entries = 0
        return QuickDataset(
            (n,), dtype, (chunk,), filters, value, None, n_bytes, n_chunks, n_entries, index,
            address, stored, mask,
        )  # fmt: skip

    # ---- chunks

    def chunk(self, dataset: QuickDataset, number: int) -> tuple[int, int, int]:
        """Address (-1 when never written), stored bytes and filter mask of one chunk."""
        if not 0 <= number < dataset.n_chunks:
            raise Unusual("no such chunk")
        try:
            if dataset.index == SINGLE:
                return self._checked(dataset.address, dataset.stored, dataset.mask)
            block = self._array(dataset)
            if block is None:
                return -1, 0, 0
            start, entry, bitmap = block
            if bitmap:
                page = number // _PAGE
                if not bitmap[page >> 3] & (0x80 >> (page & 7)):
                    return -1, 0, 0
                data = self._page(dataset, start, entry, page)
                at = (number - page * _PAGE) * entry
            else:
                n = 14 + dataset.n_entries * entry + 4
                data, at = self._blocks.checked(start, n, b"FADB"), 14 + number * entry
            address = int.from_bytes(data[at : at + 8], "little")
            if entry == 8:
                return self._checked(address, dataset.chunk[0] * dataset.dtype.itemsize, 0)
            size = int.from_bytes(data[at + 8 : at + entry - 4], "little")
            return self._checked(address, size, _WORD.unpack_from(data, at + entry - 4)[0])
        except _DAMAGE as error:
            raise Unusual(str(error)) from None

    def chunk_map(self, dataset: QuickDataset) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Addresses (-1 when never written) and stored bytes of all chunks."""
        n = dataset.n_chunks
        if n > _MAX_CHUNKS or not dataset.chunk:
            raise Unusual("more chunks than a file has")
        if dataset.index == SINGLE:
            address, size, mask = self.chunk(dataset, 0)
            if mask:
                raise Unusual("a chunk that skips filters")
            return np.array([address], np.int64), np.array([size], np.int64)
        addresses, sizes = np.full(n, -1, np.int64), np.zeros(n, np.int64)
        if n == 0:
            return addresses, sizes
        try:
            block = self._array(dataset)
            if block is None:
                return addresses, sizes
            start, entry, bitmap = block
            if not bitmap:
                n_bytes = 14 + dataset.n_entries * entry + 4
                data = self._blocks.checked(start, n_bytes, b"FADB")
                self._read_entries(dataset, data[14:-4], entry, addresses, sizes)
                return addresses, sizes
            for page in range(-(-n // _PAGE)):
                if bitmap[page >> 3] & (0x80 >> (page & 7)):
                    data = self._page(dataset, start, entry, page)
                    part = slice(page * _PAGE, (page + 1) * _PAGE)
                    self._read_entries(dataset, data, entry, addresses[part], sizes[part])
            return addresses, sizes
        except _DAMAGE as error:
            raise Unusual(str(error)) from None

    def _array(self, dataset: QuickDataset) -> tuple[int, int, bytes] | None:
        """Fixed array of a dataset: where its data begin, bytes of an entry, pages written.

        The pages are empty when all is one block; None when no chunk was ever written.
        """
        if dataset.index != FIXED:
            raise Unusual("no chunks")
        if dataset.address == UNDEFINED:
            return None
        blocks = self._blocks
        _, version, client, entry, bits, n, address, _ = _ARRAY.unpack(
            blocks.checked(dataset.address, _ARRAY.size, b"FAHD")
        )
        chunk_bytes = dataset.chunk[0] * dataset.dtype.itemsize
        filtered = bool(dataset.filters)
        # address, size (a byte wider than it needs), mask
        wanted = 12 + min(8, 1 + (chunk_bytes.bit_length() + 7) // 8) if filtered else 8
        expected = (0, int(filtered), wanted, 10, dataset.n_entries)
        if (version, client, entry, bits, n) != expected:
            raise Unusual("fixed array")
        if address == UNDEFINED:
            return None
        n_pages = -(-n // _PAGE) if n > _PAGE else 0
        n_bitmap = -(-n_pages // 8)
        if address + 18 + n_bitmap + n * entry + 4 * n_pages > blocks.end:
            raise Unusual("fixed array outside the file")
        owner = b"FADB\0" + bytes((client,)) + dataset.address.to_bytes(8, "little")
        if blocks.read(address, 14) != owner:
            raise Unusual("fixed array")
        if not n_pages:
            return address, entry, b""
        prefix = blocks.checked(address, 18 + n_bitmap, b"FADB")
        return address + 18 + n_bitmap, entry, prefix[14:-4]

    def _page(self, dataset: QuickDataset, start: int, entry: int, page: int) -> bytes:
        """Entries of one page of a fixed array."""
        n = min(_PAGE, dataset.n_entries - page * _PAGE) * entry
        return self._blocks.checked(start + page * (_PAGE * entry + 4), n + 4, b"")[:-4]

    def _checked(self, address: int, size: int, mask: int) -> tuple[int, int, int]:
        if address == UNDEFINED:
            return -1, 0, 0
        if address < FIRST_ADDRESS or size < 1 or address + size > self._blocks.end:
            raise Unusual("a chunk outside the file")
        return address, size, mask

    def _read_entries(
        self, dataset: QuickDataset, data: bytes, entry: int,
        addresses: NDArray[np.int64], sizes: NDArray[np.int64],
    ) -> None:  # fmt: skip
        """Decode the entries of one block of a fixed array and check them."""
        raw = np.frombuffer(data, np.uint8).reshape(-1, entry)[: addresses.size]
        addresses[:] = np.ascontiguousarray(raw[:, :8]).view("<i8")[:, 0]
        if entry == 8:
            sizes[:] = dataset.chunk[0] * dataset.dtype.itemsize
        else:
            wide = np.zeros((raw.shape[0], 8), np.uint8)
            wide[:, : entry - 12] = raw[:, 8:-4]
            sizes[:] = wide.view("<i8")[:, 0]
        absent = addresses == -1
        sizes[absent] = 0
        bad = (addresses < FIRST_ADDRESS) | (sizes < 1) | (sizes > self._blocks.end - addresses)
        if (bad & ~absent).any() or (entry > 8 and raw[:, -4:][~absent].any()):
            raise Unusual("a chunk outside the file, or that skips filters")


def _extent(space: bytes) -> tuple[int, int]:
    """Values that a 1-D dataset has and may have."""
    if space[:2] != b"\x02\x01" or space[2] > 1 or space[3] != 1:
        raise Unusual("dataspace")
    if space[2]:
        _, n, n_max = struct.unpack("<IQQ", space)
    else:
        _, n = struct.unpack("<IQ", space)
        n_max = n
    if n >= 1 << 62 or n > n_max:
        raise Unusual("dataspace")
    return n, n_max


def _fill(fill: bytes, itemsize: int) -> bytes:
    """Value of what was never written; zeros when none is defined."""
    flags = fill[1]
    if fill[0] != 3 or flags & 0xC0 or flags & 0x30 == 0x30:
        raise Unusual("fill value")
    if not flags & 0x20:
        if len(fill) != 2:
            raise Unusual("fill value")
        return bytes(itemsize)
    if _WORD.unpack_from(fill, 2)[0] != itemsize or len(fill) != 6 + itemsize:
        raise Unusual("fill value")
    return fill[6:]


__all__ = ["Metadata", "QuickDataset", "Unusual"]
