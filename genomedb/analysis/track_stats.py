"""Statistics of tracks by chromosome and in total, stored with each track.

Every dense and sequence track is written with them, so they always belong to its values. They are
attributes of the dataset that holds a chromosome, as in files of the older ``genome`` library:
``n`` and ``n_nan`` (int64), ``min``, ``max`` and ``sum`` (float64; NaN, NaN and 0 when there is no
value); of sequence tracks ``n_a n_c n_g n_t n_n first_def_idx last_def_idx`` (int64, letters in
either case). `tracks.stats` reads, computes and stores them for an open track, and
``DenseTrack.stored_stats(chrom)`` reads one; a track in the layout ``indexed`` stores none and its
values answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from genomedb.core.track_stats import LetterStats, TrackStats
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.tracks.base import Track
from genomedb.tracks.dense import SequenceTrack
from genomedb.tracks.stats import get_stats, store_stats


def get_track_stats(
    db: GenomeDB, name: str, chroms: str | Iterable[str] | None = None
) -> dict[str, TrackStats]:
    """Statistics stored with a dense track.

    Parameters
    ----------
    db : GenomeDB
        Where the track is.
    name : str
        A dense track.
    chroms : str or iterable of str, optional
        Default: all with data.

    Returns
    -------
    dict of str to TrackStats
        ``n n_nan sum min max`` and ``mean()`` by chromosome, in the order of the database (or of
        `chroms`). ``TrackStats.total(found.values())`` is that of all together.

    Raises
    ------
    UsageError
        The track is of another type, or has no statistics: a file written by another program.
    TrackNotFoundError, ChromError, FormatError

    Examples
    --------
    >>> get_track_stats(db, "signal")["chr1"].mean()  # doctest: +SKIP
    2.5
    """
    found = get_stats(_dense(db.open_track(name)), _listed(chroms))
    return cast(dict[str, TrackStats], found)


def set_track_stats(db: GenomeDB, name: str) -> dict[str, TrackStats]:
    """Compute the statistics of a dense track again and store them, if they are not there yet.

    Returns
    -------
    dict of str to TrackStats
        As `get_track_stats`.

    Raises
    ------
    UsageError
        The track is of another type, or of a dataset.
    TrackNotFoundError, FormatError, LockedError, WriteError
    """
    track = _dense(db.open_track(name))
    _require_own(db, track)
    return cast(dict[str, TrackStats], store_stats(track))


def get_seq_track_stats(
    db: GenomeDB, name: str = "seq", chroms: str | Iterable[str] | None = None
) -> dict[str, LetterStats]:
    """Counts of letters stored with a sequence track.

    Returns
    -------
    dict of str to LetterStats
        ``n n_a n_c n_g n_t n_n n_def first_def_idx last_def_idx`` by chromosome.
        ``LetterStats.total(found.values())`` is that of all together.

    Raises
    ------
    UsageError, TrackNotFoundError, ChromError, FormatError
        As `get_track_stats`.
    """
    found = get_stats(_sequence(db.open_track(name)), _listed(chroms))
    return cast(dict[str, LetterStats], found)


def set_seq_track_stats(db: GenomeDB, name: str = "seq") -> dict[str, LetterStats]:
    """Count the letters of a sequence track again and store that, if it is not there yet.

    Returns and raises as `get_seq_track_stats` and `set_track_stats`.
    """
    track = _sequence(db.open_track(name))
    _require_own(db, track)
    return cast(dict[str, LetterStats], store_stats(track))


def _listed(chroms: str | Iterable[str] | None) -> Iterable[str] | None:
    return [chroms] if isinstance(chroms, str) else chroms


def _dense(track: Track) -> Track:
    if isinstance(track, SequenceTrack):
        raise UsageError(
            "a sequence track has letters", where=track.name,
            fix="Ask get_seq_track_stats or set_seq_track_stats",
        )  # fmt: skip
    return track


def _sequence(track: Track) -> Track:
    if not isinstance(track, SequenceTrack):
        raise UsageError(
            f"a {track.track_type} track holds no sequence", where=track.name,
            fix="Ask get_track_stats or set_track_stats",
        )  # fmt: skip
    return track


def _require_own(db: GenomeDB, track: Track) -> None:
    if db.root_of(track.name) != db.path:
        raise UsageError(
            f"track '{track.name}' is of a dataset, which is only read", where=track.path,
            fix="Copy the track to another name",
        )  # fmt: skip
    db.place(track.name)  # a database that is only read says so
