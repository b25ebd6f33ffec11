"""combine_strands: reads of both strands moved to the middle of their fragments, as one track."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.combine_tracks import AUTO, Plan, dense_tracks
from genomedb.analysis.new_track import new_place, provenance_of
from genomedb.core.progress import Progress
from genomedb.db.database import GenomeDB
from genomedb.errors import ChromError, UsageError
from genomedb.tracks.create import Storage, check_dtype, new_dense
from genomedb.tracks.dense import DenseTrack
from genomedb.tracks.fitting import Fitting

USUAL = ("chr21", "chr2L")  # small, and full of genes
WINDOW = 50  # bp of the moving sum
PERCENTILE = 95
SHIFTS = range(20, 250)
PATIENCE = 50  # shifts beyond the best so far
_BLOCK = 1 << 18
_F4 = NDArray[np.float32]


@dataclass(frozen=True)
class CombinedStrands:
    """What was made.

    Attributes
    ----------
    shift : int
        Base pairs by which both strands were moved.
    dtype : str
        Of the new track.
    n_saturated : int
        Bases whose value was cut to what the dtype holds.
    """

    shift: int
    dtype: str
    n_saturated: int


def combine_strands(
    db: GenomeDB,
    fwd: str,
    rev: str,
    name: str,
    *,
    shift: int | None = None,
    chrom: str | None = None,
    dtype: str = AUTO,
    saturate: bool = False,
    description: str = "",
    storage: Storage | None = None,
    overwrite: bool = False,
) -> CombinedStrands:
    """Make a track of the forward reads moved right and the reverse reads moved left.

    What is moved beyond an end of the chromosome is dropped; nothing comes round.

    Parameters
    ----------
    db : GenomeDB
        Where the tracks are, and the new one goes.
    fwd, rev : str
        Dense tracks with one value a base, usually 5' ends by strand.
    name : str
        Of the new track.
    shift : int, optional
        Base pairs; None takes what `strand_shift` finds.
    chrom : str, optional
        Where to look for the shift.
    dtype, saturate, description, storage, overwrite
        As in `combine_tracks`.

    Raises
    ------
    UsageError
        The tracks are not dense with bins of one base, or an argument is not right; or a value
        does not fit the dtype, naming its position.
    ChromError, TrackNotFoundError, TrackExistsError, FormatError, LockedError, WriteError

    Examples
    --------
    >>> combine_strands(db, "fwd", "rev", "middles").shift  # doctest: +SKIP
    73
    """
    place = new_place(db, name, overwrite=overwrite)
    if dtype != AUTO:
        check_dtype(dtype)
    tracks = _strands(db, fwd, rev)
    if shift is None:
        shift = strand_shift(db, fwd, rev, chrom)
    if not isinstance(shift, (int, np.integer)) or isinstance(shift, bool) or shift < 0:
        raise UsageError(f"shift is {shift!r:.40}", fix="Give base pairs, 0 or more")
    plan = Plan(tracks, "sum")
    fitting = plan.fitting(dtype, saturate=saturate)
    provenance = provenance_of(
        name, description, "", "combine_strands", repr(fwd), repr(rev), f"shift={shift}",
        bin_size=1,
    )  # fmt: skip
    with (
        new_dense(
            place, bin_size=1, dtype=fitting.dtype, missing=fitting.missing, storage=storage,
            provenance=provenance, overwrite=overwrite,
        ) as draft,
        Progress(place.chroms.total, name, unit="bp") as progress,
    ):  # fmt: skip
        for code, length in enumerate(place.chroms.lengths):
            chrom = place.chroms.names[code]
            if any(track.has_chrom(chrom) for track in tracks):
                draft.write(chrom, _moved(plan, chrom, int(shift), fitting))
            progress.advance(length)
    return CombinedStrands(int(shift), fitting.dtype, fitting.n_saturated)


def _moved(plan: Plan, chrom: str, shift: int, fitting: Fitting) -> Iterator[NDArray[Any]]:
    """Yield the sums of a chromosome, from left to right."""
    length = plan.tracks[0].chroms.length(chrom)
    for first in range(0, length, _BLOCK):
        last = min(first + _BLOCK, length)
        found = plan.accumulator(chrom, last - first)
        for track, by in zip(plan.tracks, (-shift, shift), strict=True):
            if track.has_chrom(chrom):
                found.add(*_window(track, chrom, first + by, last + by))
        yield fitting.fit(found.result(), chrom, first, 1)


def _window(
    track: DenseTrack, chrom: str, first: int, last: int
) -> tuple[NDArray[Any], float | None]:
    """Values of a stretch that may reach beyond the chromosome, where there is nothing to add."""
    missing = None if track.dtype.kind == "f" else track.missing
    length = track.chroms.length(chrom)
    if first >= 0 and last <= length:
        return track.read(chrom, first, last), missing
    nothing = np.nan if track.dtype.kind == "f" else missing or 0
    values = np.full(last - first, nothing, track.dtype)
    a, b = max(first, 0), min(last, length)
    if a < b:
        values[a - first : b - first] = track.read(chrom, a, b)
    return values, missing


def strand_shift(db: GenomeDB, fwd: str, rev: str, chrom: str | None = None) -> int:
    """Shift at which reads of the two strands agree best: about half a fragment.

    Both strands are summed over 50 bp, and what is below the 95th percentile becomes 0. The shift
    is that of the greatest covariance, from 20 up to 249, or until 50 shifts bring nothing better.

    Parameters
    ----------
    db, fwd, rev
        As in `combine_strands`.
    chrom : str, optional
        Default chr21 or chr2L, or where there is neither the longest chromosome.

    Returns
    -------
    int
        Base pairs; twice that is the estimated size of the fragments.

    Raises
    ------
    UsageError
        The tracks are not dense with bins of one base, or one has no reads there.
    ChromError, TrackNotFoundError, FormatError
    """
    tracks = _strands(db, fwd, rev)
    chrom = _where(tracks, chrom)
    plus, minus = (_peaks(track, chrom) for track in tracks)
    at = np.flatnonzero(plus)
    if not at.size or not minus.any():
        raise UsageError(
            f"no reads on {chrom}, so that no shift can be found", where=f"{fwd}, {rev}",
            fix="Give a shift, or another chromosome",
        )  # fmt: skip
    weight = plus[at].astype(np.float64)
    upto = np.cumsum(np.concatenate(([0.0], minus.astype(np.float64))))
    n, best, found = plus.size, -np.inf, SHIFTS[0]
    heights = np.cumsum(np.concatenate(([0.0], weight)))
    for shift in SHIFTS:
        if shift - found > PATIENCE:
            break
        inside = int(np.searchsorted(at, n - 2 * shift))  # others meet nothing
        product = float(weight[:inside] @ minus[at[:inside] + 2 * shift])
        # means of what is left of each strand when it is moved
        left = heights[np.searchsorted(at, max(n - shift, 0))]
        covariance = product / n - (left / n) * ((upto[-1] - upto[min(shift, n)]) / n)
        if covariance > best:
            best, found = covariance, shift
    return found


def _strands(db: GenomeDB, fwd: str, rev: str) -> list[DenseTrack]:
    tracks = dense_tracks(db, [fwd, rev])
    if tracks[0].bin_size != 1:
        raise UsageError(
            f"tracks '{fwd}' and '{rev}' have bins of {tracks[0].bin_size} bp",
            fix="Strands are moved by bases: give tracks with bins of 1 bp",
        )
    return tracks


def _where(tracks: list[DenseTrack], chrom: str | None) -> str:
    chroms = tracks[0].chroms
    if chrom is None:
        usual = [name for name in USUAL if chroms.find(name) >= 0]
        chrom = usual[0] if usual else chroms.names[int(chroms.length_array.argmax())]
    name = chroms.name(chrom)
    for track in tracks:
        if not track.has_chrom(name):
            raise ChromError(
                f"has no data on {name}", where=track.name,
                fix="Give a shift, or another chromosome",
            )  # fmt: skip
    return name


def _peaks(track: DenseTrack, chrom: str) -> _F4:
    """Sums over 50 bp around each base; 0 where they are below the 95th percentile."""
    length, half = track.chroms.length(chrom), WINDOW // 2
    found = np.empty(length, np.float32)
    for first in range(0, length, _BLOCK):
        last = min(first + _BLOCK, length)
        values, missing = _window(track, chrom, first - half, last + half)
        numbers = values.astype(np.float64)
        if missing is not None:
            numbers[values == missing] = 0
        upto = np.cumsum(np.concatenate(([0.0], np.nan_to_num(numbers))))
        found[first:last] = (upto[WINDOW:] - upto[:-WINDOW])[: last - first]
    found[found < np.percentile(found, PERCENTILE)] = 0
    return found


__all__ = ["CombinedStrands", "combine_strands", "strand_shift"]
