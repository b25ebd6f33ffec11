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
    held: list[bytes] = []
    for one in pieces:
        held.append(one.piece.tobytes())
        if one.is_last:
            texts.append(b"".join(held).decode("latin-1"))
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
        Records ``>chrom:start-end`` with the sequence in one line, followed by ``_sample1`` ...
        where there are several samples; or nothing but the letters.
    """
    is_new = True
    with open_output(path, overwrite=overwrite) as out:
        for row, sample, piece, is_last in pieces:
            if format == "fasta" and is_new:
                name = chroms.names[rows.code[row]]
                number = f"_sample{sample + 1}" if n_samples > 1 else ""
                out.write(f">{name}:{rows.start[row]}-{rows.end[row]}{number}\n".encode())
            out.write(piece.tobytes())
            if format == "fasta" and is_last:
                out.write(b"\n")
            is_new = is_last


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
