"""The same track stored in another way: layout, codec, chunks, pyramid."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from genomedb.errors import FormatError, UsageError, WriteError
from genomedb.storage import schema
from genomedb.storage.copying import storage_of, take_over
from genomedb.storage.pyramid_file import levels_of
from genomedb.storage.validate import require_intact
from genomedb.tracks.array import ArrayTrack
from genomedb.tracks.base import Track
from genomedb.tracks.create import (
    DenseDraft,
    Storage,
    new_array,
    new_dense,
    new_features,
    new_sparse,
)
from genomedb.tracks.create_pairs import copy_pairs, new_pairs
from genomedb.tracks.dense import DenseTrack
from genomedb.tracks.features import FeatureTrack
from genomedb.tracks.open import open_track
from genomedb.tracks.pairs import PairTrack
from genomedb.tracks.place import Place
from genomedb.tracks.records import RecordsTrack
from genomedb.tracks.sparse import SparseTrack


def storage_of_track(track: Track) -> Storage:
    """How the values of a track are stored."""
    return storage_of(track._file, track.chroms)


def has_pyramid(track: Track) -> bool:
    """Does the file hold a summary pyramid?"""
    return bool(levels_of(track._file))


def repack(
    track: Track | str | os.PathLike[str],
    *,
    layout: str | None = None,
    storage: Storage | None = None,
    pyramid: bool | None = None,
) -> Track:
    """Store a track in another way; a new file with the same data takes its name.

    Attributes, dates, sources and variables stay as they are. Memory does not grow with the
    track. A track that is open keeps reading the old file.

    Parameters
    ----------
    track : Track or path
        What to rewrite.
    layout : {"per-chromosome", "indexed"}, optional
        None keeps it.
    storage : Storage, optional
        Codec and chunks; None keeps them. `storage_of_track` tells what they are.
    pyramid : bool, optional
        With a summary pyramid (of dense tracks)? None keeps what there is.

    Returns
    -------
    Track
        The new file, open.

    Raises
    ------
    FormatError
        The file is damaged: a copy would hide that.
    UsageError
        For an unknown layout.
    LockedError, WriteError

    Examples
    --------
    >>> repack("depth.h5", layout="indexed", storage=Storage(level=6))  # doctest: +SKIP
    """
    # as it is now: the track given may read a file that was replaced since
    old = open_track(track.path, track.name) if isinstance(track, Track) else open_track(track)
    require_intact(old.path)
    chosen = storage or storage_of_track(old)
    with _draft_like(old, layout or old.layout, chosen, pyramid=pyramid) as draft:
        _require_same_file(old)  # the lock is ours by now
        _copy(old, draft)
        take_over(draft.draft, old._file)
    return open_track(old.path, old.name)


def place_of(track: Track) -> Place:
    """Where a track is."""
    assembly = track._file.attributes().get(schema.ASSEMBLY)
    return Place(track.path, track.name, track.chroms, str(assembly or ""))


def _draft_like(
    old: Track, layout: str, storage: Storage, *, pyramid: bool | None
) -> AbstractContextManager[Any]:
    """Open a draft of the same type over the same name."""
    place, dtype = place_of(old), old.dtype.name
    given: dict[str, Any] = {"storage": storage, "overwrite": True, "layout": layout}
    if isinstance(old, DenseTrack):
        keep = has_pyramid(old) if pyramid is None else pyramid
        return new_dense(
            place, bin_size=old.bin_size, dtype=dtype, track_type=old.track_type, pyramid=keep,
            missing=None if old.dtype.kind == "f" else old.missing, **given,
        )  # fmt: skip
    if pyramid:
        raise UsageError(
            f"a {old.track_type} track has no summary pyramid", where=old.name,
            fix="Leave pyramid out",
        )  # fmt: skip
    if isinstance(old, PairTrack):
        return new_pairs(place, is_points=old.is_points, dtype=dtype, is_ordered=True, **given)
    if isinstance(old, FeatureTrack):
        return new_features(place, old.columns, strand=old.has_strand, **given)
    if isinstance(old, ArrayTrack):
        return new_array(place, old.columns, dtype=dtype, **given)
    if isinstance(old, SparseTrack):
        return new_sparse(place, dtype=dtype, **given)
    raise FormatError(f"a {old.track_type} file cannot be repacked", where=old.path)


def _copy(old: Track, draft: Any) -> None:
    """Write all data of a track, chromosome by chromosome in the order of the database."""
    if isinstance(old, DenseTrack):
        assert isinstance(draft, DenseDraft)
        for name in filter(old.has_chrom, old.chroms.names):
            draft.write(name, (b.values for b in old.iter_chrom_blocks([name], reuse=True)))
        return
    if isinstance(old, PairTrack):
        copy_pairs(old, draft)
        return
    assert isinstance(old, RecordsTrack)
    names = [name for name in old.chroms.names if old._table(name) is not None]
    # without a record, the datasets of one chromosome still tell the columns
    for name in names or old.chroms.names[:1]:
        draft.write(name, _pieces(old, name))


def _pieces(old: RecordsTrack, name: str) -> Iterator[tuple[Any, ...]]:
    """Blocks of a chromosome's records as drafts take them."""
    if isinstance(old, FeatureTrack):
        for block in old.iter_chrom_blocks([name]):
            columns = dict(block.columns)
            if block.strand is not None:
                columns[schema.STRAND] = block.strand
            yield block.start, block.end, columns
    elif isinstance(old, (SparseTrack, ArrayTrack)):
        for records in old.iter_chrom_blocks([name]):
            yield records[1:]


def _require_same_file(old: Track) -> None:
    """Complain when the file was replaced after it was opened: that change would be lost."""
    theirs, now = old._file.status, old.path.stat()
    if (theirs.st_ino, theirs.st_dev, theirs.st_mtime_ns) != (
        now.st_ino, now.st_dev, now.st_mtime_ns
    ):  # fmt: skip
        raise WriteError("was changed by somebody else meanwhile", where=old.path, fix="Try again")


__all__ = ["has_pyramid", "place_of", "repack", "storage_of_track"]
