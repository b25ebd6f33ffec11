"""Statistics of each chromosome of a track: those stored with it, or computed of its values."""

from __future__ import annotations

from collections.abc import Iterable

from genomedb.core.track_stats import LetterStats, TrackStats
from genomedb.errors import UsageError
from genomedb.storage import track_stats as storage
from genomedb.storage.pyramid import PyramidBuilder
from genomedb.tracks.base import Track
from genomedb.tracks.dense import DenseTrack, SequenceTrack
from genomedb.tracks.letters import LetterCounter
from genomedb.tracks.pairs import PAIRS

Found = dict[str, TrackStats | LetterStats]


def get_stats(track: Track, chroms: Iterable[str] | None = None) -> Found:
    """Statistics stored with a track, by chromosome.

    A track of very many chromosomes (layout ``indexed``) stores none: its statistics come of its
    summary pyramid and values, so that they are never missing.

    Parameters
    ----------
    track : Track
        Dense or sequence.
    chroms : iterable of str, optional
        Default: those with data.

    Raises
    ------
    UsageError
        The track is of another type, or a chromosome has no stored statistics.
    ChromError
        A chromosome is not in the database, or has no data.
    FormatError
        What is stored is damaged.
    """
    binned = _binned(track)
    names = _names(binned, chroms)
    if binned._is_indexed:
        return compute_stats(binned, names)
    found: Found = {}
    for name in names:
        stats = binned.stored_stats(name)
        if stats is None:
            raise UsageError(
                f"no statistics are stored for {name}", where=track.name,
                fix=f"Store them with set_track_stats {track.name}",
            )  # fmt: skip
        found[name] = stats
    return found


def compute_stats(track: Track, chroms: Iterable[str] | None = None) -> Found:
    """Statistics of the values, read in blocks; parameters and errors as `get_stats`.

    Sums are of float64 in blocks of 4096 bins, and these are added exactly.
    """
    binned = _binned(track)
    names = _names(binned, chroms)
    if binned._is_indexed and not isinstance(binned, SequenceTrack):
        return _of_summary(binned, names)
    return {name: _of_values(binned, name) for name in names}


def store_stats(track: Track) -> Found:
    """Compute the statistics of all chromosomes with data, and store them with the track.

    A new file takes the name of the track, unless what is stored already is the same.

    Raises
    ------
    UsageError
        The track is of another type.
    LockedError, WriteError, FormatError
    """
    binned = _binned(track)
    found = compute_stats(binned)
    if binned._is_indexed:
        return found
    if any(repr(binned.stored_stats(name)) != repr(stats) for name, stats in found.items()):
        storage.replace_stats(binned.path, found)
    return found


def _binned(track: Track) -> DenseTrack:
    if not isinstance(track, DenseTrack):
        is_2d = track.track_type in PAIRS
        raise UsageError(
            f"a {track.track_type} track keeps no statistics of its chromosomes",
            where=track.name,
            fix="summary tells those of its values"
            + ("" if is_2d else "; convert makes a dense track of it"),
        )
    return track


def _names(track: DenseTrack, chroms: Iterable[str] | None) -> list[str]:
    if chroms is None:
        return [name for name in track.chroms.names if track.has_chrom(name)]
    return list(dict.fromkeys(track.chroms.name(name) for name in chroms))


def _of_values(track: DenseTrack, name: str) -> TrackStats | LetterStats:
    builder: LetterCounter | PyramidBuilder = LetterCounter()
    if not isinstance(track, SequenceTrack):
        builder = PyramidBuilder(track.n_bins(name), track.dtype, track.missing, ())
    for block in track.iter_chrom_blocks([name], reuse=True):
        builder.add(block.values)
    if isinstance(builder, PyramidBuilder):
        builder.finish()
    return builder.stats()


def _of_summary(track: DenseTrack, names: list[str]) -> Found:
    if not names:
        return {}
    codes = [track.chroms.code(name) for name in names]
    lengths = track.chroms.length_array[codes]
    found = track.summary((names, [0] * len(names), lengths))
    rows = zip(
        names, found.n_bins.tolist(), found.n_missing.tolist(), found.sum.tolist(),
        found.min.tolist(), found.max.tolist(), strict=True,
    )  # fmt: skip
    return {name: TrackStats(*numbers) for name, *numbers in rows}
