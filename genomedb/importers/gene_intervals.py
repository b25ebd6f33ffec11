"""Gene tables as intervals: transcription starts, exons and untranslated regions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.core.texts import Texts
from genomedb.errors import ParseError, UsageError
from genomedb.importers.intervals import FileIntervals, collect
from genomedb.importers.sources import list_sources
from genomedb.intervals.frame import frame_of
from genomedb.kernels.texts import parse_integers
from genomedb.readers.genes import iter_genes
from genomedb.readers.opened import line_blocks, open_bytes

if TYPE_CHECKING:
    import pandas as pd

_I64 = NDArray[np.int64]
_COMMA = ord(",")


@dataclass(frozen=True)
class _Parts:
    """Intervals with a strand, and the gene that each is of."""

    spans: Spans
    gene: _I64


def import_genes(
    genes_file: str | Path,
    annots_file: str | Path | None = None,
    annots_names: Sequence[str] | None = None,
    *,
    chroms: ChromTable,
) -> dict[str, pd.DataFrame]:
    """Read the intervals of a UCSC gene table.

    Parameters
    ----------
    genes_file : path
        knownGene and the other shapes that `iter_genes` reads, plain or compressed. Genes on
        unknown chromosomes are left out, which is logged.
    annots_file : path, optional
        Table between tabs without a header; its first column is the name of the gene.
    annots_names : sequence of str, optional
        Names of all columns of `annots_file`, the first included.
    chroms : ChromTable

    Returns
    -------
    dict of str to DataFrame
        ``tss`` (one base), ``exons``, ``utr3``, ``utr5`` (parts of exons outside the coding
        range; none of genes without one): ``chrom start end strand`` and the annotations.
        Intervals that overlap are merged: the strand is 0 where strands differ, different
        annotations are joined by ``;``. Sorted; a frame may be empty.

    Raises
    ------
    UsageError
        Annotations without names.
    ParseError
        A file is malformed, or has another number of columns than `annots_names`.
    ChromError, MissingFileError, FormatError

    Examples
    --------
    >>> import_genes("knownGene.txt.gz", chroms=db.chroms)["tss"]  # doctest: +SKIP
    """
    if annots_file is not None and annots_names is None:
        raise UsageError("annots_file needs annots_names", fix="Name all its columns")
    path = list_sources(genes_file)[0]
    genes = collect(iter_genes(path), chroms, path)
    notes: dict[str, NDArray[Any]] = {}
    if annots_file is not None:
        names = genes.columns["name"]
        notes = _annotations(list_sources(annots_file)[0], list(annots_names or ()), names.tolist())
    return {key: _merged(part, notes, chroms) for key, part in _parts(genes, path).items()}


def _parts(genes: FileIntervals, path: str) -> dict[str, _Parts]:
    spans, columns = genes.spans, genes.columns
    strand = np.zeros(len(spans), np.int8) if spans.strand is None else spans.strand
    reverse = strand < 0
    at = np.where(reverse, spans.end - 1, spans.start)
    tss = _Parts(Spans(spans.code, at, at + 1, strand), np.arange(len(spans)))
    start, gene = _items(columns["exonStarts"], "exonStarts", path)
    end, owner = _items(columns["exonEnds"], "exonEnds", path)
    if not np.array_equal(gene, owner):
        raise ParseError("exonStarts and exonEnds differ in length", path=path, line=None)
    wrong = (start >= end) | (start < spans.start[gene]) | (end > spans.end[gene])
    if wrong.any():
        i = int(wrong.argmax())
        name = columns["name"].tolist()[int(gene[i])]
        raise ParseError(f"exon {start[i]}-{end[i]} of {name} is not inside it", path=path,
                         line=None, fix="The table is damaged")  # fmt: skip
    low, high = np.asarray(columns["cdsStart"])[gene], np.asarray(columns["cdsEnd"])[gene]
    coding = low < high
    left = (start, np.where(coding, np.minimum(end, low), start))
    right = (np.where(coding, np.maximum(start, high), end), end)
    back = reverse[gene]

    def of(a: Any, b: Any) -> _Parts:
        rows = np.flatnonzero(a < b)
        g = gene[rows]
        return _Parts(Spans(spans.code[g], a[rows], b[rows], strand[g]), g)

    def side(one: tuple[Any, Any], other: tuple[Any, Any]) -> _Parts:
        return of(np.where(back, one[0], other[0]), np.where(back, one[1], other[1]))

    return {"tss": tss, "exons": of(start, end), "utr3": side(left, right),
            "utr5": side(right, left)}  # fmt: skip


def _items(texts: Any, what: str, path: str) -> tuple[_I64, _I64]:
    """Numbers between commas of many texts, and the text that each is of."""
    first = texts.offset[0]
    data, offset = texts.data[first : texts.offset[-1]], texts.offset - first
    letter = data != _COMMA
    border = np.zeros(data.size + 1, np.bool_)  # where a text begins
    border[offset] = True
    after = np.concatenate(([True], ~letter)) | border  # a separator or a border is before
    begins = np.flatnonzero(letter & after[:-1])
    sizes = np.diff(np.append(np.cumsum(letter)[begins] - 1, letter.sum()))
    packed = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    numbers, wrong = parse_integers(np.ascontiguousarray(data[letter]), packed)
    if wrong >= 0:
        row = int(np.searchsorted(offset, begins[wrong], side="right")) - 1
        raise ParseError(f'{what} "{texts[row]:.60}" are not whole numbers', path=path, line=None)
    return numbers, np.searchsorted(offset, begins, side="right") - 1


def _annotations(path: str, names: list[str], genes: list[str]) -> dict[str, NDArray[Any]]:
    """The annotations of each gene, column by column; None where there are none."""
    if len(set(names)) != len(names):
        raise UsageError("annots_names has a name twice")
    reserved = {"chrom", "start", "end", "strand"} & set(names)
    if reserved:
        raise UsageError(f"an annotation cannot be called {reserved.pop()}", fix="Rename it")
    with open_bytes(path) as source:
        text = b"".join(block for block, _ in line_blocks(source))
    lines = text.decode("utf-8", "backslashreplace").split("\n")
    rows = [line.rstrip("\r").split("\t") for line in lines]
    bad = next((i for i, row in enumerate(rows) if len(row) != len(names) and row != [""]), -1)
    if bad >= 0:
        raise ParseError(
            f"{len(rows[bad])} columns, but annots_names has {len(names)}",
            path=path,
            line=bad + 1,
            fix="Name all columns, the first too",
        )
    table = {
        row[0]: row for row in reversed(rows) if row != [""]
    }  # of a gene listed twice, its first line
    absent = [None] * len(names)
    found = [table.get(gene, absent) for gene in genes]
    return {name: np.array([row[i] for row in found], object) for i, name in enumerate(names)}


def _merged(parts: _Parts, notes: dict[str, NDArray[Any]], chroms: ChromTable) -> pd.DataFrame:
    """Overlapping intervals as one; those that touch stay two."""
    order = parts.spans.order()
    spans, gene = parts.spans[order], parts.gene[order]
    if not len(spans):
        none: dict[str, Any] = {"strand": np.empty(0, np.int64), **{n: [] for n in notes}}
        return frame_of(Spans.empty(), chroms, none)
    width = int(spans.end.max()) + 1
    reach = np.maximum.accumulate(spans.code * width + spans.end)
    new = np.concatenate(([True], spans.code[1:] * width + spans.start[1:] >= reach[:-1]))
    first = np.flatnonzero(new)
    end = np.maximum.reduceat(spans.end, first)
    strand = np.asarray(spans.strand).astype(np.int64)
    low, high = np.minimum.reduceat(strand, first), np.maximum.reduceat(strand, first)
    group = np.cumsum(new) - 1
    columns: dict[str, Any] = {"strand": np.where(low == high, low, 0)}
    for name, values in notes.items():
        columns[name] = _joined_texts(values[gene], group)
    return frame_of(Spans(spans.code[first], spans.start[first], end), chroms, columns)


def _joined_texts(values: NDArray[Any], group: _I64) -> list[str | None]:
    """The different texts of each group joined by ``;``, in the order of the rows."""
    n = int(group[-1]) + 1
    rows = np.flatnonzero(values != None)  # noqa: E711 - by element
    made = np.full(n, None, object)
    if not rows.size:
        return made.tolist()  # type: ignore[no-any-return]
    _, code = np.unique(values[rows].astype(str), return_inverse=True)
    width = int(code.max()) + 1
    _, once = np.unique(group[rows] * width + code, return_index=True)
    rows = rows[np.sort(once)]
    new = np.concatenate(([True], np.diff(group[rows]) != 0))
    pairs = zip(values[rows].tolist(), new.tolist(), strict=True)
    texts = Texts.of(text if begins else f";{text}" for text, begins in pairs)
    first = np.flatnonzero(new)
    made[group[rows][first]] = Texts(texts.data, texts.offset[np.append(first, rows.size)]).tolist()
    return made.tolist()  # type: ignore[no-any-return]
