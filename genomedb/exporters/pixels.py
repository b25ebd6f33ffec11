"""Pixels of a 2D track: the sums of its records in the bins of a grid, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import UsageError
from genomedb.iterators.records import runs_of
from genomedb.storage.pair_scan import ManyPairs, scan_together
from genomedb.tracks.pairs import PairTrack

STRIPE = 1_000_000  # records of a stripe of rows that are sorted at once
LEAST = 1 << 16  # records of small chromosomes that make a block together
_Part = tuple[NDArray[np.int64], NDArray[Any]]


class Grid(NamedTuple):
    """Bins of a matrix.

    Attributes
    ----------
    chroms : list of str
    codes : list of int
        In the database.
    first : ndarray of int64, shape (n_chroms + 1,)
        Number of the first bin of each chromosome, and of all.
    start, end : ndarray of int64, shape (n_bins,)
    bin_size : int or None
        None where bins differ in width.
    columns : dict of str to ndarray
        Weights.
    facts : dict of str to dict
        Attributes of these columns.
    """

    chroms: list[str]
    codes: list[int]
    first: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    bin_size: int | None
    columns: dict[str, NDArray[Any]]
    facts: dict[str, dict[str, Any]]


def track_pixels(
    track: PairTrack, grid: Grid, *, is_symmetric: bool
) -> Iterator[dict[str, NDArray[Any]]]:
    """Yield the pixels of a track row by row, in blocks; arrays ``bin1_id bin2_id count``."""
    number = np.zeros(len(track.chroms), np.int64)
    number[grid.codes] = np.arange(len(grid.codes))
    first, second = number[track.pair_codes].T
    order = np.lexsort((second, first))
    pairs = order[second[order] >= first[order]] if is_symmetric else order
    if not pairs.size:
        return
    numbered = partial(_numbered, track=track, grid=grid, number=number, is_symmetric=is_symmetric)
    edges = np.flatnonzero(np.diff(first[pairs], prepend=-1, append=len(grid.codes)))
    n = np.add.reduceat(track.pair_sizes[pairs], edges[:-1])  # of each chromosome on axis 1
    for some in runs_of(n, LEAST):
        chosen, total = pairs[edges[some.start] : edges[some.stop]], int(n[some].sum())
        if total <= STRIPE:
            blocks = scan_together(track._file, track.chroms, chosen)
            yield from _added_up([numbered(block) for block in blocks], grid.start.size)
            continue
        i = int(first[chosen[0]])
        rows = np.arange(grid.first[i], grid.first[i + 1])
        for stripe in np.array_split(rows, max(1, min(rows.size, -(-total // STRIPE)))):
            x1, x2 = int(grid.start[stripe[0]]), int(grid.end[stripe[-1]])
            blocks = _stripe(track, chosen, x1, x2, is_symmetric=is_symmetric)
            yield from _added_up([numbered(block) for block in blocks], grid.start.size)


def _stripe(
    track: PairTrack, pairs: NDArray[np.int64], x1: int, x2: int, *, is_symmetric: bool
) -> Iterator[ManyPairs]:
    """Records of pairs that begin in some rows; perhaps more of them below the diagonal."""
    for codes in track.pair_codes[pairs]:
        code1, code2 = codes.tolist()
        tree = track.tree(code1, code2)
        assert tree is not None
        y1 = x1 if is_symmetric and code1 == code2 else 0
        found = tree.query(x1, x2, y1, track.chroms.lengths[code2])
        yield ManyPairs(codes[np.newaxis], np.array([0, found.value.size]), found)


def _numbered(
    block: ManyPairs, *, track: PairTrack, grid: Grid, number: NDArray[np.int64],
    is_symmetric: bool,
) -> _Part:  # fmt: skip
    """Numbers of the pixels of records, and values."""
    found, (code1, code2) = block.records, block.code_columns()
    bin1 = _bins(found.x1, found.x2, grid, number[code1], track)
    bin2 = _bins(found.y1, found.y2, grid, number[code2], track)
    kept = np.ones(bin1.size, np.bool_)
    if track.dtype.kind == "f":
        kept = ~np.isnan(found.value)
    if is_symmetric:  # by positions: a wide bin on the diagonal has both halves
        kept &= (code1 != code2) | (found.x1 <= found.y1)
    key = bin1 * grid.start.size + bin2
    return (key, found.value) if kept.all() else (key[kept], found.value[kept])


def _bins(
    start: NDArray[Any], end: NDArray[Any] | None, grid: Grid, chrom: NDArray[np.int64],
    track: PairTrack,
) -> NDArray[np.int64]:  # fmt: skip
    """Number of the bin of each record, whose chromosomes are given by their numbers."""
    bins: NDArray[np.int64]
    if grid.bin_size is not None:
        # no position of a narrow type is as great as the greatest number of that
        width = min(grid.bin_size, np.iinfo(start.dtype).max)
        bins = start // width + grid.first[chrom]
    else:  # in the chromosomes one behind the other
        before = np.concatenate(([0], np.cumsum(track.chroms.length_array[grid.codes])))
        edges = grid.start + np.repeat(before[:-1], np.diff(grid.first))
        bins = np.searchsorted(edges, start + before[chrom], side="right") - 1
    if end is not None and start.size:
        wrong = end > grid.end[bins]
        if wrong.any():
            row = int(wrong.argmax())
            raise UsageError(
                f"the record at {grid.chroms[int(chrom[row])]}:{start[row]}-{end[row]} reaches "
                "over several bins",
                where=track.name, fix="Take wider bins, or export an expression over them",
            )  # fmt: skip
    return bins


def _added_up(parts: list[_Part], n_bins: int) -> Iterator[dict[str, NDArray[Any]]]:
    """Yield the pixels, each once, if there are any."""
    key, value = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    if not key.size:
        return
    order = np.argsort(key)
    key, value = key[order], value[order]
    if value.dtype.kind != "f":
        value = value.astype(np.int64)
    same = key[1:] == key[:-1]
    if same.any():
        first = np.flatnonzero(np.concatenate(([True], ~same)))
        wide = np.float64 if value.dtype.kind == "f" else np.int64
        key, value = key[first], np.add.reduceat(value.astype(wide), first)
    bin1, bin2 = np.divmod(key, n_bins)
    yield {"bin1_id": bin1, "bin2_id": bin2, "count": value}


__all__ = ["Grid", "track_pixels"]
