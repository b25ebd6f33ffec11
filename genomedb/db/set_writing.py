"""Writing saved interval sets: save, update, remove."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.db.database import GenomeDB
from genomedb.db.set_columns import MARKER, Layout, stored_set
from genomedb.db.set_reading import check_axes, is_set, load_set, open_set
from genomedb.errors import TrackExistsError, UsageError, WriteError
from genomedb.intervals.frame import COLUMNS, chrom_codes, require_columns
from genomedb.intervals.two_d import COLUMNS_2D, is_2d
from genomedb.storage import schema
from genomedb.storage.attrs import write_text
from genomedb.storage.copying import storage_of, take_over
from genomedb.storage.describe import Provenance
from genomedb.storage.validate import require_intact
from genomedb.tracks.create_records import FeatureDraft, new_features
from genomedb.tracks.features import FeatureTrack
from genomedb.tracks.from_frame import FrameFeatures

FEW_RECORDS = 1 << 18  # of a chromosome, on average: all chromosomes go into one dataset


def save_set(
    db: GenomeDB,
    frame: Any,
    name: str,
    *,
    overwrite: bool = False,
    provenance: Provenance | None = None,
) -> None:
    """Keep a DataFrame of intervals or rectangles in the working root.

    Parameters
    ----------
    db : GenomeDB
    frame : DataFrame
        ``chrom start end`` or ``chrom1 start1 end1 chrom2 start2 end2``, in any order, overlaps
        allowed. Further columns are numbers, bools or text, which may have missing values;
        ``strand`` is 1, -1, 0 or ``+ - .``.
    name : str
        Parts are joined by ``/`` or ``.``.
    overwrite : bool
        Replace a set of that name.
    provenance : Provenance, optional
        Description and attributes.

    Raises
    ------
    TrackExistsError
        A set or a track has this name.
    UsageError, ChromError
        No rows, a row that is no interval, or a column that cannot be kept.

    Examples
    --------
    >>> save_set(db, peaks, "peaks.ctcf")  # doctest: +SKIP
    """
    _check_free(db, name, overwrite=overwrite)
    features, layout = stored_set(frame, db.chroms)
    if not features.chroms:
        raise UsageError("there are no intervals to save", where=f"interval set '{name}'")
    place = db.place(name)
    made = provenance or Provenance(created_by=f'save_set("{place.name}")')
    with new_features(
        place, features.specs, strand=features.strand is not None, provenance=made,
        overwrite=overwrite, layout=_layout(features),
    ) as draft:  # fmt: skip
        _fill(draft, features, layout)


def _check_free(db: GenomeDB, name: str, *, overwrite: bool) -> None:
    if not db.has_track(name):
        return
    track = db.open_track(name)
    if not isinstance(track, FeatureTrack):
        raise TrackExistsError(
            f"a {track.track_type} track has the name '{name}'",
            where=track.path,
            fix="Give the interval set another name",
        )
    if not overwrite:
        raise TrackExistsError(
            f"interval set '{name}' is there already",
            where=track.path,
            fix="Remove it first, or ask to overwrite it",
        )


def _layout(features: FrameFeatures) -> str | None:
    few = features.start.size < FEW_RECORDS * len(features.chroms)
    return schema.INDEXED if few else None


def _fill(draft: FeatureDraft, features: FrameFeatures, layout: Layout) -> None:
    for chrom, piece in features.pieces():
        draft.write(chrom, [piece])
    write_text(draft.draft.h5, MARKER, layout.text())


def update_set(
    db: GenomeDB,
    name: str,
    frame: Any,
    *,
    chrom: Any = None,
    chrom1: Any = None,
    chrom2: Any = None,
) -> None:
    """Replace the rows of one chromosome, or chromosome pair, of a set.

    The new file takes the place of the old one at once; attributes and variables stay.

    Parameters
    ----------
    db : GenomeDB
    name : str
    frame : DataFrame or None
        The new rows, all on that chromosome. Columns of the set that it lacks are missing
        values; None deletes the rows.
    chrom : str or int
        Of a set of intervals.
    chrom1, chrom2 : str or int
        Of a set of rectangles; both are needed.

    Raises
    ------
    TrackNotFoundError, ChromError, UsageError
        Also when no row would be left, or the frame has a column that the set has not.
    WriteError
        Somebody else changed the set meanwhile.
    """
    import pandas as pd

    track = open_set(db, name)
    db._own(name)  # raises for the set of a dataset
    require_intact(track.path)
    old = load_set(db, name)
    where = f"interval set '{name}'"
    two = is_2d(old)
    check_axes(name, 2 if two else 1, chrom=chrom, chrom1=chrom1, chrom2=chrom2)
    wanted = {"chrom1": chrom1, "chrom2": chrom2} if two else {"chrom": chrom}
    if any(value is None for value in wanted.values()):
        raise UsageError(f"{' and '.join(wanted)} must be given", where=where)
    codes = {key: db.chroms.code(value) for key, value in wanted.items()}
    if frame is not None and len(frame):
        _check_rows(frame, list(old.columns), codes, db)
    hit = np.logical_and.reduce([old[key].cat.codes == code for key, code in codes.items()])
    parts = [old[~hit]] + ([frame] if frame is not None and len(frame) else [])
    parts = [part for part in parts if len(part)]
    if "strand" in old.columns and not two:
        parts = [part if "strand" in part.columns else part.assign(strand=0) for part in parts]
    if not parts:
        raise UsageError("no interval would be left", where=where, fix="Remove the set instead")
    for key in codes:  # spelled alike, as text
        parts = [part.assign(**{key: _spelled(part[key], db)}) for part in parts]
    features, layout = stored_set(pd.concat(parts, ignore_index=True)[list(old.columns)], db.chroms)
    with new_features(
        db.place(name), features.specs, strand=features.strand is not None, overwrite=True,
        storage=storage_of(track._file, db.chroms), layout=track.layout,
    ) as draft:  # fmt: skip
        _require_same_file(track)
        for piece_chrom, piece in features.pieces():
            draft.write(piece_chrom, [piece])
        take_over(draft.draft, track._file)
        write_text(draft.draft.h5, MARKER, layout.text())


def _spelled(column: Any, db: GenomeDB) -> NDArray[Any]:
    names = np.array(db.chroms.names, object)
    made: NDArray[Any] = names[chrom_codes(column, db.chroms)]
    return made


def _check_rows(frame: Any, columns: list[str], codes: Mapping[str, int], db: GenomeDB) -> None:
    """Refuse rows on other chromosomes, and columns that the set has not."""
    require_columns(frame, COLUMNS_2D if len(codes) == 2 else COLUMNS)
    stored_set(frame, db.chroms)
    strange = [str(name) for name in frame.columns if name not in columns]
    if strange:
        raise UsageError(
            f"intervals have a column {strange[0]}, which the set has not",
            fix=f"Its columns are {', '.join(columns)}",
        )
    for key, code in codes.items():
        other = chrom_codes(frame[key], db.chroms) != code
        if other.any():
            row = int(other.argmax())
            raise UsageError(
                f"{key} of row {row} is {frame[key].iloc[row]}, not {db.chroms.names[code]}",
                where="intervals",
                fix="Give only rows of the chromosome that is updated",
            )


def _require_same_file(track: FeatureTrack) -> None:
    """Complain when the file was replaced after it was read: that change would be lost."""
    theirs, now = track._file.status, track.path.stat()
    if (theirs.st_ino, theirs.st_dev, theirs.st_mtime_ns) != (
        now.st_ino, now.st_dev, now.st_mtime_ns
    ):  # fmt: skip
        raise WriteError(
            "was changed by somebody else meanwhile", where=track.path, fix="Try again"
        )


def change_set_attributes(db: GenomeDB, name: str, changes: Mapping[str, str | None]) -> None:
    """Set attributes of an interval set to text; None removes one.

    Raises
    ------
    TrackNotFoundError
    UsageError
        An attribute is read-only or describes the file; see `GenomeDB.set_attributes`.
    """
    open_set(db, name)
    db.set_attributes(name, changes)


def remove_set(db: GenomeDB, name: str, *, force: bool = False) -> None:
    """Delete an interval set.

    Parameters
    ----------
    force : bool
        A set that is not there is no error.

    Raises
    ------
    TrackNotFoundError
        There is no such set.
    UsageError
        It is of a dataset, which is only read.
    """
    if force and not is_set(db, name):
        return
    open_set(db, name)
    db.remove_track(name)
