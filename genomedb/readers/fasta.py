"""FASTA: sequences by name, in pieces of bounded size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.progress import Progress
from genomedb.errors import ParseError
from genomedb.kernels.text import quoted
from genomedb.readers.opened import BLOCK_BYTES, Source, open_bytes

_LETTERS: Final = b"ACGTUNRYSWKMBDHVacgtunryswkmbdhv-*"
_WHITESPACE: Final = b" \t\r\n\x0b\x0c"
_MAX_HEADER: Final = 1_000_000
_IS_WRONG: Final = np.ones(256, np.bool_)
_IS_WRONG[np.frombuffer(_LETTERS + _WHITESPACE, np.uint8)] = False


def iter_fasta(
    path: str | Path, progress: Progress | None = None
) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Yield each sequence of a FASTA file in one or more pieces.

    Parameters
    ----------
    path : str or Path
        Plain or compressed; ``"-"`` is standard input.
    progress : Progress, optional
        Told how many stored bytes have been read.

    Yields
    ------
    name : str
        First word of the header. Pieces of one sequence follow each other.
    piece : ndarray of uint8
        ASCII letters in the case of the file, at most about 4 MB, never empty.

    Raises
    ------
    ParseError
        For a letter that is neither IUPAC nor ``-`` or ``*``, text before the first header, a
        header without a name, a name met twice, an empty sequence, or no sequence at all.
    """
    with open_bytes(path, progress) as source:
        yield from read_sequences(source)


def read_sequences(source: Source) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Do what `iter_fasta` does for a source that is open already."""
    scan = _Scan(source.name)
    rest, at_line_start = b"", True
    while block := source.read_block(BLOCK_BYTES):
        data = rest + block
        rest, at = b"", 0
        while at < len(data):
            if at_line_start and data[at] == 62:  # ">"
                stop = data.find(b"\n", at)
                if stop < 0:
                    rest = data[at:]
                    scan.check_header_size(rest)
                    break
                scan.open(data[at + 1 : stop])
                at = stop + 1
                continue
            stop = data.find(b"\n>", at) + 1 or len(data)
            piece = scan.clean(data[at:stop])
            at_line_start = data[stop - 1] == 10
            at = stop
            if piece.size:
                yield scan.name, piece
    if rest:
        scan.open(rest[1:])
    scan.finish()


class _Scan:
    """The sequence being read, the names met and the line number."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.name = ""
        self.line = 1
        self._header_line = 0
        self._size = 0
        self._seen: set[str] = set()

    def _error(self, problem: str, line: int | None, fix: str = "") -> ParseError:
        return ParseError(problem, path=self.path, line=line, fix=fix)

    def check_header_size(self, header: bytes) -> None:
        if len(header) > _MAX_HEADER:
            raise self._error(f"header longer than {_MAX_HEADER} bytes", self.line)

    def open(self, header: bytes) -> None:
        """Start the next sequence."""
        if self._seen:
            self._check_not_empty()
        words = header.split(None, 1)
        if not words or header[:1].isspace():
            raise self._error("a sequence has no name", self.line, "Write >NAME")
        name = words[0].decode("utf-8", "backslashreplace")
        if name in self._seen:
            raise self._error(f"sequence {quoted(words[0])} is there twice", self.line)
        self._seen.add(name)
        self.name, self._size, self._header_line = name, 0, self.line
        self.line += 1

    def clean(self, text: bytes) -> NDArray[np.uint8]:
        """Letters of some lines."""
        letters = text.translate(None, _WHITESPACE)
        if letters and not self._seen:
            raise self._error(
                f"{quoted(text.split(maxsplit=1)[0])} comes before any header",
                self._line_of_text(text),
                "FASTA starts with >NAME",
            )
        if letters.translate(None, _LETTERS):
            wrong = int(_IS_WRONG[np.frombuffer(text, np.uint8)].argmax())
            raise self._error(
                f"{quoted(text[wrong : wrong + 1])} is no letter of a sequence",
                self.line + text.count(b"\n", 0, wrong),
                f"Sequence {self.name} may hold IUPAC letters, - and *",
            )
        self.line += text.count(b"\n")
        self._size += len(letters)
        return np.frombuffer(letters, np.uint8)

    def _line_of_text(self, text: bytes) -> int:
        return self.line + text.count(b"\n", 0, len(text) - len(text.lstrip()))

    def _check_not_empty(self) -> None:
        if not self._size:
            raise self._error(f"sequence {quoted(self.name.encode())} is empty", self._header_line)

    def finish(self) -> None:
        if not self._seen:
            raise self._error("no sequences", None, "FASTA starts with >NAME")
        self._check_not_empty()
