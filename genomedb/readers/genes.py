"""Gene tables of the UCSC genome browser: genePred, refFlat, knownGene."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from genomedb.core.progress import Progress
from genomedb.core.texts import Texts
from genomedb.errors import ParseError
from genomedb.kernels.fields import FieldParser, Role
from genomedb.kernels.text import quoted
from genomedb.kernels.texts import count_items
from genomedb.readers.feature_text import (
    feature_batches,
    first_data_line,
    first_place,
    line_of,
)
from genomedb.readers.features import FeatureBatch
from genomedb.readers.opened import line_blocks, open_bytes

_Shape = list[tuple[str, Role]]

_PRED: Final[_Shape] = [
    ("name", "text"),
    ("chrom", "chrom"),
    ("strand", "strand"),
    ("start", "start"),
    ("end", "end"),
    ("cdsStart", "whole"),
    ("cdsEnd", "whole"),
    ("exonCount", "whole"),
    ("exonStarts", "text"),
    ("exonEnds", "text"),
]
_EXTENDED: Final[_Shape] = [
    ("score", "number"),
    ("name2", "text"),
    ("cdsStartStat", "text"),
    ("cdsEndStat", "text"),
    ("exonFrames", "text"),
]
_KNOWN_GENE: Final[_Shape] = [("proteinID", "text"), ("alignID", "text")]
_BIN: Final[_Shape] = [("bin", "skip")]
_GENE: Final[_Shape] = [("geneName", "text")]

# (fields, place of the strand, whether the first field is a bin) -> columns
_SHAPES: Final[dict[tuple[int, int, bool], _Shape]] = {
    (10, 2, False): _PRED,
    (11, 3, True): _BIN + _PRED,
    (11, 3, False): _GENE + _PRED,
    (12, 2, False): _PRED + _KNOWN_GENE,
    (12, 4, True): _BIN + _GENE + _PRED,
    (15, 2, False): _PRED + _EXTENDED,
    (16, 3, True): _BIN + _PRED + _EXTENDED,
}
_KNOWN: Final = (
    "Known shapes are genePred (10 columns), refFlat (11), knownGene (12), genePredExt (15), "
    "the first two and the last also with a bin before them, "
    "and tables whose header names txStart and the other columns"
)
_ROLES: Final = {
    **{name.lower(): (name, role) for name, role in _PRED + _EXTENDED + _KNOWN_GENE + _GENE},
    "txstart": _PRED[3],
    "txend": _PRED[4],
    "bin": _BIN[0],
}


def iter_genes(path: str | Path, *, progress: Progress | None = None) -> Iterator[FeatureBatch]:
    """Yield the transcripts of a UCSC gene table in batches of a few megabytes of text.

    Parameters
    ----------
    path : str or Path
        Plain or compressed; ``"-"`` is standard input. genePred (10 columns), genePredExt (15),
        refFlat (11, with the name of the gene first) and knownGene (12), between tabs; the
        first three also with a numeric ``bin`` first. A header such as ``#bin name chrom
        strand txStart ...`` may name the columns instead.
    progress : Progress, optional
        Told how many stored bytes have been read.

    Yields
    ------
    FeatureBatch
        From txStart to txEnd. Columns `name`, `geneName` (refFlat), `cdsStart`, `cdsEnd`,
        `exonCount` (int64), `exonStarts`, `exonEnds` (texts, as in the file) and the further
        columns of the format; `score` is float64. `bin` is dropped.

    Raises
    ------
    ParseError
        For a table of unknown shape, at the first line that is wrong or whose lists of exons
        are not as long as `exonCount` says, and for a file without data lines.
    MissingFileError, UsageError, FormatError
        As for `genomedb.readers.opened.open_bytes`.
    """
    with open_bytes(path, progress) as source:
        first = first_data_line(line_blocks(source), source.name, track_lines=False)
        fields, blocks, first_line = first.text.split(b"\t"), first.blocks, first.first_line
        header = _header_fields(first.text)
        if header:  # a header without "#": what follows it is parsed
            block, _ = next(blocks)
            stop = block.find(b"\n", len(first.comments)) + 1 or len(block)
            blocks, first_line = _chained(block[stop:], first.line + 1, blocks), first.line + 1
        else:
            lines = first.comments.rstrip(b"\r\n").rsplit(b"\n", 1)
            header = _header_fields(lines[-1].lstrip(b"# "))
        columns = _named(header) if header else _shape(fields)
        if columns is None:
            problem = f"a gene table of unknown shape, {len(fields)} fields, in "
            problem += quoted(first.text)
            raise ParseError(problem, path=source.name, line=first.line, fix=_KNOWN)
        parser = FieldParser(
            source.name,
            columns,
            track_lines=False,
            first_line=first_line,
            expected=f"A row is: {' '.join(name for name, _ in columns)}, with tabs",
        )
        known = {name for name, _ in _ROLES.values()}
        infer = [name for name, role in columns if name not in known and role == "text"]
        for batch in feature_batches(parser, blocks, infer):
            _check_exons(batch, source.name)
            yield batch


def _chained(
    rest: bytes, line: int, blocks: Iterator[tuple[bytes, int]]
) -> Iterator[tuple[bytes, int]]:
    yield rest, line
    yield from blocks


def _header_fields(text: bytes) -> list[str]:
    """Names of a header line, nothing when it is none; the browser may put db.table. before."""
    names = text.rstrip(b"\r").decode("utf-8", "backslashreplace").lstrip("#").split("\t")
    names = [name.strip().rpartition(".")[2] for name in names]
    return names if {"txstart", "txend"} <= {name.lower() for name in names} else []


def _named(header: list[str]) -> _Shape | None:
    """Columns by the names of a header; None when one is missing or there twice."""
    columns: _Shape = [
        _ROLES.get(name.lower(), (name or f"column{i + 1}", "text"))
        for i, name in enumerate(header)
    ]
    names = [name for name, _ in columns]
    if len(set(names)) != len(names) or not {name for name, _ in _PRED} <= set(names):
        return None
    return columns


def _shape(fields: list[bytes]) -> _Shape | None:
    """Columns by the number of fields and the place of the strand."""
    strand = next((i for i in (2, 3, 4) if i < len(fields) and fields[i] in (b"+", b"-")), -1)
    return _SHAPES.get((len(fields), strand, strand > 2 and fields[0].isdigit()))


def _check_exons(batch: FeatureBatch, path: str) -> None:
    """Compare exonCount with the lists of exons."""
    count = batch.columns["exonCount"]
    for name in ("exonStarts", "exonEnds"):
        texts = batch.columns[name]
        assert isinstance(texts, Texts)
        wrong = first_place(count_items(texts.data, texts.offset) != count)
        if wrong >= 0:
            raise ParseError(
                f"{name} {quoted(texts[wrong].encode())} does not hold exonCount={count[wrong]}"
                " items",
                path=path,
                line=line_of(batch, wrong),
                fix="The table is damaged",
            )
