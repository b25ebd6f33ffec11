"""Pixels of a 2D track: the sums of its records in the bins of a grid, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import UsageError
from genomedb.kernels.quadtree_query import Records
from genomedb.storage.pair_tree import open_pair
from genomedb.tracks.pairs import PairTrack

STRIPE = 1_000_000  # records of a stripe of rows that are sorted at once
LEAST = 1 << 16  # records that are worth a block of their own
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
    number = {code: i for i, code in enumerate(grid.codes)}
    partners: dict[int, list[int]] = {}
    sizes = np.zeros(len(grid.codes), np.int64)
    for (code1, code2), size in zip(
        track.pair_codes.tolist(), track.pair_sizes.tolist(), strict=True
    ):
        i, j = number[code1], number[code2]
        if j >= i or not is_symmetric:
            partners.setdefault(i, []).append(j)
            sizes[i] += size
    waiting: list[_Part] = []
    n_waiting = 0
    for i in sorted(partners):
        others, n = sorted(partners[i]), int(sizes[i])
        rows = np.arange(grid.first[i], grid.first[i + 1])
        for stripe in np.array_split(rows, max(1, min(rows.size, -(-n // STRIPE)))):
            parts = [_stripe(track, grid, (i, j), stripe, is_symmetric=is_symmetric)
                     for j in others]  # fmt: skip
            waiting += parts
            n_waiting += sum(part[0].size for part in parts)
            if n_waiting >= LEAST:
                yield _added_up(waiting, grid.start.size)
                waiting, n_waiting = [], 0
    if n_waiting:
        yield _added_up(waiting, grid.start.size)


def _stripe(
    track: PairTrack, grid: Grid, pair: tuple[int, int], rows: NDArray[np.int64], *,
    is_symmetric: bool,
) -> _Part:  # fmt: skip
    """Numbers of the pixels of one pair of chromosomes in some rows, and values."""
    i, j = pair
    x1, x2 = int(grid.start[rows[0]]), int(grid.end[rows[-1]])
    found = _read(track, grid.codes[i], grid.codes[j], x1, x2, is_half=is_symmetric and i == j)
    bin1 = _bins(found.x1, found.x2, grid, i, track)
    bin2 = _bins(found.y1, found.y2, grid, j, track)
    kept = np.ones(bin1.size, np.bool_)
    if track.dtype.kind == "f":
        kept = ~np.isnan(found.value)
    if is_symmetric and i == j:
        kept &= found.x1 <= found.y1  # by positions: a wide bin on the diagonal has both halves
    key = bin1 * grid.start.size + bin2
    return (key, found.value) if kept.all() else (key[kept], found.value[kept])


def _read(
    track: PairTrack, code1: int, code2: int, x1: int, x2: int, *, is_half: bool
) -> Records:  # fmt: skip
    """Records of a pair that begin in some rows; perhaps more of them below the diagonal."""
    lengths = track.chroms.lengths
    if x1 == 0 and x2 == lengths[code1]:  # without its tree, which would take longer if it is small
        pair = open_pair(track._file, track.chroms, code1, code2)
        assert pair is not None
        blocks = list(pair.scan())
        return blocks[0] if len(blocks) == 1 else _joined(blocks)
    tree = track.tree(code1, code2)
    assert tree is not None
    return tree.query(x1, x2, x1 if is_half else 0, lengths[code2])


def _joined(blocks: list[Records]) -> Records:
    x1, x2, y1, y2, value = (
        None if column[0] is None else np.concatenate(column)
        for column in zip(*blocks, strict=True)
    )  # fmt: skip
    return Records(x1, x2, y1, y2, value)  # type: ignore[arg-type] # only x2 and y2 may be None


def _bins(
    start: NDArray[Any], end: NDArray[Any] | None, grid: Grid, i: int, track: PairTrack
) -> NDArray[np.int64]:
    """Number of the bin of each record."""
    bins: NDArray[np.int64]
    first, last = int(grid.first[i]), int(grid.first[i + 1])
    if grid.bin_size is not None:
        # no position of a narrow type is as great as the greatest number of that
        width = min(grid.bin_size, np.iinfo(start.dtype).max)
        bins = start // width + np.int64(first)
    else:
        bins = np.searchsorted(grid.start[first:last], start, side="right") - 1 + first
    if end is not None and start.size:
        wrong = end > grid.end[bins]
        if wrong.any():
            row = int(wrong.argmax())
            raise UsageError(
                f"the record at {grid.chroms[i]}:{start[row]}-{end[row]} reaches over several bins",
                where=track.name, fix="Take wider bins, or export an expression over them",
            )  # fmt: skip
    return bins


def _added_up(parts: list[_Part], n_bins: int) -> dict[str, NDArray[Any]]:
    key, value = (np.concatenate(columns) for columns in zip(*parts, strict=True))
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
    return {"bin1_id": bin1, "bin2_id": bin2, "count": value}


__all__ = ["Grid", "track_pixels"]
