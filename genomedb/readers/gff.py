"""GFF3 and GTF features, one column for each key of the attributes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Literal

from genomedb.core.progress import Progress
from genomedb.core.texts import Texts
from genomedb.kernels.attributes import AttributeSplitter
from genomedb.kernels.fields import FieldParser, Role
from genomedb.readers.feature_text import (
    Blocks,
    Column,
    FirstLine,
    feature_batches,
    first_data_line,
    with_columns,
)
from genomedb.readers.features import FeatureBatch
from genomedb.readers.opened import line_blocks, open_bytes

MAX_KEYS: Final = 200
OTHER: Final = "other_attributes"

_BLOCK_BYTES: Final = 2_000_000  # one column a key makes a batch larger than its text
_COLUMNS: Final[list[tuple[str, Role]]] = [
    ("chrom", "chrom"),
    ("source", "text"),
    ("type", "text"),
    ("start", "start"),
    ("end", "end"),
    ("score", "number"),
    ("strand", "strand"),
    ("phase", "text"),
    ("attributes", "text"),
]
_TAKEN: Final = ("chrom", "source", "type", "start", "end", "score", "strand", "phase", OTHER)
_EXPECTED: Final = "A row is: chrom source type start end score strand phase attributes, with tabs"
_GFF3: Final = re.compile(rb"(?m)^##gff-version[ \t]+3")
_ATTRIBUTES: Final = re.compile(rb"(?m)^[^#\n](?:[^\t\n]*\t){8}[ ;]*([^\s;=\"]+)(=| +[^\s;=]| *\")")


def iter_gff(path: str | Path, *, progress: Progress | None = None) -> Iterator[FeatureBatch]:
    """Yield the features of a GFF3 or GTF file in batches of a few megabytes of text.

    Parameters
    ----------
    path : str or Path
        Plain or compressed; ``"-"`` is standard input. The content tells GFF3
        (``##gff-version 3``, ``key=value``) from GTF (``key "value";``).
    progress : Progress, optional
        Told how many stored bytes have been read.

    Yields
    ------
    FeatureBatch
        Positions 0-based half-open. Columns `source`, `type` (texts), `score` (float64, NaN for
        ``.``), `phase` (texts), then one column of texts for each key of the attributes that
        occurs in the batch, empty in rows without it. ``%XX`` of GFF3 is decoded and the quotes
        of GTF are dropped; values of a key repeated in a line are joined by ``","``. A key with
        the name of another column gets the suffix ``_attribute``. Keys after the first 200 and
        words without a value go to `other_attributes` as written. What follows ``##FASTA`` is
        not read.

    Raises
    ------
    ParseError
        At the first line that is wrong, and for a file without data lines.
    MissingFileError, UsageError, FormatError
        As for `genomedb.readers.opened.open_bytes`.
    """
    with open_bytes(path, progress) as source:
        blocks = _before_fasta(line_blocks(source, _BLOCK_BYTES))
        seen: list[bytes] = []
        first = first_data_line(_noted(blocks, seen), source.name)
        split = _Split(_style(first, seen))
        parser = FieldParser(
            source.name,
            _COLUMNS,
            fewest=8,
            base=1,
            first_line=first.first_line,
            expected=_EXPECTED,
        )
        yield from feature_batches(parser, first.blocks, (), split)


def _noted(blocks: Blocks, seen: list[bytes]) -> Blocks:
    """Remember whether a block declares GFF3."""
    for block, line in blocks:
        if not seen and _GFF3.search(block):
            seen.append(b"gff3")
        yield block, line


def _style(first: FirstLine, seen: list[bytes]) -> Literal["gff3", "gtf"]:
    """Tell the style by the declaration, else by the first attributes of the first block."""
    if seen:
        return "gff3"
    block, line = next(first.blocks)
    first.blocks = _again((block, line), first.blocks)
    found = _ATTRIBUTES.search(block)
    return "gtf" if found and found.group(2) != b"=" else "gff3"


def _again(first: tuple[bytes, int], blocks: Blocks) -> Blocks:
    yield first
    yield from blocks


def _before_fasta(blocks: Blocks) -> Blocks:
    """Stop where sequences begin."""
    for block, line in blocks:
        cuts = [0 if block.startswith(mark) else block.find(b"\n" + mark) + 1
                for mark in (b"##FASTA", b">")
                if block.startswith(mark) or b"\n" + mark in block]  # fmt: skip
        if not cuts:
            yield block, line
            continue
        if min(cuts):
            yield block[: min(cuts)], line
        return


class _Split:
    """Replaces the attributes of a batch by one column a key."""

    def __init__(self, style: Literal["gff3", "gtf"]) -> None:
        self._splitter = AttributeSplitter(style, MAX_KEYS)
        self._names: list[str] = []

    def __call__(self, batch: FeatureBatch) -> FeatureBatch:
        columns: dict[str, Column] = dict(batch.columns)
        attributes = columns.pop("attributes")
        assert isinstance(attributes, Texts)
        found = self._splitter.split(attributes.data, attributes.offset)
        self._name(self._splitter.keys[len(self._names) :])
        for place, run in found.items():
            columns[OTHER if place == MAX_KEYS else self._names[place]] = Texts(*run)
        return with_columns(batch, columns, self._names)

    def _name(self, keys: Iterable[str]) -> None:
        """Find a column name for each new key."""
        for key in keys:
            name = key
            while name in _TAKEN or name in self._names:
                name += "_attribute"
            self._names.append(name)
