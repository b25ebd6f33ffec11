"""Signals as text: bedGraph, WIG, BED scores and tables with a header."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from genomedb.core.progress import Progress
from genomedb.errors import ParseError, UsageError
from genomedb.kernels.text import Columns, TextParser, quoted
from genomedb.readers.opened import Source, line_blocks, open_bytes
from genomedb.readers.point_text import as_variable_step, with_chrom
from genomedb.readers.records import Records

TEXT_FORMATS: Final = ("bedgraph", "wig", "bed", "tab")
POINTS: Final = "points"  # of one chromosome, which the caller names

_BEDGRAPH: Final = "A row is: chrom start end value"
_BED: Final = "A row is: chrom start end [name [score ...]]"
_POINTS: Final = "A row holds a position, counted from 1, and a value"
_HEADER: Final = "The first line names the columns chrom, start, end and one more, the value"


def iter_text(
    path: str | Path, format: str, progress: Progress | None = None, *,
    chrom: str | None = None, columns: tuple[int, int] | None = None,
) -> Iterator[Records]:  # fmt: skip
    """Yield the records of a text file in batches of a few megabytes of text.

    Parameters
    ----------
    path : str or Path
        Plain or compressed; ``"-"`` is standard input.
    format : {"bedgraph", "wig", "bed", "tab", "points"}
        bedGraph and WIG are one format here, since either may hold lines of the other.
        The value of a BED row is its fifth field, 1.0 where that is absent or no number.
        A table has a header with ``chrom``, ``start``, ``end`` and one more column.
        Points are positions, counted from 1, and values in two of the columns.
    progress : Progress, optional
        Told how many stored bytes have been read.
    chrom : str, optional
        Of points, and of WIG declarations that name none.
    columns : (int, int), optional
        Of the positions and values of points, from 0; default the first two.

    Yields
    ------
    Records
        Never empty.

    Raises
    ------
    ParseError
        At the first line that is wrong, and for a file without data lines.
    MissingFileError, FormatError, UsageError
        As for `genomedb.readers.opened.open_bytes`; for an unknown `format`.
    """
    if format not in (*TEXT_FORMATS, POINTS):
        raise UsageError(
            f"{format!r} is not a text format", fix=f"Choose from {', '.join(TEXT_FORMATS)}"
        )
    if format == POINTS and chrom is None:
        raise UsageError("positions without a chromosome", where=path, fix="Say which it is")
    return _iter_records(path, format, progress, chrom, columns or (0, 1))


def _iter_records(
    path: str | Path, format: str, progress: Progress | None, chrom: str | None,
    columns: tuple[int, int],
) -> Iterator[Records]:  # fmt: skip
    n_rows = 0
    with open_bytes(path, progress) as source:
        blocks = line_blocks(source)
        if format == "tab":
            parser, blocks = _table_parser(source, blocks)
        elif format == "bed":
            places = Columns(value=4, value_optional=True, separator="line")
            parser = TextParser(source.name, places, expected=_BED)
        elif format == POINTS:
            assert chrom is not None
            # the declaration put in front is line 0
            parser = TextParser(source.name, Columns(), wig=True, first_line=0, expected=_POINTS)
            made = as_variable_step(blocks, chrom, *columns, source.name)
            blocks = ((block, 0) for block in made)
        else:
            if chrom is not None:
                blocks = with_chrom(blocks, chrom)
            parser = TextParser(source.name, Columns(), wig=True, expected=_BEDGRAPH)
        for block, _ in blocks:
            rows = parser.parse(block)
            n_rows += rows.chrom.size
            if rows.chrom.size:
                yield Records(parser.names, *rows)
        if not n_rows:
            raise ParseError("no data lines", path=source.name, line=None)


def _table_parser(
    source: Source, blocks: Iterator[tuple[bytes, int]]
) -> tuple[TextParser, Iterator[tuple[bytes, int]]]:
    """Read the header; the parser and the blocks that follow it."""
    for block, line in blocks:
        at = 0
        while at < len(block):
            stop = block.find(b"\n", at) + 1 or len(block)
            header = block[at:stop].rstrip(b"\r\n")
            at = stop
            if header.strip() and not header.startswith(b"#"):
                columns = _table_columns(header, source.name, line)
                parser = TextParser(
                    source.name,
                    columns,
                    track_lines=False,
                    first_line=line + 1,
                    expected=f"The header is {quoted(header)}",
                )
                return parser, _resume(block[at:], line + 1, blocks)
            line += 1
    raise ParseError("no data lines", path=source.name, line=None)


def _resume(
    rest: bytes, line: int, blocks: Iterator[tuple[bytes, int]]
) -> Iterator[tuple[bytes, int]]:
    yield rest, line
    yield from blocks


def _table_columns(header: bytes, path: str, line: int) -> Columns:
    """Find chrom, start, end and the one column more."""
    tabs = b"\t" in header
    names = [name.strip().lower() for name in (header.split(b"\t") if tabs else header.split())]
    places = [names.index(word) if word in names else -1 for word in (b"chrom", b"start", b"end")]
    others = [place for place in range(len(names)) if place not in places]
    if min(places) < 0 or len(others) != 1 or len(set(names)) != 4:
        raise ParseError(f"header {quoted(header)} is not one", path=path, line=line, fix=_HEADER)
    chrom, start, end = places
    return Columns(chrom, start, end, others[0], separator="tabs" if tabs else "blanks")
