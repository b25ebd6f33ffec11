"""BED features: BED3 to BED12, with further columns, and tables with a header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from genomedb.core.progress import Progress
from genomedb.errors import ParseError, UsageError
from genomedb.kernels.fields import MAX_COLUMNS, FieldParser, Role
from genomedb.kernels.text import quoted
from genomedb.readers.feature_text import Blocks, FirstLine, feature_batches, first_data_line
from genomedb.readers.features import FeatureBatch
from genomedb.readers.opened import line_blocks, open_bytes
from genomedb.readers.records import unpacked_name

_STANDARD: Final[list[tuple[str, Role]]] = [
    ("chrom", "chrom"),
    ("start", "start"),
    ("end", "end"),
    ("name", "text"),
    ("score", "number"),
    ("strand", "strand"),
    ("thickStart", "whole"),
    ("thickEnd", "whole"),
    ("itemRgb", "text"),
    ("blockCount", "whole"),
    ("blockSizes", "text"),
    ("blockStarts", "text"),
]
_SIGNAL: Final = ["signalValue", "pValue", "qValue"]
# suffix -> standard columns, and the names of those that follow
_KNOWN: Final = {
    ".narrowpeak": (6, [*_SIGNAL, "peak"]),
    ".broadpeak": (6, _SIGNAL),
    ".gappedpeak": (12, _SIGNAL),
    ".bedmethyl": (9, ["coverage", "percentMethylated"]),
}
_NUMBER: Final = re.compile(rb"\.|[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?|nan|na|[-+]?inf", re.I)
_WHOLE: Final = re.compile(rb"\d{1,18}")
_RGB: Final = re.compile(rb"\d+(,\d+,\d+)?|\.")
_LIST: Final = re.compile(rb"\d+(,\d+)*,?")


def iter_bed(
    path: str | Path, *, n_standard: int | None = None, progress: Progress | None = None
) -> Iterator[FeatureBatch]:
    """Yield the features of a BED file in batches of a few megabytes of text.

    Parameters
    ----------
    path : str or Path
        Plain or compressed; ``"-"`` is standard input. Fields are between tabs, or between
        blanks when the first line has no tab.
    n_standard : int, optional
        How many columns, 3 to 12, have the meaning that BED gives them. The first data line
        decides otherwise: columns from the first one on that cannot be what BED says
        (a score that is no number, a strand other than ``+ - .``) are columns of your own.
    progress : Progress, optional
        Told how many stored bytes have been read.

    Yields
    ------
    FeatureBatch
        Columns `name` (texts), `score` (float64, NaN for ``.``), `thickStart`, `thickEnd`,
        `blockCount` (int64), `itemRgb`, `blockSizes`, `blockStarts` (texts). Further columns
        are texts with the names of narrowPeak, broadPeak, gappedPeak and bedMethyl where the
        name of the file says so, else ``column<N>`` with the 1-based number of the column.

    Raises
    ------
    ParseError
        At the first line that is wrong or has another number of fields than the first, for a
        feature without a base, and for a file without data lines.
    UsageError
        If `n_standard` is not 3 to 12.
    MissingFileError, FormatError
        As for `genomedb.readers.opened.open_bytes`.

    Examples
    --------
    >>> for batch in iter_bed("peaks.narrowPeak"):  # doctest: +SKIP
    ...     print(batch.columns["signalValue"][0])
    """
    if n_standard is not None and not 3 <= n_standard <= len(_STANDARD):
        raise UsageError(f"n_standard={n_standard} is not 3 to {len(_STANDARD)}")
    return _iter_bed(path, n_standard, progress)


def _iter_bed(
    path: str | Path, n_standard: int | None, progress: Progress | None
) -> Iterator[FeatureBatch]:
    with open_bytes(path, progress) as source:
        first = first_data_line(line_blocks(source), source.name)
        fields = [field.strip() for field in first.fields]
        _check_first(fields, first, source.name, n_standard)
        suffix = Path(unpacked_name(path)).suffix.lower()
        known, names = _KNOWN.get(suffix, (0, []))
        if len(fields) != known + len(names):
            known, names = 0, []
        n = n_standard or known or _n_standard(fields)
        if n != known:
            names = [f"column{k + 1}" for k in range(n, len(fields))]
        columns = [*_STANDARD[:n], *((name, _text()) for name in names)]
        shape = " ".join(name for name, _ in columns[:16])
        parser = FieldParser(
            source.name,
            columns,
            separator="tabs" if first.tabs else "blanks",
            first_line=first.first_line,
            expected=f"A row is: {shape}{' ...' if len(columns) > 16 else ''}"
            + ("; n_standard says how many columns are BED's" if n > 3 else ""),
        )
        yield from feature_batches(parser, first.blocks, names)


def _text() -> Role:
    return "text"


def _check_first(fields: list[bytes], first: FirstLine, path: str, n_standard: int | None) -> None:
    """Refuse a file that is no BED before its columns are named."""
    fix = "A row is: chrom start end [name [score [strand ...]]]"
    if len(fields) > MAX_COLUMNS:
        problem = f"{len(fields)} fields are more than {MAX_COLUMNS}"
    elif len(fields) < max(3, n_standard or 0):
        problem = f"{len(fields)} fields, not {max(3, n_standard or 0)}, in {quoted(first.text)}"
    elif fields[1].lower() in (b"start", b"chromstart"):
        problem = f"{quoted(first.text)} is the header of a table"
        fix = "Read it as a table, or begin the header with #"
    else:
        return
    raise ParseError(problem, path=path, line=first.line, fix=fix)


def _n_standard(fields: list[bytes]) -> int:
    """How many columns of the first data line can be what BED says."""
    n = min(len(fields), 12)
    if n >= 5 and not _NUMBER.fullmatch(fields[4]):
        return 4
    if n >= 6 and fields[5] not in (b"+", b"-", b"."):
        return 5
    if n >= 7 and not (n >= 8 and _is_thick(fields)):
        return 6
    if n >= 9 and not _RGB.fullmatch(fields[8]):
        return 8
    if n >= 10 and not (n == 12 and _is_blocks(fields)):
        return 9
    return n


def _is_thick(fields: list[bytes]) -> bool:
    """Whether thickStart and thickEnd lie inside the feature, or are both 0."""
    if not all(_WHOLE.fullmatch(field) for field in (*fields[1:3], *fields[6:8])):
        return False
    start, end, first, last = (int(field) for field in (*fields[1:3], *fields[6:8]))
    return start <= first <= last <= end or first == last == 0


def _is_blocks(fields: list[bytes]) -> bool:
    return bool(
        _WHOLE.fullmatch(fields[9]) and _LIST.fullmatch(fields[10]) and _LIST.fullmatch(fields[11])
    )


def iter_table(path: str | Path, *, progress: Progress | None = None) -> Iterator[FeatureBatch]:
    """Yield the features of a table with a header in batches of a few megabytes of text.

    Parameters
    ----------
    path : str or Path
        Plain or compressed; ``"-"`` is standard input. The first line names the columns
        ``chrom``, ``start`` (or ``chromStart``) and ``end`` (or ``chromEnd``), in any order
        and case, and any further ones; it may begin with ``#``. Fields are between tabs, or
        between blanks when the header has no tab; quotes have no meaning.
    progress : Progress, optional
        Told how many stored bytes have been read.

    Yields
    ------
    FeatureBatch
        With the strand when there is such a column (``+ - .``, 1, -1, 0 or nothing), and all
        other columns as texts in `infer`.

    Raises
    ------
    ParseError
        For a header without those columns or with one twice, at the first line that is wrong
        or has another number of fields, and for a file without data lines.
    MissingFileError, UsageError, FormatError
        As for `genomedb.readers.opened.open_bytes`.
    """
    with open_bytes(path, progress) as source:
        header, line, blocks = _header(line_blocks(source), source.name)
        tabs = b"\t" in header
        raw = header.split(b"\t") if tabs else header.split()
        columns = _table_columns(raw, header, source.name, line)
        parser = FieldParser(
            source.name,
            columns,
            separator="tabs" if tabs else "blanks",
            track_lines=False,
            first_line=line + 1,
            expected=f"The header is {quoted(header)}",
        )
        infer = [name for name, role in columns if role == "text"]
        yield from feature_batches(parser, blocks, infer)


def _header(blocks: Blocks, name: str) -> tuple[bytes, int, Blocks]:
    """Header without its ``#``, its line number, and the blocks that follow it."""
    for block, line in blocks:
        at = 0
        while at < len(block):
            stop = block.find(b"\n", at) + 1 or len(block)
            text = block[at:stop].rstrip(b"\r\n")
            at = stop
            bare = text.lstrip(b"#") if text.startswith(b"#") else text
            if bare.strip() and (bare is text or _places(_names(bare))):
                return bare.lstrip(b" "), line, _following(block[at:], line + 1, blocks)
            line += 1
    raise ParseError("no header", path=name, line=None, fix=_HEADER)


_HEADER: Final = "The first line names the columns chrom, start, end and any others"
_PLACES: Final = {
    "chrom": ("chrom",),
    "start": ("start", "chromstart"),
    "end": ("end", "chromend"),
}


def _following(rest: bytes, line: int, blocks: Blocks) -> Blocks:
    yield rest, line
    yield from blocks


def _names(header: bytes) -> list[str]:
    parts = header.split(b"\t") if b"\t" in header else header.split()
    return [part.strip().decode("utf-8", "backslashreplace") for part in parts]


def _places(names: list[str]) -> dict[int, Role]:
    """Columns of the interval, or nothing when one is absent or there twice."""
    lowered = [name.lower() for name in names]
    roles: dict[int, Role] = {}
    wanted: list[tuple[Role, str]] = [("chrom", "chrom"), ("start", "start"), ("end", "end")]
    for role, key in wanted:
        found = [i for i, name in enumerate(lowered) if name in _PLACES[key]]
        if len(found) != 1:
            return {}
        roles[found[0]] = role
    return roles


def _table_columns(raw: list[bytes], header: bytes, path: str, line: int) -> list[tuple[str, Role]]:
    """Name and role of each column."""
    names = _names(header)
    roles = _places(names)
    if not roles:
        raise ParseError(f"header {quoted(header)} is not one", path=path, line=line, fix=_HEADER)
    if len(raw) > MAX_COLUMNS:
        problem = f"{len(raw)} columns are more than {MAX_COLUMNS}"
        raise ParseError(problem, path=path, line=line)
    columns: list[tuple[str, Role]] = []
    for i, name in enumerate(names):
        if i in roles:
            columns.append((roles[i], roles[i]))
        elif name.lower() == "strand":
            columns.append(("strand", "any strand"))
        else:
            columns.append((name or f"column{i + 1}", "text"))
    listed = [name for name, _ in columns]
    twice = next((name for name in listed if listed.count(name) > 1), None)
    if twice is not None:
        problem = f"column {twice!r} is there twice in header {quoted(header)}"
        raise ParseError(problem, path=path, line=line, fix="Rename one")
    return columns
