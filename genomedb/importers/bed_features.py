"""BED -> a feature track of name, score and strand, as the older library's load_bed made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.importers.features import CLIP, DROP, REFUSE, store_features
from genomedb.importers.sources import Report, list_sources
from genomedb.readers.bed_six import iter_bed_six
from genomedb.storage.write import Storage
from genomedb.tracks.create import Provenance


def import_bed(
    db: GenomeDB,
    name: str,
    sources: str | Path | Sequence[str | Path],
    *,
    start_offset: int = 1,
    outside: str = DROP,
    storage: Storage | None = None,
    description: str = "",
    attributes: Mapping[str, str] | None = None,
    command: str = "",
    overwrite: bool = False,
) -> Report:
    """Make a feature track of BED files; the first six columns are kept, in whatever number.

    Parameters
    ----------
    db : GenomeDB
        Where the track goes.
    name : str
        Name of the track.
    sources : path or sequence of paths
        Files whose features are taken together and sorted; ``-`` is standard input.
    start_offset : int
        What is to be added to starts so that they count from 1: 1 in BED, 0 in files that do.
    outside : {"drop", "clip", "refuse"}
        Features that reach beyond their chromosome are left out and counted, cut and counted, or
        errors.
    storage, description, attributes, command, overwrite
        As in `import_features`.

    Returns
    -------
    Report
        Counts of features, and what was left out.

    Raises
    ------
    ParseError, FormatError, MissingFileError
        A file is malformed (naming the line), damaged or absent.
    ChromError
        No known chromosome.
    UsageError, TrackExistsError, LockedError, WriteError

    Examples
    --------
    >>> import_bed(db, "peaks", "peaks.bed").n_records  # doctest: +SKIP
    4512
    """
    paths = list_sources(sources)
    if outside not in (DROP, CLIP, REFUSE):
        raise UsageError(f"outside is {outside!r:.40}", fix="Use drop, clip or refuse")
    reader = partial(iter_bed_six, start_offset=start_offset)
    place = db.place(name)
    provenance = Provenance(
        description=description,
        created_by=f'import_bed("{place.name}", {len(paths)} files, start_offset={start_offset})',
        command=command,
        attributes=dict(attributes or {}),
    )
    return store_features(
        db, place, paths, [reader] * len(paths), provenance, outside=outside, storage=storage,
        overwrite=overwrite,
    )  # fmt: skip
