"""Signal files -> tracks: bigWig, WIG, bedGraph, BED scores and tables, to dense or sparse."""

from __future__ import annotations

import logging
import math
import numbers
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from genomedb.core.progress import Progress
from genomedb.db.database import GenomeDB
from genomedb.errors import ChromError, UsageError
from genomedb.importers.binned import iter_bin_means
from genomedb.importers.sources import (
    STDIN,
    Matcher,
    Report,
    describe_sources,
    list_sources,
    require_some,
    shown,
)
from genomedb.importers.spool import Spool
from genomedb.readers.bigwig import BigWigFile
from genomedb.readers.records import Records, detect_format
from genomedb.readers.signal_text import iter_text
from genomedb.tracks.create import Place, Provenance, Storage, new_dense, new_sparse

FORMATS = ("bigwig", "wig", "bedgraph", "bed", "tab")
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
    clip: bool = False,
    storage: Storage | None = None,
    description: str = "",
    attributes: Mapping[str, str] | None = None,
    command: str = "",
    overwrite: bool = False,
) -> Report:
    """Make a track of signal files; chromosomes are told by the content.

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
        Bin width in bp of a dense track, whose bins hold the overlap-weighted mean. None makes
        a sparse track with the intervals as they are.
    format : {"bigwig", "wig", "bedgraph", "bed", "tab"}, optional
        None tells it from the file name.
    dtype : str
        Stored type.
    defval : float
        Value of bases that nothing covers, in a dense track.
    clip : bool
        Cut intervals at the end of their chromosome and drop those beyond; by default they are
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
    place = db.place(name)
    provenance = Provenance(
        description=description,
        created_by=_call(place.name, paths, bin_size, defval),
        command=command,
        sources=(),
        attributes=dict(attributes or {}),
    )
    job = _Job(place, paths, formats, clip=clip)
    if bin_size is None:
        with (
            new_sparse(
                place, dtype=dtype, storage=storage, provenance=provenance, overwrite=overwrite
            ) as sparse,
            job.spooled() as spool,
        ):
            for code, chrom in enumerate(place.chroms.names):
                if spool.counts[code]:
                    sparse.write(chrom, spool.pieces(code), int(spool.counts[code]))
            sparse.add_sources(describe_sources(paths))
    else:
        with new_dense(
            place, bin_size=bin_size, dtype=dtype, storage=storage, provenance=provenance,
            overwrite=overwrite,
        ) as dense, job.spooled() as spool:  # fmt: skip
            for code, (chrom, length) in enumerate(
                zip(place.chroms.names, place.chroms.lengths, strict=True)
            ):
                means = iter_bin_means(spool.pieces(code), length, bin_size, defval)
                dense.write(chrom, means)
            dense.add_sources(describe_sources(paths))
    for sentence in job.report.sentences():
        log.warning("%s", sentence)
    return job.report


class _Job:
    """Reading the files of one import into a spool."""

    def __init__(self, place: Place, paths: list[str], formats: list[str], *, clip: bool) -> None:
        self.place, self.paths, self.formats, self.clip = place, paths, formats, clip
        self.report = Report()

    def spooled(self) -> Spool:
        """Read every file; the spool holds all records when this returns."""
        chroms = self.place.chroms
        long_chroms = max(chroms.lengths) >= 2**31
        spool = Spool(len(chroms), self.place.path.parent, long_chroms=long_chroms)
        try:
            for path, format in zip(self.paths, self.formats, strict=True):
                matcher = Matcher(chroms, shown(path), self.report, clip=self.clip)
                for batch in self._batches(path, format):
                    spool.add(*matcher.match(batch))
            require_some(self.report, chroms, shown(self.paths[0]))
        except BaseException:
            spool.__exit__(None, None, None)
            raise
        return spool

    def _batches(self, path: str, format: str) -> Iterator[Records]:
        if format == "bigwig":
            yield from self._bigwig(path)
            return
        size = None if path == STDIN else Path(path).stat().st_size
        with Progress(size, self.place.name) as progress:
            yield from iter_text(path, format, progress)

    def _bigwig(self, path: str) -> Iterator[Records]:
        with closing(BigWigFile(path)) as file:
            sizes = file.chroms()
            self._check_lengths(sizes, path)
            with Progress(sum(sizes.values()), self.place.name, unit="bp") as progress:
                for chrom, length in sizes.items():
                    if self.place.chroms.find(chrom) < 0:
                        n = sum(len(batch) for batch in file.iter_records(chrom))
                        if n:
                            self.report.unknown[chrom] = self.report.unknown.get(chrom, 0) + n
                    else:
                        yield from file.iter_records(chrom)
                    progress.advance(length)

    def _check_lengths(self, sizes: Mapping[str, int], path: str) -> None:
        """A bigWig says how long its chromosomes are: another length is another assembly."""
        chroms = self.place.chroms
        shared = [n for n in sizes if chroms.find(n) >= 0]
        differ = [n for n in shared if sizes[n] != chroms.length(n)]
        if differ and not self.clip:
            n = differ[0]
            raise ChromError(
                f"another assembly than {self.place.assembly}: {len(differ)} of {len(shared)} "
                f"shared chromosomes differ in length, first {n}: {sizes[n]} bp in the file, "
                f"{chroms.length(n)} in the database",
                where=path,
                fix="Import it into a database of its own assembly",
            )


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
