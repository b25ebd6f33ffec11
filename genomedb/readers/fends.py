"""Contacts between numbered fragment ends: a table of the ends, and tables of pairs of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.core.progress import Progress
from genomedb.errors import ParseError
from genomedb.kernels.fields import FieldParser, FieldRows
from genomedb.readers.contacts import ContactBatch, Side
from genomedb.readers.opened import line_blocks, open_bytes

_FENDS: Final = {"fend": "whole", "chr": "chrom", "coord": "start"}
_PAIRS: Final = {"fend1": "start", "fend2": "whole", "count": "any number"}
_Blocks = Iterator[tuple[bytes, int]]


class Fends(NamedTuple):
    """Fragment ends, sorted by number: `fend`, and the chromosome and position of each."""

    fend: NDArray[np.int64]
    names: list[str]
    chrom: NDArray[np.int32]
    position: NDArray[np.int64]


def read_fends(path: str | Path) -> Fends:
    """Read a table with columns ``fend chr coord``; coord is 0-based.

    Raises
    ------
    ParseError
        There is no fend, a column is absent, a line is wrong, or a fend comes twice.
    MissingFileError, FormatError, UsageError
    """
    parts: list[FieldRows] = []
    names: list[str] = []
    for rows, now in _rows(path, _FENDS, None):
        parts.append(rows)
        names = now
    fend = np.concatenate([rows.columns["fend"] for rows in parts])
    if not fend.size:
        raise ParseError("no fragment ends", path=path, line=None)
    line = np.concatenate([rows.line for rows in parts])
    order = np.argsort(fend, kind="stable")
    fend = fend[order]
    same = fend[1:] == fend[:-1]
    if same.any():
        row = int(same.argmax()) + 1
        raise ParseError(f"fend {fend[row]} comes twice", path=path, line=int(line[order[row]]))
    chrom = np.concatenate([rows.chrom for rows in parts])[order]
    return Fends(fend, names, chrom, np.concatenate([rows.start for rows in parts])[order])


def iter_fend_contacts(
    path: str | Path, fends: Fends, progress: Progress | None = None
) -> Iterator[ContactBatch]:
    """Yield contacts of a table with columns ``fend1 fend2 count``.

    Raises
    ------
    ParseError
        A column is absent, a line is wrong, or a fend is not in the table of them.
    MissingFileError, FormatError, UsageError
    """
    for rows, _ in _rows(path, _PAIRS, progress):
        if rows.chrom.size:
            second: Any = rows.columns["fend2"]
            value: Any = rows.columns["count"]
            yield ContactBatch(
                _side(rows.start, rows.line, fends, path), _side(second, rows.line, fends, path),
                value, rows.line,
            )  # fmt: skip


def _side(fend: NDArray[np.int64], line: NDArray[np.int64], fends: Fends, path: str | Path) -> Side:
    at = np.minimum(np.searchsorted(fends.fend, fend), fends.fend.size - 1)
    wrong = fends.fend[at] != fend
    if wrong.any():
        row = int(wrong.argmax())
        raise ParseError(
            f"unknown fend {fend[row]}", path=path, line=int(line[row]),
            fix="Give the table of fends that these contacts were counted with",
        )  # fmt: skip
    start = fends.position[at]
    return Side(fends.names, fends.chrom[at], start, start + 1)


def _rows(
    path: str | Path, roles: dict[str, str], progress: Progress | None
) -> Iterator[tuple[FieldRows, list[str]]]:
    """Rows of a table with a header, by the names of its columns."""
    expected = f"The table has columns {' '.join(roles)}, separated by tabs"
    parser: FieldParser | None = None
    with open_bytes(path, progress) as source:
        for block, line in line_blocks(source):
            if parser is None:
                head, _, block = block.partition(b"\n")
                names = head.decode("utf-8", "backslashreplace").rstrip("\r").split("\t")
                for name in roles:
                    if names.count(name) != 1:
                        raise ParseError(
                            f"there is no column {name}", path=source.name, line=1, fix=expected
                        )
                columns: Any = [(name, roles.get(name, "skip")) for name in names]
                parser = FieldParser(
                    source.name, columns, are_spans=False, track_lines=False,
                    first_line=line + 1, expected=expected,
                )  # fmt: skip
            yield parser.parse(block), parser.names
        if parser is None:
            raise ParseError("the file is empty", path=source.name, line=None, fix=expected)


__all__ = ["Fends", "iter_fend_contacts", "read_fends"]
