"""Statistics of a track: computed, stored with it, and read again."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from genomedb.core.chromosomes import Chromosome
from genomedb.core.track_stats import LetterStats, TrackStats
from genomedb.db.database import GenomeDB
from genomedb.tracks.base import Track
from genomedb.tracks.stats import compute_stats

__all__ = ["TrackStats", "calc_stats", "get_stats", "set_stats"]


def calc_stats(
    gdb: GenomeDB, track: Track | str, chromosomes: Iterable[Chromosome | str] | None = None
) -> TrackStats:
    """Statistics of the values of some chromosomes together.

    Parameters
    ----------
    gdb : GenomeDB
    track : Track or str
    chromosomes : iterable of Chromosome or str, optional
        Default ``gdb.get_chromosomes()``, those that the track has.
    """
    opened = gdb.open_track(track) if isinstance(track, str) else track
    chosen = gdb.get_chromosomes() if chromosomes is None else list(chromosomes)
    names = [str(c) for c in chosen if chromosomes is not None or opened.has_chromosome(c)]
    found = compute_stats(opened, names).values()
    return TrackStats.total(stats for stats in found if isinstance(stats, TrackStats))


def set_stats(gdb: GenomeDB, track: Track | str) -> TrackStats | LetterStats:
    """Compute the statistics of all chromosomes of a track, and store them with it."""
    return gdb.set_track_stat(track)


def get_stats(
    gdb: GenomeDB, track: Track | str, chrom: Chromosome | str | None = None, *,
    verbose: bool = False,
) -> TrackStats | LetterStats:  # fmt: skip
    """Statistics stored with a track, of one chromosome or of all that it has.

    Parameters
    ----------
    gdb : GenomeDB
    track : Track or str
    chrom : Chromosome or str, optional
    verbose : bool
        Write those of each chromosome to standard error.

    Raises
    ------
    UsageError
        None are stored.
    """
    if verbose and chrom is None:
        opened = gdb.open_track(track) if isinstance(track, str) else track
        for each in filter(opened.has_chromosome, gdb.get_all_chromosomes()):
            sys.stderr.write(f"{each} {gdb.get_track_stat(opened, each)}\n")
    return gdb.get_track_stat(track, chrom)
