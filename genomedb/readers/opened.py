"""Foreign files as bytes: plain or compressed, from disk or standard input."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

from genomedb.core.progress import Progress
from genomedb.errors import FormatError, MissingFileError, ParseError, UsageError
from genomedb.kernels.text import count_lines
from genomedb.readers.stdin import AwaitedInput
from genomedb.readers.stored import Raw
from genomedb.readers.unpack import unpacked

STDIN: Final = "-"
BLOCK_BYTES: Final = 4_000_000
MAX_LINE: Final = 16_000_000


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
        Plain, gzip (bgzip too), bzip2, xz, zstd or zip (the first file in it), recognised
        by content; ``"-"`` is standard input.
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
    MissingDependencyError
        If it is zstd and the package zstandard is absent.
    """
    if str(path) == STDIN:
        stream = getattr(sys.stdin, "buffer", None)
        if stream is None:
            raise UsageError("standard input is closed")
        yield _source(Raw(cast(BinaryIO, AwaitedInput(stream)), "<stdin>", progress))
        return
    with open_file(path) as file:
        yield _source(Raw(file, str(path), progress))


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


def _source(raw: Raw) -> Source:
    return Source(raw.name, unpacked(raw))
