"""Compressed files as the bytes that were packed, a piece at a time."""

from __future__ import annotations

import bz2
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final, Protocol

import deflate

from genomedb.errors import FormatError
from genomedb.readers.stored import PIECE, Raw, damaged, truncated
from genomedb.readers.zstd import is_zstd, zstd_pieces

MAX_EXPANSION: Final = 1000
_FREE_BYTES: Final = 64_000_000  # small files may expand as they like
_XZ_MEMORY: Final = 256_000_000
_BGZF_HEADER: Final = 18
_BGZF_BLOCK: Final = 65536
_BROKEN: Final = (zlib.error, lzma.LZMAError, zipfile.BadZipFile, EOFError, ValueError, OSError)


def unpacked(raw: Raw) -> Iterator[bytes]:
    """Yield the content of a file in pieces of some MB at most, unpacked as its first bytes ask.

    Raises
    ------
    FormatError
        If the compressed file is truncated, damaged or expands beyond all reason.
    MissingDependencyError
        For zstd without the package zstandard.
    """
    head = raw.peek(8)
    unpack: Callable[[Raw], Iterator[bytes]] | None = None
    if head[:2] == b"\x1f\x8b":
        unpack = _gzip
    elif head[:3] == b"BZh" and head[3:4] in b"123456789" and head[4:8] in (b"1AY&", b"\x17rE8"):
        unpack = _bzip2
    elif head[:6] == b"\xfd7zXZ\0":
        unpack = _xz
    elif head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        unpack = _zip
    elif is_zstd(head):
        unpack = zstd_pieces
    return _plain(raw) if unpack is None else _limited(raw, unpack(raw))


def _limited(raw: Raw, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Stop a small file that decompresses without end; explain a damaged one."""
    made = 0
    try:
        for piece in pieces:
            made += len(piece)
            if made > _FREE_BYTES and made > MAX_EXPANSION * raw.done:
                raise FormatError(
                    f"expands more than {MAX_EXPANSION} times", where=raw.name, fix="Refused"
                )
            yield piece
    except (deflate.DeflateError, *_BROKEN) as error:
        if isinstance(error, FormatError):
            raise
        raise damaged(raw, error) from error


def _plain(raw: Raw) -> Iterator[bytes]:
    while piece := raw.take(PIECE):
        yield piece


def _gzip(raw: Raw) -> Iterator[bytes]:
    """Members one after the other; those of bgzip know their size and inflate faster."""
    after_bgzip, last = False, b""
    while head := raw.peek(_BGZF_HEADER):
        if head[:2] != b"\x1f\x8b":
            if head.strip(b"\0"):
                raise zlib.error("unknown bytes after the end")
            raw.take(len(head))  # padding of tapes and disks
            continue
        after_bgzip = head[2:4] == b"\x08\x04" and head[10:16] == b"\x06\0BC\x02\0"
        if after_bgzip:
            last = _bgzip_block(raw, int.from_bytes(head[16:18], "little") + 1)
            yield last
        else:
            yield from _stream(raw, zlib.decompressobj(31))
    if after_bgzip and last:  # bgzip ends its files with an empty block
        raise truncated(raw)


def _bgzip_block(raw: Raw, size: int) -> bytes:
    stored = raw.take(size)
    if len(stored) < size:
        raise truncated(raw)
    n = int.from_bytes(stored[-4:], "little")
    if n > _BGZF_BLOCK or size < _BGZF_HEADER + 8:
        raise zlib.error("impossible block size")
    block = bytes(deflate.deflate_decompress(stored[_BGZF_HEADER:-8], n)) if n else b""
    if deflate.crc32(block) != int.from_bytes(stored[-8:-4], "little") or len(block) != n:
        raise zlib.error("checksum differs")
    return block


class _Inflater(Protocol):
    """What zlib, bz2 and lzma decompressors have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


def _stream(raw: Raw, inflater: _Inflater) -> Iterator[bytes]:
    """One compressed stream in pieces of bounded size; the rest is given back."""
    chunk = 16_384  # grows, so that thousands of tiny streams do not cost a large copy each
    while not inflater.eof:
        stored = raw.take(chunk)
        if not stored:
            raise truncated(raw)
        chunk = min(chunk * 2, 262_144)
        piece = inflater.decompress(stored, PIECE)
        yield piece
        while not inflater.eof and (_pending(inflater) or len(piece) == PIECE):
            piece = inflater.decompress(_pending(inflater), PIECE)
            yield piece
            if not piece and not _pending(inflater):
                break
    raw.give_back(len(inflater.unused_data))


def _pending(inflater: _Inflater) -> bytes:
    """Input that zlib hands back; bz2 and lzma keep theirs."""
    return getattr(inflater, "unconsumed_tail", b"")


def _bzip2(raw: Raw) -> Iterator[bytes]:
    while raw.peek(1):
        yield from _stream(raw, bz2.BZ2Decompressor())


def _xz(raw: Raw) -> Iterator[bytes]:
    while head := raw.peek(4):
        if head.strip(b"\0"):
            yield from _stream(raw, lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY))
        else:
            raw.take(4)


def _zip(raw: Raw) -> Iterator[bytes]:
    """Read the first file of an archive."""
    if not raw.file.seekable():
        raise FormatError("zip needs a file, not a pipe", where=raw.name, fix="Use gzip")
    try:
        with zipfile.ZipFile(io.BufferedReader(_Unclosed(raw.file))) as archive:
            member = next((m for m in archive.infolist() if not m.is_dir()), None)
            if member is None:
                raise FormatError("the zip archive holds no file", where=raw.name)
            with archive.open(member) as file:
                while piece := file.read(PIECE):
                    raw.done = max(raw.done, member.compress_size)
                    yield piece
    except (NotImplementedError, RuntimeError) as error:  # odd method; encrypted
        raise FormatError(
            f"cannot be unzipped: {error}", where=raw.name, fix="Unpack it, or use gzip"
        ) from error


class _Unclosed(io.RawIOBase):
    """The file as zipfile wants it; closing it leaves the file open."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._file.seek(offset, whence)

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
