"""FASTQ: reads of four lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import IO, Any, NamedTuple

from genomedb.classic.util import check_open
from genomedb.errors import ParseError, UsageError


class FastqRead(NamedTuple):
    """One read.

    Attributes
    ----------
    header : str
        Without ``@``.
    seq, qual : str
        Of one length.
    """

    header: str
    seq: str
    qual: str


def read_fastq(source: str | Path | Iterable[str]) -> Iterator[FastqRead]:
    """Yield the reads of a file (plain or gzip), or of lines.

    Raises
    ------
    ParseError
        A read is not four lines, does not begin with ``@``, its third line is no ``+`` or names
        another read, or its sequence and qualities differ in length.
    MissingFileError

    Examples
    --------
    >>> next(read_fastq(["@r1", "AC", "+", "II"])).seq
    'AC'
    """
    if isinstance(source, (str, Path)):
        with check_open(source) as file:
            yield from _reads(file, str(source))
        return
    yield from _reads(source, getattr(source, "name", "<lines>"))


def write_fastq(file: IO[str], header: str, seq: str, qual: str) -> None:
    """Write one read."""
    if len(seq) != len(qual):
        raise UsageError(f"read {header} has {len(seq)} letters and {len(qual)} qualities")
    if not seq.isprintable() or not qual.isprintable() or not header.isprintable():
        raise UsageError(f"read {header!r:.60} holds characters that are no text")
    file.write(f"@{header}\n{seq}\n+\n{qual}\n")


def _reads(lines: Iterable[str], path: str) -> Iterator[FastqRead]:
    bare: Any = (line.rstrip("\r\n") for line in lines)
    for i, (header, seq, plus, qual) in enumerate(zip_longest(bare, bare, bare, bare)):
        if qual is None and not (header or seq or plus):
            return  # an empty line at the end
        problem = ""
        if qual is None:
            problem = "ends in the middle of a read"
        elif not header.startswith("@"):
            problem = f"{header[:40]!r} does not begin with @"
        elif not plus.startswith("+"):
            problem = f"{plus[:40]!r} does not begin with +"
        elif len(plus) > 1 and plus[1:] != header[1:]:
            problem = f"the third line names {plus[1:41]!r}, the first {header[1:41]!r}"
        elif len(seq) != len(qual):
            problem = f"{len(seq)} letters and {len(qual)} qualities"
        if problem:
            raise ParseError(problem, path=path, line=4 * i + 1, fix="A read is four lines")
        yield FastqRead(header[1:], seq, qual)
