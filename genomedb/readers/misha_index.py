"""Index files of a misha database: which bytes of the data file belong to which chromosome."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.errors import FormatError, MissingFileError
from genomedb.kernels.misha import crc64

_LITTLE_ENDIAN: Final = 1
_ENTRY: Final = [("id", "<u4"), ("offset", "<u8"), ("length", "<u8"), ("reserved", "<u4")]
_ENTRY_2D: Final = [("id", "<u4"), ("id2", "<u4"), *_ENTRY[1:]]
_RESERVED: Final = 4  # bytes at the end of an entry that the checksum leaves out


@dataclass(frozen=True)
class Layout:
    """Shape of one kind of index file: fields of its header, then of each entry."""

    magic: bytes
    header: list[tuple[str, str]]
    entry: list[tuple[str, str]]


_START: Final = [("magic", "S8"), ("version", "<u4")]
_SUMS: Final = [("n", "<u4"), ("flags", "<u8"), ("crc", "<u8")]
TRACK_1D: Final = Layout(b"MISHATDX", [*_START, ("type", "<u4"), *_SUMS], _ENTRY)
TRACK_2D: Final = Layout(
    b"MISHT2D\0", [*_START, ("type", "<u4"), *_SUMS, ("reserved", "<u8")], _ENTRY_2D
)
SETS_1D: Final = Layout(b"MISHAI1D", [*_START, *_SUMS, ("reserved", "<u4")], _ENTRY)
SETS_2D: Final = Layout(b"MISHAI2D", [*_START, *_SUMS, ("reserved", "<u8")], _ENTRY_2D)


@dataclass(frozen=True)
class Block:
    """Bytes of a file that belong to one chromosome (or pair).

    Attributes
    ----------
    path : Path
    offset, length : int
    where : str
        For messages: the file, and the chromosome when it holds several.
    """

    path: Path
    offset: int
    length: int
    where: str

    @classmethod
    def whole(cls, path: Path) -> Block:
        """All of a file."""
        return cls(path, 0, size_of(path), str(path))

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """The file, unbuffered; give it to `read`."""
        try:
            file = self.path.open("rb", buffering=0)
        except OSError as error:
            raise _unreadable(self.path, error) from error
        with file:
            yield file

    def read(self, file: BinaryIO, at: int, n: int) -> NDArray[np.uint8]:
        """Bytes ``[at, at + n)`` of the block.

        Raises
        ------
        FormatError
            The block, or its file, ends before.
        """
        if at < 0 or n < 0 or at + n > self.length:
            raise self.damaged(f"is truncated: {self.length} bytes where {at + n} are needed")
        data = np.empty(n, np.uint8)
        view, done = data.data, 0
        try:
            file.seek(self.offset + at)
            while done < n:
                got = file.readinto(view[done:])  # type: ignore[attr-defined]
                if not got:
                    raise self.damaged("became shorter while it was read")
                done += got
        except OSError as error:
            if isinstance(error, FormatError):
                raise
            raise _unreadable(self.path, error) from error
        return data

    def damaged(self, problem: str) -> FormatError:
        """Error that names the file."""
        return FormatError(problem, where=self.where, fix="Restore the file, or remove the object")


def size_of(path: Path) -> int:
    """Bytes of a file.

    Raises
    ------
    MissingFileError, FormatError
    """
    try:
        return path.stat().st_size
    except FileNotFoundError as error:
        raise MissingFileError("does not exist", where=path) from error
    except OSError as error:
        raise _unreadable(path, error) from error


def read_bytes(path: Path) -> bytes:
    """All of a small file.

    Raises
    ------
    MissingFileError, FormatError
    """
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise MissingFileError("does not exist", where=path) from error
    except OSError as error:
        raise _unreadable(path, error) from error


def read_index(
    index: Path, data: Path, layout: Layout, chroms: ChromTable
) -> tuple[dict[tuple[int, ...], Block], int | None]:
    """Read an index file.

    Parameters
    ----------
    index, data : Path
    layout : Layout
    chroms : ChromTable
        Ids are positions in it.

    Returns
    -------
    blocks : dict
        ``(code,)`` or ``(code1, code2)`` -> Block, without those of no bytes, in the order of ids.
    type : int or None
        Type field of the header, where there is one.

    Raises
    ------
    FormatError
        Wrong magic, version, checksum or size; an id that is no chromosome or comes twice; bytes
        that the data file has not.
    MissingFileError
    """
    raw = read_bytes(index)
    header, entries = np.dtype(layout.header), np.dtype(layout.entry)
    if raw[: len(layout.magic)] != layout.magic:
        raise FormatError(f"does not begin with {layout.magic.decode()!r}", where=index)
    if len(raw) < header.itemsize:
        raise FormatError(f"is truncated: {len(raw)} bytes", where=index)
    head = np.frombuffer(raw, header, 1)[0]
    if head["version"] != 1:
        raise FormatError(f"has version {head['version']}; 1 is known", where=index)
    if not int(head["flags"]) & _LITTLE_ENDIAN:
        raise FormatError("says that its data are not little-endian", where=index)
    n, size = int(head["n"]), len(raw) - header.itemsize
    if size != n * entries.itemsize:
        raise FormatError(f"has {size} bytes of entries where {n} entries are promised",
                          where=index)  # fmt: skip
    listed = np.frombuffer(raw, entries, n, header.itemsize)
    octets = np.frombuffer(raw, np.uint8, size, header.itemsize).reshape(n, entries.itemsize)
    if crc64(octets[:, :-_RESERVED].reshape(-1)) != int(head["crc"]):
        raise FormatError("has a wrong checksum", where=index, fix="Restore the file")
    blocks = dict(_blocks(index, data, listed, chroms))
    return blocks, int(head["type"]) if "type" in header.names else None  # type: ignore[operator]


def _blocks(
    index: Path, data: Path, listed: NDArray[Any], chroms: ChromTable
) -> list[tuple[tuple[int, ...], Block]]:
    ids = [name for name in ("id", "id2") if name in listed.dtype.names]  # type: ignore[operator]
    for name in ids:
        if listed.size and int(listed[name].max()) >= len(chroms):
            raise FormatError(f"names chromosome {listed[name].max()} of {len(chroms)} (from 0)",
                              where=index)  # fmt: skip
    used = listed[listed["length"] > 0]
    keys = list(zip(*(used[name].tolist() for name in ids), strict=True))
    if len(set(keys)) != len(keys):
        raise FormatError("lists a chromosome twice", where=index)
    size = size_of(data) if keys or data.exists() else 0
    found = []
    for key, offset, length in zip(
        keys, used["offset"].tolist(), used["length"].tolist(), strict=True
    ):
        shown = "-".join(chroms.names[code] for code in key)
        if offset + length > size:
            raise FormatError(f"promises bytes {offset} to {offset + length} for {shown}, but "
                              f"{data.name} has {size}", where=index)  # fmt: skip
        found.append((key, Block(data, offset, length, f"{data} ({shown})")))
    return sorted(found, key=lambda item: item[0])


def _unreadable(path: Path, error: OSError) -> FormatError:
    return FormatError(f"cannot be read: {error.strerror or error}", where=path)
