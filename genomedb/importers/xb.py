"""xb files -> a dense track of one strand."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genomedb.core.progress import Progress
from genomedb.db.database import GenomeDB
from genomedb.errors import ChromError, UsageError
from genomedb.importers.sources import (
    STDIN,
    Report,
    describe_sources,
    list_sources,
    require_some,
    shown,
)
from genomedb.readers.xb import STRANDS, open_xb
from genomedb.tracks.create import Place, Provenance, Storage, check_dtype, new_dense
from genomedb.tracks.fitting import Fitting

log = logging.getLogger(__name__)


def import_xb(
    db: GenomeDB,
    name: str,
    sources: str | Path | Sequence[str | Path],
    *,
    strand: str = "forward",
    dtype: str = "uint8",
    saturate: bool = False,
    storage: Storage | None = None,
    description: str = "",
    attributes: Mapping[str, str] | None = None,
    command: str = "",
    overwrite: bool = False,
) -> Report:
    """Make a track with one value a base of xb files.

    Parameters
    ----------
    db : GenomeDB
        Where the track goes.
    name : str
        Name of the track.
    sources : path or sequence of paths
        Files of different chromosomes, plain or compressed. A chromosome that is in none of them
        is 0 throughout, or missing in a float track.
    strand : {"forward", "reverse"}
        Which values are taken; files of one strand have forward ones only.
    dtype : str
        Stored type.
    saturate : bool
        Cut values to what the dtype holds, instead of raising.
    storage, description, attributes, command, overwrite
        As in `import_signal`.

    Returns
    -------
    Report
        ``n_records`` counts chromosomes.

    Raises
    ------
    FormatError, MissingFileError
        A file is no xb file, damaged or absent.
    ChromError
        A chromosome has another length in the database, comes twice, or none is known.
    UsageError
        There are no reverse values, or values do not fit the dtype, naming the position.
    TrackExistsError, LockedError, WriteError

    Examples
    --------
    >>> import_xb(db, "dnase/fwd", "dnase.xb")  # doctest: +SKIP
    """
    paths = list_sources(sources)
    check_dtype(dtype)
    if strand not in STRANDS:
        raise UsageError(f"strand {strand!r:.40}", fix=f"Use one of: {', '.join(STRANDS)}")
    place, report, seen = db.place(name), Report(), set[str]()
    provenance = Provenance(
        description=description,
        created_by=f'import_xb("{place.name}", {len(paths)} files, strand="{strand}")',
        command=command,
        attributes=dict(attributes or {}),
    )
    fitting = Fitting(dtype, saturate=saturate)
    with new_dense(
        place, bin_size=1, dtype=dtype, storage=storage, provenance=provenance, overwrite=overwrite
    ) as draft:
        for path in paths:
            size = None if path == STDIN else Path(path).stat().st_size
            with Progress(size, place.name) as progress, open_xb(path, progress) as file:
                lengths = dict(file.header.chroms)
                for spelled, pieces in file.values(strand):
                    if place.chroms.find(spelled) < 0:
                        report.unknown[spelled] = sum(1 for _ in pieces) and 1
                        continue
                    chrom = _checked(spelled, lengths[spelled], place, path, seen)
                    draft.write(chrom, _fitted(pieces, chrom, fitting))
                    report.n_records += 1
        require_some(report, place.chroms, shown(paths[0]))
        if np.dtype(dtype).kind != "f":
            for chrom in place.chroms.names:
                if chrom not in seen:
                    draft.write(chrom, _zeros(place.chroms.length(chrom), dtype))
        draft.add_sources(describe_sources(paths))
    report.n_saturated = fitting.n_saturated
    for sentence in report.sentences():
        log.warning("%s", sentence)
    return report


def _checked(spelled: str, length: int, place: Place, path: str, seen: set[str]) -> str:
    chrom = place.chroms.name(spelled)
    if chrom in seen:
        raise ChromError(f"chromosome {chrom} comes twice", where=shown(path))
    seen.add(chrom)
    if length != place.chroms.length(chrom):
        raise ChromError(
            f"chromosome {spelled} has {length} values, it is {place.chroms.length(chrom)} bp "
            f"long in {place.assembly}",
            where=shown(path),
            fix="Check that the file is of this assembly",
        )
    return chrom


def _fitted(
    pieces: Iterator[NDArray[np.uint8]], chrom: str, fitting: Fitting
) -> Iterator[NDArray[np.generic]]:
    at = 0
    for piece in pieces:
        yield fitting.fit(piece, chrom, at, 1)
        at += piece.size


def _zeros(length: int, dtype: str) -> Iterator[NDArray[np.generic]]:
    for first in range(0, length, 1 << 20):
        yield np.zeros(min(1 << 20, length - first), dtype)
