"""2bit headers: names and lengths of the sequences."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Final

from genomedb.errors import FormatError
from genomedb.readers.exact import Exact
from genomedb.readers.opened import open_file

TWO_BIT_MAGICS: Final = (b"\x43\x27\x41\x1a", b"\x1a\x41\x27\x43")
_BASES_PER_BYTE: Final = 4


def read_two_bit_chroms(path: str | Path) -> list[tuple[str, int]]:
    """Read the names and lengths of the sequences of a 2bit file.

    Parameters
    ----------
    path : str or Path
        A stored, uncompressed file of version 0 or 1 (offsets of 32 or 64 bits), in either byte
        order.

    Returns
    -------
    list of (str, int)
        In the order of the index.

    Raises
    ------
    MissingFileError
        If there is no such file.
    FormatError
        If it is not 2bit, truncated, damaged or of a newer version.
    """
    with open_file(path) as file:
        header = Exact(file.read, str(path), "2bit file")
        magic = header.take(4)
        if magic not in TWO_BIT_MAGICS:
            raise FormatError(
                "this is not a 2bit file, or a compressed one", where=path, fix="Unpack it"
            )
        header.order = "<" if magic == TWO_BIT_MAGICS[0] else ">"
        version, count, reserved = header.unpack("III")
        if version > 1:
            raise FormatError(f"2bit version {version} is not known", where=path)
        if reserved:
            raise header.damaged("a field that must be 0 is not")
        places: dict[str, int] = {}
        for _ in range(count):
            (n_name,) = header.unpack("B")
            name = header.name(header.take(n_name), places)
            (places[name],) = header.unpack("Q" if version else "I")
        if not places:
            raise header.damaged("it holds no sequences")
        records = _Records(file.fileno(), header)
        return [(name, records.length(name, place)) for name, place in places.items()]


class _Records:
    """Reads the length of each sequence and checks that all of it is there.

    Parameters
    ----------
    descriptor : int
        The open file.
    header : Exact
        The header, read to its end.
    """

    def __init__(self, descriptor: int, header: Exact) -> None:
        self._descriptor, self._header = descriptor, header
        self._size = os.fstat(descriptor).st_size

    def length(self, name: str, place: int) -> int:
        """Bases of the sequence whose record begins at byte `place`."""
        n_bases, n_unknown = self._numbers(place, 2)
        masked = place + 8 + 8 * n_unknown
        (n_masked,) = self._numbers(masked, 1)
        (reserved,) = self._numbers(masked + 4 + 8 * n_masked, 1)
        if reserved:
            raise self._header.damaged(f"the record of {name} is not where the index says")
        if not n_bases:
            raise self._header.damaged(f"sequence {name} is empty")
        if masked + 8 + 8 * n_masked + -(-n_bases // _BASES_PER_BYTE) > self._size:
            raise self._header.truncated()
        return n_bases

    def _numbers(self, place: int, n: int) -> tuple[int, ...]:
        if place < self._header.done:
            raise self._header.damaged("a sequence begins within the index")
        if place + 4 * n > self._size:
            raise self._header.truncated()
        try:
            data = os.pread(self._descriptor, 4 * n, place)
            return struct.unpack(f"{self._header.order}{n}I", data)
        except (OSError, struct.error) as error:
            raise self._header.truncated() from error
