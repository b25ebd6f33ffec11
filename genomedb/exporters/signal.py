"""Tracks -> bigWig, bedGraph and WIG files, whole or in regions, in bins of any width."""

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
from genomedb.readers.bed import iter_bed
from genomedb.tracks.base import Track
from genomedb.tracks.convert import bin_means, present_values
from genomedb.tracks.dense import DenseTrack, SequenceTrack
from genomedb.tracks.pairs import PairTrack
from genomedb.tracks.sparse import SparseTrack
from genomedb.writers.bedgraph import BedGraphWriter
from genomedb.writers.bigwig import BigWigWriter
from genomedb.writers.wig import WigWriter

_BLOCK_BINS = 1 << 20
_WINDOW_BINS = 1 << 18  # rebinned at once
OF_PAIRS = "export_bedpe or export_cool"
Regions = Sequence[str | Region] | str | Region | Path | None


def export_bedgraph(
    track: Track,
    path: str | Path,
    *,
    regions: Regions = None,
    bin_size: int | None = None,
    overwrite: bool = False,
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
    regions : sequence of str or Region, or Path, optional
        Which parts, e.g. ``["chr2L:0-10000"]`` or ``["chrX"]``; a `Path` is a BED file of
        them; None writes everything.
    bin_size : int, optional
        Write means over bins of this many bp (counted from the chromosome's start and cut at
        the regions), of the bp that have a value. It need not be a multiple of the track's own.
    overwrite : bool
        Replace a file of that name.

    Raises
    ------
    UsageError, ChromError, WriteError
    """
    with BedGraphWriter(path, _sizes(track), overwrite=overwrite) as writer:
        _write(track, writer, regions, bin_size, as_runs=True)


def export_wig(
    track: Track,
    path: str | Path,
    *,
    regions: Regions = None,
    bin_size: int | None = None,
    overwrite: bool = False,
) -> None:
    """Write a track as WIG: fixedStep blocks of a dense one, variableStep of a sparse one.

    Parameters and errors are those of `export_bedgraph`.
    """
    with WigWriter(path, _sizes(track), overwrite=overwrite) as writer:
        _write(track, writer, regions, bin_size, as_runs=False)


def export_bigwig(
    track: Track,
    path: str | Path,
    *,
    regions: Regions = None,
    bin_size: int | None = None,
    zooms: int = 10,
    overwrite: bool = False,
) -> None:
    """Write a track as bigWig with zoom levels; missing values are gaps.

    Parameters and errors are those of `export_bedgraph`; values are stored as float32.
    """
    with BigWigWriter(path, _sizes(track), zooms=zooms, overwrite=overwrite) as writer:
        as_runs = isinstance(track, DenseTrack) and (bin_size or track.bin_size) == 1
        _write(track, writer, regions, bin_size, as_runs=as_runs)


def _sizes(track: Track) -> list[tuple[str, int]]:
    if isinstance(track, SequenceTrack) or not isinstance(track, (DenseTrack, SparseTrack)):
        tool = "export_fasta" if isinstance(track, SequenceTrack) else "export_tsv"
        if isinstance(track, PairTrack):
            tool = OF_PAIRS
        raise UsageError(
            f"a {track.track_type} track holds no signal", where=track.name, fix=f"Use {tool}"
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
    if isinstance(regions, Path):
        regions = _regions_of_bed(regions)
    listed = [regions] if isinstance(regions, (str, Region)) else regions
    parsed = [region_of(r, chroms) for r in listed]
    parsed.sort(key=lambda r: (chroms.code(r.chrom), r.start))
    for before, after in itertools.pairwise(parsed):
        if before.chrom == after.chrom and after.start < before.end:
            raise UsageError(f"regions {before} and {after} overlap")
    return [r for r in parsed if track.has_chrom(r.chrom)]


def _regions_of_bed(path: Path) -> list[Region]:
    """Regions of a BED file; its other columns do not matter."""
    found: list[Region] = []
    for batch in iter_bed(path, n_standard=3):
        names = [batch.names[code] for code in batch.chrom.tolist()]
        found += map(Region, names, batch.start.tolist(), batch.end.tolist())
    return found


def _write(
    track: Track, writer: Any, regions: Regions, bin_size: int | None, *, as_runs: bool
) -> None:
    parts = chosen_regions(track, regions)
    _check_bin_size(bin_size)
    with Progress(sum(r.end - r.start for r in parts), track.name, unit="bp") as progress:
        for region in parts:
            if bin_size is not None or isinstance(track, DenseTrack):
                width, blocks = bins_of(track, region, bin_size)
                length = track.chroms.length(region.chrom)
                for first, values in blocks:
                    _write_bins(writer, region, length, width, first, values, as_runs=as_runs)
                    progress.advance(values.size * width)
            elif isinstance(track, SparseTrack):
                records = track.read(region.chrom, region.start, region.end)
                start = np.maximum(records.start, region.start)
                end = np.minimum(records.end, region.end)
                writer.add_runs(region.chrom, start, end, records.value)
                progress.advance(region.end - region.start)


def _check_bin_size(bin_size: int | None) -> None:
    if bin_size is not None and bin_size < 1:
        raise UsageError(f"bin size must be at least 1, not {bin_size}")


def bins_of(
    track: Track, region: Region, bin_size: int | None
) -> tuple[int, Iterator[tuple[int, NDArray[Any]]]]:
    """Width of the bins, and start in bp and values (NaN where missing) of blocks of them."""
    if isinstance(track, DenseTrack) and bin_size in (None, track.bin_size):
        return track.bin_size, _blocks(track, region)
    assert bin_size is not None
    return bin_size, _rebinned(track, region, bin_size)


def _blocks(track: DenseTrack, region: Region) -> Iterator[tuple[int, NDArray[Any]]]:
    """Consecutive blocks of the track's own bins."""
    step = _BLOCK_BINS * track.bin_size
    missing = track.missing
    for start in range(region.start - region.start % track.bin_size, region.end, step):
        values = track.read(region.chrom, start, min(start + step, region.end))
        if missing is not None and values.dtype.kind != "f":
            values = np.where(values == missing, np.nan, values)
        yield start, values


def _rebinned(track: Track, region: Region, width: int) -> Iterator[tuple[int, NDArray[Any]]]:
    """Consecutive blocks of means over other bins, of what lies inside the region."""
    chrom, length = region.chrom, track.chroms.length(region.chrom)
    own = track.bin_size if isinstance(track, DenseTrack) else 1
    step = width * max(1, min(_WINDOW_BINS, _BLOCK_BINS * own // width))
    dtype = np.float64 if track.dtype.itemsize > 2 and track.dtype != np.float32 else np.float32
    for first in range(region.start - region.start % width, region.end, step):
        low, high = max(first, region.start), min(first + step, region.end)
        if isinstance(track, DenseTrack):
            values = present_values(track, track.read(chrom, low, high))
            start = low - low % own + np.arange(values.size) * own
            end = start + own
        else:
            assert isinstance(track, SparseTrack)
            start, end, values = track.read(chrom, low, high)
        start, end = np.maximum(start, low), np.minimum(end, high)
        yield first, bin_means(start, end, values, width, first, high, length).astype(dtype)


def _write_bins(
    writer: Any,
    region: Region,
    length: int,
    bin_size: int,
    start: int,
    values: NDArray[Any],
    *,
    as_runs: bool,
) -> None:
    end = start + values.size * bin_size
    whole = region.start <= start and (end <= region.end or region.end == length)
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
