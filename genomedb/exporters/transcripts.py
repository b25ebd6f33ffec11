"""Gene tables of the UCSC browser -> rows of transcripts, as the older library reads them."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.texts import Texts
from genomedb.errors import ParseError
from genomedb.kernels.textout import format_values
from genomedb.kernels.texts import gather, parse_integers
from genomedb.readers.features import FeatureBatch
from genomedb.readers.genes import iter_genes
from genomedb.writers.cells import Cells
from genomedb.writers.tsv import RowWriter

COLUMNS: Final = (
    "ID", "NAME", "CHROM", "START", "END", "STRAND", "EXON.STARTS", "EXON.ENDS", "CDS.START",
    "CDS.END",
)  # fmt: skip
_COMMA, _LINE = ord(","), ord("\n")
_I8 = NDArray[np.int64]
log = logging.getLogger(__name__)


def export_transcripts(
    chroms: ChromTable, genes: str | Path, path: str | Path, *, overwrite: bool = False
) -> int:
    """Write the transcripts of a gene table as rows between tabs, below a header.

    Positions count from 1, ends included. Exons are in the order of transcription, those that
    touch are one; ``NA`` stands for the coding part of a transcript that has none.

    Parameters
    ----------
    chroms : ChromTable
        Transcripts on other chromosomes are left out and counted (logged).
    genes : path
        Table as `genomedb.readers.genes.iter_genes` takes it.
    path : path
        What is written, compressed when the name ends in ``.gz``; ``-`` is standard output.
    overwrite : bool
        Replace a file of that name.

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    ParseError, FormatError, MissingFileError
        The table is malformed (naming the line), damaged or absent.
    WriteError
    """
    n = 0
    left_out: dict[str, int] = {}
    with RowWriter(path, COLUMNS, empty=b"NA", overwrite=overwrite) as out:
        for batch in iter_genes(genes):
            kept, code = _kept(batch, chroms, left_out)
            if kept.size:
                out.add(_columns(batch, kept, code, chroms, n, str(genes)), kept.size)
                n += kept.size
    for name, count in left_out.items():
        log.warning("chromosome %s is not in the database: %d transcripts left out", name, count)
    return n


def _kept(batch: FeatureBatch, chroms: ChromTable, left_out: dict[str, int]) -> tuple[_I8, _I8]:
    """Rows on chromosomes of the database, and the codes of these."""
    known = np.array([chroms.find(name) for name in batch.names], np.int64)
    code = known[batch.chrom]
    for i, n in enumerate(np.bincount(batch.chrom[code < 0], minlength=len(known)).tolist()):
        if n:
            left_out[batch.names[i]] = left_out.get(batch.names[i], 0) + n
    kept = np.flatnonzero(code >= 0)
    return kept, code[kept]


def _columns(
    batch: FeatureBatch, kept: _I8, code: _I8, chroms: ChromTable, before: int, path: str
) -> list[Cells]:
    strand = np.zeros(len(batch), np.int8) if batch.strand is None else batch.strand
    lines = batch.line if batch.line is not None else np.zeros(len(batch), np.int64)
    starts, ends, owner = _exons(batch, kept, lines[kept], path)
    order = np.lexsort((np.where(strand[kept][owner] < 0, -starts, starts), owner))
    cds = [np.asarray(batch.columns[name])[kept] for name in ("cdsStart", "cdsEnd")]
    coding = cds[0] < cds[1]
    names = Texts.of(chroms.names)
    return [
        np.arange(before + 1, before + kept.size + 1),
        _some(batch.columns["name"], kept),
        _some(names, code),
        batch.start[kept] + 1,
        batch.end[kept],
        strand[kept].astype(np.int64),
        _lists(starts[order] + 1, owner, kept.size),
        _lists(ends[order], owner, kept.size),
        np.where(coding, cds[0] + 1.0, np.nan),
        np.where(coding, cds[1].astype(np.float64), np.nan),
    ]


def _exons(batch: FeatureBatch, kept: _I8, lines: _I8, path: str) -> tuple[_I8, _I8, _I8]:
    """Starts, ends and row of all exons, from left to right; those that touch are one."""
    found = []
    for name in ("exonStarts", "exonEnds"):
        items, sizes = _items(_some(batch.columns[name], kept))
        values, wrong = parse_integers(items.data, items.offset)
        if wrong >= 0:
            row = int(np.searchsorted(np.cumsum(sizes), wrong, "right"))
            raise ParseError(
                f"{name} holds {items[wrong]!r}, which is no whole number", path=path,
                line=int(lines[row]),
            )  # fmt: skip
        found.append(values)
    starts, ends = found
    owner = np.repeat(np.arange(kept.size), sizes)
    order = np.lexsort((starts, owner))
    starts, ends = starts[order], ends[order]
    begins = np.ones(owner.size, np.bool_)
    begins[1:] = (owner[1:] != owner[:-1]) | (starts[1:] > ends[:-1])
    first = np.flatnonzero(begins)
    return starts[first], np.maximum.reduceat(ends, first), owner[first]


def _items(lists: Texts) -> tuple[Texts, _I8]:
    """Items of lists between commas, with or without one behind the last; and how many each."""
    sizes = lists.sizes
    data = lists.data[lists.offset[0] : lists.offset[-1]]
    offset = lists.offset - lists.offset[0]
    open_ended = data[np.maximum(offset[1:] - 1, 0)] != _COMMA
    data = np.insert(data, offset[1:][open_ended], _COMMA)
    offset = offset + np.concatenate(([0], np.cumsum(open_ended)))
    is_comma = data == _COMMA
    upto = np.concatenate(([0], np.cumsum(is_comma)))
    ends = np.flatnonzero(is_comma) + 1 - np.arange(1, int(upto[-1]) + 1)
    sizes = np.diff(upto[offset])
    return Texts(data[~is_comma], np.concatenate(([0], ends))), sizes


def _lists(numbers: _I8, owner: _I8, n: int) -> Texts:
    """Numbers of each owner between commas."""
    data = np.frombuffer(format_values(numbers), np.uint8).copy()
    ends = np.flatnonzero(data == _LINE)
    data[ends] = _COMMA
    last = np.flatnonzero(np.append(owner[1:] != owner[:-1], True))
    kept = np.ones(data.size, np.bool_)
    kept[ends[last]] = False
    edges = np.concatenate(([0], ends[last] + 1 - np.arange(1, n + 1)))
    return Texts(data[kept], edges)


def _some(texts: object, rows: _I8) -> Texts:
    assert isinstance(texts, Texts)
    return Texts(*gather(texts.data, texts.offset, rows))
