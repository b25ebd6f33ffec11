"""xb files: one byte a base for each chromosome, of one strand or of both."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.progress import Progress
from genomedb.errors import FormatError, UsageError
from genomedb.readers.opened import Source, open_bytes

MAGIC: Final = 0xCA60B175
STRANDS: Final = ("forward", "reverse")
_BLOCK: Final = 1 << 20
_HEAD: Final = "IhhiH"  # magic, version, bytes a value, stranded, chromosomes


@dataclass(frozen=True)
class XbHeader:
    """What an xb file holds.

    Attributes
    ----------
    chroms : tuple of (str, int)
        Names and lengths, in the order of the file.
    stranded : bool
        Reverse values follow the forward ones of each chromosome.
    size : int
        Bytes of the whole file, before compression.
    """

    chroms: tuple[tuple[str, int], ...]
    stranded: bool
    size: int


@contextmanager
def open_xb(path: str | Path, progress: Progress | None = None) -> Iterator[XbFile]:
    """Open an xb file, plain or compressed; ``"-"`` is standard input.

    Raises
    ------
    FormatError
        It is no xb file, of another version, or (when it is plain) of another size than its
        header says.
    MissingFileError, UsageError
        As for `genomedb.readers.opened.open_bytes`.
    """
    with open_bytes(path, progress) as source:
        yield XbFile(source)


class XbFile:
    """An open xb file, read once from begin to end.

    Attributes
    ----------
    header : XbHeader
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self.header = self._read_header()

    def values(self, strand: str = "forward") -> Iterator[tuple[str, Iterator[NDArray[np.uint8]]]]:
        """Yield each chromosome, and its values in pieces, which are to be taken at once.

        Parameters
        ----------
        strand : {"forward", "reverse"}

        Raises
        ------
        UsageError
            An unstranded file has no reverse values.
        FormatError
            The file ends early, or goes on after its last chromosome.
        """
        if strand not in STRANDS:
            raise UsageError(f"strand {strand!r:.40}", fix=f"Use one of: {', '.join(STRANDS)}")
        if strand == "reverse" and not self.header.stranded:
            raise UsageError(
                "holds values of one strand only", where=self._source.name, fix="Ask for forward"
            )
        for name, length in self.header.chroms:
            if strand == "reverse":
                self._skip(length, name)
            yield name, self._pieces(length, name)
            if strand == "forward" and self.header.stranded:
                self._skip(length, name)
        if self._source.read_block(1):
            raise FormatError(
                "holds more bytes than its header says", where=self._source.name,
                fix=f"A whole file has {self.header.size}",
            )  # fmt: skip

    def _pieces(self, length: int, name: str) -> Iterator[NDArray[np.uint8]]:
        left = length
        while left:
            yield np.frombuffer(self._take(min(left, _BLOCK), name), np.uint8)
            left -= min(left, _BLOCK)

    def _skip(self, length: int, name: str) -> None:
        for _ in self._pieces(length, name):
            pass

    def _take(self, n: int, what: str) -> bytes:
        block = self._source.read_block(n)
        if len(block) < n:
            raise FormatError(
                f"ends within {what}", where=self._source.name,
                fix="The file is truncated: copy it again",
            )  # fmt: skip
        return block

    def _read_header(self) -> XbHeader:
        head = self._source.read_block(struct.calcsize("<" + _HEAD))
        order = next(
            (o for o in "<>" if head[:4] == struct.pack(o + "I", MAGIC)), None
        )  # fmt: skip
        if order is None or len(head) < struct.calcsize("<" + _HEAD):
            raise FormatError("is no xb file", where=self._source.name, fix="Check its format")
        _, version, n_bytes, stranded, n_chroms = struct.unpack(order + _HEAD, head)
        if version != 1 or n_bytes != 1 or stranded not in (0, 1):
            raise FormatError(
                f"is xb of version {version}, {n_bytes} bytes a value, stranded {stranded}",
                where=self._source.name,
                fix="Version 1 with values of one byte can be read",
            )
        chroms = [self._read_chrom(order) for _ in range(n_chroms)]
        if len({name for name, _ in chroms}) < len(chroms):
            raise FormatError("names a chromosome twice", where=self._source.name)
        n_head = len(head) + sum(5 + len(name.encode()) for name, _ in chroms)
        size = n_head + sum(length for _, length in chroms) * (1 + stranded)
        return XbHeader(tuple(chroms), bool(stranded), size)

    def _read_chrom(self, order: str) -> tuple[str, int]:
        n = self._take(1, "the header")[0]
        try:
            name = self._take(n, "the header").decode("utf-8")
        except UnicodeDecodeError:
            raise FormatError("a chromosome's name is no text", where=self._source.name) from None
        (length,) = struct.unpack(order + "I", self._take(4, "the header"))
        if not name or not length:
            raise FormatError("a chromosome has no name or no length", where=self._source.name)
        return name, int(length)
