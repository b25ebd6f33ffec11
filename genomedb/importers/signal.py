"""Signal files -> tracks: bigWig, WIG, bedGraph, BED scores and tables, to dense or sparse."""

from __future__ import annotations

import logging
import math
import numbers
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from genomedb.core.parallel import check_executor
from genomedb.core.progress import Progress
from genomedb.db.database import GenomeDB
from genomedb.errors import ChromError, UsageError
from genomedb.importers.binned import MEAN, iter_bin_values
from genomedb.importers.encoding import Binning, ReadAgainError, narrowed, write_parts
from genomedb.importers.file_names import chrom_in_name, require_chrom_in_name
from genomedb.importers.parts import Opened, Part, check_lengths, split
from genomedb.importers.sources import (
    STDIN,
    Matcher,
    Report,
    describe_sources,
    list_sources,
    require_some,
    shown,
)
from genomedb.importers.spool import Piece, Spool
from genomedb.kernels.finite import finite_float32
from genomedb.readers.bigwig import BigWigFile
from genomedb.readers.records import Records, detect_format
from genomedb.readers.signal_text import iter_text
from genomedb.storage.lock import tag
from genomedb.tracks.create import (
    DenseDraft,
    Place,
    Provenance,
    Storage,
    new_dense,
    new_sparse,
)
from genomedb.virtual.bin_functions import FUNCTIONS

FORMATS = ("bigwig", "wig", "bedgraph", "bed", "tab", "points")
log = logging.getLogger(__name__)


def import_signal(
    db: GenomeDB,
    name: str,
    sources: str | Path | Sequence[str | Path],
    *,
    bin_size: int | None = None,
    format: str | None = None,
    dtype: str = "float32",
    defval: float = math.nan,
    function: str = MEAN,
    clip: bool = False,
    saturate: bool = False,
    is_finite: bool = False,
    columns: tuple[int, int] | None = None,
    storage: Storage | None = None,
    description: str = "",
    attributes: Mapping[str, str] | None = None,
    command: str = "",
    overwrite: bool = False,
    executor: Executor | int | None = None,
) -> Report:
    """Make a track of signal files; chromosomes are told by the content.

    Of points, and of WIG whose declarations name no chromosome, by the name of the file.

    Parameters
    ----------
    db : GenomeDB
        Where the track goes.
    name : str
        Name of the track.
    sources : path or sequence of paths
        One whole-genome file, or several whose records are taken together; ``-`` is standard
        input (then `format` must be given). Compressed text is recognised by content.
    bin_size : int, optional
        Bin width in bp of a dense track. None makes a sparse track with the intervals as they
        are.
    format : {"bigwig", "wig", "bedgraph", "bed", "tab", "points"}, optional
        None tells it from the file name. Points are positions, counted from 1, and values of one
        chromosome in two columns of text.
    dtype : str
        Stored type.
    defval : float
        Value of bases that nothing covers, in a dense track.
    function : str
        What a bin makes of the intervals in it: the mean weighted by overlap, or another one of
        those that `create_dense_from` takes.
    clip : bool
        Cut intervals at the end of their chromosome and drop those beyond; by default they are
        errors.
    saturate : bool
        Cut values of a dense track to what the dtype holds, and count them; by default they are
        errors that name the position.
    is_finite : bool
        Values that are infinite, or too large for float32, become missing; by default infinite
        ones are kept.
    columns : (int, int), optional
        Of the positions and values of points, from 0; default the first two.
    storage : Storage, optional
        Codec and chunks.
    description, attributes, command : optional
        Stored with the track.
    overwrite : bool
        Replace a track of that name.
    executor : Executor, int or None
        Who reads, bins and compresses the chromosomes of a dense track: this process (None), so
        many processes, or an executor. The track is the same whoever does it.

    Returns
    -------
    Report
        Counts of records, and what was left out.

    Raises
    ------
    ParseError, FormatError, MissingFileError
        A file is malformed (naming the line), damaged or absent.
    ChromError
        Positions outside, overlaps in a sparse track, another assembly, or no known chromosome.
    UsageError
        Arguments that do not fit together, or values that do not fit the dtype.
    TrackExistsError, LockedError, WriteError

    Examples
    --------
    >>> import_signal(db, "chip/ctcf", "ctcf.bw", bin_size=50)  # doctest: +SKIP
    """
    paths = list_sources(sources)
    formats = [_format_of(path, format) for path in paths]
    if bin_size is None and not math.isnan(defval):
        raise UsageError("a default value needs a bin size: a sparse track stores no gaps")
    if bin_size is not None and not isinstance(bin_size, numbers.Integral):
        raise UsageError(f"bin size must be a whole number, not {bin_size!r}")
    if function not in FUNCTIONS:
        raise UsageError(
            f"function {function!r:.40} is unknown", fix=f"Use one of: {', '.join(FUNCTIONS)}"
        )
    if bin_size is None and function != MEAN:
        raise UsageError(
            f"function {function} needs a bin size: a sparse track keeps intervals as they are"
        )
    if bin_size is None and saturate:
        raise UsageError("only values of a dense track can be cut", fix="Give a bin size")
    check_executor(executor)
    place = db.place(name)
    provenance = Provenance(
        description=description,
        created_by=_call(place.name, paths, bin_size, defval),
        command=command,
        sources=(),
        attributes=dict(attributes or {}),
    )
    job = _Job(place, paths, formats, clip=clip)
    job.function, job.saturate, job.columns = function, saturate, columns
    job.is_finite = is_finite
    create: dict[str, Any] = {
        "dtype": dtype, "storage": storage, "provenance": provenance, "overwrite": overwrite,
    }  # fmt: skip
    if bin_size is None:
        report = job.to_sparse(create)
    else:
        try:
            report = job.to_dense(bin_size, defval, executor, create, split_text=True)
        except ReadAgainError:
            report = job.to_dense(bin_size, defval, executor, create, split_text=False)
    for sentence in report.sentences():
        log.warning("%s", sentence)
    return report


class _Job:
    """The files of one import, and where their records go."""

    function = MEAN
    saturate = False
    is_finite = False
    columns: tuple[int, int] | None = None

    def __init__(self, place: Place, paths: list[str], formats: list[str], *, clip: bool) -> None:
        self.place, self.paths, self.formats, self.clip = place, paths, formats, clip

    def to_sparse(self, create: dict[str, Any]) -> Report:
        """Write a sparse track."""
        report, names = Report(), self.place.chroms.names
        with new_sparse(self.place, **create) as sparse:
            parts = self._split(text=False)
            if parts is None:
                with self._spooled(report) as spool:
                    for code, chrom in enumerate(names):
                        if spool.counts[code]:
                            sparse.write(chrom, self._kept(spool, code), int(spool.counts[code]))
            else:
                for part, spool in self._spools(parts, report):
                    if part.code is not None and spool.counts[0]:
                        chrom = names[part.code]
                        sparse.write(chrom, self._kept(spool, 0), int(spool.counts[0]))
                self._require_some(report)
            sparse.add_sources(describe_sources(self.paths))
        return report

    def to_dense(
        self, bin_size: int, defval: float, executor: Executor | int | None,
        create: dict[str, Any], *, split_text: bool,
    ) -> Report:  # fmt: skip
        """Write a dense track."""
        with new_dense(self.place, bin_size=bin_size, **create) as dense:
            # one dataset for all chromosomes, or values as they are: nothing to do in workers
            alone = (
                check_executor(executor) == 1 or dense.indexed or dense.storage.compression is None
            )
            parts = self._split(text=split_text and not alone)
            binning = Binning(
                bin_size, defval, dense.dtype, dense.missing, dense.storage, self.function,
                self.saturate, self.is_finite,
            )  # fmt: skip
            if alone:
                return self._dense_here(dense, parts, binning)
            if parts is not None:
                report = write_parts(dense, parts, self.paths, binning, executor)
                self._require_some(report)
                return report
            report = Report()
            path = self.place.path
            with self._spooled(report, path.with_name(f".{path.name}.part-{tag()}")) as spool:
                records = [spool.of(code) for code in range(len(self.place.chroms))]
                report.add(write_parts(dense, records, self.paths, binning, executor))
            return report

    def _dense_here(self, dense: DenseDraft, parts: list[Part] | None, binning: Binning) -> Report:
        report, chroms = Report(), self.place.chroms

        def write(code: int, pieces: Iterable[Piece]) -> None:
            chrom, length = chroms.names[code], chroms.lengths[code]
            bins = iter_bin_values(
                pieces, length, binning.bin_size, binning.defval, binning.function
            )
            dense.write(chrom, narrowed(binning, chrom, bins, report))

        if parts is None:
            with self._spooled(report) as spool:
                for code in range(len(chroms)):
                    write(code, spool.pieces(code))
        else:
            for part, spool in self._spools(parts, report):
                if part.code is not None:
                    write(part.code, spool.pieces(0))
            self._require_some(report)
        dense.add_sources(describe_sources(self.paths))
        return report

    def _kept(self, spool: Spool, code: int) -> Iterator[Piece]:
        """Records of a chromosome as they are stored."""
        for piece in spool.pieces(code):
            if self.is_finite:
                piece = piece._replace(value=finite_float32(piece.value).astype(np.float64))
            yield piece

    def _split(self, *, text: bool) -> list[Part] | None:
        return split(
            self.place.chroms, self.paths, self.formats, clip=self.clip,
            folder=self.place.path.parent, text=text, assembly=self.place.assembly,
        )  # fmt: skip

    def _spools(self, parts: list[Part], report: Report) -> Iterator[tuple[Part, Spool]]:
        """Read part after part, each file opened once."""
        opened: Opened = {}
        total = sum(self.place.chroms.lengths)
        try:
            with Progress(total, self.place.name, unit="bp") as progress:
                for part in parts:
                    with part.spooled(report, opened) as spool:
                        yield part, spool
                    if part.code is not None:
                        progress.advance(self.place.chroms.lengths[part.code])
        finally:
            for file in opened.values():
                file.close()

    def _spooled(self, report: Report, shared_as: Path | None = None) -> Spool:
        """Read every file; the spool holds all records when this returns."""
        chroms = self.place.chroms
        spool = Spool(
            len(chroms), self.place.path.parent, long_chroms=max(chroms.lengths) >= 2**31,
            shared_as=shared_as,
        )  # fmt: skip
        try:
            for path, format in zip(self.paths, self.formats, strict=True):
                matcher = Matcher(chroms, shown(path), report, clip=self.clip)
                for batch in self._batches(path, format):
                    spool.add(*matcher.match(batch))
            self._require_some(report)
        except BaseException:
            spool.close()
            raise
        return spool

    def _batches(self, path: str, format: str) -> Iterator[Records]:
        if format == "bigwig":
            yield from self._bigwig(path)
            return
        size = None if path == STDIN else Path(path).stat().st_size
        with Progress(size, self.place.name) as progress:
            chrom = self._chrom_in_name(path, format)
            yield from iter_text(path, format, progress, chrom=chrom, columns=self.columns)

    def _chrom_in_name(self, path: str, format: str) -> str | None:
        """Chromosome of a file that need not say it."""
        if format == "points":
            return require_chrom_in_name(shown(path), self.place.chroms)
        if format != "wig" or path == STDIN:
            return None
        try:
            return chrom_in_name(path, self.place.chroms)
        except ChromError:  # of no concern unless a declaration names none
            return None

    def _bigwig(self, path: str) -> Iterator[Records]:
        """All of a bigWig file that comes together with text."""
        with closing(BigWigFile(path)) as file:
            sizes = file.chroms()
            if not self.clip:
                check_lengths(self.place.chroms, sizes, path, self.place.assembly)
            with Progress(sum(sizes.values()), self.place.name, unit="bp") as progress:
                for chrom, length in sizes.items():
                    yield from file.iter_records(chrom)
                    progress.advance(length)

    def _require_some(self, report: Report) -> None:
        require_some(report, self.place.chroms, shown(self.paths[0]))


def _format_of(path: str, format: str | None) -> str:
    if format is None:
        if path == STDIN:
            raise UsageError("standard input has no name to tell its format", fix="Name the format")
        format = detect_format(path)
    if format not in FORMATS:
        hint = "Use import_fasta" if format == "fasta" else f"Use one of: {', '.join(FORMATS)}"
        raise UsageError(f"{shown(path)}: {format} is not a signal format", fix=hint)
    return format


def _call(name: str, paths: list[str], bin_size: int | None, defval: float) -> str:
    files = ", ".join(f'"{Path(p).name}"' for p in paths[:10])
    call = f'import_signal("{name}", {files}, bin_size={bin_size}, defval={defval})'
    return call.encode("utf-8", "backslashreplace").decode()  # file names need not be text
