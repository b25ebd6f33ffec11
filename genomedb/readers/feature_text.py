"""What readers of feature text share: the first data line, and batches from parsed blocks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.texts import Texts
from genomedb.errors import ParseError
from genomedb.kernels.fields import FieldParser, FieldRows
from genomedb.kernels.text import count_lines
from genomedb.readers.features import FeatureBatch

Blocks = Iterator[tuple[bytes, int]]
Column = Texts | NDArray[Any]
Change = Callable[[FeatureBatch], FeatureBatch]

_DATA: Final = re.compile(rb"(?m)^(?!#|[ \t\r]*$|(?:track|browser)(?:[ \t\r]|$))[^\n]+")
_TABLE: Final = re.compile(rb"(?m)^(?!#|[ \t\r]*$)[^\n]+")


@dataclass
class FirstLine:
    """The first data line of a file, and the blocks from its block on.

    Attributes
    ----------
    text : bytes
        Without its newline.
    line : int
        1-based number.
    blocks : iterator of (bytes, int)
        The first holds the line.
    first_line : int
        Number of the first line of the first block.
    comments : bytes
        What stands before the line in the block.
    """

    text: bytes
    line: int
    blocks: Blocks
    first_line: int
    comments: bytes

    @property
    def tabs(self) -> bool:
        """Whether tabs are between the fields."""
        return b"\t" in self.text

    @property
    def fields(self) -> list[bytes]:
        """The fields of the line."""
        return self.text.split(b"\t") if self.tabs else self.text.split()


def first_data_line(blocks: Blocks, name: str, *, track_lines: bool = True) -> FirstLine:
    """Find the first line that is no comment, no blank and no ``track`` or ``browser`` line.

    Raises
    ------
    ParseError
        If there is none; `name` is the file.
    """
    pattern = _DATA if track_lines else _TABLE
    for block, first in blocks:
        found = pattern.search(block)
        if found:
            before = block[: found.start()]
            line = first + count_lines(before)
            text = found.group().rstrip(b"\r")
            return FirstLine(text, line, _resumed((block, first), blocks), first, before)
    raise no_data(name)


def no_data(name: str) -> ParseError:
    """Say that a file holds nothing to import."""
    return ParseError("no data lines", path=name, line=None)


def _resumed(first: tuple[bytes, int], blocks: Blocks) -> Blocks:
    yield first
    yield from blocks


def feature_batches(
    parser: FieldParser,
    blocks: Iterable[tuple[bytes, int]],
    infer: Iterable[str] = (),
    change: Change | None = None,
) -> Iterator[FeatureBatch]:
    """Parse blocks one by one.

    Parameters
    ----------
    parser : FieldParser
        With the first line of the first block.
    blocks : iterable of (bytes, int)
    infer : iterable of str
        As in `FeatureBatch`.
    change : callable, optional
        Makes the batch that is yielded from the one parsed.

    Yields
    ------
    FeatureBatch
        Never empty.

    Raises
    ------
    ParseError
        At the first wrong line, and when there is no data line at all.
    """
    empty = True
    kinds = frozenset(infer)
    for block, _ in blocks:
        rows = parser.parse(block)
        if not rows.chrom.size:
            continue
        empty = False
        batch = _batch(parser.names, rows, kinds)
        yield change(batch) if change is not None else batch
    if empty:
        raise no_data(parser.path)


def _batch(names: list[str], rows: FieldRows, infer: frozenset[str]) -> FeatureBatch:
    columns: dict[str, Column] = {
        name: Texts(*found) if isinstance(found, tuple) else found
        for name, found in rows.columns.items()
    }
    return FeatureBatch(
        names, rows.chrom, rows.start, rows.end, rows.strand, columns, infer, rows.line
    )


def with_columns(
    batch: FeatureBatch, columns: dict[str, Column], infer: Iterable[str] = ()
) -> FeatureBatch:
    """Replace the columns of a batch."""
    return replace(batch, columns=columns, infer=batch.infer | frozenset(infer))


def line_of(batch: FeatureBatch, i: int) -> int | None:
    """Line number of row `i`."""
    return int(batch.line[i]) if batch.line is not None else None


def first_place(wrong: NDArray[np.bool_]) -> int:
    """Place of the first True, -1 without one."""
    return int(np.argmax(wrong)) if wrong.any() else -1
