"""Sequence tracks -> FASTA."""

from __future__ import annotations

from pathlib import Path

from genomedb.core.progress import Progress
from genomedb.errors import UsageError
from genomedb.exporters.signal import Regions, chosen_regions
from genomedb.tracks.base import Track
from genomedb.tracks.dense import SequenceTrack
from genomedb.writers.fasta import FastaWriter

_PIECE = 1 << 22


def export_fasta(
    track: Track,
    path: str | Path,
    *,
    regions: Regions = None,
    line_width: int = 60,
    overwrite: bool = False,
) -> None:
    """Write a sequence track as FASTA, gzip when the name ends in ``.gz``.

    Parameters
    ----------
    track : SequenceTrack
        What to write.
    path : path
        Destination; ``-`` is standard output.
    regions : sequence of str or Region, optional
        Parts to write, each headed ``chrom:start-end`` (0-based half-open); None writes whole
        chromosomes.
    line_width : int
        Letters of a line.
    overwrite : bool
        Replace a file of that name.

    Raises
    ------
    UsageError, ChromError, WriteError
    """
    if not isinstance(track, SequenceTrack):
        raise UsageError(f"a {track.track_type} track holds no sequence", where=track.name)
    parts = chosen_regions(track, regions)
    total = sum(r.end - r.start for r in parts)
    with (
        FastaWriter(path, line_width=line_width, overwrite=overwrite) as writer,
        Progress(total, track.name, unit="bp") as progress,
    ):
        for region in parts:
            is_whole = region.end - region.start == track.chroms.length(region.chrom)
            header = region.chrom if is_whole else str(region)
            for start in range(region.start, region.end, _PIECE):
                end = min(start + _PIECE, region.end)
                writer.add(header, track.read(region.chrom, start, end))
                progress.advance(end - start)
