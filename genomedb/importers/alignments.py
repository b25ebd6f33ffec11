"""Alignments (BAM, CRAM, SAM) -> depth, ends, fragments and dyads, all in one pass."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.closing import Closing
from genomedb.core.progress import Progress
from genomedb.db.database import GenomeDB
from genomedb.errors import ChromError, MissingFileError, TrackExistsError, UsageError
from genomedb.importers.parts import check_lengths
from genomedb.importers.pileup import Column, Store
from genomedb.importers.pileup_tracks import Written, write_tracks
from genomedb.importers.sources import STDIN, describe_sources, list_sources, shown
from genomedb.kernels.alignments import Collector, ReadFilter
from genomedb.readers.alignments import open_alignments
from genomedb.storage.describe import Provenance
from genomedb.storage.write import Storage
from genomedb.tracks.place import check_dtype

LANE_BYTES: Final = 64_000_000  # of positions before they are sorted and packed
# output: columns of the collector, what raises a depth and what lowers it
OUTPUTS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "depth": (("depth_fwd_start",), ("depth_fwd_end",)),
    "depth_reverse": (("depth_rev_start",), ("depth_rev_end",)),
    "ends_forward": (("five_fwd",),),
    "ends_reverse": (("five_rev",),),
    "left_ends": (("left",),),
    "fragment_coverage": (("cover_start",), ("cover_end",)),
    "fragment_midpoints": (("mid",),),
    "dyads": (("dyad_fwd",),),
    "dyads_reverse": (("dyad_rev",),),
    "fragments": (("fragment",),),
}
_JOINED: Final = {"depth": "depth_reverse", "dyads": "dyads_reverse"}
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class AlignmentReport:
    """What became of the reads, and what was written.

    Attributes
    ----------
    counts : dict of str to int
        Reads by what became of them: ``total``, reasons why they were left out, ``kept``; then
        what became of the pairs of kept reads, as far as tracks of fragments were asked for.
    unknown : dict of str to int
        Reads on chromosomes that the database does not have, by name.
    tracks : tuple of Written
        The tracks, in the order of `OUTPUTS`.
    """

    counts: dict[str, int]
    unknown: dict[str, int] = field(default_factory=dict)
    tracks: tuple[Written, ...] = ()

    def sentences(self) -> list[str]:
        """Say for people what was kept and what was left out, and why."""
        n = self.counts
        said = [f"{n['total']:,} reads: {n['kept']:,} kept"]
        said += [f"{n[why]:,} left out: {what}" for why, what in _REASONS.items() if n[why]]
        if any(n[why] for why in _PAIR_REASONS) or n["pairs"]:
            said.append(f"{n['pairs']:,} pairs kept")
            lone = ((n[why], what) for why, what in _PAIR_REASONS.items() if n[why])
            said += [f"{number:,} reads without a pair: {what}" for number, what in lone]
        for track in self.tracks:
            said += track.sentences()
        return said

    def warnings(self) -> list[str]:
        """Say for people what looks wrong; it is logged too."""
        said = []
        if not self.counts["kept"]:
            said.append(f"none of {self.counts['total']:,} reads was kept")
        if self.unknown:
            named = [f"{name} ({k:,})" for name, k in list(self.unknown.items())[:10]]
            more = f" and {len(self.unknown) - 10} more" if len(self.unknown) > 10 else ""
            said.append(f"chromosomes not in the database: {', '.join(named)}{more}")
        return said


_REASONS: Final = {
    "unmapped": "unmapped", "secondary": "secondary", "qc_fail": "failed quality checks",
    "duplicate": "marked as duplicates", "supplementary": "supplementary",
    "other_flags": "other excluded flags", "not_required": "lack required flags",
    "low_mapq": "mapping quality too low", "unknown_chrom": "chromosome not in the database",
    "outside": "beyond the end of their chromosome",
    "over_max_duplicates": "more of the same place than max_duplicates",
}  # fmt: skip
_PAIR_REASONS: Final = {
    "not_first": "second of their pair, which counts once", "mate_unmapped": "mate not mapped",
    "mate_other_chrom": "mate on another chromosome", "same_strand": "mate on the same strand",
    "mate_low_mapq": "mapping quality of the mate too low",
    "outward": "mates that do not face each other", "too_short": "fragment too short",
    "too_long": "fragment too long", "fragment_outside": "fragment not inside the chromosome",
    "pair_over_max_duplicates": "more of the same fragment than max_duplicates",
}  # fmt: skip


def import_alignments(
    db: GenomeDB,
    sources: str | Path | Sequence[str | Path],
    tracks: Mapping[str, str],
    *,
    filter: ReadFilter | None = None,
    dyads_paired: bool = True,
    chroms: Sequence[str] | None = None,
    reference: str | Path | None = None,
    threads: int = 1,
    dtype: str = "auto",
    saturate: bool = False,
    storage: Storage | None = None,
    description: str = "",
    attributes: Mapping[str, str] | None = None,
    command: str = "",
    overwrite: bool = False,
    skip_existing: bool = False,
) -> AlignmentReport:
    """Make tracks of alignments, all of them in one pass over the files.

    Parameters
    ----------
    db : GenomeDB
        Where the tracks go.
    sources : path or sequence of paths
        BAM, CRAM or SAM files, sorted or not, which are taken together; ``-`` is BAM on
        standard input.
    tracks : mapping of str to str
        What to make, and the name of its track:

        ``depth``
            reads over each base; with ``depth_reverse`` only those of the forward strand
        ``depth_reverse``
            reads of the reverse strand over each base
        ``ends_forward``, ``ends_reverse``
            5' ends of reads of either strand
        ``left_ends``
            leftmost bases of reads of both strands
        ``fragment_coverage``, ``fragment_midpoints``
            fragments of pairs over each base, and their middles
        ``dyads``, ``dyads_reverse``
            dyads of nucleosomes; with ``dyads_reverse`` by strand
        ``fragments``
            a feature track of the fragments, with strand and mapping quality of read 1

        All but the last are dense tracks of bin size 1.
    filter : ReadFilter, optional
        Which reads count.
    dyads_paired : bool
        Dyads are the middles of fragments; otherwise they lie ``dyad_offset`` behind 5' ends.
    chroms : sequence of str, optional
        Read these chromosomes only, through the index of each file; the tracks have 0 elsewhere.
    reference : path, optional
        FASTA file that a CRAM file was written against.
    threads : int
        That decompress.
    dtype : str
        ``auto`` is the smallest unsigned type that holds the largest value of each track.
    saturate : bool
        Store values that the dtype cannot hold as its largest, and report how many they are.
    storage : Storage, optional
        Codec and chunks.
    description, attributes, command : optional
        Stored with the tracks.
    overwrite : bool
        Replace tracks of these names.
    skip_existing : bool
        Leave tracks of these names as they are, and make the others.

    Returns
    -------
    AlignmentReport

    Raises
    ------
    FormatError, MissingFileError
        A file is absent, truncated, damaged, has no header, is no alignment file, or has no
        index where `chroms` needs it.
    ChromError
        Another assembly, or no read is on a chromosome of the database.
    UsageError
        Arguments that do not fit together, or a value that does not fit `dtype`: the message
        names its position.
    MissingDependencyError
        pysam is needed and absent.
    TrackExistsError, LockedError, WriteError

    Examples
    --------
    >>> import_alignments(db, "chip.bam", {"depth": "chip/depth"}).counts  # doctest: +SKIP
    """
    paths = list_sources(sources)
    wanted = _checked(tracks, dtype, threads)
    if reference is not None and not Path(reference).exists():
        raise MissingFileError("there is no such file", where=reference)
    filter = filter or ReadFilter()
    places = {output: db.place(name) for output, name in wanted.items()}
    _refuse_taken([place.path for place in places.values()], overwrite=overwrite or skip_existing)
    made = [o for o, place in places.items() if not (skip_existing and place.path.exists())]
    table = next(iter(places.values())).chroms
    codes = None if chroms is None else [table.code(name) for name in chroms]
    provenance = Provenance(
        description=description, created_by=_call(wanted, paths, filter), command=command,
        attributes=dict(attributes or {}),
    )  # fmt: skip
    with Store(db.path) as store:
        columns = {o: store.column(steps=len(OUTPUTS[o]) == 2) for o in wanted}
        collecting = Collecting(table, filter, columns, dyads_paired=dyads_paired)
        for path in paths:
            collecting.read(path, codes, reference=reference, threads=threads)
        collecting.require_some(paths)
        collecting.close()
        written = write_tracks(
            store, {o: columns[o] for o in made}, places, dtype=dtype, saturate=saturate,
            size_bits=collecting.collector.size_bits, sources=describe_sources(paths),
            storage=storage, provenance=provenance, overwrite=overwrite,
        )  # fmt: skip
    report = AlignmentReport(collecting.collector.counts, collecting.unknown, written)
    for sentence in report.warnings():
        log.warning("%s", sentence)
    return report


class Collecting(Closing):
    """Reads of all files, sorted and packed into columns whenever lanes are full.

    Parameters
    ----------
    chroms : ChromTable
        Of the database.
    filter : ReadFilter
        Which reads count.
    columns : dict of str to Column
        One for each of `OUTPUTS` that is wanted.
    dyads_paired : bool
        As in `import_alignments`.

    Attributes
    ----------
    unknown : dict of str to int
        Reads on chromosomes that the database does not have, by name.
    """

    def __init__(
        self, chroms: ChromTable, filter: ReadFilter, columns: dict[str, Column], *,
        dyads_paired: bool,
    ) -> None:  # fmt: skip
        self.chroms, self.columns = chroms, columns
        self.unknown: dict[str, int] = {}
        lanes: dict[str, str] = {}
        for output in columns:
            for side, names in enumerate(_columns_of(output, columns)):
                lanes.update({name: f"{output}/{side}" for name in names})
        capacity = LANE_BYTES // 8 // (len(set(lanes.values())) + 1)
        self._room = np.empty(capacity, np.uint64)
        self.collector = Collector(
            filter, chroms.lengths, lanes, self._put, dyads_paired=dyads_paired, capacity=capacity
        )

    def _put(self, lanes: dict[str, NDArray[np.uint64]]) -> None:
        none = np.empty(0, np.uint64)
        longest = max(keys.size for keys in lanes.values())
        if self._room.size < longest:
            self._room = np.empty(longest, np.uint64)
        for output, column in self.columns.items():
            plus, minus = lanes.get(f"{output}/0", none), lanes.get(f"{output}/1", none)
            column.add(plus, minus, room=self._room)

    def read(
        self, path: str, codes: list[int] | None = None, *, reference: str | Path | None = None,
        threads: int = 1,
    ) -> None:  # fmt: skip
        """Collect the reads of a file, or those of some chromosome codes."""
        size = None if path == STDIN else Path(path).stat().st_size
        options: dict[str, Any] = {
            "reference": reference,
            "threads": threads,
            "regions": codes is not None,
        }
        with (
            Progress(size, shown(path)) as progress,
            closing(open_alignments(path, progress=progress, **options)) as file,
        ):
            sizes = dict(zip(file.names, file.lengths, strict=True))
            check_lengths(self.chroms, sizes, shown(path), "the database")
            known = np.array([self.chroms.find(name) for name in file.names], np.int32)
            unknown = self.collector.begin(known)
            asked = None
            if codes is not None:
                asked = [i for i, code in enumerate(known.tolist()) if code in codes]
            file.collect(self.collector, asked)
            self.collector.flush()
            for i in np.flatnonzero(unknown).tolist():
                name = file.names[i]
                self.unknown[name] = self.unknown.get(name, 0) + int(unknown[i])

    def close(self) -> None:
        """Give the memory of lanes back; counts stay."""
        self._room = np.empty(0, np.uint64)
        self.collector.release()

    def require_some(self, paths: list[str]) -> None:
        """Raise `ChromError` when the chromosomes of the reads are not those of the database."""
        if self.unknown and not self.collector.counts["kept"]:
            theirs, ours = ", ".join(list(self.unknown)[:5]), ", ".join(self.chroms.names[:5])
            raise ChromError(
                f"none of the chromosomes of its reads ({theirs}) is in the database ({ours})",
                where=shown(paths[0]),
                fix="Check the assembly, or give the database an alias table",
            )


def _columns_of(output: str, wanted: Mapping[str, object]) -> tuple[tuple[str, ...], ...]:
    """Columns of the collector; those of both strands where no track takes the reverse one."""
    sides = OUTPUTS[output]
    other = _JOINED.get(output)
    if other is None or other in wanted:
        return sides
    return tuple(a + b for a, b in zip(sides, OUTPUTS[other], strict=True))


def _checked(tracks: Mapping[str, str], dtype: str, threads: int) -> dict[str, str]:
    """Refuse what cannot be made; what is wanted, in the order of `OUTPUTS`."""
    if not tracks:
        raise UsageError("no track is asked for", fix=f"Name one or more of {', '.join(OUTPUTS)}")
    for output in tracks:
        if output not in OUTPUTS:
            raise UsageError(f"{output!r} is not known", fix=f"Use {', '.join(OUTPUTS)}")
    for forward, reverse in _JOINED.items():
        if reverse in tracks and forward not in tracks:
            raise UsageError(f"{reverse} needs {forward}", fix=f"Name a track for {forward}")
    names = list(tracks.values())
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"track {name} is named twice")
    if dtype != "auto":
        check_dtype(dtype)
    if isinstance(threads, bool) or not isinstance(threads, (int, np.integer)) or threads < 1:
        raise UsageError(f"threads is {threads!r:.40}", fix="Give a whole number from 1 on")
    return {output: tracks[output] for output in OUTPUTS if output in tracks}


def _refuse_taken(paths: list[Path], *, overwrite: bool) -> None:
    for path in paths:
        if path.exists() and not overwrite:
            raise TrackExistsError(
                "there already", where=path, fix="Ask to overwrite it or remove it"
            )


def _call(tracks: Mapping[str, str], paths: list[str], filter: ReadFilter) -> str:
    files = ", ".join(f'"{Path(p).name}"' for p in paths[:10])
    call = f"import_alignments([{files}], {dict(tracks)}, filter={filter})"
    return call.encode("utf-8", "backslashreplace").decode()[:15_000]


__all__ = ["OUTPUTS", "AlignmentReport", "ReadFilter", "Written", "import_alignments"]
