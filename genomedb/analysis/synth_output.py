"""Sequences that are made row by row: as texts, or written to a file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.errors import UsageError
from genomedb.writers.compressed import open_output
from genomedb.writers.fasta import LINE_WIDTH

FORMATS: Final = ("fasta", "raw")
Format = Literal["fasta", "raw"]


class Letters(NamedTuple):
    """A piece of the sequence of a row; pieces come in the order of the rows, then samples."""

    row: int
    sample: int
    piece: NDArray[np.uint8]
    is_last: bool


def collected(pieces: Iterable[Letters]) -> list[str]:
    """Sequences as texts, in the order of rows and samples."""
    texts: list[str] = []
    held: list[str] = []
    for one in pieces:
        held.append(str(one.piece.data, "latin-1"))  # a byte is a letter
        if one.is_last:
            texts.append("".join(held))
            held = []
    return texts


def written(
    pieces: Iterable[Letters], rows: Spans, chroms: ChromTable, path: str | Path, *,
    format: str, n_samples: int, overwrite: bool,
) -> None:  # fmt: skip
    """Write sequences to a file.

    Parameters
    ----------
    format : {"fasta", "raw"}
        Records ``>chrom`` (of a part ``>chrom:start-end``), the name followed by ``_sample1`` ...
        where there are several samples; or nothing but letters.
    """
    is_new, column, is_fasta = True, 0, format == "fasta"
    with open_output(path, overwrite=overwrite) as out:
        for row, sample, piece, is_last in pieces:
            if is_fasta and is_new:
                number = f"_sample{sample + 1}" if n_samples > 1 else ""
                out.write(f">{_name(rows, row, chroms)}{number}\n".encode())
                column = 0
            out.write((_broken(piece, column) if is_fasta else piece).tobytes())
            column = (column + piece.size) % LINE_WIDTH
            if is_fasta and is_last and column:
                out.write(b"\n")
            is_new = is_last


def _broken(piece: NDArray[np.uint8], column: int) -> NDArray[np.uint8]:
    """Letters in lines, the first of which has `column` letters already."""
    return np.insert(piece, np.arange(LINE_WIDTH - column, piece.size + 1, LINE_WIDTH), ord("\n"))


def _name(rows: Spans, row: int, chroms: ChromTable) -> str:
    """A chromosome, or a part of one."""
    name, start, end = chroms.names[rows.code[row]], int(rows.start[row]), int(rows.end[row])
    return name if end - start == chroms.length(name) else f"{name}:{start}-{end}"


def checked_format(format: str) -> str:
    """A format.

    Raises
    ------
    UsageError
        There is none of that name.
    """
    if format not in FORMATS:
        raise UsageError(f"there is no format {format!r:.40}", fix="Take fasta or raw")
    return format
