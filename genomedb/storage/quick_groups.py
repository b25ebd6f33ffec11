"""Blocks, messages and links of an HDF5 file, read without HDF5.

Follows the HDF5 File Format Specification 3.0. Only what the library writes for a group with
its default settings is understood; all else raises `Unusual`.
"""

from __future__ import annotations

import os
import struct
from functools import cache
from typing import Any

import numpy as np

from genomedb.kernels.lookup3 import lookup3

Message = tuple[int, bytes, int, int]  # type, block, first byte and end within the block

UNDEFINED = 0xFFFF_FFFF_FFFF_FFFF
FIRST_ADDRESS = 48  # behind the superblock
LINK_INFO, LINK, SYMBOL_TABLE = 0x02, 0x06, 0x11
CONTIGUOUS, SINGLE, FIXED, _EXTENSIBLE, _TREE_INDEX = 0, 1, 3, 4, 5  # where chunks are listed
_CONTINUATION, _LAST_KIND = 0x10, 0x18

_WINDOW = 4096
_TREE = struct.Struct("<4sBBIHHBBQHQI")
_HEAP = struct.Struct("<4sBHHBI12QHQQHHQHI")
_MESSAGE = struct.Struct("<BHB")
_WORD = struct.Struct("<I")
_ADDRESS = struct.Struct("<Q")
_CHILD = struct.Struct("<QB")
_OWNER = struct.Struct("<QI")
_PAIR = struct.Struct("<QQ")

_MAX_HEADER_BYTES = 1 << 20  # of one object, in all its blocks
_MAX_BLOCKS = 256
_MAX_ITEM_BYTES = 1 << 16
_DEFLATE, _SHUFFLE, _FLETCHER = 1, 2, 3

# what the library fixes for the links of a group
_NODE_BYTES, _RECORD_BYTES, _MAX_DEPTH = 512, 11, 3
_POINTER_BYTES = (0, 9, 11, 11)  # by level above the leaves
_ID_BYTES, _MAX_OBJECT, _WIDTH, _START, _MAX_DIRECT, _HEAP_BITS = 7, 4096, 4, 512, 65536, 32
_DIRECT_ROWS, _MAX_ROWS = 9, 22
_BLOCK_HEADER, _INDIRECT_HEADER = 21, 17


class Unusual(Exception):  # noqa: N818
    """Not understood, or damaged: let HDF5 read it or say what is wrong."""


class Blocks:
    """Positional reads of a file's metadata; each stays inside the file and is complete.

    Attributes
    ----------
    end : int
        First offset that must not be read.
    head : bytes
        The first bytes of the file.
    """

    __slots__ = ("_fd", "_windows", "end", "head")

    def __init__(self, fd: int, size: int) -> None:
        self._fd, self.end = fd, size
        self.head = os.pread(fd, min(_WINDOW, size), 0)
        self._windows: tuple[tuple[int, bytes], ...] = ()

    def read(self, address: int, n: int) -> bytes:
        """Exactly `n` bytes at an address."""
        last = address + n
        if address < 0 or n < 0 or last > self.end:
            raise Unusual("a block outside the file")
        if last <= len(self.head):
            return self.head[address:last]
        for start, data in self._windows:
            if start <= address and last <= start + len(data):
                return data[address - start : last - start]
        if n > _WINDOW // 2:
            data = os.pread(self._fd, n, address)
            if len(data) != n:
                raise Unusual("the file ends early")
            return data
        start = address & -512
        data = os.pread(self._fd, min(_WINDOW, self.end - start), start)
        self._windows = ((start, data), *self._windows[:2])
        if last > start + len(data):
            raise Unusual("the file ends early")
        return data[address - start : last - start]

    def checked(self, address: int, n: int, signature: bytes) -> bytes:
        """A block that begins with a signature and ends with its checksum."""
        block = self.read(address, n)
        if n < 8 or not block.startswith(signature):
            raise Unusual("another block than expected")
        if lookup3(block, 0, n - 4) != _WORD.unpack_from(block, n - 4)[0]:
            raise Unusual("checksum differs")
        return block


def read_messages(blocks: Blocks, address: int) -> list[Message]:
    """Messages of an object header, all its blocks checked."""
    prefix = blocks.read(address, min(34, blocks.end - address))
    flags = prefix[5]
    if not prefix.startswith(b"OHDR\x02") or flags & 0xC0:
        raise Unusual("object header")
    at = 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
    width = 1 << (flags & 3)
    size = int.from_bytes(prefix[at : at + width], "little")
    at += width
    total = at + size + 4
    if total > _MAX_HEADER_BYTES:
        raise Unusual("object header")
    pending = [(blocks.checked(address, total, b"OHDR"), at)]
    seen = {address}
    found: list[Message] = []
    step = 6 if flags & 4 else 4
    unpack = _MESSAGE.unpack_from
    for block, at in pending:
        stop = len(block) - 4
        last = stop - step
        while at <= last:
            kind, n, status = unpack(block, at)
            at += step
            after = at + n
            if after > stop or kind > _LAST_KIND or status & 2:
                raise Unusual("message")
            if kind == _CONTINUATION:
                where, n_bytes = _PAIR.unpack_from(block[at:after])
                total += n_bytes
                if total > _MAX_HEADER_BYTES or len(pending) > _MAX_BLOCKS or where in seen:
                    raise Unusual("object header")
                seen.add(where)
                pending.append((blocks.checked(where, n_bytes, b"OCHK"), 4))
            elif kind:
                found.append((kind, block, at, after))
            at = after
    return found


def find_link(blocks: Blocks, messages: list[Message], name: bytes) -> int | None:
    """Address of the object that a group's hard link leads to; None when there is no link."""
    info = None
    for message in messages:
        if message[0] == LINK_INFO and info is None:
            info = message
        elif message[0] in (LINK_INFO, SYMBOL_TABLE):
            raise Unusual("a group of an older kind")
    if info is None:
        raise Unusual("not a group")
    _, data, at, stop = info
    version, flags = data[at], data[at + 1]
    at += 10 if flags & 1 else 2
    if version != 0 or flags > 3 or stop != at + (24 if flags & 2 else 16):
        raise Unusual("link info")
    heap, index = _PAIR.unpack_from(data, at)
    if heap != UNDEFINED:
        return _find_dense(blocks, heap, index, name)
    for kind, data, at, stop in messages:
        if kind == LINK:
            found, address = _link(data, at, stop)
            if found == name:
                return _hard(address)
    return None


def _hard(address: int) -> int:
    if address < 0:
        raise Unusual("a link that is not hard")
    return address


def _link(data: bytes, at: int, stop: int) -> tuple[bytes, int]:
    """Name and address of a link; the address is -1 unless it is a hard one."""
    version, flags = data[at], data[at + 1]
    if version != 1 or flags & 0xE0:
        raise Unusual("link")
    at += 2
    kind = 0
    if flags & 8:
        kind = data[at]
        at += 1
    if flags & 4:
        at += 8
    if flags & 16:
        at += 1
    width = 1 << (flags & 3)
    n = int.from_bytes(data[at : at + width], "little")
    at += width
    last = at + n
    if n == 0 or last > stop:
        raise Unusual("link")
    if kind != 0:
        return data[at:last], -1
    if last + 8 != stop:
        raise Unusual("link")
    return data[at:last], _ADDRESS.unpack_from(data, last)[0]


def _find_dense(blocks: Blocks, heap: int, index: int, name: bytes) -> int | None:
    """Look a link up in the name index, a B-tree sorted by hash and name."""
    tree = _TREE.unpack(blocks.checked(index, _TREE.size, b"BTHD"))
    depth, address, n = tree[5], tree[8], tree[9]
    if tree[1:5] != (0, 5, _NODE_BYTES, _RECORD_BYTES) or depth > _MAX_DEPTH:
        raise Unusual("name index")
    if n == 0:
        if depth or tree[10] or address != UNDEFINED:
            raise Unusual("name index")
        return None
    wanted = lookup3(name)
    for level in range(depth, -1, -1):
        records_end = 6 + n * _RECORD_BYTES
        size = records_end + (n + 1) * _POINTER_BYTES[level] + 4
        if n == 0 or (size if level else records_end + 4) > _NODE_BYTES:
            raise Unusual("name index")
        if level:
            node = blocks.checked(address, size, b"BTIN\x00\x05")
        else:
            node = blocks.checked(address, records_end + 4, b"BTLF\x00\x05")
        low, high = 0, n
        while low < high:
            middle = (low + high) // 2
            at = 6 + middle * _RECORD_BYTES
            found = _WORD.unpack_from(node, at)[0]
            if found == wanted:
                other, target = _link(*_heap_object(blocks, heap, node, at + 4))
                if other == name:
                    return _hard(target)
                after = name > other
            else:
                after = wanted > found
            if after:
                low = middle + 1
            else:
                high = middle
        if level:
            address, n = _CHILD.unpack_from(node, records_end + low * _POINTER_BYTES[level])
    return None


def _heap_object(blocks: Blocks, heap: int, data: bytes, at: int) -> tuple[bytes, int, int]:
    """Block, first byte and end of an object of a fractal heap, given its id."""
    header = _HEAP.unpack(blocks.checked(heap, _HEAP.size, b"FRHP"))
    version, id_bytes, filters, flags, max_object = header[1:6]
    width, start, max_direct, bits, _, address, rows, _ = header[18:]
    if (
        (version, id_bytes, filters, flags & 0xFE, max_object) != (0, _ID_BYTES, 0, 2, _MAX_OBJECT)
        or (width, start, max_direct, bits) != (_WIDTH, _START, _MAX_DIRECT, _HEAP_BITS)
        or rows > _MAX_ROWS
    ):
        raise Unusual("heap")
    kind, offset, length = struct.unpack_from("<BIH", data, at)
    if kind != 0:
        raise Unusual("not a managed object")
    size, first = _START, 0  # of the direct block: its bytes, its place in the heap
    while rows:
        address, size, rows, first = _descend(blocks, heap, address, rows, first, offset)
    block = blocks.read(address, size)
    if block[:5] != b"FHDB\x00" or _OWNER.unpack_from(block, 5) != (heap, first):
        raise Unusual("heap block")
    # the checksum lies before the data and counts as zero
    if lookup3(block[:17] + bytes(4) + block[21:]) != _WORD.unpack_from(block, 17)[0]:
        raise Unusual("checksum differs")
    begin = offset - first
    if begin < _BLOCK_HEADER or begin + length > size:
        raise Unusual("heap object")
    return block, begin, begin + length


def _descend(
    blocks: Blocks, heap: int, address: int, rows: int, first: int, offset: int
) -> tuple[int, int, int, int]:
    """Child of an indirect block under an offset: its address, size, rows (0: direct), place."""
    size = _INDIRECT_HEADER + 8 * _WIDTH * rows + 4
    block = blocks.checked(address, size, b"FHIB\x00")
    if _OWNER.unpack_from(block, 5) != (heap, first):
        raise Unusual("heap block")
    within = offset - first
    row = (within // (_WIDTH * _START)).bit_length()
    child = _START << max(row - 1, 0)
    column = within // child - (_WIDTH if row else 0)
    if within < 0 or row >= rows or not 0 <= column < _WIDTH:
        raise Unusual("heap object")
    entry = _INDIRECT_HEADER + 8 * (row * _WIDTH + column)
    inner = 0 if row < _DIRECT_ROWS else (child // (_WIDTH * _START)).bit_length()
    if inner >= rows:
        raise Unusual("heap block")
    place = first + within // child * child
    return _ADDRESS.unpack_from(block, entry)[0], child, inner, place


def _number_types() -> dict[bytes, np.dtype[Any]]:
    """Number types by their exact encoding in the three versions that encode them alike."""
    known: dict[bytes, np.dtype[Any]] = {}
    for version in (0x10, 0x20, 0x30):
        for size in (1, 2, 4, 8):
            for kind, flags in (("u", 0), ("i", 8)):
                code = struct.pack("<BBHIHH", version, flags, 0, size, 0, 8 * size)
                known[code] = np.dtype(f"<{kind}{size}")
        for size, *parts in ((4, 23, 8, 0, 23, 127), (8, 52, 11, 0, 52, 1023)):
            bits = 8 * size
            code = struct.pack(
                "<BBBBIHHBBBBI", version | 1, 0x20, bits - 1, 0, size, 0, bits, *parts
            )
            known[code] = np.dtype(f"<f{size}")
    return known


_NUMBERS = _number_types()
_TEXTS = tuple(
    bytes((version | 3, padding | charset, 0, 0))
    for version in (0x10, 0x20, 0x30) for padding in (0, 1) for charset in (0, 0x10)
)  # fmt: skip


@cache
def _text(size: int) -> np.dtype[Any]:
    return np.dtype(f"S{size}")


def decode_type(code: bytes) -> np.dtype[Any]:
    """Numpy type of an encoded datatype."""
    found = _NUMBERS.get(code)
    if found is not None:
        return found
    if len(code) == 8 and code.startswith(_TEXTS):
        size: int = _WORD.unpack_from(code, 4)[0]
        if 0 < size <= _MAX_ITEM_BYTES:
            return _text(size)
    raise Unusual("datatype")


def decode_filters(pipeline: bytes, itemsize: int) -> tuple[int, ...]:
    """Filter numbers in writing order."""
    if pipeline[0] != 2 or not 0 < pipeline[1] <= 32:
        raise Unusual("filters")
    at, codes = 2, []
    for _ in range(pipeline[1]):
        code, flags, n = struct.unpack_from("<HHH", pipeline, at)
        at += 6
        if not 0 < code < 256 or flags > 1 or at + 4 * n > len(pipeline):
            raise Unusual("filter")
        # the parameters must be what a reader takes for granted
        if (
            (code == _SHUFFLE and (n != 1 or _WORD.unpack_from(pipeline, at)[0] != itemsize))
            or (code == _DEFLATE and n != 1)
            or (code == _FLETCHER and n != 0)
        ):
            raise Unusual("filter")
        at += 4 * n
        codes.append(code)
    if at != len(pipeline):
        raise Unusual("filters")
    return tuple(codes)


def decode_chunks(
    layout: bytes, itemsize: int, *, filtered: bool
) -> tuple[int, int, int, int, int]:
    """Values in a chunk, kind and address of the index; bytes and mask of a single chunk."""
    version, storage, flags, rank, width = layout[:5]
    if (version, storage, rank) != (4, 2, 2) or not 1 <= width <= 8:
        raise Unusual("layout")
    chunk = int.from_bytes(layout[5 : 5 + width], "little")
    item = int.from_bytes(layout[5 + width : 5 + 2 * width], "little")
    at = 5 + 2 * width
    kind = layout[at]
    at += 1
    stored, mask = chunk * itemsize, 0
    if chunk < 1 or item != itemsize or stored >= 1 << 32:
        raise Unusual("chunk")
    if flags != (2 if kind == SINGLE and filtered else 0):
        raise Unusual("layout")
    if kind == SINGLE and filtered:
        stored, mask = struct.unpack_from("<QI", layout, at)
        at += 12
    elif kind == FIXED:
        if layout[at] != 10:
            raise Unusual("layout")
        at += 1
    elif kind == _EXTENSIBLE:
        at += 5
    elif kind == _TREE_INDEX:
        at += 6
    elif kind != SINGLE:
        raise Unusual("an index of chunks")
    if len(layout) != at + 8:
        raise Unusual("layout")
    return chunk, kind, _ADDRESS.unpack_from(layout, at)[0], stored, mask
