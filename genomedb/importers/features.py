"""Feature files -> feature tracks: BED and peaks, tables, GFF, gene tables, VCF, bigBed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.progress import Progress
from genomedb.db.database import GenomeDB
from genomedb.errors import TrackExistsError, UsageError
from genomedb.importers.feature_columns import ColumnFacts, check_types, legal_name, stored
from genomedb.importers.feature_spool import Columns, FeatureSpool
from genomedb.importers.sources import (
    STDIN,
    Matcher,
    Report,
    describe_sources,
    list_sources,
    require_some,
    shown,
)
from genomedb.kernels.texts import gather
from genomedb.readers.bed import iter_bed, iter_table
from genomedb.readers.bigbed import iter_bigbed
from genomedb.readers.feature_formats import detect_feature_format
from genomedb.readers.features import FeatureBatch
from genomedb.readers.genes import iter_genes
from genomedb.readers.gff import iter_gff
from genomedb.readers.records import Records, detect_format, unpacked_name
from genomedb.readers.vcf import iter_vcf
from genomedb.storage import schema
from genomedb.storage.spec import ColumnSpec
from genomedb.storage.table import Values
from genomedb.storage.write import Storage
from genomedb.tracks.create import Provenance
from genomedb.tracks.create_records import new_features
from genomedb.tracks.place import Place

ANY = "features"  # features of whatever format the name tells
REFUSE, CLIP, DROP = "refuse", "clip", "drop"  # features that reach beyond their chromosome
Reader = Callable[..., Iterator[FeatureBatch]]
_READERS: dict[str, Reader] = {
    "bed": iter_bed, "narrowpeak": partial(iter_bed, n_standard=6),
    "broadpeak": partial(iter_bed, n_standard=6), "table": iter_table, "gff": iter_gff,
    "genes": iter_genes, "vcf": iter_vcf, "bigbed": iter_bigbed,
}  # fmt: skip
FORMATS = tuple(_READERS)
_PIECE = 1 << 18  # features written at a time
FEW_RECORDS = 1 << 18  # of a chromosome, on average
log = logging.getLogger(__name__)


def import_features(
    db: GenomeDB,
    name: str,
    sources: str | Path | Sequence[str | Path],
    *,
    format: str | None = None,
    types: Mapping[str, str] | None = None,
    clip: bool = False,
    storage: Storage | None = None,
    description: str = "",
    attributes: Mapping[str, str] | None = None,
    command: str = "",
    overwrite: bool = False,
) -> Report:
    """Make a feature track of files of intervals with columns.

    Parameters
    ----------
    db : GenomeDB
        Where the track goes.
    name : str
        Name of the track.
    sources : path or sequence of paths
        One file, or several whose features are taken together, in any order; ``-`` is standard
        input (then `format` must be given). Compressed text is recognised by content.
    format : {"bed", "narrowpeak", "broadpeak", "table", "gff", "genes", "vcf", "bigbed"}, optional
        None tells it from the file name, as does ``"features"``.
    types : mapping of str to str, optional
        Types of columns: a dtype such as ``"float32"``, or ``"text"``. Others are told by the
        whole file: columns that the format calls numbers, and further ones whose texts are all
        numbers, become int32, int64 or float64 (``.`` and nothing are NaN); the rest is text.
    clip : bool
        Cut features at the end of their chromosome and drop those beyond; by default they are
        errors.
    storage : Storage, optional
        Codec and chunks.
    description, attributes, command : optional
        Stored with the track.
    overwrite : bool
        Replace a track of that name.

    Returns
    -------
    Report
        Counts of features, and what was left out.

    Raises
    ------
    ParseError, FormatError, MissingFileError
        A file is malformed or a text does not fit its type (naming the line), damaged or absent.
    ChromError
        Positions outside, or no known chromosome.
    UsageError
        The format is not known, or types that no column can have.
    TrackExistsError, LockedError, WriteError

    Examples
    --------
    >>> import_features(db, "peaks/ctcf", "ctcf.narrowPeak")  # doctest: +SKIP
    >>> db["peaks/ctcf"].read("chr2L", 0, 50_000).columns["score"]  # doctest: +SKIP
    """
    paths = list_sources(sources)
    readers = [_READERS[_format_of(path, format)] for path in paths]
    wanted = check_types(types)
    place = db.place(name)
    files = ", ".join(f'"{Path(path).name}"' for path in paths[:10])
    call = f'import_features("{place.name}", {files})'
    provenance = Provenance(
        description=description,
        created_by=call.encode("utf-8", "backslashreplace").decode(),
        command=command,
        attributes=dict(attributes or {}),
    )
    return store_features(
        db, place, paths, readers, provenance, types=wanted, outside=CLIP if clip else REFUSE,
        storage=storage, overwrite=overwrite,
    )  # fmt: skip


def store_features(
    db: GenomeDB,
    place: Place,
    paths: Sequence[str],
    readers: Sequence[Reader],
    provenance: Provenance,
    *,
    types: dict[str, str] | None = None,
    outside: str = REFUSE,
    storage: Storage | None = None,
    overwrite: bool = False,
) -> Report:
    """Make a feature track of what readers find in files.

    Parameters
    ----------
    db, place : GenomeDB, Place
        Where it goes.
    paths, readers : sequences of one length
        ``reader(path, progress=)`` yields batches of features.
    provenance : Provenance
        Its sources are added here.
    types : dict of str to str, optional
        Types of columns, checked.
    outside : {"refuse", "clip", "drop"}
        What becomes of features that reach beyond their chromosome.
    storage, overwrite : optional

    Returns
    -------
    Report
        Its sentences are logged.
    """
    if not overwrite and place.path.exists():  # told again on writing; reading may take minutes
        raise TrackExistsError(
            "there already", where=place.path, fix="Ask to overwrite it or remove it"
        )
    with FeatureSpool(db.path) as spool:
        job = _Job(place, spool, types or {}, outside)
        for path, reader in zip(paths, readers, strict=True):
            job.read(path, reader)
        require_some(job.report, place.chroms, shown(paths[0]))
        specs = job.specs()
        spool.finish()
        with new_features(
            place, list(specs.values()), strand=job.strand, storage=storage,
            provenance=provenance, overwrite=overwrite, layout=_layout(job.report, spool),
        ) as draft:  # fmt: skip
            for code in spool.codes():
                n, columns = spool.read(code)
                draft.write(place.chroms.names[code], _pieces(n, columns, specs, strand=job.strand))
            draft.add_sources(describe_sources(paths))
    for sentence in job.report.sentences():
        log.warning("%s", sentence)
    return job.report


def _layout(report: Report, spool: FeatureSpool) -> str | None:
    """One dataset for all chromosomes unless they are large: a dataset of each costs more."""
    few = report.n_records < FEW_RECORDS * len(spool.codes())
    return schema.INDEXED if few else None


class _Job:
    """Reads files into a spool, and remembers what their columns hold."""

    def __init__(
        self, place: Place, spool: FeatureSpool, wanted: dict[str, str], outside: str
    ) -> None:
        self.report, self.strand = Report(), False
        self._place, self._spool, self._wanted, self._outside = place, spool, wanted, outside
        self._facts: dict[str, ColumnFacts] = {}  # by the name in the file
        self._n = 0

    def read(self, path: str, reader: Reader) -> None:
        """Read one file."""
        matcher = Matcher(
            self._place.chroms, shown(path), self.report, clip=self._outside == CLIP,
            drop=self._outside == DROP,
        )  # fmt: skip
        size = None if path == STDIN or not Path(path).is_file() else Path(path).stat().st_size
        with Progress(size, self._place.name) as progress:
            for batch in reader(path, progress=progress):
                self._add(batch, matcher, shown(path))

    def _add(self, batch: FeatureBatch, matcher: Matcher, path: str) -> None:
        # row numbers go through the matcher as values: they tell which rows are kept
        numbers = np.arange(len(batch), dtype=np.float64)
        code, start, end, kept = matcher.match(
            Records(batch.names, batch.chrom, batch.start, batch.end, numbers, batch.line)
        )
        if not code.size:
            return
        rows = None if kept.size == len(batch) else kept.astype(np.int64)
        lines = batch.line if rows is None or batch.line is None else batch.line[rows]
        columns: Columns = {schema.START: start, schema.END: end}
        if batch.strand is not None:
            self.strand = True
            columns[schema.STRAND] = _some(batch.strand, rows)
        for name, values in batch.columns.items():
            facts = self._facts_of(name)
            infer = name in batch.infer
            columns[facts.name] = facts.note(_some(values, rows), path, lines, infer=infer)
        self._n += code.size
        self._spool.add(code, columns)

    def _facts_of(self, name: str) -> ColumnFacts:
        facts = self._facts.get(name)
        if facts is None:
            taken = {known.name for known in self._facts.values()}
            legal, k = legal_name(name), 2
            while legal in taken:
                legal, k = f"{legal_name(name)}_{k}", k + 1
            facts = self._facts[name] = ColumnFacts(legal, self._wanted.get(legal))
        return facts

    def specs(self) -> dict[str, ColumnSpec]:
        """How each column is stored, in the order in which they came."""
        known = [facts.name for facts in self._facts.values()]
        for name in self._wanted:
            if name not in known:
                raise UsageError(
                    f"there is no column {name!r} to give a type",
                    fix=f"The columns are: {', '.join(known) or 'none'}",
                )
        return {facts.name: facts.spec(self._n) for facts in self._facts.values()}


def _some(values: Any, rows: NDArray[np.int64] | None) -> Any:
    """Some rows of a column; all when `rows` is None."""
    if rows is None:
        return values
    if isinstance(values, np.ndarray):
        return values[rows]
    return type(values)(*gather(values.data, values.offset, rows))


def _pieces(
    n: int, columns: Columns, specs: Mapping[str, ColumnSpec], *, strand: bool
) -> Iterator[tuple[Any, Any, dict[str, Values]]]:
    """The features of a chromosome in the types of their columns, some at a time."""
    for a in range(0, n, _PIECE):
        b = min(a + _PIECE, n)
        made: dict[str, Values] = {
            name: stored(spec, _part(columns.get(name), a, b), b - a)
            for name, spec in specs.items()
        }
        if strand:
            found = columns.get(schema.STRAND)
            made[schema.STRAND] = (
                np.zeros(b - a, np.int8) if found is None
                else np.nan_to_num(np.asarray(_part(found, a, b))).astype(np.int8)
            )  # fmt: skip
        yield _part(columns[schema.START], a, b), _part(columns[schema.END], a, b), made


def _part(values: Values | None, a: int, b: int) -> Any:
    if values is None:
        return None
    return values[a:b] if isinstance(values, np.ndarray) else values.slice(a, b)


def format_of(path: str | Path) -> str:
    """Format of a file of signals or features, told by its name.

    BED and tables are signals unless features are asked for; peaks, GFF, gene tables, VCF and
    bigBed are always features.
    """
    try:
        known = detect_feature_format(path)
    except UsageError:
        return detect_format(path)
    plain = unpacked_name(path).lower().endswith(".bed")
    return detect_format(path) if plain or known == "table" else known


def _format_of(path: str, format: str | None) -> str:
    if format in (None, ANY):
        if path == STDIN:
            raise UsageError("standard input has no name to tell its format", fix="Name the format")
        return detect_feature_format(path)
    format = {"tab": "table"}.get(str(format), str(format))
    if format not in FORMATS:
        hint = f"Use one of: {', '.join(FORMATS)}"
        raise UsageError(f"{shown(path)}: {format} is not a feature format", fix=hint)
    return format
