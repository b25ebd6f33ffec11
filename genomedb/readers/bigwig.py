"""BigWig: header, indexes and data blocks, each checked before it is believed."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import deflate
import numpy as np
from numpy.typing import NDArray

from genomedb.errors import ChromError, FormatError, UsageError
from genomedb.readers.opened import STDIN, open_file
from genomedb.readers.records import BIGWIG_MAGICS, Records

_BIGBED_MAGICS: Final = (b"\xeb\xf2\x89\x87", b"\x87\x89\xf2\xeb")
_CHROM_TREE: Final = 0x78CA8C91
_INDEX: Final = 0x2468ACE0
_HEADER: Final = "IHHQQQHHQQIQ"
_SIGNED_SINCE: Final = 4  # version from which every writer ends the file with its magic number
_MAX_BLOCK: Final = 64_000_000
_MAX_DEPTH: Final = 32
_MAX_CHROMS: Final = 20_000_000
_MAX_KEY: Final = 4096
_BATCH: Final = 262_144
_FIXED_STEP: Final = 3
_VARIABLE_STEP: Final = 2
_BEDGRAPH: Final = 1


class BigWigFile:
    """Reads one bigWig file; a context manager.

    Parameters
    ----------
    path : str or Path
        A stored, uncompressed file.

    Raises
    ------
    MissingFileError
        If there is no such file.
    FormatError
        If it is empty, truncated, damaged or not bigWig.
    """

    def __init__(self, path: str | Path) -> None:
        if str(path) == STDIN:
            raise UsageError("bigWig cannot be read from standard input", fix="Name a file")
        self.path = str(path)
        self._file = open_file(path)
        try:
            self._open()
        except BaseException:
            self._file.close()
            raise

    def _open(self) -> None:
        self._size = os.fstat(self._file.fileno()).st_size
        if not self._size:
            raise FormatError("the file is empty", where=self.path)
        magic = os.pread(self._file.fileno(), 4, 0)
        if magic not in BIGWIG_MAGICS:
            raise self._not_bigwig(magic)
        self._order = "<" if magic == BIGWIG_MAGICS[0] else ">"
        (
            _,
            self.version,
            n_zooms,
            chrom_tree,
            data,
            self._index,
            _,
            _,
            _,
            summary,
            block_size,
            _,
        ) = self._unpack(_HEADER, 0)
        if block_size > _MAX_BLOCK:
            raise self._damaged(f"blocks of {block_size} bytes")
        self._block_size = block_size
        if self.version >= _SIGNED_SINCE and self._read(self._size - 4, 4) != magic:
            raise FormatError(
                "the file is truncated: its closing signature is missing",
                where=self.path,
                fix="Copy or download it again",
            )
        zooms = [self._unpack("IIQQ", 64 + 24 * i) for i in range(n_zooms)]
        places = [chrom_tree, data, self._index, summary]
        for place in places + [offset for zoom in zooms for offset in zoom[2:]]:
            if place >= self._size:
                raise self._truncated()
        self._chroms = self._read_chroms(chrom_tree)

    def _not_bigwig(self, magic: bytes) -> FormatError:
        if magic in _BIGBED_MAGICS:
            return FormatError("this is a bigBed file, not bigWig", where=self.path)
        if magic[:2] in (b"\x1f\x8b", b"BZ", b"PK") or magic == b"\xfd7zX":
            return FormatError("a compressed bigWig is not read", where=self.path, fix="Unpack it")
        return FormatError("this is not a bigWig file", where=self.path)

    def _damaged(self, what: str) -> FormatError:
        return FormatError(f"the bigWig file is damaged: {what}", where=self.path)

    def _truncated(self) -> FormatError:
        return FormatError(
            "the bigWig file is truncated", where=self.path, fix="Copy or download it again"
        )

    def _read(self, offset: int, size: int) -> bytes:
        """Bytes at a position; never fewer than asked."""
        if offset < 0 or offset + size > self._size:
            raise self._truncated()
        try:
            data = os.pread(self._file.fileno(), size, offset)
        except OSError as error:
            raise FormatError(f"cannot be read: {error.strerror}", where=self.path) from error
        if len(data) != size:
            raise self._truncated()
        return data

    def _unpack(self, layout: str, offset: int) -> tuple[Any, ...]:
        layout = self._order + layout
        return struct.unpack(layout, self._read(offset, struct.calcsize(layout)))

    def _dtype(self, **fields: str) -> np.dtype[Any]:
        return np.dtype([(name, self._order + kind) for name, kind in fields.items()])

    def _leaves(self, root: int, leaf: np.dtype[Any], branch: np.dtype[Any], limit: int) -> Any:
        """Items of all leaves of a tree, at most `limit` of them."""
        found: list[NDArray[Any]] = []
        waiting, n_found, n_nodes = [(root, 0)], 0, 0
        while waiting:
            place, depth = waiting.pop()
            is_leaf, _, count = self._unpack("BBH", place)
            n_nodes += 1
            dtype = leaf if is_leaf == 1 else branch
            items = np.frombuffer(self._read(place + 4, count * dtype.itemsize), dtype)
            if is_leaf == 1:
                found.append(items)
                n_found += count
            elif is_leaf == 0 and depth < _MAX_DEPTH:
                children = items["child"].tolist()
                waiting.extend((child, depth + 1) for child in reversed(children))
            else:
                raise self._damaged("an index cannot be followed")
            if n_found > limit or n_nodes + len(waiting) > 2 * limit + _MAX_DEPTH:
                raise self._damaged("an index holds more than it says")
        if n_found != limit:
            raise self._damaged(f"an index holds {n_found} items but says {limit}")
        return np.concatenate(found) if found else np.empty(0, leaf)

    def _read_chroms(self, place: int) -> dict[str, tuple[int, int]]:
        """Name -> (id, length)."""
        magic, _, key_size, value_size, count, _ = self._unpack("IIIIQQ", place)
        if magic != _CHROM_TREE or value_size != 8 or not 0 < key_size <= _MAX_KEY:
            raise self._damaged("no chromosome list")
        if count > _MAX_CHROMS or count * 8 > self._size:
            raise self._damaged(f"{count} chromosomes")
        key = ("key", f"S{key_size}")
        leaf = np.dtype([key, ("id", self._order + "u4"), ("length", self._order + "u4")])
        branch = np.dtype([key, ("child", self._order + "u8")])
        items = self._leaves(place + 32, leaf, branch, count)
        names = [name.decode("utf-8", "backslashreplace") for name in items["key"].tolist()]
        pairs = zip(items["id"].tolist(), items["length"].tolist(), strict=True)
        chroms = dict(zip(names, pairs, strict=True))
        if len(chroms) != count or len({number for number, _ in chroms.values()}) != count:
            raise self._damaged("a chromosome is listed twice")
        return dict(sorted(chroms.items(), key=lambda item: item[1][0]))

    @cached_property
    def _blocks(self) -> Any:
        """Where the data blocks are, by chromosome and position."""
        leaf = self._dtype(
            chrom="u4", start="u4", last_chrom="u4", end="u4", offset="u8", size="u8"
        )
        if not self._index:  # how libBigWig writes a file without values
            return np.empty(0, leaf)
        magic, _, count = self._unpack("IIQ", self._index)
        if magic != _INDEX or count * leaf.itemsize > self._size:
            raise self._damaged("no index of its data")
        branch = self._dtype(chrom="u4", start="u4", last_chrom="u4", end="u4", child="u8")
        blocks = self._leaves(self._index + 48, leaf, branch, count)
        beyond = (blocks["offset"] > self._size) | (blocks["size"] > self._size)
        if beyond.any() or (blocks["offset"] + blocks["size"] > self._size).any():
            raise self._truncated()
        if (blocks["chrom"] != blocks["last_chrom"]).any():
            raise self._damaged("a block of two chromosomes")
        if not np.isin(blocks["chrom"], [number for number, _ in self._chroms.values()]).all():
            raise self._damaged("a block of a chromosome that is not listed")
        return blocks[np.lexsort((blocks["start"], blocks["chrom"]))]

    def __enter__(self) -> BigWigFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; closing twice is harmless."""
        self._file.close()

    def chroms(self) -> dict[str, int]:
        """Return the length in bp of each chromosome, in the order of the file."""
        return {name: length for name, (_, length) in self._chroms.items()}

    def iter_records(self, chrom: str) -> Iterator[Records]:
        """Yield the intervals of one chromosome once each, in order, in bounded batches.

        Parameters
        ----------
        chrom : str
            As spelled in the file.

        Yields
        ------
        Records
            ``names`` is ``[chrom]`` and ``line`` is None; never empty.

        Raises
        ------
        ChromError
            If the file has no such chromosome.
        FormatError
            If a data block is damaged.
        """
        number, _ = self._chrom(chrom)
        waiting: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]] = []
        n_waiting = 0
        blocks = self._blocks
        low, high = np.searchsorted(blocks["chrom"], [number, number + 1])
        offsets, sizes = blocks["offset"][low:high].tolist(), blocks["size"][low:high].tolist()
        for offset, size in zip(offsets, sizes, strict=True):
            waiting.append(self._block(number, offset, size))
            n_waiting += waiting[-1][0].size
            if n_waiting >= _BATCH:
                yield from self._batch(chrom, waiting)
                waiting, n_waiting = [], 0
        yield from self._batch(chrom, waiting)

    def _chrom(self, chrom: str) -> tuple[int, int]:
        if chrom not in self._chroms:
            raise ChromError(f'chromosome "{chrom}" is not in this file', where=self.path)
        return self._chroms[chrom]

    def _batch(self, chrom: str, parts: list[Any]) -> Iterator[Records]:
        if not parts:
            return
        start, end, value = (np.concatenate(column) for column in zip(*parts, strict=True))
        if not start.size:
            return
        if (start >= end).any() or (np.diff(start) < 0).any():
            raise self._damaged(f"intervals of {chrom} are empty or not in order")
        yield Records([chrom], np.zeros(start.size, np.int32), start, end, value.astype(np.float64))

    def _block(
        self, chrom: int, offset: int, size: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
        """Start, end and value of the items of one data block."""
        if size > _MAX_BLOCK:
            raise self._damaged(f"a block of {size} bytes")
        data: bytes | bytearray = self._read(offset, size)
        if self._block_size:
            try:
                data = deflate.zlib_decompress(data, self._block_size)
            except deflate.DeflateError as error:
                raise self._damaged(f"the block at byte {offset} cannot be unpacked") from error
        if len(data) < 24:
            raise self._damaged(f"the block at byte {offset} is too short")
        found, start, _, step, span, kind, _, n = struct.unpack_from(self._order + "IIIIIBBH", data)
        fields = {
            _BEDGRAPH: {"start": "u4", "end": "u4", "value": "f4"},
            _VARIABLE_STEP: {"start": "u4", "value": "f4"},
            _FIXED_STEP: {"value": "f4"},
        }.get(kind)
        if fields is None or found != chrom:
            raise self._damaged(f"the block at byte {offset} is not what the index says")
        dtype = self._dtype(**fields)
        if len(data) < 24 + n * dtype.itemsize:
            raise self._damaged(f"the block at byte {offset} is too short")
        items = np.frombuffer(data, dtype, n, 24)
        if kind == _FIXED_STEP:
            starts = start + step * np.arange(n, dtype=np.int64)
        else:
            starts = items["start"].astype(np.int64)
        ends = items["end"].astype(np.int64) if kind == _BEDGRAPH else starts + span
        return starts, ends, items["value"].astype(np.float32)

    def iter_values(self, chrom: str, window_bp: int) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Yield the value of every base of a chromosome, window after window.

        Parameters
        ----------
        chrom : str
            As spelled in the file.
        window_bp : int
            Bases of a window; the last one may be shorter.

        Yields
        ------
        start : int
            First base of the window.
        values : ndarray of float32, shape (bases,)
            NaN where the file says nothing.

        Raises
        ------
        ChromError
            If the file has no such chromosome.
        UsageError
            If `window_bp` is below 1.
        FormatError
            If intervals overlap, or a data block is damaged.
        """
        _, length = self._chrom(chrom)
        if window_bp < 1:
            raise UsageError(f"window must be at least 1 bp, not {window_bp}")
        batches = self.iter_records(chrom)
        start, end = np.empty(0, np.int64), np.empty(0, np.int64)
        value = np.empty(0, np.float32)
        for first in range(0, length, window_bp):
            last = min(first + window_bp, length)
            kept = int(np.searchsorted(end, first, "right"))
            start, end, value = start[kept:], end[kept:], value[kept:]
            while not start.size or start[-1] < last:
                batch = next(batches, None)
                if batch is None:
                    break
                start = np.concatenate((start, batch.start))
                end = np.concatenate((end, batch.end))
                value = np.concatenate((value, batch.value.astype(np.float32)))
                if (end[:-1] > start[1:]).any():
                    raise FormatError(f"intervals of {chrom} overlap", where=self.path)
            n = int(np.searchsorted(start, last))
            yield first, _spread(start[:n], end[:n], value[:n], first, last)


def _spread(
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    value: NDArray[np.float32],
    first: int,
    last: int,
) -> NDArray[np.float32]:
    """Values of the bases of a window, NaN between the intervals."""
    edges = np.empty(2 * start.size + 2, np.int64)
    edges[0], edges[-1] = first, last
    edges[1:-1:2], edges[2:-1:2] = start, end
    shown = np.full(2 * start.size + 1, np.nan, np.float32)
    shown[1::2] = value
    return np.repeat(shown, np.maximum(np.diff(edges.clip(first, last)), 0))
