"""Tracks -> BED, TSV and Parquet: a row a record, or a row a bin that has a value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.core.progress import Progress
from genomedb.core.region import Region
from genomedb.core.texts import Texts
from genomedb.errors import UsageError
from genomedb.exporters.signal import OF_PAIRS, Regions, bins_of, chosen_regions
from genomedb.storage import schema
from genomedb.tracks.array import ArrayTrack
from genomedb.tracks.base import Track
from genomedb.tracks.dense import DenseTrack, SequenceTrack
from genomedb.tracks.features import FeatureTrack
from genomedb.tracks.pairs import PairTrack
from genomedb.tracks.sparse import SparseTrack
from genomedb.writers.cells import Cells, strand_texts
from genomedb.writers.parquet import ParquetWriter
from genomedb.writers.tsv import RowWriter

Columns = str | Sequence[str] | None
_NAMES = ("name", "Name", "gene_name", "ID")  # of the name, the first that a track has
_SCORE = "score"


class _Rows(NamedTuple):
    """Rows of one chromosome."""

    chrom: str
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    columns: dict[str, Texts | NDArray[Any]]  # the strand too, as int8


def export_bed(
    track: Track, path: str | Path, *, regions: Regions = None, overwrite: bool = False
) -> None:
    """Write a feature track as BED, or a sparse track as BED5 with its values as scores.

    Features get as many of the columns ``name score strand`` as they have; when a later one is
    there, an absent name is ``.``, score ``0`` and strand ``.``. The name is the first of the
    columns ``name Name gene_name ID`` that is there. All other columns follow in the order of
    the track. Empty texts and NaN are ``.``; tabs and line ends inside texts become
    ``%09 %0A %0D``.

    Parameters
    ----------
    track : FeatureTrack or SparseTrack
        What to write.
    path : path
        Compressed when its name ends in ``.gz`` or ``.zst``; ``-`` is standard output.
    regions : sequence of str or Region, or Path, optional
        Records that overlap these are written, whole and once; a `Path` is a BED file of
        regions; None writes everything.
    overwrite : bool
        Replace a file of that name.

    Raises
    ------
    UsageError, ChromError, WriteError
    """
    if isinstance(track, SparseTrack):
        order: list[str | None] = [None, schema.VALUE]
    elif isinstance(track, FeatureTrack):
        names = track.column_names
        named = next((name for name in _NAMES if name in names), None)
        rest = [name for name in names if name not in (named, _SCORE)]
        order = [
            named,
            _SCORE if _SCORE in names else None,
            schema.STRAND if track.has_strand else None,
        ]
        while not rest and order and order[-1] is None:
            order.pop()
        order += rest
    else:
        tools = "export_bedgraph, export_tsv or export_fasta"
        raise UsageError(
            f"a {track.track_type} track is no BED", where=track.name,
            fix=f"Use {OF_PAIRS if isinstance(track, PairTrack) else tools}",
        )  # fmt: skip
    parts, absent = chosen_regions(track, regions), (".", "0", ".")
    with RowWriter(path, empty=b".", overwrite=overwrite) as writer:
        for rows in _iter_rows(track, parts, None, None):
            columns: list[Cells] = [rows.chrom, rows.start, rows.end]
            for i, name in enumerate(order):
                columns.append(absent[i] if name is None else _shown(name, rows.columns[name]))
            writer.add(columns, rows.start.size)


def export_tsv(
    track: Track,
    path: str | Path,
    *,
    regions: Regions = None,
    columns: Columns = None,
    bin_size: int | None = None,
    overwrite: bool = False,
) -> None:
    """Write any track of one dimension but a sequence as a table with a header.

    The header is ``chrom start end``, then ``strand`` and the columns of features, the columns
    of an array track, or ``value``. Missing bins are left out; NaN in a record is ``nan``. Tabs
    and line ends inside texts become ``%09 %0A %0D``.

    Parameters
    ----------
    track : Track
        What to write.
    path : path
        Compressed when its name ends in ``.gz`` or ``.zst``; ``-`` is standard output.
    regions : sequence of str or Region, or Path, optional
        Records that overlap these are written, whole and once, bins cut at their ends; a `Path`
        is a BED file of regions; None writes everything.
    columns : str or sequence of str, optional
        Only these columns of a feature or array track; None means all.
    bin_size : int, optional
        Means over bins of this width, as in `export_bedgraph`.
    overwrite : bool
        Replace a file of that name.

    Raises
    ------
    UsageError, ChromError, WriteError
    """
    names, parts = list(_types(track, columns, bin_size)), chosen_regions(track, regions)
    with RowWriter(path, names, overwrite=overwrite) as writer:
        for rows in _iter_rows(track, parts, columns, bin_size):
            shown: list[Cells] = [rows.chrom, rows.start, rows.end]
            shown += [_shown(name, rows.columns[name]) for name in names[3:]]
            writer.add(shown, rows.start.size)


def export_parquet(
    track: Track,
    path: str | Path,
    *,
    regions: Regions = None,
    columns: Columns = None,
    bin_size: int | None = None,
    overwrite: bool = False,
) -> None:
    """Write any track that `export_tsv` takes as a Parquet file with its columns.

    Numbers keep their types, the strand is int8 (1, -1, 0 for unknown), texts are UTF-8 as they
    are. Parameters are those of `export_tsv`; standard output is not possible.

    Raises
    ------
    MissingDependencyError
        Without pyarrow.
    UsageError, ChromError, WriteError
    """
    types, parts = _types(track, columns, bin_size), chosen_regions(track, regions)
    with ParquetWriter(path, types, overwrite=overwrite) as writer:
        for rows in _iter_rows(track, parts, columns, bin_size):
            n, name = rows.start.size, np.frombuffer(rows.chrom.encode(), np.uint8)
            chrom = Texts(np.tile(name, n), np.arange(n + 1) * name.size)
            fixed: dict[str, Texts | NDArray[Any]] = {
                "chrom": chrom,
                schema.START: rows.start,
                schema.END: rows.end,
            }
            typed = {
                key: values if isinstance(values, Texts) else values.astype(types[key], copy=False)
                for key, values in rows.columns.items()
            }
            writer.add({**fixed, **typed})


def _shown(name: str, values: Texts | NDArray[Any]) -> Cells:
    if name == schema.STRAND and not isinstance(values, Texts):
        return strand_texts(values)
    return values


def _types(track: Track, columns: Columns, bin_size: int | None) -> dict[str, Any]:
    """Type of each column written, None for text."""
    types: dict[str, Any] = {"chrom": None, schema.START: np.int64, schema.END: np.int64}
    if isinstance(track, SequenceTrack):
        raise UsageError("a sequence track is no table", where=track.name, fix="Use export_fasta")
    if isinstance(track, PairTrack):
        raise UsageError(f"a {track.track_type} track has no rows of one interval",
                         where=track.name, fix=f"Use {OF_PAIRS}")  # fmt: skip
    if isinstance(track, (FeatureTrack, ArrayTrack)):
        if bin_size is not None:
            raise UsageError(f"a {track.track_type} track has no bins", where=track.name,
                             fix="Leave the bin size out")  # fmt: skip
        chosen = [columns] if isinstance(columns, str) else columns
        if isinstance(track, ArrayTrack):
            track._chosen(columns)
            return {**types, **dict.fromkeys(chosen or track.columns, track.dtype)}
        specs = {spec.name: None if spec.is_text else np.dtype(spec.dtype)
                 for spec in track.columns}  # fmt: skip
        specs[schema.STRAND] = np.dtype(np.int8)
        return {**types, **{name: specs[name] for name in track._chosen(columns)}}
    if columns is not None:
        raise UsageError(f"a {track.track_type} track has one value a row", where=track.name,
                         fix="Leave columns out")  # fmt: skip
    if bin_size is not None and bin_size < 1:
        raise UsageError(f"bin size must be at least 1, not {bin_size}")
    averages = bin_size is not None or (isinstance(track, DenseTrack) and track.missing is not None)
    dtype = np.dtype(np.float64) if averages and track.dtype.kind != "f" else track.dtype
    return {**types, schema.VALUE: dtype}


def _iter_rows(
    track: Track, parts: list[Region], columns: Columns, bin_size: int | None
) -> Iterator[_Rows]:
    """Rows of the regions in order, in blocks."""
    before = Region("", 0, 1)
    with Progress(sum(r.end - r.start for r in parts), track.name, unit="bp") as progress:
        for region in parts:
            if isinstance(track, DenseTrack) or bin_size is not None:
                yield from _bins(track, region, bin_size)
            else:
                for rows in _records(track, region, columns):
                    # what reaches back into the region before was written with it
                    seen = before.end if before.chrom == region.chrom else 0
                    yield _after(rows, seen)
            before = region
            progress.advance(region.end - region.start)


def _bins(track: Track, region: Region, bin_size: int | None) -> Iterator[_Rows]:
    width, blocks = bins_of(track, region, bin_size)
    for first, values in blocks:
        kept = np.flatnonzero(~np.isnan(values))
        start = first + kept * width
        end = np.minimum(start + width, region.end)
        yield _Rows(
            region.chrom, np.maximum(start, region.start), end, {schema.VALUE: values[kept]}
        )


def _records(track: Track, region: Region, columns: Columns) -> Iterator[_Rows]:
    """Records that overlap a region; of a whole chromosome in blocks."""
    chrom, start, end = region.chrom, region.start, region.end
    whole = start == 0 and end == track.chroms.length(chrom)
    if isinstance(track, FeatureTrack):
        for f in (
            track.iter_chrom_blocks([chrom], columns=columns) if whole
            else [track.read(chrom, start, end, columns=columns)]
        ):  # fmt: skip
            strand = {} if f.strand is None else {schema.STRAND: f.strand}
            yield _Rows(chrom, f.start, f.end, {**strand, **f.columns})
    elif isinstance(track, ArrayTrack):
        chosen = [columns] if isinstance(columns, str) else list(columns or track.columns)
        numbers = [track.columns.index(name) for name in chosen]
        for a in track.iter_chrom_blocks([chrom]) if whole else [track.read(chrom, start, end)]:
            named = {name: a.values[:, i] for name, i in zip(chosen, numbers, strict=True)}
            yield _Rows(chrom, a.start, a.end, dict(named))
    elif isinstance(track, SparseTrack):
        for s in track.iter_chrom_blocks([chrom]) if whole else [track.read(chrom, start, end)]:
            yield _Rows(chrom, s.start, s.end, {schema.VALUE: s.value})


def _after(rows: _Rows, position: int) -> _Rows:
    """Rows that start at a position or after it; they are sorted."""
    first = int(np.searchsorted(rows.start, position))
    if not first:
        return rows
    n = rows.start.size
    columns = {
        name: values.slice(first, n) if isinstance(values, Texts) else values[first:]
        for name, values in rows.columns.items()
    }
    return _Rows(rows.chrom, rows.start[first:], rows.end[first:], columns)


__all__ = ["export_bed", "export_parquet", "export_tsv"]
