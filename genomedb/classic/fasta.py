"""FASTA as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Final

import numpy as np
from numpy.typing import ArrayLike

from genomedb.errors import ParseError, UsageError

LINE_WIDTH: Final = 60
_NEWLINE: Final = ord("\n")


def read_fasta(lines: Iterable[str], linejoin: str = "") -> Iterator[tuple[str, str]]:
    """Yield (header without ``>``, sequence) of FASTA lines, e.g. an open file.

    Parameters
    ----------
    lines : iterable of str
    linejoin : str
        Put between the lines of a sequence.

    Raises
    ------
    ParseError
        Text comes before any header.

    Examples
    --------
    >>> list(read_fasta([">a x", "AC", "GT", ">b", ""]))
    [('a x', 'ACGT'), ('b', '')]
    """
    for header, held in read_fasta_lines(lines):
        yield header, linejoin.join(held)


def read_fasta_lines(lines: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield (header without ``>``, lines of the sequence) of FASTA lines."""
    header: str | None = None
    held: list[str] = []
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip()
        if line.startswith(">"):
            if header is not None:
                yield header, held
            header, held = line[1:], []
        elif header is not None:
            if line:
                held.append(line)
        elif line:
            raise ParseError(
                f"{line[:40]!r} comes before any header", path=getattr(lines, "name", "<lines>"),
                line=number, fix="FASTA starts with >NAME",
            )  # fmt: skip
    if header is not None:
        yield header, held


def write_fasta(file: IO[str], seq_id: str, seq: str, line_width: int = LINE_WIDTH) -> None:
    """Write a sequence, `line_width` letters a line."""
    _write_header(file, seq_id, line_width)
    letters = np.frombuffer(seq.encode("latin-1"), np.uint8)
    n = letters.size // line_width
    whole = np.full((n, line_width + 1), _NEWLINE, np.uint8)
    whole[:, :-1] = letters[: n * line_width].reshape(n, line_width)
    file.write(whole.tobytes().decode("latin-1"))
    if letters.size > n * line_width:
        file.write(seq[n * line_width :] + "\n")


def write_vals(file: IO[str], seq_id: str, vals: ArrayLike, line_width: int = LINE_WIDTH) -> None:
    """Write numbers with spaces between them, `line_width` of them a line."""
    _write_header(file, seq_id, line_width)
    words = list(map(str, np.asarray(vals).tolist()))
    for first in range(0, len(words), line_width):
        file.write(" ".join(words[first : first + line_width]) + "\n")


def _write_header(file: IO[str], seq_id: str, line_width: int) -> None:
    if line_width < 1:
        raise UsageError(f"line width must be at least 1, not {line_width}")
    if "\n" in seq_id:
        raise UsageError(f"{seq_id!r:.60} cannot be a header", fix="Leave line ends out")
    file.write(f">{seq_id}\n")
