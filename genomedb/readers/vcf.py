"""Positions of variants from VCF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from genomedb.core.progress import Progress
from genomedb.core.texts import Texts
from genomedb.errors import ParseError
from genomedb.kernels.attributes import info_ends
from genomedb.kernels.fields import FieldParser, Role
from genomedb.kernels.text import quoted
from genomedb.readers.feature_text import Blocks, feature_batches, line_of
from genomedb.readers.features import FeatureBatch
from genomedb.readers.opened import line_blocks, open_bytes

_COLUMNS: Final[list[tuple[str, Role]]] = [
    ("chrom", "chrom"),
    ("position", "start"),
    ("id", "text"),
    ("ref", "span text"),
    ("alt", "text"),
    ("qual", "number"),
    ("filter", "text"),
    ("info", "text"),
]
_EXPECTED: Final = "A row is: CHROM POS ID REF ALT QUAL FILTER INFO ..., with tabs"
_HEADER: Final = re.compile(rb"(?m)^#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO[\t\r]*")
_DATA: Final = re.compile(rb"(?m)^(?!#|[ \t\r]*$)[^\n]")


def iter_vcf(path: str | Path, *, progress: Progress | None = None) -> Iterator[FeatureBatch]:
    """Yield the variants of a VCF file in batches of a few megabytes of text.

    Genotypes (FORMAT and the samples) are not kept.

    Parameters
    ----------
    path : str or Path
        Plain or compressed; ``"-"`` is standard input. BCF is not read.
    progress : Progress, optional
        Told how many stored bytes have been read.

    Yields
    ------
    FeatureBatch
        From POS - 1 over the bases of REF; to ``END=`` of INFO where ALT holds a symbolic
        allele such as ``<DEL>`` and that END is not before POS. No strand. Columns `id`,
        `ref`, `alt` (texts), `qual` (float64, NaN for ``.``), `filter`, `info` (texts).

    Raises
    ------
    ParseError
        Without a header line ``#CHROM ...``, at the first line that is wrong, and for a file
        without data lines.
    MissingFileError, UsageError, FormatError
        As for `genomedb.readers.opened.open_bytes`.
    """
    with open_bytes(path, progress) as source:
        blocks = _after_header(line_blocks(source), source.name)
        parser = FieldParser(
            source.name,
            _COLUMNS,
            open_ended=True,
            track_lines=False,
            base=1,
            expected=_EXPECTED,
        )
        yield from feature_batches(parser, blocks, (), partial(_symbolic, path=source.name))


def _after_header(blocks: Blocks, name: str) -> Blocks:
    """All blocks, once the header has been seen before the first data line."""
    seen = False
    for block, line in blocks:
        if not seen:
            header, data = _HEADER.search(block), _DATA.search(block)
            seen = header is not None and (data is None or header.start() < data.start())
            if data is not None and not seen:
                raise _no_header(name)
        yield block, line
    if not seen:
        raise _no_header(name)


def _no_header(name: str) -> ParseError:
    return ParseError(
        "no header line #CHROM POS ID REF ALT QUAL FILTER INFO before the data",
        path=name,
        line=None,
        fix="This is no VCF file, or its first lines are lost",
    )


def _symbolic(batch: FeatureBatch, path: str) -> FeatureBatch:
    """Take the end of symbolic alleles from INFO."""
    alt, info = batch.columns["alt"], batch.columns["info"]
    assert isinstance(alt, Texts)
    assert isinstance(info, Texts)
    places = np.flatnonzero(alt.data == ord("<"))
    if not places.size:
        return batch
    row = np.unique(np.searchsorted(alt.offset, places, side="right") - 1)
    ends, wrong = info_ends(info.data, info.offset, row)
    if wrong >= 0:
        at = int(row[wrong])
        raise ParseError(
            f"END is not a whole number in {quoted(info[at].encode())}",
            path=path,
            line=line_of(batch, at),
            fix="Write END=position",
        )
    use = ends > batch.start[row]
    end = batch.end.copy()
    end[row[use]] = ends[use]
    return replace(batch, end=end)
