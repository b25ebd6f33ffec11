"""The first six columns of BED, whichever are there: position, name, score, strand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from genomedb.core.progress import Progress
from genomedb.core.texts import Texts
from genomedb.errors import ParseError, UsageError
from genomedb.kernels.fields import FieldParser, Role
from genomedb.kernels.text import quoted
from genomedb.readers.feature_text import Blocks, feature_batches, first_data_line
from genomedb.readers.features import FeatureBatch
from genomedb.readers.opened import line_blocks, open_bytes

NO_NAME: Final = "."
MOST_OFFSET: Final = 1_000_000
_COLUMNS: Final[list[tuple[str, Role]]] = [
    ("chrom", "chrom"), ("start", "start"), ("end", "end"), ("name", "text"),
    ("score", "number"), ("strand", "any strand"),
]  # fmt: skip
_SEMICOLON: Final = re.compile(rb"^;", re.MULTILINE)
_EXPECTED: Final = "A row is: chrom start end [name [score [strand ...]]]"


def iter_bed_six(
    path: str | Path, *, start_offset: int = 1, progress: Progress | None = None
) -> Iterator[FeatureBatch]:
    """Yield the features of a BED file with a name, a score and a strand, in batches.

    Parameters
    ----------
    path : str or Path
        Plain or compressed; ``"-"`` is standard input. Lines that begin with ``#``, ``;``,
        ``track`` or ``browser`` and blank ones are passed over. The first data line tells how many
        of the six columns there are; more are passed over.
    start_offset : int
        What is to be added to starts so that they count from 1, with the end included: 1 in BED,
        0 in files that count from 1 themselves.
    progress : Progress, optional
        Told how many stored bytes have been read.

    Yields
    ------
    FeatureBatch
        Columns `name` (texts, ``.`` where there is none) and `score` (float64, NaN where there is
        none); `strand` is 0 where there is none.

    Raises
    ------
    ParseError
        At the first line that is wrong, and for a file without data lines.
    UsageError
        If `start_offset` is no whole number from 0 on.
    MissingFileError, FormatError
        As for `genomedb.readers.opened.open_bytes`.
    """
    whole = isinstance(start_offset, (int, np.integer)) and not isinstance(start_offset, bool)
    if not whole or not 0 <= start_offset <= MOST_OFFSET:
        raise UsageError(
            f"start offset is {start_offset!r:.40}",
            fix="Give 1 for BED, 0 for files that count from 1",
        )
    return _iter(path, int(start_offset), progress)


def _iter(path: str | Path, start_offset: int, progress: Progress | None) -> Iterator[FeatureBatch]:
    with open_bytes(path, progress) as source:
        first = first_data_line(_commented(line_blocks(source)), source.name)
        n = len(first.fields)
        if n < 3:
            raise ParseError(
                f"{n} fields, not 3 or more, in {quoted(first.text)}", path=source.name,
                line=first.line, fix=_EXPECTED,
            )  # fmt: skip
        parser = FieldParser(
            source.name, _COLUMNS[:n], separator="tabs" if first.tabs else "blanks",
            open_ended=True, base=0 if start_offset else 1, first_line=first.first_line,
            expected=_EXPECTED,
        )  # fmt: skip
        change = partial(_completed, shift=max(start_offset - 1, 0), path=source.name)
        yield from feature_batches(parser, first.blocks, change=change)


def _commented(blocks: Blocks) -> Blocks:
    """Lines that begin with a semicolon become comments."""
    for block, line in blocks:
        yield (_SEMICOLON.sub(b"#", block) if b";" in block else block), line


def _completed(batch: FeatureBatch, *, shift: int, path: str) -> FeatureBatch:
    """All six columns, the starts moved."""
    n = len(batch)
    name = batch.columns.get("name")
    score = batch.columns.get("score")
    if name is None:
        name = Texts(np.full(n, ord(NO_NAME), np.uint8), np.arange(n + 1, dtype=np.int64))
    start = batch.start + shift
    if shift and (start >= batch.end).any():
        i = int(np.argmax(start >= batch.end))
        raise ParseError(
            f"start {batch.start[i]} + {shift} is not before end {batch.end[i]}", path=path,
            line=None if batch.line is None else int(batch.line[i]),
        )  # fmt: skip
    strand = np.zeros(n, np.int8) if batch.strand is None else batch.strand
    columns = {"name": name, "score": np.full(n, np.nan) if score is None else score}
    return FeatureBatch(
        batch.names, batch.chrom, start, batch.end, strand, columns, batch.infer, batch.line
    )
