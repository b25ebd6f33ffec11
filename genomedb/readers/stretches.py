"""Stretches of a plain text file, each of one chromosome, so that several readers can share it.

Where chromosomes change is found by looking at few lines; whoever reads a stretch checks that it
holds what was expected.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from genomedb.errors import ParseError
from genomedb.kernels.text import Columns, TextParser
from genomedb.readers.opened import Source, line_blocks
from genomedb.readers.records import Records

SPLIT_BYTES: Final = 8_000_000  # smaller files are read faster by one
MAX_STRETCHES: Final = 2000
_LOOK: Final = 1 << 14
_MAX_LOOK: Final = 1 << 20
_PIECE: Final = 1_000_000
_PACKED: Final = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"PK", b"\x28\xb5\x2f\xfd")
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_COLUMNS: Final = {
    "bedgraph": Columns(),
    "wig": Columns(),
    "bed": Columns(value=4, value_optional=True, separator="line"),
}
_DECLARATIONS: Final = (b"fixedStep", b"variableStep")


class Stretch(NamedTuple):
    """Bytes ``[start, end)`` of a file, whole lines, expected to be of one chromosome."""

    path: str
    format: str
    chrom: str
    start: int
    end: int


def find_stretches(path: str | Path, format: str) -> list[Stretch] | None:
    """Cut a file where its chromosome changes.

    Parameters
    ----------
    path : str or Path
    format : str
        Of `genomedb.readers.signal_text.iter_text`.

    Returns
    -------
    list of Stretch or None
        All bytes of the file, in order. None when it cannot be shared: it is compressed, small,
        no regular file, in a format whose lines depend on earlier ones, or not by chromosome.
    """
    if format not in _COLUMNS:
        return None
    try:
        file = Path(path)
        status = file.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size < SPLIT_BYTES:
            return None
        with file.open("rb", buffering=0) as opened:
            return _Lines(opened.fileno(), status.st_size).stretches(str(path), format)
    except OSError:
        return None  # whoever reads it says why it cannot be


def iter_stretch(stretch: Stretch) -> Iterator[Records]:
    """Yield the records of a stretch, in batches.

    Raises
    ------
    ParseError
        A line is wrong or of another chromosome; its number is not that of the file.
    """
    parser = TextParser(stretch.path, _COLUMNS[stretch.format])
    for block, _ in line_blocks(Source(stretch.path, _pieces(stretch))):
        rows = parser.parse(block)
        if parser.names and parser.names != [stretch.chrom]:
            raise ParseError(f"not all of {stretch.chrom}", path=stretch.path, line=None)
        if rows.chrom.size:
            yield Records(parser.names, *rows)


def _pieces(stretch: Stretch) -> Iterator[bytes]:
    with Path(stretch.path).open("rb", buffering=0) as file:
        at = stretch.start
        while at < stretch.end:
            piece = os.pread(file.fileno(), min(_PIECE, stretch.end - at), at)
            if not piece:
                raise ParseError("became shorter", path=stretch.path, line=None)
            at += len(piece)
            yield piece


class _Lines:
    """Data lines of an open file, looked up by position."""

    def __init__(self, fd: int, size: int) -> None:
        self._fd, self._size = fd, size

    def stretches(self, path: str, format: str) -> list[Stretch] | None:
        head = os.pread(self._fd, 8, 0)
        if head.startswith(_PACKED + _MARKS):
            return None
        found: list[Stretch] = []
        here, start = self._next(0), 0
        while here is not None:
            name = here[1]
            if name is None or name.startswith(_DECLARATIONS) or len(found) == MAX_STRETCHES:
                return None
            end = self._where_other(here[0], name)
            chrom = name.decode("utf-8", "backslashreplace")
            found.append(Stretch(path, format, chrom, start, end))
            here, start = (self._next(end), end) if end < self._size else (None, end)
        return found or None

    def _where_other(self, start: int, name: bytes) -> int:
        """Start of the first line after `start` that is of another chromosome, if sorted."""
        low, high = start, self._size  # the line after `low` is of this one, after `high` not
        while high - low > 1:
            middle = (low + high) // 2
            found = self._next(middle)
            if found is not None and found[1] == name:
                low = middle
            else:
                high = middle
        found = self._next(high)
        return self._size if found is None else found[0]

    def _next(self, offset: int) -> tuple[int, bytes | None] | None:
        """Begin and first field of the first data line that begins at `offset` or later.

        None after the last; a field of None when lines are too long to tell.
        """
        at = offset
        if offset:  # behind the end of the line that holds the byte before
            line = self._line(offset - 1)
            if line is None:
                return offset, None
            at = offset - 1 + len(line)
        while at < self._size:
            line = self._line(at)
            if line is None:
                return at, None
            words = line.split(maxsplit=1)
            if words and not line.startswith(b"#") and words[0] not in (b"track", b"browser"):
                return at, words[0]
            at += len(line)
        return None

    def _line(self, at: int) -> bytes | None:
        """Bytes from a position to the end of its line, newline included; None if very long."""
        look = _LOOK
        while look <= _MAX_LOOK:
            data = os.pread(self._fd, look, at)
            end = data.find(b"\n") + 1
            if end:
                return data[:end]
            if at + len(data) >= self._size:
                return data
            look *= 8
        return None
