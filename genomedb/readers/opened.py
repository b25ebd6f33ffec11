"""Foreign files as bytes: plain or compressed, from disk or standard input."""

from __future__ import annotations

import bz2
import io
import lzma
import stat
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, Protocol, cast

import deflate

from genomedb.core.progress import Progress
from genomedb.errors import FormatError, MissingFileError, ParseError, UsageError
from genomedb.kernels.text import count_lines
from genomedb.readers.stdin import AwaitedInput

STDIN: Final = "-"
BLOCK_BYTES: Final = 4_000_000
MAX_LINE: Final = 16_000_000
MAX_EXPANSION: Final = 1000
_FREE_BYTES: Final = 64_000_000  # small files may expand as they like
_PIECE: Final = 1_000_000
_XZ_MEMORY: Final = 256_000_000
_BGZF_HEADER: Final = 18
_BGZF_BLOCK: Final = 65536
_BROKEN: Final = (zlib.error, lzma.LZMAError, zipfile.BadZipFile, EOFError, ValueError, OSError)


class _Raw:
    """Stored bytes with a position that can step back inside the buffer."""

    def __init__(self, file: BinaryIO, name: str, progress: Progress | None) -> None:
        self.file, self.name, self.progress = file, name, progress
        self.done = 0
        self._buffer = b""
        self._at = 0

    def _fill(self, wanted: int) -> None:
        """Buffer at least `wanted` bytes, fewer only at the end of the file."""
        pieces = [self._buffer[self._at :]]
        have = len(pieces[0])
        while have < wanted:
            try:
                piece = self.file.read(max(_PIECE, wanted - have))
            except OSError as error:
                raise FormatError(f"cannot be read: {error.strerror}", where=self.name) from error
            if not piece:
                break
            pieces.append(piece)
            have += len(piece)
            self.done += len(piece)
            if self.progress is not None:
                self.progress.at(self.done)
        self._buffer, self._at = b"".join(filter(None, pieces)), 0

    def peek(self, n: int) -> bytes:
        if len(self._buffer) - self._at < n:
            self._fill(n)
        if not self._at and len(self._buffer) <= n:
            return self._buffer
        return self._buffer[self._at : self._at + n]

    def take(self, n: int) -> bytes:
        if self._at == len(self._buffer):
            self._buffer, self._at = b"", 0  # nothing to keep: what is read needs no copy
        piece = self.peek(n)
        self._at += len(piece)
        return piece

    def give_back(self, n: int) -> None:
        self._at -= n


class Source:
    """The decompressed bytes of one foreign file.

    Attributes
    ----------
    name : str
        Path of the file, ``<stdin>`` for standard input.
    """

    def __init__(self, name: str, pieces: Iterator[bytes]) -> None:
        self.name = name
        self._pieces = pieces
        self._rest = b""

    def read_block(self, n: int) -> bytes:
        """Return the next `n` bytes, fewer only at the end, ``b""`` after it.

        Raises
        ------
        FormatError
            If the compressed file is truncated, damaged or expands beyond all reason.
        """
        pieces, have = [self._rest], len(self._rest)
        while have < n:
            piece = next(self._pieces, None)
            if piece is None:
                break
            pieces.append(piece)
            have += len(piece)
        joined = b"".join(pieces)
        self._rest = joined[n:]
        return joined[:n] if self._rest else joined

    def unread(self, block: bytes) -> None:
        """Put a block back in front of what comes next."""
        self._rest = block + self._rest


@contextmanager
def open_bytes(path: str | Path, progress: Progress | None = None) -> Iterator[Source]:
    """Open a file for reading as bytes, decompressed whatever its name says.

    Parameters
    ----------
    path : str or Path
        Plain, gzip (bgzip too), bzip2, xz or zip (the first file in it), recognised by
        content; ``"-"`` is standard input.
    progress : Progress, optional
        Told how many stored bytes have been read.

    Yields
    ------
    Source

    Raises
    ------
    MissingFileError
        If there is no such file.
    UsageError
        If it is a directory or a socket.
    FormatError
        If it cannot be read or decompressed.
    """
    if str(path) == STDIN:
        stream = getattr(sys.stdin, "buffer", None)
        if stream is None:
            raise UsageError("standard input is closed")
        yield _source(_Raw(cast(BinaryIO, AwaitedInput(stream)), "<stdin>", progress))
        return
    with open_file(path) as file:
        yield _source(_Raw(file, str(path), progress))


def open_file(path: str | Path) -> BinaryIO:
    """Open a stored file, unbuffered, or say in our own words why it cannot be.

    Raises
    ------
    MissingFileError, UsageError, FormatError
        As for `open_bytes`.
    """
    if "\0" in str(path):
        raise MissingFileError("no such file", where=repr(str(path)))
    try:
        mode = Path(path).stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MissingFileError("no such file", where=path) from error
    except OSError as error:
        raise FormatError(f"cannot be read: {error.strerror}", where=path) from error
    if stat.S_ISDIR(mode):
        raise UsageError("is a directory, not a file", where=path)
    if stat.S_ISSOCK(mode) or stat.S_ISBLK(mode):
        raise UsageError("is not a regular file", where=path)
    try:
        return Path(path).open("rb", buffering=0)
    except OSError as error:
        raise FormatError(f"cannot be read: {error.strerror}", where=path) from error


def line_blocks(source: Source, block_bytes: int = BLOCK_BYTES) -> Iterator[tuple[bytes, int]]:
    """Blocks of whole lines; only the last may lack its newline.

    Parameters
    ----------
    source : Source
    block_bytes : int
        About the size of a block.

    Yields
    ------
    block : bytes
    first_line : int
        1-based number of the first line of the block.

    Raises
    ------
    ParseError
        For a line longer than 16 MB, or UTF-16 text.
    """
    line, carried, have = 1, [b""], 0
    first = True
    while block := source.read_block(block_bytes):
        if first:
            block = _without_mark(block, source.name)
            first = False
        cut = block.rfind(b"\n") + 1
        if have + (block.find(b"\n") if cut else len(block)) > MAX_LINE:
            raise ParseError(
                f"line longer than {MAX_LINE // 1_000_000} MB",
                path=source.name,
                line=line,
                fix="This is not a text file of the expected kind",
            )
        if not cut:
            carried.append(block)
            have += len(block)
            continue
        whole = b"".join([*carried, block[:cut]])
        carried, have = [block[cut:]], len(block) - cut
        yield whole, line
        line += count_lines(whole)
    if tail := b"".join(carried):
        yield tail, line


def _without_mark(block: bytes, name: str) -> bytes:
    """Drop a UTF-8 byte order mark; refuse the UTF-16 ones."""
    if block[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ParseError("the text is UTF-16", path=name, line=1, fix="Save it as plain text")
    return block.removeprefix(b"\xef\xbb\xbf")


def _source(raw: _Raw) -> Source:
    head = raw.peek(8)
    unpack: Callable[[_Raw], Iterator[bytes]] = _plain
    if head[:2] == b"\x1f\x8b":
        unpack = _gzip
    elif head[:3] == b"BZh" and head[3:4] in b"123456789" and head[4:8] in (b"1AY&", b"\x17rE8"):
        unpack = _bzip2
    elif head[:6] == b"\xfd7zXZ\0":
        unpack = _xz
    elif head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        unpack = _zip
    elif head[:4] == b"\x28\xb5\x2f\xfd":
        raise FormatError("zstd files are not read", where=raw.name, fix="Decompress it first")
    return Source(raw.name, unpack(raw) if unpack is _plain else _limited(raw, unpack(raw)))


def _limited(raw: _Raw, pieces: Iterator[bytes]) -> Iterator[bytes]:
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
        problem = f"the compressed file is truncated or damaged ({error})"
        raise FormatError(problem, where=raw.name) from error


def _truncated(raw: _Raw) -> FormatError:
    return FormatError(
        "the compressed file is truncated", where=raw.name, fix="Copy or download it again"
    )


def _plain(raw: _Raw) -> Iterator[bytes]:
    while piece := raw.take(_PIECE):
        yield piece


def _gzip(raw: _Raw) -> Iterator[bytes]:
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
        raise _truncated(raw)


def _bgzip_block(raw: _Raw, size: int) -> bytes:
    stored = raw.take(size)
    if len(stored) < size:
        raise _truncated(raw)
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


def _stream(raw: _Raw, inflater: _Inflater) -> Iterator[bytes]:
    """One compressed stream in pieces of bounded size; the rest is given back."""
    chunk = 16_384  # grows, so that thousands of tiny streams do not cost a large copy each
    while not inflater.eof:
        stored = raw.take(chunk)
        if not stored:
            raise _truncated(raw)
        chunk = min(chunk * 2, 262_144)
        piece = inflater.decompress(stored, _PIECE)
        yield piece
        while not inflater.eof and (_pending(inflater) or len(piece) == _PIECE):
            piece = inflater.decompress(_pending(inflater), _PIECE)
            yield piece
            if not piece and not _pending(inflater):
                break
    raw.give_back(len(inflater.unused_data))


def _pending(inflater: _Inflater) -> bytes:
    """Input that zlib hands back; bz2 and lzma keep theirs."""
    return getattr(inflater, "unconsumed_tail", b"")


def _bzip2(raw: _Raw) -> Iterator[bytes]:
    while raw.peek(1):
        yield from _stream(raw, bz2.BZ2Decompressor())


def _xz(raw: _Raw) -> Iterator[bytes]:
    while head := raw.peek(4):
        if head.strip(b"\0"):
            yield from _stream(raw, lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY))
        else:
            raw.take(4)


def _zip(raw: _Raw) -> Iterator[bytes]:
    """Read the first file of an archive."""
    if not raw.file.seekable():
        raise FormatError("zip needs a file, not a pipe", where=raw.name, fix="Use gzip")
    try:
        with zipfile.ZipFile(io.BufferedReader(_Unclosed(raw.file))) as archive:
            member = next((m for m in archive.infolist() if not m.is_dir()), None)
            if member is None:
                raise FormatError("the zip archive holds no file", where=raw.name)
            with archive.open(member) as file:
                while piece := file.read(_PIECE):
                    raw.done = max(raw.done, member.compress_size)
                    yield piece
    except (NotImplementedError, RuntimeError) as error:  # odd method; encrypted
        raise FormatError(f"cannot be unzipped: {error}", where=raw.name) from error


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
