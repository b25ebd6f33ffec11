"""Files of intervals as DataFrames: BED, GFF and VCF."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.core.texts import Texts
from genomedb.errors import UsageError
from genomedb.importers.sources import Matcher, Report, list_sources, require_some, shown
from genomedb.intervals.frame import frame_of
from genomedb.kernels.fields import FieldParser
from genomedb.kernels.texts import gather, parse_integers, parse_numbers
from genomedb.readers import gff
from genomedb.readers.bed import iter_bed
from genomedb.readers.feature_text import feature_batches, first_data_line
from genomedb.readers.features import FeatureBatch
from genomedb.readers.opened import line_blocks, open_bytes
from genomedb.readers.records import Records
from genomedb.readers.vcf import iter_vcf
from genomedb.storage.table import Values

if TYPE_CHECKING:
    import pandas as pd

log = logging.getLogger(__name__)


@dataclass
class FileIntervals:
    """Everything a file holds on known chromosomes, in the order of the file.

    Attributes
    ----------
    spans : Spans
    columns : dict of str to ndarray or Texts
    infer : set of str
        Text columns that are numbers when all their texts are.
    """

    spans: Spans
    columns: dict[str, Values]
    infer: set[str]


def collect(
    batches: Iterable[FeatureBatch], chroms: ChromTable, path: str, *, clip: bool = False
) -> FileIntervals:
    """All batches together, with the chromosomes of a database.

    Rows on unknown chromosomes are left out, which is logged.

    Raises
    ------
    ParseError
        A row outside its chromosome, unless `clip` cuts it.
    ChromError
        No row is left.
    """
    report = Report()
    matcher = Matcher(chroms, shown(path), report, clip=clip)
    parts: list[tuple[Spans, dict[str, Values]]] = []
    infer: set[str] = set()
    for batch in batches:
        numbers = np.arange(len(batch), dtype=np.float64)
        code, start, end, kept = matcher.match(
            Records(batch.names, batch.chrom, batch.start, batch.end, numbers, batch.line)
        )
        rows = kept.astype(np.int64)
        strand = None if batch.strand is None else batch.strand[rows]
        columns = {name: picked(values, rows) for name, values in batch.columns.items()}
        parts.append((Spans.of(code, start, end, strand), columns))
        infer |= batch.infer
    require_some(report, chroms, shown(path))
    for sentence in report.sentences():
        log.warning("%s: %s", shown(path), sentence)
    names = dict.fromkeys(name for _, columns in parts for name in columns)
    made = {name: _joined([(len(s), columns.get(name)) for s, columns in parts]) for name in names}
    return FileIntervals(_all([spans for spans, _ in parts]), made, infer)


def picked(values: Values, rows: NDArray[np.int64]) -> Values:
    """Some rows of a column."""
    if isinstance(values, Texts):
        return Texts(*gather(values.data, values.offset, rows))
    some: NDArray[Any] = values[rows]
    return some


def _joined(parts: list[tuple[int, Values | None]]) -> Values:
    """A column of all batches; empty or NaN where a batch lacks it."""
    if any(isinstance(values, Texts) for _, values in parts):
        texts = [v if isinstance(v, Texts) else Texts.empty(n) for n, v in parts]
        return Texts.joined(texts)
    return np.concatenate(
        [np.full(n, np.nan) if v is None or isinstance(v, Texts) else v for n, v in parts]
    )


def _all(parts: list[Spans]) -> Spans:
    code, start, end = (
        np.concatenate([getattr(s, k) for s in parts]) for k in ("code", "start", "end")
    )
    strands = [s.strand for s in parts if s.strand is not None]
    strand = np.concatenate(strands) if len(strands) == len(parts) else None
    return Spans.of(code, start, end, strand)


def _frame(
    found: FileIntervals, chroms: ChromTable, names: Sequence[str], *, strand: bool | None = None
) -> pd.DataFrame:
    """Sorted rows; `names` are the columns in order, ``strand`` among them."""
    spans, order = found.spans, found.spans.order()
    held = spans.strand if spans.strand is not None else np.zeros(len(spans), np.int8)
    wanted = spans.strand is not None if strand is None else strand
    columns: dict[str, Any] = {}
    for name in names:
        if name == "strand":
            if wanted:
                columns[name] = held[order].astype(np.int64)
        elif name in found.columns:
            values = picked(found.columns[name], order)
            columns[name] = _shown(values, infer=name in found.infer)
    return frame_of(Spans(spans.code, spans.start, spans.end)[order], chroms, columns)


def _shown(values: Values, *, infer: bool) -> Any:
    """A column for a DataFrame; numbers where all texts are numbers and that is allowed."""
    if not isinstance(values, Texts):
        return values
    if infer:
        whole, wrong = parse_integers(values.data, values.offset)
        if wrong < 0:
            return whole
        numbers, wrong = parse_numbers(values.data, values.offset, missing=True)
        if wrong < 0:
            return numbers
    return values.tolist()


def _one(path: str | Path) -> str:
    return list_sources(path)[0]


def read_bed(
    path: str | Path, chroms: ChromTable, *, has_strand: bool | None = None, clip: bool = False
) -> pd.DataFrame:
    """Read the intervals of a BED file.

    Parameters
    ----------
    path : str or Path
        BED3 to BED12 and the peak formats, plain or compressed.
    chroms : ChromTable
        Chromosomes known; rows on others are left out, which is logged.
    has_strand : bool, optional
        False leaves the strand out, True makes a column of it even where the file has none;
        None does as the file does.
    clip : bool
        Cut rows at the end of their chromosome instead of refusing them.

    Returns
    -------
    DataFrame
        ``chrom start end``, then ``name score strand`` and the others that the file has;
        strand is 1, -1, 0, score NaN for ``.``. Sorted.

    Raises
    ------
    ParseError, ChromError, MissingFileError, FormatError

    Examples
    --------
    >>> read_bed("peaks.bed", db.chroms)  # doctest: +SKIP
    """
    source = _one(path)
    found = collect(iter_bed(source), chroms, source, clip=clip)
    first = [name for name in ("name", "score") if name in found.columns]
    rest = [name for name in found.columns if name not in first]
    return _frame(found, chroms, [*first, "strand", *rest], strand=has_strand)


def read_gff(
    path: str | Path, chroms: ChromTable, *, feature: str | Iterable[str] | None = None,
    attributes: Literal["columns", "text"] = "columns", clip: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Read the intervals of a GFF3 or GTF file.

    Parameters
    ----------
    path, chroms, clip
        As for `read_bed`.
    feature : str or sequence of str, optional
        Only these types (column 3).
    attributes : {"columns", "text"}
        One column a key, or all as they are written in a column ``attrs``.

    Returns
    -------
    DataFrame
        ``chrom start end`` (0-based half-open), ``strand source type score phase``, then the
        attributes. Sorted.

    Raises
    ------
    UsageError
        No row has the type asked for.
    ParseError, ChromError, MissingFileError, FormatError
    """
    if attributes not in ("columns", "text"):
        raise UsageError(f"attributes={attributes!r} is not 'columns' or 'text'")
    source = _one(path)
    batches = gff.iter_gff(source) if attributes == "columns" else _unsplit_gff(source)
    found = collect(batches, chroms, source, clip=clip)
    fixed = ("source", "type", "score", "phase")
    names = ["strand", *fixed, *(name for name in found.columns if name not in fixed)]
    made = _frame(found, chroms, names)
    if feature is None:
        return made
    wanted = [feature] if isinstance(feature, str) else list(feature)
    made = made[made["type"].isin(wanted)].reset_index(drop=True)
    if not len(made):
        raise UsageError(f"no row has the type {' or '.join(map(str, wanted))}", where=source)
    return made


def _unsplit_gff(path: str) -> Iterator[FeatureBatch]:
    """Rows of a GFF file with the attributes as one text."""
    columns = [("attrs", role) if name == "attributes" else (name, role)
               for name, role in gff._COLUMNS]  # fmt: skip
    with open_bytes(path) as source:
        first = first_data_line(gff._before_fasta(line_blocks(source)), source.name)
        parser = FieldParser(
            source.name, columns, fewest=8, base=1, first_line=first.first_line,
            expected=gff._EXPECTED,
        )  # fmt: skip
        yield from feature_batches(parser, first.blocks)


def read_vcf(
    path: str | Path, chroms: ChromTable, *, info: bool = True, clip: bool = False
) -> pd.DataFrame:
    """Read the places of the variants of a VCF file.

    Parameters
    ----------
    path, chroms, clip
        As for `read_bed`.
    info : bool
        Keep the column INFO.

    Returns
    -------
    DataFrame
        ``chrom start end`` (0-based half-open, over the bases of REF), ``id ref alt qual filter
        info``; qual is NaN for ``.``. Sorted.

    Raises
    ------
    ParseError, ChromError, MissingFileError, FormatError
    """
    source = _one(path)
    found = collect(iter_vcf(source), chroms, source, clip=clip)
    names = ["id", "ref", "alt", "qual", "filter", *(["info"] if info else [])]
    return _frame(found, chroms, names)
