"""What bigWig and bigBed share: header, chromosome list, index and packed data blocks."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any, ClassVar, Final

import deflate
import numpy as np
from numpy.typing import NDArray

from genomedb.core.closing import Closing
from genomedb.core.lazy import lazy
from genomedb.errors import ChromError, FormatError, UsageError
from genomedb.readers.opened import STDIN, open_file
from genomedb.readers.records import BIGWIG_MAGICS

BIGBED_MAGICS: Final = (b"\xeb\xf2\x89\x87", b"\x87\x89\xf2\xeb")
MAX_BLOCK: Final = 64_000_000
_KINDS: Final = {"bigWig": BIGWIG_MAGICS, "bigBed": BIGBED_MAGICS}
_CHROM_TREE: Final = 0x78CA8C91
_INDEX: Final = 0x2468ACE0
_HEADER: Final = "IHHQQQHHQQIQ"
_SIGNED_SINCE: Final = 4  # version from which every writer ends the file with its magic number
_MAX_DEPTH: Final = 32
_MAX_CHROMS: Final = 20_000_000
_MAX_KEY: Final = 4096


class BbiFile(Closing):
    """One file of either kind; a context manager.

    Attributes
    ----------
    kind : str
        ``"bigWig"`` or ``"bigBed"``.
    path : str
    version : int
        As the file says.
    n_fields, n_bed_fields : int
        Of bigBed: columns of a feature, and how many of them are those of BED; 0 in bigWig.
    """

    kind: ClassVar[str]

    def __init__(self, path: str | Path) -> None:
        if str(path) == STDIN:
            raise UsageError(f"{self.kind} cannot be read from standard input", fix="Name a file")
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
        magics = _KINDS[self.kind]
        if magic not in magics:
            raise self._other_kind(magic)
        self._order = "<" if magic == magics[0] else ">"
        (
            _,
            self.version,
            n_zooms,
            chrom_tree,
            data,
            self._index,
            self.n_fields,
            self.n_bed_fields,
            self._autosql_at,
            summary,
            block_size,
            _,
        ) = self._unpack(_HEADER, 0)
        if block_size > MAX_BLOCK:
            raise self._damaged(f"blocks of {block_size} bytes")
        self._block_size = block_size
        if self.version >= _SIGNED_SINCE and self._read(self._size - 4, 4) != magic:
            raise FormatError(
                "the file is truncated: its closing signature is missing",
                where=self.path,
                fix="Copy or download it again",
            )
        zooms = [self._unpack("IIQQ", 64 + 24 * i) for i in range(n_zooms)]
        places = [chrom_tree, data, self._index, summary, self._autosql_at]
        for place in places + [offset for zoom in zooms for offset in zoom[2:]]:
            if place >= self._size:
                raise self._truncated()
        self._chroms = self._read_chroms(chrom_tree)

    def _other_kind(self, magic: bytes) -> FormatError:
        kind = self.kind
        for other, magics in _KINDS.items():
            if magic in magics:
                return FormatError(f"this is a {other} file, not {kind}", where=self.path)
        if magic[:2] in (b"\x1f\x8b", b"BZ", b"PK") or magic in (b"\xfd7zX", b"\x28\xb5\x2f\xfd"):
            return FormatError(f"a compressed {kind} is not read", where=self.path, fix="Unpack it")
        return FormatError(f"this is not a {kind} file", where=self.path)

    def _damaged(self, what: str) -> FormatError:
        return FormatError(f"the {self.kind} file is damaged: {what}", where=self.path)

    def _truncated(self) -> FormatError:
        return FormatError(
            f"the {self.kind} file is truncated", where=self.path, fix="Copy or download it again"
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

    @lazy
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

    def close(self) -> None:
        """Close the file; closing twice is harmless."""
        self._file.close()

    def chroms(self) -> dict[str, int]:
        """Return the length in bp of each chromosome, in the order of the file."""
        return {name: length for name, (_, length) in self._chroms.items()}

    def _chrom(self, chrom: str) -> tuple[int, int]:
        if chrom not in self._chroms:
            raise ChromError(f'chromosome "{chrom}" is not in this file', where=self.path)
        return self._chroms[chrom]

    def _places(self, chrom: str) -> tuple[int, list[tuple[int, int]]]:
        """Code of a chromosome, and offset and size of each of its data blocks, in order."""
        number, _ = self._chrom(chrom)
        blocks = self._blocks
        low, high = np.searchsorted(blocks["chrom"], [number, number + 1])
        places = blocks[low:high]
        return number, list(zip(places["offset"].tolist(), places["size"].tolist(), strict=True))

    def _unpacked(self, offset: int, size: int) -> bytes | bytearray:
        """Content of one data block."""
        if size > MAX_BLOCK:
            raise self._damaged(f"a block of {size} bytes")
        data = self._read(offset, size)
        if not self._block_size:
            return data
        try:
            unpacked: bytearray = deflate.zlib_decompress(data, self._block_size)
        except deflate.DeflateError as error:
            raise self._damaged(f"the block at byte {offset} cannot be unpacked") from error
        return unpacked
