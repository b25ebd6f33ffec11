"""combine_tracks: sum, mean, least or greatest of many dense tracks, bin by bin, as a new track."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.new_track import new_place, provenance_of
from genomedb.core.progress import Progress
from genomedb.core.track_stats import TrackStats
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.kernels.combine import MOST_SMALL, SMALL, Best, Mean, Total, WholeTotal
from genomedb.tracks.create import Storage, check_dtype, new_dense
from genomedb.tracks.dense import DenseTrack, SequenceTrack
from genomedb.tracks.fitting import Fitting, smallest_dtype
from genomedb.tracks.stats import compute_stats

HOW = ("sum", "mean", "min", "max")
AUTO = "auto"
_BLOCK_BINS = 1 << 18  # one accumulator and one block of values: what a core's cache holds
_Accumulator = Total | WholeTotal | Mean | Best


@dataclass(frozen=True)
class Combined:
    """What was made.

    Attributes
    ----------
    dtype : str
        Of the new track.
    missing : float or None
        Its missing value; None when every bin has a value.
    n_saturated : int
        Bins whose value was cut to what the dtype holds.
    """

    dtype: str
    missing: float | None
    n_saturated: int


def combine_tracks(
    db: GenomeDB,
    tracks: Sequence[str],
    name: str,
    *,
    how: str = "sum",
    dtype: str = AUTO,
    saturate: bool = False,
    description: str = "",
    created_by: str = "",
    storage: Storage | None = None,
    overwrite: bool = False,
) -> Combined:
    """Make a dense track of many, bin by bin.

    Values are added in 32 bits where that surely holds them, else in float64, so that nothing
    wraps around. A track without a value in a bin, or without the chromosome, is left out there;
    the bin has no value when all are. An integer track with such bins keeps its largest number
    as the missing value. Memory depends on neither the genome nor the number of tracks.

    Parameters
    ----------
    db : GenomeDB
        Where the tracks are, and the new one goes.
    tracks : sequence of str
        Dense tracks of one bin size; one that comes twice counts twice.
    name : str
        Of the new track.
    how : {"sum", "mean", "min", "max"}
        The mean is over the tracks that have a value.
    dtype : str
        ``"auto"`` is for a sum, least or greatest of whole numbers the smallest type that surely
        holds it, unsigned if possible (for sums: of the largest values of all tracks), otherwise
        float32, or float64 when a track is.
    saturate : bool
        Cut values to what the dtype holds instead of raising.
    description, created_by, storage, overwrite
        As in `create_track`.

    Returns
    -------
    Combined
        The dtype, the missing value, and how many bins were cut.

    Raises
    ------
    UsageError
        Tracks that are not dense or differ in bin size, an unknown dtype or `how`; nothing was
        read then. Or a value that does not fit the dtype, naming its position.
    TrackNotFoundError, TrackExistsError, FormatError, LockedError, WriteError

    Examples
    --------
    >>> combine_tracks(db, ["rep1", "rep2"], "both", how="mean").dtype  # doctest: +SKIP
    'float32'
    """
    place = new_place(db, name, overwrite=overwrite)
    if how not in HOW:
        raise UsageError(f"how is {how!r:.40}", fix=f"Use one of: {', '.join(HOW)}")
    if dtype != AUTO:
        check_dtype(dtype)
    opened = dense_tracks(db, tracks)
    plan = Plan(opened, how)
    fitting = plan.fitting(dtype, saturate=saturate)
    provenance = provenance_of(
        name, description, created_by, "combine_tracks", _listed(tracks), f"how={how!r}",
        bin_size=opened[0].bin_size,
    )  # fmt: skip
    with (
        new_dense(
            place, bin_size=opened[0].bin_size, dtype=fitting.dtype, missing=fitting.missing,
            provenance=provenance, storage=storage, overwrite=overwrite,
        ) as draft,
        Progress(place.chroms.total, name, unit="bp") as progress,
    ):  # fmt: skip
        for chrom, length in zip(place.chroms.names, place.chroms.lengths, strict=True):
            if any(track.has_chrom(chrom) for track in opened):
                draft.write(chrom, plan.blocks(chrom, fitting))
            progress.advance(length)
    return Combined(fitting.dtype, fitting.missing, fitting.n_saturated)


def dense_tracks(db: GenomeDB, names: Sequence[str]) -> list[DenseTrack]:
    """Open dense tracks of one bin size.

    Raises
    ------
    UsageError
        There are none, or one is of another type or bin size.
    TrackNotFoundError
    """
    if isinstance(names, str) or not names:
        raise UsageError("no tracks to combine", fix="Give a list of names")
    found: list[DenseTrack] = []
    for name in names:
        track = db.open_track(name)
        if not isinstance(track, DenseTrack) or isinstance(track, SequenceTrack):
            raise UsageError(
                f"track '{name}' is {track.track_type}: only dense tracks can be combined",
                fix=f"convert(track, 'dense', bin_size=...) makes one of '{name}'",
            )
        if found and track.bin_size != found[0].bin_size:
            raise UsageError(
                f"track '{name}' has bins of {track.bin_size} bp, '{names[0]}' of "
                f"{found[0].bin_size} bp",
                fix="convert makes a track with other bins",
            )
        found.append(track)
    return found


class Plan:
    """What is added to what, and what may come of it.

    Attributes
    ----------
    whole : bool
        The result is of whole numbers.
    complete : bool
        Every track has a value in every bin.
    """

    def __init__(self, tracks: Sequence[DenseTrack], how: str) -> None:
        self.tracks, self.how = tracks, how
        self._bin_size = tracks[0].bin_size
        self.whole = all(track.dtype.kind in "iu" for track in tracks) and how != "mean"
        chroms = tracks[0].chroms.names
        self.complete = all(
            track.dtype.kind in "iu" and track.missing is None and all(map(track.has_chrom, chroms))
            for track in tracks
        )

    def fitting(self, dtype: str, *, saturate: bool) -> Fitting:
        """The new track's dtype, and how values get into it."""
        if dtype == AUTO:
            dtype = "float64" if any(t.dtype == np.float64 for t in self.tracks) else "float32"
            if self.whole:
                low, high = self._limits()
                dtype = smallest_dtype(low, high if self.complete else high + 1)
        missing = None
        if np.dtype(dtype).kind != "f" and not self.complete:
            missing = np.iinfo(dtype).max
        return Fitting(dtype, missing, saturate=saturate)

    def _limits(self) -> tuple[int, int]:
        """No value of the new track is below the first or above the second number."""
        totals = []
        for track in self.tracks:
            kept = [track.stored_stats(c) for c in track.chroms.names if track.has_chrom(c)]
            if track._is_indexed or not all(isinstance(part, TrackStats) for part in kept):
                kept = list(compute_stats(track).values())
            totals.append(TrackStats.total(part for part in kept if isinstance(part, TrackStats)))
        some = [t for t in totals if t.n > t.n_nan]
        if not some:
            return 0, 0
        low, high = [int(t.min) for t in some], [int(t.max) for t in some]
        if self.how == "sum":  # a track without a value in a bin adds nothing there
            return (sum(low), sum(high)) if self.complete else (
                sum(min(x, 0) for x in low), sum(max(x, 0) for x in high)
            )  # fmt: skip
        return min(low), max(high)

    def accumulator(self, chrom: str, n: int) -> _Accumulator:
        """What adds up one block of a chromosome."""
        if self.how in ("min", "max"):
            return Best(n, 1 if self.how == "max" else -1)
        small = len(self.tracks) <= MOST_SMALL and all(t.dtype.name in SMALL for t in self.tracks)
        if small and all(t.missing is None and t.has_chrom(chrom) for t in self.tracks):
            return WholeTotal(n, mean=self.how == "mean")
        return Mean(n) if self.how == "mean" else Total(n)

    def blocks(self, chrom: str, fitting: Fitting) -> Iterator[NDArray[Any]]:
        """Yield the bins of a chromosome as they are stored."""
        here = [track for track in self.tracks if track.has_chrom(chrom)]
        n_bins, length = here[0].n_bins(chrom), here[0].chroms.length(chrom)
        buffers = {track.dtype: np.empty(min(_BLOCK_BINS, n_bins), track.dtype) for track in here}
        for first in range(0, n_bins, _BLOCK_BINS):
            last = min(first + _BLOCK_BINS, n_bins)
            start, end = first * self._bin_size, min(last * self._bin_size, length)
            found = self.accumulator(chrom, last - first)
            for track in here:
                out = None if track.is_mapped(chrom) else buffers[track.dtype][: last - first]
                missing = None if track.dtype.kind == "f" else track.missing
                found.add(track.read(chrom, start, end, out=out), missing)
            yield fitting.fit(found.result(), chrom, start, self._bin_size)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:10])
    return f"[{shown}{f', ... {len(names)} tracks' if len(names) > 10 else ''}]"


__all__ = ["AUTO", "HOW", "Combined", "Plan", "combine_tracks", "dense_tracks"]
