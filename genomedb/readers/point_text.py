"""Text of one chromosome without its name: positions and values in columns, or bare WIG."""

from __future__ import annotations

import re
from collections.abc import Iterator

from genomedb.errors import ParseError, UsageError
from genomedb.kernels.text import MAX_COLUMNS, quoted

_BARE = re.compile(rb"^(fixedStep|variableStep)(?![^\n]*[ \t]chrom=)", re.MULTILINE)
_HEADLESS = re.compile(rb"^(?=start=)", re.MULTILINE)
_ROW = re.compile(rb"^(?![ \t\r]*(?:#|$))[^\n]", re.MULTILINE)
_SKIPPED = re.compile(rb"[ \t\r]*(#|$)")

Blocks = Iterator[tuple[bytes, int]]


def with_chrom(blocks: Blocks, chrom: str) -> Blocks:
    """Put a chromosome into declarations of WIG that lack one; ``start=1`` alone is one too."""
    named = b"chrom=" + chrom.encode()
    for block, line in blocks:
        if b"Step" in block or b"start=" in block:
            block = _BARE.sub(rb"\1 " + named, block)
            block = _HEADLESS.sub(b"fixedStep " + named + b" ", block)
        yield block, line


def as_variable_step(
    blocks: Blocks, chrom: str, position: int, value: int, path: str
) -> Iterator[bytes]:
    """Columns of positions (from 1) and values as blocks of a WIG, the first line its declaration.

    Parameters
    ----------
    blocks : iterator of (bytes, int)
        Whole lines, and the number of the first.
    chrom : str
        What the positions are of.
    position, value : int
        Numbers of the columns, from 0. Fields are between tabs if the first line has one, else
        between blanks. Lines that begin with ``#`` and blank ones are passed over.
    path : str
        For errors.

    Raises
    ------
    ParseError
        A line has too few fields.
    UsageError
        The columns are one, or not possible.
    """
    if position == value or not (0 <= position < MAX_COLUMNS and 0 <= value < MAX_COLUMNS):
        raise UsageError(
            f"columns {position} (position) and {value} (value) cannot be",
            fix=f"Give two different numbers from 0 to {MAX_COLUMNS - 1}",
        )
    first, second = sorted((position, value))
    order = rb"\1 \2" if position < value else rb"\2 \1"
    pattern: re.Pattern[bytes] | None = None
    yield b"variableStep chrom=" + chrom.encode() + b"\n"
    for block, line in blocks:
        if pattern is None:
            pattern = _pattern(first, second, tabs=b"\t" in _first_row(block))
        made, n = pattern.subn(order, block)
        if n != _n_rows(block):
            raise _too_few(block, line, pattern, second + 1, path)
        yield made


def _first_row(block: bytes) -> bytes:
    rows = (row for row in block.split(b"\n", 1000) if not _SKIPPED.match(row))
    return next(rows, b"")


def _pattern(first: int, second: int, *, tabs: bool) -> re.Pattern[bytes]:
    """A whole line, its two fields as groups."""
    field, gap = (rb"[^\t\r\n]", rb"\t") if tabs else (rb"[^ \t\r\n]", rb"[ \t]+")
    lead = b"" if tabs else rb"[ \t]*"
    return re.compile(
        rb"^(?![ \t\r]*(?:#|$))" + lead
        + rb"(?:%b*%b){%d}(%b+)" % (field, gap, first, field)
        + rb"%b(?:%b*%b){%d}(%b+)" % (gap, field, gap, second - first - 1, field)
        + rb"(?:[ \t][^\n]*|\r)?$",
        re.MULTILINE,
    )  # fmt: skip


def _n_rows(block: bytes) -> int:
    """Lines that are neither blank nor comments."""
    return len(_ROW.findall(block))


def _too_few(
    block: bytes, line: int, pattern: re.Pattern[bytes], wanted: int, path: str
) -> ParseError:
    """Explain the first line without the fields."""
    for i, row in enumerate(block.split(b"\n")):
        if not _SKIPPED.match(row) and not pattern.match(row):
            return ParseError(
                f"fewer than {wanted} fields in {quoted(row.rstrip())}", path=path, line=line + i,
                fix="Say which columns hold position and value, counted from 0",
            )  # fmt: skip
    return ParseError("the columns cannot be told", path=path, line=line)
