"""The database's sequence: which track holds it."""

from __future__ import annotations

from genomedb.db.database import GenomeDB
from genomedb.errors import TrackNotFoundError, UsageError
from genomedb.storage import schema
from genomedb.tracks.dense import SequenceTrack

USUAL_NAME = "seq"


def sequence_track(db: GenomeDB) -> SequenceTrack:
    """Track ``seq``, else the only sequence track there is.

    Raises
    ------
    TrackNotFoundError
        The database has no sequence.
    UsageError
        It has several, and none is called ``seq``.
    """
    names = [USUAL_NAME] if db.has_track(USUAL_NAME) else db.list_tracks(type=schema.SEQUENCE)
    if not names:
        raise TrackNotFoundError(
            "the database has no sequence", where=db.path, fix="Import a FASTA file as track seq"
        )
    if len(names) > 1:
        raise UsageError(
            f"the database has {len(names)} sequences: {', '.join(names[:5])}",
            where=db.path,
            fix="Rename one to seq",
        )
    track = db.open_track(names[0])
    if not isinstance(track, SequenceTrack):
        raise UsageError(
            f"track '{track.name}' is of type {track.track_type}, not a sequence", where=db.path
        )
    return track
