"""Contacts as text: .pairs, BEDPE, tables of two intervals and a value, pairs of fragment ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.core.progress import Progress
from genomedb.errors import ParseError, UsageError
from genomedb.kernels.fields import FieldParser
from genomedb.readers.opened import Source, line_blocks, open_bytes

CONTACT_FORMATS: Final = ("pairs", "bedpe", "table")
_TABLE: Final = ("chrom1", "start1", "end1", "chrom2", "start2", "end2", "value")
_PAIRS: Final = ("readID", "chrom1", "pos1", "chrom2", "pos2")
_PLACES: Final = ("chrom1", "pos1", "chrom2", "pos2")
_SAME: Final = {"chr1": "chrom1", "chr2": "chrom2"}
_EXPECTED: Final = {
    "table": f"A line has {' '.join(_TABLE)}, separated by tabs",
    "bedpe": f"A line has {' '.join(_TABLE[:6])} and perhaps a name and a score, between tabs",
    "pairs": "A line has the columns that #columns names: readID chrom1 pos1 chrom2 pos2 ...",
}
_UNPLACED: Final = re.compile(rb"(?m)((?:^|\t)\.)\t-1\t-1(?=[\t\r\n]|\Z)")
_Blocks = Iterator[tuple[bytes, int]]


class Side(NamedTuple):
    """One side of contacts.

    Attributes
    ----------
    names : list of str
        Chromosomes; a longer list replaces it, it never changes.
    chrom : ndarray of int32, shape (n,)
        Codes into `names`.
    start, end : ndarray of int64, shape (n,)
        0-based half-open; -1 and 0 for the position 0 of pairs, which reads without a place have.
    """

    names: list[str]
    chrom: NDArray[np.int32]
    start: NDArray[np.int64]
    end: NDArray[np.int64]


class ContactBatch(NamedTuple):
    """Contacts of one block of a file; `value` is float64, `line` counts from 1."""

    first: Side
    second: Side
    value: NDArray[np.float64]
    line: NDArray[np.int64]


class PairsHeader(NamedTuple):
    """What the lines before the contacts of a .pairs file say.

    Attributes
    ----------
    columns : tuple of str
        Names of the columns; the usual five where the file does not say.
    chrom_sizes : dict of str to int
    """

    columns: tuple[str, ...]
    chrom_sizes: dict[str, int]


def contact_format(path: str | Path) -> str:
    """Format by the name of a file: pairs, bedpe, or else table."""
    name = str(path).lower()
    for ending in (".gz", ".bgz", ".bz2", ".xz", ".zst", ".zip"):
        name = name.removesuffix(ending)
    return Path(name).suffix[1:] if name.endswith((".pairs", ".bedpe")) else "table"


def iter_contacts(
    path: str | Path, format: str, *, columns: Sequence[str] | None = None,
    value: str | None = None, progress: Progress | None = None, on_header: Any = None,
) -> Iterator[ContactBatch]:  # fmt: skip
    """Yield the contacts of a text file in batches of a few megabytes of text.

    Parameters
    ----------
    path : str or Path
        Plain or compressed; ``"-"`` is standard input.
    format : {"pairs", "bedpe", "table"}
    columns : sequence of str, optional
        Names of the columns of pairs, instead of those in the file.
    value : str, optional
        Column of pairs with the value of each; 1 by default.
    progress : Progress, optional
    on_header : callable, optional
        Called with the `PairsHeader` of pairs.

    Raises
    ------
    ParseError
        At the first line that is wrong.
    UsageError, MissingFileError, FormatError
    """
    if format not in CONTACT_FORMATS:
        raise UsageError(
            f"{format!r} is no format of contacts",
            fix=f"Choose from {', '.join(CONTACT_FORMATS)}",
        )
    if isinstance(columns, str):
        raise UsageError(f"columns={columns!r:.60} is one text", fix="Give a list of names")
    if format != "pairs" and (columns is not None or value is not None):
        raise UsageError(
            f"columns of {format} go by their place", fix="Leave columns and value out"
        )
    with open_bytes(path, progress) as source:
        blocks = line_blocks(source)
        if format == "table":
            yield from _intervals(source.name, _without_head(source.name, blocks), *_table())
        elif format == "bedpe":
            yield from _bedpe(source.name, blocks)
        else:
            yield from _pairs(source, blocks, columns, value, on_header)


def _table() -> tuple[list[tuple[str, Any]], str]:
    roles = ("chrom", "start", "end", "skip", "whole", "whole", "any number")
    return list(zip(_TABLE, roles, strict=True)), _EXPECTED["table"]


def _intervals(
    path: str, blocks: _Blocks, columns: list[tuple[str, Any]], expected: str
) -> Iterator[ContactBatch]:
    """Rows of two intervals, and a value where a column is called that."""
    sides: list[FieldParser] = []
    other = [("", "chrom" if i == 3 else "skip") for i in range(4)]
    for block, line in blocks:
        if not sides:
            common: Any = {"open_ended": True, "first_line": line, "expected": expected}
            sides = [FieldParser(path, columns, **common),
                     FieldParser(path, other, are_spans=False, **common)]  # type: ignore[arg-type] # fmt: skip
        rows, second = sides[0].parse(block), sides[1].parse(block)
        if not rows.chrom.size:
            continue
        start, end = rows.columns["start2"], rows.columns["end2"]
        value = rows.columns.get("value", np.ones(rows.chrom.size))
        yield ContactBatch(
            Side(sides[0].names, rows.chrom, rows.start, rows.end),
            Side(sides[1].names, second.chrom, start, end),  # type: ignore[arg-type]
            value,  # type: ignore[arg-type]
            rows.line,
        )


def _without_head(path: str, blocks: _Blocks) -> _Blocks:
    """Blocks behind the line of column names."""
    expected, is_first = _EXPECTED["table"], True
    for block, line in blocks:
        if is_first:
            if block.startswith(b"## pairs format"):
                raise ParseError("a .pairs file, not a table", path=path, line=1,
                                 fix='import_contacts reads it, with format="pairs"')  # fmt: skip
            head, _, block = block.partition(b"\n")
            check_head(head, path, len(_TABLE), expected)
            line, is_first = line + 1, False
        yield block, line
    if is_first:
        raise ParseError("the file is empty", path=path, line=None, fix=expected)


def check_head(head: bytes, path: str, n: int, expected: str) -> list[str]:
    """Names of the columns in the first line; complain unless there are `n`, and no numbers."""
    fields = head.decode("utf-8", "backslashreplace").rstrip("\r").split("\t")
    if len(fields) < n:
        raise ParseError(f"{len(fields)} columns, not {n} or more", path=path, line=1, fix=expected)
    if fields[1].strip().isdigit() and fields[2].strip().isdigit():
        raise ParseError(
            "the first line has numbers, not the names of the columns", path=path, line=1,
            fix=f"Put a line with the names before it. {expected}",
        )  # fmt: skip
    return fields


def _bedpe(path: str, blocks: _Blocks) -> Iterator[ContactBatch]:
    """BEDPE, perhaps with a line of names; the score is the value where there are eight columns."""
    first = next(blocks, None)
    if first is None:
        raise ParseError("no data lines", path=path, line=None, fix=_EXPECTED["bedpe"])
    block, line = first
    fields = _first_row(block)
    if len(fields) > 2 and not fields[1].strip().lstrip(b"-").isdigit():
        at = block.find(b"\t".join(fields[:3]))  # a line of names without a #
        stop = block.find(b"\n", at) + 1 or len(block)
        line, block = line + block.count(b"\n", 0, stop), block[stop:]
        fields = _first_row(block) or fields
    columns, _ = _table()
    columns = columns[:6]
    if len(fields) >= 8:
        columns += [("name", "skip"), ("value", "number")]
    placed = ((_with_places(block), line) for block, line in _resumed(block, line, blocks))
    yield from _intervals(path, placed, columns, _EXPECTED["bedpe"])


def _with_places(block: bytes) -> bytes:
    """Sides without a place, ``. -1 -1``, as the first base of a chromosome that is not there."""
    return _UNPLACED.sub(rb"\1\t0\t1", block) if b".\t-1\t-1" in block else block


def _first_row(block: bytes) -> list[bytes]:
    """Fields of the first line that is no comment."""
    at = 0
    while at < len(block):
        stop = block.find(b"\n", at) + 1 or len(block)
        line = block[at:stop].rstrip(b"\r\n")
        if line.strip() and not line.startswith((b"#", b"track", b"browser")):
            return line.split(b"\t")
        at = stop
    return []


def _resumed(block: bytes, line: int, blocks: _Blocks) -> _Blocks:
    yield block, line
    yield from blocks


def _pairs(
    source: Source, blocks: _Blocks, columns: Sequence[str] | None, value: str | None,
    on_header: Any,
) -> Iterator[ContactBatch]:  # fmt: skip
    """4DN pairs: positions of single bases, counted from 1."""
    path, sides = source.name, list[FieldParser]()
    header = PairsHeader(_PAIRS, {})
    for block, line in blocks:
        if not sides:
            header = _read_header(block, line, path, header)
            if not _first_row(block):
                continue  # nothing but header yet
            if on_header is not None:
                on_header(header)
            sides = _pairs_parsers(block, line, path, columns or header.columns, value)
        rows, second = sides[0].parse(block), sides[1].parse(block)
        if not rows.chrom.size:
            continue
        pos1, pos2 = (rows.columns[name] for name in ("pos1", "pos2"))
        found = rows.columns.get("value", np.ones(rows.chrom.size))
        yield ContactBatch(
            Side(sides[0].names, rows.chrom, pos1 - 1, pos1),  # type: ignore[operator, arg-type]
            Side(sides[1].names, second.chrom, pos2 - 1, pos2),  # type: ignore[operator, arg-type]
            found,  # type: ignore[arg-type]
            rows.line,
        )


def _pairs_parsers(
    block: bytes, line: int, path: str, names: Sequence[str], value: str | None
) -> list[FieldParser]:
    """Parsers of the first side and the value, and of the second chromosome."""
    if value is not None and _SAME.get(value, value) in _PLACES:
        raise UsageError(f"value={value!r} is a column of places", where=path,
                         fix="Name another column, or none")  # fmt: skip
    known = [_SAME.get(name, name) for name in names]
    wanted = [*_PLACES, *([value] if value is not None else [])]
    if absent := [name for name in wanted if known.count(name) != 1]:
        raise ParseError(
            f"there is no column {absent[0]} among {' '.join(names)}", path=path, line=None,
            fix="Name the columns: chrom1 pos1 chrom2 pos2 and others in between",
        )  # fmt: skip
    roles = dict(zip(_PLACES, ("chrom", "whole", "skip", "whole"), strict=True))
    last = max(known.index(name) for name in wanted) + 1
    columns: list[tuple[str, Any]] = [
        ("value", "number") if name == value else (name, roles.get(name, "skip"))
        for name in known[:last]
    ]
    other: list[tuple[str, Any]] = [
        (name, "chrom" if name == "chrom2" else "skip") for name, _ in columns
    ]
    has_tabs = len(_first_row(block)) > 1
    common: Any = {
        "separator": "tabs" if has_tabs else "blanks", "open_ended": True, "track_lines": False,
        "are_spans": False, "first_line": line, "expected": f"A line has {' '.join(names)}",
    }  # fmt: skip
    return [FieldParser(path, columns, **common), FieldParser(path, other, **common)]


def _read_header(block: bytes, line: int, path: str, before: PairsHeader) -> PairsHeader:
    """Columns and sizes of chromosomes in the lines with # at the beginning of a block."""
    columns, sizes = before.columns, dict(before.chrom_sizes)
    for number, raw in enumerate(block.split(b"\n"), line):
        if raw and not raw.startswith(b"#"):
            break
        words = raw.decode("utf-8", "backslashreplace").split()
        if words[:1] == ["#columns:"]:
            columns = tuple(words[1:])
        elif words[:1] == ["#chromsize:"]:
            if len(words) != 3 or not words[2].isdigit():
                raise ParseError(
                    "#chromsize: is followed by something else than a name and a length",
                    path=path, line=number,
                )  # fmt: skip
            sizes[words[1]] = int(words[2])
    return PairsHeader(columns, sizes)


__all__ = [
    "CONTACT_FORMATS", "ContactBatch", "PairsHeader", "Side", "check_head", "contact_format",
    "iter_contacts",
]  # fmt: skip
