"""Tracks of a misha database: what a track folder holds, and the records of 1D tracks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.errors import FormatError
from genomedb.kernels.misha import spread_blocks
from genomedb.readers.misha_index import TRACK_1D, TRACK_2D, Block, read_index
from genomedb.readers.misha_root import chrom_files, pair_of

DENSE, SPARSE, ARRAY = "dense", "sparse", "array"
RECTANGLES, POINTS, COMPUTED, OBSOLETE, EMPTY = (
    "rectangles", "points", "computed", "obsolete", "empty",
)  # fmt: skip
_KINDS: Final = {-1: SPARSE, -8: ARRAY, -9: RECTANGLES, -10: POINTS, -11: COMPUTED} | dict.fromkeys(
    range(-7, -2), OBSOLETE
)
_INDEX_TYPES: Final = (DENSE, SPARSE, ARRAY)
_INDEX_TYPES_2D: Final = (RECTANGLES, POINTS)
_PAIRED: Final = (RECTANGLES, POINTS, COMPUTED)
_NOT_DATA: Final = ("vars",)
_HEAD: Final = 4  # bytes of the type, or the bin size
_RECORD: Final = np.dtype([("start", "<i8"), ("end", "<i8"), ("value", "<f4")])
_ROW: Final = np.dtype([("start", "<i8"), ("end", "<i8"), ("at", "<i8")])
_ROWS: Final = 1 << 18  # records read at a time
_BINS: Final = 1 << 21
_CELLS: Final = 1 << 22  # of an array track
Positions = NDArray[np.int64]


@dataclass(frozen=True)
class MishaTrack:
    """What a track folder says of itself.

    Attributes
    ----------
    kind : str
        ``dense``, ``sparse``, ``array``, ``rectangles``, ``points``; ``computed`` and
        ``obsolete``, whose values are not read; ``empty`` when nothing tells.
    bin_size : int
        Of a dense track, else 0.
    blocks : dict of int to Block
        By code of the chromosome; those left out have no data.
    others : list of str
        Visible files that belong to no chromosome, or pair of them.
    pairs : dict of (int, int) to Block
        Of a 2D track, by codes of the chromosomes, in their order; it has no `blocks`.
    """

    kind: str
    bin_size: int
    blocks: dict[int, Block]
    others: list[str]
    pairs: dict[tuple[int, int], Block] = field(default_factory=dict)


def read_track(folder: Path, chroms: ChromTable) -> MishaTrack:
    """Look at a track folder and at the first bytes of all its chromosomes.

    Raises
    ------
    FormatError
        A file or the index is damaged, or chromosomes differ in type or bin size.
    """
    if (folder / "track.idx").is_file():
        return _indexed(folder, chroms)
    files, others = chrom_files(folder, chroms)
    blocks = {code: Block.whole(path) for code, path in files.items()}
    others = [name for name in others if name not in _NOT_DATA]
    if not blocks and any(pair_of(name, chroms) is not None for name in others):
        return _paired(folder, others, chroms)
    found = _described(blocks, others)
    if found.kind in _PAIRED:
        raise FormatError(
            "holds pairs of chromosomes in a file that is named after one",
            where=next(iter(files.values())), fix="Give the chromosomes names without dashes",
        )  # fmt: skip
    return found


def _paired(folder: Path, names: list[str], chroms: ChromTable) -> MishaTrack:
    """A track with a file for each pair of chromosomes."""
    pairs: dict[tuple[int, int], Block] = {}
    others = []
    for name in names:
        pair = pair_of(name, chroms)
        if pair is None:
            others.append(name)
        elif pair in pairs:
            raise FormatError(
                f"holds the same chromosomes as {pairs[pair].path.name}", where=folder / name,
                fix="Remove the one that is a leftover",
            )  # fmt: skip
        else:
            pairs[pair] = Block.whole(folder / name)
    return _described_pairs(dict(sorted(pairs.items())), others)


def _described_pairs(pairs: dict[tuple[int, int], Block], others: list[str]) -> MishaTrack:
    """Kind that all pairs agree on."""
    seen = ""
    for block in pairs.values():
        number = _first(block)
        kind = _kind_of(number)
        if kind not in _PAIRED:
            raise block.damaged(f"begins with {number}, which is no type of a 2D track")
        if seen and kind != seen:
            raise block.damaged(f"is {kind}, other pairs of chromosomes are {seen}")
        seen = kind
    return MishaTrack(seen or EMPTY, 0, {}, others, pairs)


def _indexed(folder: Path, chroms: ChromTable) -> MishaTrack:
    index, data = folder / "track.idx", folder / "track.dat"
    with Block.whole(index).opened() as file:
        magic = file.read(len(TRACK_2D.magic))
    if magic == TRACK_2D.magic:
        return _indexed_pairs(index, data, chroms)
    blocks, kind = read_index(index, data, TRACK_1D, chroms)
    if kind is None or kind >= len(_INDEX_TYPES):
        raise FormatError(f"has track type {kind}; 0 to 2 are known", where=index)
    found = _described({key[0]: block for key, block in blocks.items()}, [])
    if found.kind == EMPTY and _INDEX_TYPES[kind] != DENSE:
        return MishaTrack(_INDEX_TYPES[kind], 0, {}, [])
    if found.kind not in (EMPTY, _INDEX_TYPES[kind]):
        raise FormatError(f"says {_INDEX_TYPES[kind]}, but the data are {found.kind}", where=index)
    return found


def _indexed_pairs(index: Path, data: Path, chroms: ChromTable) -> MishaTrack:
    blocks, kind = read_index(index, data, TRACK_2D, chroms)
    if kind is None or kind >= len(_INDEX_TYPES_2D):
        raise FormatError(f"has track type {kind}; 0 and 1 are known", where=index)
    said = _INDEX_TYPES_2D[kind]
    found = _described_pairs({(key[0], key[1]): block for key, block in blocks.items()}, [])
    if found.kind == EMPTY:
        return MishaTrack(said, 0, {}, [])
    if found.kind in _INDEX_TYPES_2D and found.kind != said:
        raise FormatError(f"says {said}, but the data are {found.kind}", where=index)
    return found


def _described(blocks: dict[int, Block], others: list[str]) -> MishaTrack:
    """Kind and bin size that all blocks agree on."""
    seen: tuple[str, int] | None = None
    for block in blocks.values():
        number = _first(block)
        kind = _kind_of(number)
        if kind == EMPTY:
            raise block.damaged(f"begins with {number}, which is no track type and no bin size")
        told = kind, max(number, 0)
        if seen is not None and told != seen:
            raise block.damaged(f"is {_shown(told)}, other chromosomes are {_shown(seen)}")
        seen = told
    kind, bin_size = seen or (EMPTY, 0)
    return MishaTrack(kind, bin_size, blocks, others)


def _first(block: Block) -> int:
    with block.opened() as file:
        return int(block.read(file, 0, _HEAD).view("<i4")[0])


def _kind_of(number: int) -> str:
    return DENSE if number > 0 else _KINDS.get(number, EMPTY)


def _shown(told: tuple[str, int]) -> str:
    return f"{told[0]} with bins of {told[1]} bp" if told[1] else told[0]


# ---- values


def dense_pieces(block: Block, length: int, bin_size: int) -> Iterator[NDArray[np.float32]]:
    """Values of the bins of a chromosome from left to right, float32; infinite ones are NaN.

    Parameters
    ----------
    block : Block
    length : int
        Of the chromosome, bp.
    bin_size : int

    Raises
    ------
    FormatError
        The block has not just the values that the chromosome has bins.
    """
    n = -(-length // bin_size)
    if block.length != _HEAD + 4 * n:
        have = (block.length - _HEAD) / 4
        raise block.damaged(f"has {have:.10g} values where {length} bp have {n} bins of {bin_size}")
    with block.opened() as file:
        for first in range(0, n, _BINS):
            size = min(_BINS, n - first)
            values = block.read(file, _HEAD + 4 * first, 4 * size).view("<f4")
            yield _without_infinite(values)


def sparse_pieces(block: Block) -> Iterator[tuple[Positions, Positions, NDArray[np.float32]]]:
    """Records of a chromosome as (start, end, value) arrays; infinite values are NaN.

    Raises
    ------
    FormatError
        The block ends within a record.
    """
    n, rest = divmod(block.length - _HEAD, _RECORD.itemsize)
    if rest:
        raise block.damaged(f"is truncated: {block.length} bytes end within a record")
    with block.opened() as file:
        for first in range(0, n, _ROWS):
            size = min(_ROWS, n - first) * _RECORD.itemsize
            found = block.read(file, _HEAD + first * _RECORD.itemsize, size).view(_RECORD)
            value = _without_infinite(found["value"].copy())
            yield found["start"].astype(np.int64), found["end"].astype(np.int64), value


def array_pieces(
    block: Block, n_columns: int
) -> Iterator[tuple[Positions, Positions, NDArray[np.float32]]]:
    """Records of a chromosome as (start, end, values (n, n_columns)); what is not listed is NaN.

    Raises
    ------
    FormatError
        The table of intervals or a block of values is not inside the file, or names a column
        that does not exist.
    """
    with block.opened() as file:
        table = int(block.read(file, _HEAD, 8).view("<i8")[0])
        n = int(block.read(file, table, 8).view("<u8")[0])
        table += 8
        if table + n * _ROW.itemsize != block.length:
            raise block.damaged(
                f"promises {n} intervals; its {block.length} bytes do not end with their table"
            )
        rows = max(1, min(_ROWS, _CELLS // n_columns))
        for first in range(0, n, rows):
            size = min(rows, n - first)
            # one more row, if there is one, says where the values of this piece end
            several = min(size + 1, n - first)
            found = block.read(
                file, table + first * _ROW.itemsize, several * _ROW.itemsize
            ).view(_ROW)  # fmt: skip
            at = found["at"].astype(np.int64)
            low, high = int(at[:size].min()), table - 8
            if several > size and at[size] > at[:size].max():
                high = min(high, int(at[size]))
            if low < _HEAD + 8 or low > high:
                raise block.damaged(f"has no values at position {low}")
            values, bad = spread_blocks(
                block.read(file, low, high - low), at[:size] - low, n_columns
            )
            if bad >= 0:
                row = found[bad]
                raise block.damaged(
                    f"the values of {row['start']}-{row['end']} are not inside the file, or of a "
                    f"column that is not one of {n_columns}"
                )
            yield (
                found["start"][:size].astype(np.int64),
                found["end"][:size].astype(np.int64),
                (values),
            )


def _without_infinite(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same array, with NaN for infinite values."""
    values = values.astype(np.float32, copy=False)
    infinite = np.isinf(values)
    if infinite.any():
        values[infinite] = np.nan
    return values
