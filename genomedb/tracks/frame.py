"""What a track holds in a region, as a DataFrame."""

from __future__ import annotations

from typing import Any

import numpy as np

from genomedb.core.region import parse_region
from genomedb.core.spans import Spans, Spans2D
from genomedb.core.texts import Texts
from genomedb.errors import UsageError
from genomedb.intervals.two_d import frame2d_of
from genomedb.storage import schema
from genomedb.tracks.array import ArrayTrack
from genomedb.tracks.base import Track
from genomedb.tracks.dense import DenseTrack, SequenceTrack
from genomedb.tracks.features import FeatureTrack
from genomedb.tracks.pairs import PairTrack, side_of
from genomedb.tracks.regions import region_arrays
from genomedb.tracks.sparse import SparseTrack

STRANDS = np.array([".", "+", "-"], dtype=object)  # of 0, 1 and -1


def track_frame(track: Track, region: Any) -> Any:
    """Bins, records or features over a region; see `Track.to_frame`."""
    import pandas as pd

    chrom, start, end = _region(track, region)
    columns: dict[str, Any]
    if isinstance(track, SequenceTrack):
        raise UsageError("a sequence is no table", where=track.name, fix="Use text()")
    if isinstance(track, DenseTrack):
        values = track.read(chrom, start, end)
        first = start // track.bin_size
        starts = np.arange(first, first + values.size) * track.bin_size
        ends = np.minimum(starts + track.bin_size, track.chroms.length(chrom))
        columns = {"value": _masked(track, values)}
    elif isinstance(track, SparseTrack):
        starts, ends, value = track.read(chrom, start, end)
        columns = {"value": value}
    elif isinstance(track, ArrayTrack):
        starts, ends, table = track.read(chrom, start, end)
        columns = {name: table[:, i] for i, name in enumerate(track.columns)}
    elif isinstance(track, FeatureTrack):
        starts, ends, strand, columns = track.read(chrom, start, end)
        if strand is not None:
            columns = {"strand": STRANDS[strand], **columns}
    else:
        raise UsageError(f"a {track.track_type} track is no table", where=track.name)
    made = {k: v.tolist() if isinstance(v, Texts) else v for k, v in columns.items()}
    return pd.DataFrame({"chrom": chrom, "start": starts, "end": ends, **made})


def pairs_frame(track: PairTrack, region: Any, region2: Any, band: Any) -> Any:
    """Records of a rectangle; see `PairTrack.to_frame`."""
    first = side_of(region, track)
    second = first if region2 is None else side_of(region2, track)
    found = track.read(*first, *second, band=band)
    codes = [np.full(len(found), track.chroms.code(chrom)) for chrom in (first[0], second[0])]
    sides = Spans(codes[0], found.x1, found.x2), Spans(codes[1], found.y1, found.y2)
    return frame2d_of(Spans2D(*sides), track.chroms, {schema.VALUE: found.value})


def _region(track: Track, region: Any) -> tuple[str, int, int]:
    if isinstance(region, str):
        found = parse_region(region, track.chroms)
        return found.chrom, found.start, found.end
    wanted = region_arrays([region], track.chroms)
    return track.chroms.names[wanted.code[0]], int(wanted.start[0]), int(wanted.end[0])


def _masked(track: Track, values: Any) -> Any:
    """Values with NaN for the missing ones of integer tracks."""
    if values.dtype.kind == "f" or track.missing is None:
        return values
    return np.where(values == track.missing, np.nan, values)
