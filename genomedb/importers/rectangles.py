"""import_2d: tab-separated tables of rectangles with values, as a 2D track."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans2D
from genomedb.db.database import GenomeDB
from genomedb.importers.contacts import new_place
from genomedb.importers.pair_matcher import PairMatcher
from genomedb.importers.sources import (
    Report,
    describe_sources,
    list_sources,
    require_some,
    shown,
)
from genomedb.intervals.grid import joined_2d
from genomedb.readers.contacts import iter_contacts
from genomedb.storage.describe import Provenance
from genomedb.tracks.create import Storage
from genomedb.tracks.from_spans2d import write_spans2d

log = logging.getLogger(__name__)
_Part = tuple[Spans2D, NDArray[np.float64]]


def import_2d(
    db: GenomeDB,
    name: str,
    sources: str | Path | Sequence[str | Path],
    *,
    description: str = "",
    created_by: str = "",
    storage: Storage | None = None,
    overwrite: bool = False,
) -> None:
    """Make a 2D track of tables of rectangles with values, as one table.

    It is a track of points where all rectangles are one base pair wide on both sides.

    Parameters
    ----------
    db : GenomeDB
        Where the track goes.
    name : str
        Of the new track.
    sources : path or list of paths
        Tab-separated text, perhaps compressed, with a line of column names. Columns go by their
        place: ``chrom1 start1 end1 chrom2 start2 end2 value``, 0-based half-open; a value that is
        empty is missing, and what comes after does not matter. Rows on unknown chromosomes are
        left out, which is logged.
    description, created_by : str
        Attributes of the track.
    storage : Storage, optional
    overwrite : bool
        Replace a track of that name.

    Raises
    ------
    ParseError
        A line has too few columns, or something else than numbers; a rectangle is not inside its
        chromosomes; there is no line of column names. Says the file and the line.
    ChromError
        Rectangles overlap; no row is on known chromosomes.
    UsageError, MissingFileError, TrackExistsError, LockedError, WriteError
    """
    place = new_place(db, name, overwrite=overwrite)
    paths = list_sources(sources)
    report, where = Report(), ", ".join(map(shown, paths))
    parts = [part for path in paths for part in _parts(path, db.chroms, report)]
    require_some(report, db.chroms, where)
    for sentence in report.sentences():
        log.warning("%s: %s", where, sentence)
    spans = joined_2d([spans for spans, _ in parts])
    value = np.concatenate([value for _, value in parts])
    provenance = Provenance(
        description=description,
        created_by=created_by or f'import_2d("{name}", {len(paths)} files)',
        sources=describe_sources(paths),
    )
    write_spans2d(place, spans, value, provenance=provenance, storage=storage, overwrite=overwrite)


def _parts(path: str, chroms: ChromTable, report: Report) -> Iterator[_Part]:
    """Rows of a file on known chromosomes, block by block."""
    matcher = PairMatcher(chroms, report, shown(path))
    for batch in iter_contacts(path, "table"):
        yield matcher.match(batch)


__all__ = ["import_2d"]
