"""Tracks -> bigWig, bedGraph and WIG files."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.progress import Progress
from genomedb.core.region import Region, check_inside, parse_region
from genomedb.errors import UsageError
from genomedb.kernels.runs import runs_of_equal
from genomedb.tracks.base import Track
from genomedb.tracks.dense import DenseTrack, SequenceTrack
from genomedb.tracks.sparse import SparseTrack
from genomedb.writers.bedgraph import BedGraphWriter
from genomedb.writers.bigwig import BigWigWriter
from genomedb.writers.wig import WigWriter

_BLOCK_BINS = 1 << 20
Regions = Sequence[str | Region] | str | Region | None


def export_bedgraph(
    track: Track, path: str | Path, *, regions: Regions = None, overwrite: bool = False
) -> None:
    """Write a track as bedGraph, gzip when the name ends in ``.gz``; missing values are gaps.

    Neighbouring bins of one value become one line. A record of a sparse track that has no value
    is written as ``nan``.

    Parameters
    ----------
    track : DenseTrack or SparseTrack
        What to write.
    path : path
        Destination; ``-`` is standard output.
    regions : sequence of str or Region, optional
        Which parts, e.g. ``["chr2L:0-10000"]`` or ``["chrX"]``; None writes everything.
    overwrite : bool
        Replace a file of that name.

    Raises
    ------
    UsageError, ChromError, WriteError
    """
    with BedGraphWriter(path, _sizes(track), overwrite=overwrite) as writer:
        _write(track, writer, regions, as_runs=True)


def export_wig(
    track: Track, path: str | Path, *, regions: Regions = None, overwrite: bool = False
) -> None:
    """Write a track as WIG: fixedStep blocks of a dense one, variableStep of a sparse one.

    Parameters and errors are those of `export_bedgraph`.
    """
    with WigWriter(path, _sizes(track), overwrite=overwrite) as writer:
        _write(track, writer, regions, as_runs=False)


def export_bigwig(
    track: Track,
    path: str | Path,
    *,
    regions: Regions = None,
    zooms: int = 10,
    overwrite: bool = False,
) -> None:
    """Write a track as bigWig with zoom levels; missing values are gaps.

    Parameters and errors are those of `export_bedgraph`; values are stored as float32.
    """
    with BigWigWriter(path, _sizes(track), zooms=zooms, overwrite=overwrite) as writer:
        as_runs = isinstance(track, DenseTrack) and track.bin_size == 1
        _write(track, writer, regions, as_runs=as_runs)


def _sizes(track: Track) -> list[tuple[str, int]]:
    if isinstance(track, SequenceTrack) or not isinstance(track, (DenseTrack, SparseTrack)):
        raise UsageError(
            f"a {track.track_type} track holds no signal", where=track.name, fix="Use export_fasta"
        )
    return list(zip(track.chroms.names, track.chroms.lengths, strict=True))


def region_of(given: str | Region, chroms: ChromTable) -> Region:
    """Region inside its chromosome, which is named as the database names it."""
    if isinstance(given, str):
        return parse_region(given, chroms)
    if not isinstance(given, Region):
        raise UsageError(f"{given!r} is not a region", fix='Write "chrom:start-end" or Region')
    name = chroms.name(given.chrom)
    check_inside(name, given.start, given.end, chroms.length(name))
    return Region(name, given.start, given.end)


def chosen_regions(track: Track, regions: Regions) -> list[Region]:
    """Regions to write, in the order of the database; overlapping ones are refused."""
    chroms = track.chroms
    if regions is None:
        return [Region(n, 0, chroms.length(n)) for n in chroms.names if track.has_chrom(n)]
    listed = [regions] if isinstance(regions, (str, Region)) else regions
    parsed = [region_of(r, chroms) for r in listed]
    parsed.sort(key=lambda r: (chroms.code(r.chrom), r.start))
    for before, after in itertools.pairwise(parsed):
        if before.chrom == after.chrom and after.start < before.end:
            raise UsageError(f"regions {before} and {after} overlap")
    return [r for r in parsed if track.has_chrom(r.chrom)]


def _write(track: Track, writer: Any, regions: Regions, *, as_runs: bool) -> None:
    parts = chosen_regions(track, regions)
    with Progress(sum(r.end - r.start for r in parts), track.name, unit="bp") as progress:
        for region in parts:
            if isinstance(track, DenseTrack):
                for first, values in _blocks(track, region):
                    _write_bins(track, writer, region, first, values, as_runs=as_runs)
                    progress.advance(values.size * track.bin_size)
            elif isinstance(track, SparseTrack):
                records = track.read(region.chrom, region.start, region.end)
                start = np.maximum(records.start, region.start)
                end = np.minimum(records.end, region.end)
                writer.add_runs(region.chrom, start, end, records.value)
                progress.advance(region.end - region.start)


def _blocks(track: DenseTrack, region: Region) -> Iterator[tuple[int, NDArray[Any]]]:
    """Start in bp and values (NaN where missing) of consecutive blocks of a region."""
    step = _BLOCK_BINS * track.bin_size
    missing = track.missing
    for start in range(region.start - region.start % track.bin_size, region.end, step):
        values = track.read(region.chrom, start, min(start + step, region.end))
        if missing is not None and values.dtype.kind != "f":
            values = np.where(values == missing, np.nan, values)
        yield start, values


def _write_bins(
    track: DenseTrack,
    writer: Any,
    region: Region,
    start: int,
    values: NDArray[Any],
    *,
    as_runs: bool,
) -> None:
    bin_size = track.bin_size
    whole = region.start <= start and (
        start + values.size * bin_size <= region.end
        or region.end == track.chroms.length(region.chrom)
    )
    if whole and not as_runs:
        writer.add_bins(region.chrom, start, bin_size, values)
        return
    first, last, value = runs_of_equal(values)
    writer.add_runs(
        region.chrom,
        np.maximum(start + first * bin_size, region.start),
        np.minimum(start + last * bin_size, region.end),
        value,
    )
