"""Another track from a track: dtype, bin size, dense to sparse and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import UsageError
from genomedb.kernels.binning import accumulate_overlap, finish_mean
from genomedb.kernels.runs import runs_of_equal
from genomedb.storage import schema
from genomedb.storage.attrs import write_text
from genomedb.storage.copying import take_attributes
from genomedb.storage.describe import Provenance
from genomedb.tracks.array import ArrayTrack
from genomedb.tracks.base import Track
from genomedb.tracks.create import Storage, new_array, new_dense, new_sparse
from genomedb.tracks.create_pairs import copy_pairs, new_pairs
from genomedb.tracks.dense import DenseTrack, SequenceTrack
from genomedb.tracks.pairs import PairTrack
from genomedb.tracks.place import Place, check_dtype
from genomedb.tracks.sparse import SparseTrack

_WINDOW_BINS = 1 << 18
_SparsePiece = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[Any]]


def convert(
    track: Track,
    place: Place,
    *,
    dtype: str | None = None,
    bin_size: int | None = None,
    track_type: str | None = None,
    missing: float | None = None,
    storage: Storage | None = None,
    command: str = "",
    overwrite: bool = False,
) -> None:
    """Write a track of another type, dtype or bin size.

    Description and attributes are taken over; variables are not, they describe the old values.

    Parameters
    ----------
    track : DenseTrack, SparseTrack, ArrayTrack or PairTrack
        What to convert; arrays, points and rectangles change their dtype only.
    place : Place
        Where the new track goes, see `GenomeDB.place`.
    dtype : str, optional
        None keeps it; means of integers become float32.
    bin_size : int, optional
        Base pairs; of a dense track a multiple of its own. A bin is the mean of what it covers,
        weighted by bp, without what is missing.
    track_type : {"dense", "sparse"}, optional
        Dense to sparse makes a record of each run of equal values, gaps where values are
        missing. Sparse to dense needs a bin size.
    missing : float, optional
        Missing value of an integer dtype; None keeps that of an integer track.
    storage : Storage, optional
        Codec and chunks.
    command : str
        Command line to record.
    overwrite : bool
        Replace a track of that name.

    Raises
    ------
    UsageError
        For a conversion that is not possible, or a value that does not fit the dtype: its
        position is named.
    TrackExistsError, LockedError, WriteError

    Examples
    --------
    >>> convert(db["depth"], db.place("depth.1kb"), bin_size=1000)  # doctest: +SKIP
    """
    wanted = track_type or track.track_type
    if isinstance(track, SequenceTrack) or not isinstance(
        track, (DenseTrack, SparseTrack, ArrayTrack, PairTrack)
    ):
        raise UsageError(f"a {track.track_type} track cannot be converted", where=track.name)
    if wanted not in (schema.DENSE, schema.SPARSE) and wanted != track.track_type:
        raise UsageError(f"tracks are not converted to {wanted}", fix="Use dense or sparse")
    if isinstance(track, ArrayTrack) and (wanted != schema.ARRAY or bin_size):
        raise UsageError("an array track changes its dtype only", where=track.name)
    if isinstance(track, PairTrack) and (wanted != track.track_type or bin_size):
        raise UsageError(f"a track of {track.track_type} changes its dtype only", where=track.name)
    if bin_size is not None and wanted != schema.DENSE:
        raise UsageError("only dense tracks have a bin size", fix="Leave the bin size out")
    averages = wanted == schema.DENSE and (
        isinstance(track, SparseTrack) or bin_size not in (None, track.bin_size)  # type: ignore[union-attr]
    )
    target = dtype or _dtype_for(track.dtype, averages=averages)
    check_dtype(target)
    if missing is not None and (np.dtype(target).kind == "f" or wanted != schema.DENSE):
        raise UsageError("only dense tracks of an integer dtype declare a missing value",
                         fix="Leave missing out")  # fmt: skip
    made = {
        "dtype": target, "storage": storage, "overwrite": overwrite,
        "provenance": Provenance(created_by="convert", command=command),
    }  # fmt: skip
    if wanted == schema.DENSE:
        _to_dense(track, place, bin_size, missing, made)
    else:
        _to_records(track, place, made)


def _dtype_for(dtype: np.dtype[Any], *, averages: bool) -> str:
    return "float32" if averages and dtype.kind != "f" else dtype.name


def _to_dense(
    track: Track, place: Place, bin_size: int | None, missing: float | None, made: dict[str, Any]
) -> None:
    if isinstance(track, DenseTrack):
        width = bin_size or track.bin_size
        if width % track.bin_size:
            raise UsageError(
                f"bin size {width} is not a multiple of {track.bin_size}", where=track.name,
                fix="Use a multiple",
            )  # fmt: skip
        if missing is None and np.dtype(made["dtype"]).kind != "f" and track.dtype.kind != "f":
            missing = track.missing
    elif bin_size is None or bin_size < 1:
        raise UsageError("a dense track needs a bin size", fix="Give one")
    else:
        width = bin_size
    with new_dense(place, bin_size=width, missing=missing, **made) as draft:
        for name in filter(track.has_chrom, track.chroms.names):
            if isinstance(track, SparseTrack):
                pieces = _means_of_records(track, name, width)
            elif isinstance(track, DenseTrack) and width == track.bin_size:
                pieces = (present_values(track, b.values) for b in _blocks(track, name, 1))
            else:
                assert isinstance(track, DenseTrack)
                pieces = _means_of_bins(track, name, width)
            draft.write(name, _without(pieces, name, width, track, missing))
        _describe_as(draft.draft, track)


def _to_records(track: Track, place: Place, made: dict[str, Any]) -> None:
    if isinstance(track, ArrayTrack):
        with new_array(place, track.columns, **made) as arrays:
            for name in filter(track.has_chrom, track.chroms.names):
                arrays.write(name, (b[1:] for b in track.iter_chrom_blocks([name])))
            _describe_as(arrays.draft, track)
        return
    if isinstance(track, PairTrack):
        n_pairs = len(track.pair_codes)
        with new_pairs(
            place, is_points=track.is_points, n_pairs=n_pairs, is_ordered=True, **made
        ) as pairs:
            copy_pairs(track, pairs)
            _describe_as(pairs.draft, track)
        return
    with new_sparse(place, **made) as draft:
        for name in filter(track.has_chrom, track.chroms.names):
            if isinstance(track, DenseTrack):
                draft.write(name, iter_runs(track, name))
            elif isinstance(track, SparseTrack):
                draft.write(name, (b[1:] for b in track.iter_chrom_blocks([name])))
        _describe_as(draft.draft, track)


def _describe_as(draft: Any, track: Track) -> None:
    """Take over what people said of a track, not who made it and when."""
    ours = {name: draft.h5.attrs[name] for name in (*schema.READ_ONLY_DEFAULT, schema.COMMAND)
            if name in draft.h5.attrs}  # fmt: skip
    take_attributes(draft, track._file)
    for name in (*schema.READ_ONLY_DEFAULT, schema.COMMAND):
        draft.h5.attrs.pop(name, None)
    for name, value in ours.items():
        text = value.decode() if isinstance(value, bytes) else str(value)
        write_text(draft.h5, name, text)


def present_values(track: DenseTrack, values: NDArray[Any]) -> NDArray[Any]:
    """Values with NaN where they are missing; as they are when none can be."""
    if track.missing is None or values.dtype.kind == "f":
        return values
    return np.where(values == track.missing, np.nan, values.astype(np.float64))


def _blocks(track: DenseTrack, name: str, factor: int) -> Iterator[Any]:
    """Blocks whose number of bins is a multiple of `factor`."""
    return track.iter_chrom_blocks([name], block_bins=max(1, _WINDOW_BINS // factor) * factor)


def _means_of_bins(track: DenseTrack, name: str, width: int) -> Iterator[NDArray[np.float64]]:
    """Mean of each wider bin; a block holds whole ones."""
    for block in _blocks(track, name, width // track.bin_size):
        start = block.start + np.arange(block.values.size) * track.bin_size
        end = np.minimum(start + track.bin_size, block.end)
        values = present_values(track, block.values)
        yield bin_means(start, end, values, width, block.start, block.end,
                        track.chroms.length(name))  # fmt: skip


def _means_of_records(track: SparseTrack, name: str, width: int) -> Iterator[NDArray[np.float64]]:
    """Overlap-weighted mean of the records of each bin, window by window."""
    length = track.chroms.length(name)
    for start in range(0, length, _WINDOW_BINS * width):
        end = min(start + _WINDOW_BINS * width, length)
        records = track.read(name, start, end)
        yield bin_means(*records, width, start, end, length)


def bin_means(
    start: NDArray[np.int64], end: NDArray[np.int64], values: NDArray[Any], width: int,
    window_start: int, window_end: int, length: int,
) -> NDArray[np.float64]:  # fmt: skip
    """Mean over the bp covered of the bins of a window that starts at a bin; NaN where none is."""
    first = window_start // width
    n = -(-window_end // width) - first
    total, covered = np.zeros(n), np.zeros(n)
    accumulate_overlap(
        start, end, values, bin_size=width, first_bin=first, total=total, covered=covered
    )
    return finish_mean(
        total, covered, bin_size=width, first_bin=first, chrom_length=length
    )  # fmt: skip


def iter_runs(track: DenseTrack, name: str) -> Iterator[_SparsePiece]:
    """Runs of equal values of a chromosome in bp, joined across blocks; missing ones are gaps."""
    held: _SparsePiece | None = None
    missing = None if track.missing is None or track.dtype.kind == "f" else int(track.missing)
    for block in track.iter_chrom_blocks([name]):
        first, last, value = runs_of_equal(block.values, missing=missing)
        start = block.start + first * track.bin_size
        end = np.minimum(block.start + last * track.bin_size, block.end)
        if (
            held is not None
            and start.size
            and held[1][0] == start[0]
            and held[2].tobytes() == value[:1].tobytes()
        ):
            start[0], held = held[0][0], None
        if held is not None and start.size:
            yield held
            held = None
        if start.size:
            yield start[:-1], end[:-1], value[:-1]
            held = start[-1:], end[-1:], value[-1:]
    if held is not None:
        yield held


def _without(
    pieces: Iterator[NDArray[Any]], name: str, width: int, track: Track, missing: float | None
) -> Iterator[NDArray[Any]]:
    """Pass pieces on; a value that would read as missing is an error."""
    at = 0
    for piece in pieces:
        if missing is not None:
            bad = np.flatnonzero(piece == missing)
            if bad.size:
                raise UsageError(
                    f"{name}:{(at + int(bad[0])) * width} has the value {missing:g}, which would "
                    "mean missing", where=track.name, fix="Choose another missing value",
                )  # fmt: skip
        yield piece
        at += piece.size


__all__ = ["bin_means", "convert", "iter_runs", "present_values"]
