"""File -> the right track class, by what the file says about itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from genomedb.core.chroms import ChromTable
from genomedb.errors import ChromError, FormatError
from genomedb.storage import attrs, schema
from genomedb.storage.chroms import chroms_of
from genomedb.storage.handle import TrackFile
from genomedb.storage.legacy_pytables import is_legacy
from genomedb.tracks.array import ArrayTrack
from genomedb.tracks.base import Track
from genomedb.tracks.dense import DenseTrack, SequenceTrack
from genomedb.tracks.features import FeatureTrack
from genomedb.tracks.pairs import PointsTrack, RectanglesTrack
from genomedb.tracks.sparse import SparseTrack

_CLASSES: dict[str, type[Track]] = {
    schema.DENSE: DenseTrack,
    schema.SEQUENCE: SequenceTrack,
    schema.SPARSE: SparseTrack,
    schema.ARRAY: ArrayTrack,
    schema.FEATURES: FeatureTrack,
    schema.POINTS: PointsTrack,
    schema.RECTANGLES: RectanglesTrack,
}


def open_track(path: str | os.PathLike[str], name: str | None = None) -> Track:
    """Open a track file by its path, without a database.

    A file of the `genome` library is opened too, with the chromosome table of a folder above it.

    Raises
    ------
    MissingFileError
        There is no such file.
    FormatError
        It is not a track, is damaged, or is of a newer version of the format.

    Examples
    --------
    >>> open_track("copied/from/elsewhere.h5").read("chr1", 0, 1000)  # doctest: +SKIP
    """
    try:
        file = TrackFile(path)
    except FormatError:
        if not is_legacy(Path(path)):
            raise
        from genomedb.tracks.legacy import legacy_track_by_path

        return legacy_track_by_path(Path(path), name or os.fspath(path))
    return track_of(file, name or os.fspath(path))


def track_of(
    file: TrackFile,
    name: str,
    chroms: ChromTable | None = None,
    columns: dict[str, Any] | None = None,
) -> Track:
    """Track object over an open file; `chroms` is the table it must have, if any.

    `columns` keeps what is opened of the file for other tracks over it.
    """
    kind = file.kind
    if kind not in _CLASSES:
        raise FormatError(f"holds {kind}, not a track", where=file.path)
    if chroms is not None and chroms.digest != file.header.chrom_digest:
        theirs = chroms_of(file)
        raise ChromError(
            f"assembly {attrs.read(file.id, b'assembly')} (digest {theirs.digest}) does not match "
            f"the database (digest {chroms.digest}): {chroms.first_difference(theirs)}",
            where=file.path,
            fix="Open it in a database of its own assembly, or by its path",
        )
    return _CLASSES[kind](file, name, chroms_of(file, chroms), {} if columns is None else columns)
