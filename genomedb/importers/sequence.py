"""FASTA -> a sequence track."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genomedb.core.progress import Progress
from genomedb.db.database import GenomeDB
from genomedb.errors import ChromError
from genomedb.importers.file_names import chrom_in_name
from genomedb.importers.sources import (
    STDIN,
    Report,
    describe_sources,
    list_sources,
    require_some,
    shown,
)
from genomedb.readers.fasta import iter_fasta
from genomedb.storage import schema
from genomedb.tracks.create import Place, Provenance, Storage, new_dense

UNKNOWN_LETTER = ord("N")
log = logging.getLogger(__name__)


def import_fasta(
    db: GenomeDB,
    name: str,
    sources: str | Path | Sequence[str | Path],
    *,
    storage: Storage | None = None,
    description: str = "",
    attributes: Mapping[str, str] | None = None,
    command: str = "",
    overwrite: bool = False,
) -> Report:
    """Make a sequence track of FASTA files; case (soft masking) is kept.

    Parameters
    ----------
    db : GenomeDB
        Where the track goes.
    name : str
        Name of the track, usually ``seq``.
    sources : path or sequence of paths
        One file or many, plain or compressed; ``-`` is standard input. The first sequence of a
        file, when its header is no chromosome of the database, is that which the name of the file
        names (``chr2L.fa.gz``), if it is as long.

    Returns
    -------
    Report
        ``n_records`` counts sequences; those that are no chromosome of the database are left
        out. A chromosome without a sequence reads as ``N``.

    Raises
    ------
    ChromError
        A sequence has another length than its chromosome, comes twice, or none is known.
    ParseError, FormatError, MissingFileError, TrackExistsError, LockedError, WriteError
    """
    paths = list_sources(sources)
    place = db.place(name)
    provenance = Provenance(
        description=description,
        created_by=f'import_fasta("{place.name}", {len(paths)} files)',
        command=command,
        attributes=dict(attributes or {}),
    )
    report = Report()
    seen: set[str] = set()
    with new_dense(
        place, bin_size=1, dtype="uint8", missing=UNKNOWN_LETTER, storage=storage,
        provenance=provenance, overwrite=overwrite, track_type=schema.SEQUENCE,
    ) as draft:  # fmt: skip
        for path in paths:
            size = None if path == STDIN else Path(path).stat().st_size
            with Progress(size, place.name) as progress:
                is_first = True
                sequences = itertools.groupby(iter_fasta(path, progress), lambda item: item[0])
                for header, pieces in sequences:
                    letters = (piece for _, piece in pieces)
                    first, is_first = is_first, False
                    if place.chroms.find(header) >= 0:
                        chrom = place.chroms.name(header)
                    elif first and (named := _named(path, place, seen)):
                        chrom = named
                    else:
                        report.unknown[header] = sum(1 for _ in letters) and 1
                        continue
                    if chrom in seen:
                        raise ChromError(f"sequence {header} comes twice", where=shown(path))
                    seen.add(chrom)
                    draft.write(chrom, _of_length(letters, place, chrom, path))
                    report.n_records += 1
        require_some(report, place.chroms, shown(paths[0]))
        draft.add_sources(describe_sources(paths))
    absent = [n for n in place.chroms.names if n not in seen]
    if absent:
        log.warning("%d chromosomes have no sequence: %s", len(absent), ", ".join(absent[:5]))
    for sentence in report.sentences():
        log.warning("%s", sentence)
    return report


def _named(path: str, place: Place, seen: set[str]) -> str | None:
    """Chromosome that the name of a file names, unless it is there already."""
    if path == STDIN:
        return None
    try:
        found = chrom_in_name(path, place.chroms)
    except ChromError:
        return None
    return found if found not in seen else None


def _of_length(
    pieces: Iterator[NDArray[np.uint8]], place: Place, chrom: str, path: str
) -> Iterator[NDArray[np.uint8]]:
    """Pass pieces on while they fit the chromosome exactly."""
    length, n = place.chroms.length(chrom), 0
    for piece in pieces:
        n += piece.size
        if n > length:
            n += sum(rest.size for rest in pieces)
            break
        yield piece
    if n != length:
        raise ChromError(
            f"sequence {chrom} has {n} letters, the chromosome is {length} bp long in "
            f"{place.assembly}",
            where=shown(path),
            fix="Check that the file is of this assembly",
        )
