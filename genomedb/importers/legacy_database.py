"""A database of the `genome` library -> a database of ours: resumable, with a report."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from genomedb.core.names import track_name
from genomedb.core.parallel import check_executor, map_tasks
from genomedb.core.progress import Progress
from genomedb.db.create import create_database
from genomedb.db.database import GenomeDB
from genomedb.db.legacy import LegacyGenomeDB
from genomedb.db.location import TABLE
from genomedb.errors import ChromError, GenomeDBError, TrackExistsError, UsageError
from genomedb.importers.legacy_liftover import COLUMNS, iter_blocks
from genomedb.importers.sources import describe_sources
from genomedb.storage import schema
from genomedb.storage.describe import Provenance
from genomedb.storage.legacy_pytables import is_legacy
from genomedb.tracks.create import Storage, new_array, new_dense, new_features
from genomedb.tracks.dense import SequenceTrack
from genomedb.tracks.legacy import LegacyDenseTrack, LegacyFeatureTrack, LegacyLiftoverTrack

CONVERTED, SKIPPED, FAILED = "converted", "skipped", "failed"
_STATUSES: Final = (CONVERTED, SKIPPED, FAILED)
_USER_TASKS: Final = 16


@dataclass(frozen=True)
class LegacyTrackReport:
    """What became of one track.

    Attributes
    ----------
    name : str
    type : str
        ``dense``, ``sequence``, ``features``, ``liftover``; ``track`` when it cannot be told.
    status : {"converted", "skipped", "failed"}
        Skipped is what was complete before.
    reason : str
        Why it failed.
    """

    name: str
    type: str
    status: str
    reason: str = ""


@dataclass
class LegacyReport:
    """What became of all tracks, by name."""

    tracks: list[LegacyTrackReport] = field(default_factory=list)

    def n(self, status: str) -> int:
        """How many tracks have a status."""
        return sum(found.status == status for found in self.tracks)

    def summary(self) -> str:
        """One line for people."""
        return ", ".join(f"{self.n(status)} {status}" for status in _STATUSES)

    def as_dict(self) -> dict[str, Any]:
        """The same for programs: counts, and a list ``tracks``."""
        counts = {status: self.n(status) for status in _STATUSES}
        return {**counts, "tracks": [asdict(found) for found in self.tracks]}


def convert_legacy(
    source: str | os.PathLike[str],
    destination: str | os.PathLike[str],
    *,
    tracks: Iterable[str] | None = None,
    executor: Executor | int | None = None,
    resume: bool = True,
    on_track: Callable[[LegacyTrackReport], None] | None = None,
    storage: Storage | None = None,
    command: str = "",
) -> LegacyReport:
    """Make a database of one that the `genome` library wrote; the source is only read.

    Arrays become dense tracks of bin size 1 in their type (8-bit letters a sequence track), tables
    feature tracks sorted by start, liftover tables array tracks with a record an alignment block.
    Each track appears whole or not at all; what cannot be converted does not stop the rest.

    Parameters
    ----------
    source : path
        Folder of an assembly, or one that holds a single assembly.
    destination : path
        Folder of the new database; its name is the name of the assembly.
    tracks : iterable of str, optional
        Only these.
    executor : Executor, int or None
        Who converts: this process (None), so many processes, each a track at a time, or an
        executor.
    resume : bool
        Go on with a destination that is there: tracks that it has are skipped. False makes such a
        destination an error.
    on_track : callable, optional
        Told of each track as it is done.
    storage : Storage, optional
        Codec and chunks.
    command : str
        Command line, kept with the tracks.

    Returns
    -------
    LegacyReport
        What became of each track.

    Raises
    ------
    UsageError
        The source is a database of ours already, or the destination lies in it.
    MissingFileError, FormatError
        The source is no database, or its chromosome table is damaged.
    TrackNotFoundError
        A track that is named is not there.
    TrackExistsError, ChromError
        The destination is there, and `resume` is False or it has other chromosomes.

    Examples
    --------
    >>> convert_legacy("/old/hg19", "/new/hg19", executor=4).summary()  # doctest: +SKIP
    '52 converted, 0 skipped, 0 failed'
    """
    n = check_executor(executor)
    old = GenomeDB(source)
    if not isinstance(old, LegacyGenomeDB):
        raise UsageError("is a database of genomedb already", where=old.path)
    names = old.list_tracks() if tracks is None else list(tracks)
    for name in names:
        old.root_of(name)
    target = Path(destination).expanduser().absolute()
    db = _target(old, target, resume=resume, command=command)
    report = LegacyReport()
    task = partial(_convert_one, old, db, storage, command)
    with Progress(len(names), target.name, unit=" tracks") as progress, closing(
        map_tasks(task, names, executor, in_flight=2 * n or _USER_TASKS)
    ) as results:  # fmt: skip
        for found in results:
            progress.advance(1)
            report.tracks.append(found)
            if on_track is not None:
                on_track(found)
    return report


def _target(old: GenomeDB, target: Path, *, resume: bool, command: str) -> GenomeDB:
    """The database to write to, made when it is not there."""
    real, home = os.path.realpath(target), os.path.realpath(old.path)
    if os.path.commonpath((real, home)) == home:
        raise UsageError("the destination is in the source", where=target, fix="Name another one")
    if (target / TABLE).exists():
        if is_legacy(target / TABLE):
            raise UsageError("is a database of the library `genome` itself", where=target,
                             fix="Name another destination")  # fmt: skip
        if not resume:
            raise TrackExistsError("a database is there already", where=target, fix="Ask to resume")
    else:
        made = Provenance(created_by="convert_legacy", command=command)
        create_database(target.parent, target.name, old.chroms, provenance=made)
    db = GenomeDB(target)
    if db.chroms.digest != old.chroms.digest:
        raise ChromError(
            f"has other chromosomes than {old.path}: {db.chroms.first_difference(old.chroms)}",
            where=target, fix="Name another destination",
        )  # fmt: skip
    return db


def _convert_one(
    old: GenomeDB, db: GenomeDB, storage: Storage | None, command: str, name: str
) -> LegacyTrackReport:
    """Convert one track, in any process; what goes wrong becomes part of the report."""
    kind = "track"
    try:
        ours = track_name(name)
        if db.has_track(ours):
            return LegacyTrackReport(name, db.open_track(ours).track_type, SKIPPED)
        track = old.open_track(name)
        kind = track.track_type
        made = Provenance(
            created_by=f'convert_legacy("{name}")', command=command,
            sources=describe_sources([str(track.path)]),
        )  # fmt: skip
        given: dict[str, Any] = {"storage": storage, "provenance": made}
        if isinstance(track, LegacyLiftoverTrack):
            _write_liftover(track, db, ours, given)
        elif isinstance(track, LegacyFeatureTrack):
            _write_features(track, db, ours, given)
        else:
            assert isinstance(track, LegacyDenseTrack)
            _write_dense(track, db, ours, given)
    except (GenomeDBError, OSError, MemoryError) as error:
        said = "not enough memory" if isinstance(error, MemoryError) else str(error)
        return LegacyTrackReport(name, kind, FAILED, said or type(error).__name__)
    return LegacyTrackReport(name, kind, CONVERTED)


def _write_dense(
    track: LegacyDenseTrack, db: GenomeDB, name: str, given: Mapping[str, Any]
) -> None:
    letters = isinstance(track, SequenceTrack)
    dtype, missing = track.dtype.name, ord("N") if letters else None
    if track.dtype.kind != "f" and not letters:
        dtype, missing = _with_missing(track)
    with new_dense(
        db.place(name), bin_size=1, dtype=dtype, missing=missing,
        track_type=schema.SEQUENCE if letters else schema.DENSE, **given,
    ) as draft:  # fmt: skip
        for chrom in filter(track.has_chrom, track.chroms.names):
            draft.write(chrom, (block.values for block in track.iter_chrom_blocks([chrom])))


def _with_missing(track: LegacyDenseTrack) -> tuple[str, int | None]:
    """Type, and a value that means missing where a chromosome is absent: one that is not used.

    Where every value of the type is used, that of the next wider type of the sort.
    """
    dtype = track.dtype
    if all(track.has_chrom(name) for name in track.chroms.names):
        return dtype.name, None
    limits = np.iinfo(dtype)
    if dtype.itemsize > 2:
        found = track.summary()
        low, high = np.nanmin(found.min, initial=0), np.nanmax(found.max, initial=0)
        free = [limits.max] if high < limits.max else [limits.min] if low > limits.min else []
    else:
        counts = np.zeros(limits.max - limits.min + 1, np.int64)
        for block in track.iter_chrom_blocks(reuse=True):
            shifted = block.values.astype(np.int64) - limits.min
            counts += np.bincount(shifted, minlength=counts.size)
        free = (np.flatnonzero(counts == 0) + limits.min).tolist()
    if free:
        return dtype.name, int(free[-1])
    wider = {"int8": "int16", "uint8": "uint16", "int16": "int32", "uint16": "uint32"}
    if dtype.name not in wider:
        raise UsageError("lacks a chromosome, and uses every value", where=track.name)
    return wider[dtype.name], int(np.iinfo(wider[dtype.name]).max)


def _write_features(
    track: LegacyFeatureTrack, db: GenomeDB, name: str, given: Mapping[str, Any]
) -> None:
    with new_features(db.place(name), track.columns, strand=track.has_strand, **given) as draft:
        for chrom in filter(track.has_chrom, track.chroms.names):
            draft.write(chrom, _feature_pieces(track, chrom))


def _feature_pieces(track: LegacyFeatureTrack, chrom: str) -> Iterator[Any]:
    for block in track.iter_chrom_blocks([chrom]):
        strand = {} if block.strand is None else {schema.STRAND: block.strand}
        yield block.start, block.end, {**block.columns, **strand}


def _write_liftover(
    track: LegacyLiftoverTrack, db: GenomeDB, name: str, given: Mapping[str, Any]
) -> None:
    with new_array(db.place(name), COLUMNS, dtype="int32", **given) as draft:
        for chrom in filter(track.has_chrom, track.chroms.names):
            pieces = (
                (start, end, np.column_stack(values))
                for start, end, values in iter_blocks(track, chrom)
            )
            draft.write(chrom, pieces)


__all__ = ["LegacyReport", "LegacyTrackReport", "convert_legacy"]
