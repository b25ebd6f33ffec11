"""Objects in R's serialization, read strictly: vectors, lists and their attributes, no code.

Nothing in such a file can make the reader do anything but make arrays, lists and texts. Kinds
that are not data (functions, environments, ...) are refused by name.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import FormatError
from genomedb.kernels.misha import text_places
from genomedb.readers.misha_index import Block

GZIP: Final = b"\x1f\x8b"
MAGIC: Final = b"X\n"
NA_INTEGER: Final = -(2**31)
MAX_BYTES: Final = 2_000_000_000  # of an object, unpacked
_MAX_DEPTH: Final = 64
_MAX_SEQUENCE: Final = 100_000_000  # numbers of a sequence that is stored as its ends
_INT: Final = struct.Struct(">i")
_ATTRIBUTES, _TAG = 1 << 9, 1 << 10
_NULL, _SYMBOL, _PAIRS, _TEXT, _LOGICAL, _INTEGER = (254, 0), 1, 2, 9, 10, 13
_REAL, _TEXTS, _LIST, _RAW, _ALTERNATE, _REFERENCE = 14, 16, 19, 24, 238, 255
_REFUSED: Final = {
    3: "a function", 4: "an environment", 5: "a promise", 6: "code", 7: "a special function",
    8: "a builtin function", 15: "complex numbers", 17: "dots", 20: "expressions",
    21: "byte code", 22: "an external pointer", 23: "a weak reference", 25: "an S4 object",
    239: "attributes of code", 240: "code", 241: "an empty environment", 242: "an environment",
    243: "byte code", 247: "a namespace", 248: "a package", 249: "a namespace",
    250: "an environment", 251: "a missing argument", 252: "an unbound value",
    253: "the global environment",
}  # fmt: skip


@dataclass
class RObject:
    """One value of R.

    Attributes
    ----------
    kind : {"null", "logical", "integer", "real", "text", "list", "raw"}
    values : ndarray or list
        int32 for logical (0, 1) and integer, whose missing value is `NA_INTEGER`; float64 for
        real; list of str or None for text; list of RObject; uint8 for raw.
    attributes : dict of str to RObject
        ``names``, ``class``, ``levels``, ...
    """

    kind: str
    values: Any
    attributes: dict[str, RObject] = field(default_factory=dict)

    def texts(self, name: str) -> list[str | None]:
        """Texts of an attribute, empty when it is absent or something else."""
        found = self.attributes.get(name)
        return found.values if found is not None and found.kind == "text" else []

    @property
    def names(self) -> list[str | None]:
        """Names of the values, empty when they have none."""
        return self.texts("names")

    @property
    def is_factor(self) -> bool:
        """Are these codes from 1 of the texts in ``levels``?"""
        return self.kind == "integer" and "levels" in self.attributes

    @property
    def is_frame(self) -> bool:
        """Is this a data frame?"""
        return self.kind == "list" and "data.frame" in self.texts("class")


NULL: Final = RObject("null", [])


def is_r(head: bytes) -> bool:
    """Do these first bytes of a file begin an R object, perhaps compressed?"""
    return head.startswith((MAGIC, GZIP))


def read_r(source: Path | Block) -> RObject:
    """Read the object in a file, or in a part of one.

    Raises
    ------
    FormatError
        It is no such object, damaged, larger than 2 GB, or of a kind that is not data.
    MissingFileError
    """
    block = Block.whole(source) if isinstance(source, Path) else source
    if block.length > MAX_BYTES:
        raise FormatError(f"is larger than {MAX_BYTES} bytes", where=block.where)
    with block.opened() as file:
        data = block.read(file, 0, block.length)
    if data[:2].tobytes() == GZIP:
        data = _unpacked(data, block.where)
    reader = _Reader(data, block.where)
    try:
        return reader.whole()
    except struct.error:
        raise reader.damaged("is truncated") from None


def _unpacked(data: NDArray[np.uint8], where: str) -> NDArray[np.uint8]:
    unpacking = zlib.decompressobj(31)
    try:
        made = unpacking.decompress(data.tobytes(), MAX_BYTES)
    except zlib.error as error:
        raise FormatError(f"is damaged: {error}", where=where) from error
    if not unpacking.eof:
        raise FormatError("is truncated, or larger than 2 GB unpacked", where=where)
    return np.frombuffer(made, np.uint8)


class _Reader:
    """Position in the bytes of an object, and the symbols met so far."""

    def __init__(self, data: NDArray[np.uint8], where: str) -> None:
        self.data, self.where, self.at = data, where, 0
        self.symbols: list[str] = []
        self.depth = 0

    def damaged(self, problem: str) -> FormatError:
        return FormatError(f"R object {problem} at byte {self.at}", where=self.where)

    def word(self) -> int:
        value: int = _INT.unpack_from(self.data.data, self.at)[0]
        self.at += 4
        return value

    def count(self, size: int) -> int:
        """Length of a vector whose items need at least `size` bytes."""
        n = self.word()
        if n == -1:
            n = (self.word() << 32) + (self.word() & 0xFFFFFFFF)
        if n < 0 or n * size > self.data.size - self.at:
            raise self.damaged(f"promises {n} values, more than there are,")
        return n

    def take(self, n: int) -> NDArray[np.uint8]:
        if not 0 <= n <= self.data.size - self.at:
            raise self.damaged("is truncated")
        self.at += n
        return self.data[self.at - n : self.at]

    def whole(self) -> RObject:
        if self.take(min(2, self.data.size)).tobytes() != MAGIC:
            raise FormatError("is no R object in its binary form", where=self.where)
        version = self.word()
        if version not in (2, 3):
            raise FormatError(f"R object has version {version}; 2 and 3 are known",
                              where=self.where)  # fmt: skip
        self.word(), self.word()
        if version == 3:
            self.take(self.word())
        return self.item()

    def item(self) -> RObject:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise self.damaged(f"has lists more than {_MAX_DEPTH} deep")
        flags = self.word()
        kind = flags & 0xFF
        if kind in _NULL:
            found = NULL
        elif kind in _VECTORS:
            found = _VECTORS[kind](self)
            if flags & _ATTRIBUTES:
                found.attributes = self.pairs(self.word())
        elif kind == _PAIRS:
            pairs = self.pairs(flags)
            names = RObject("text", list(pairs))
            found = RObject("list", list(pairs.values()), {"names": names})
        elif kind in (_SYMBOL, _REFERENCE):
            found = RObject("text", [self.symbol(flags)])
        elif kind == _ALTERNATE:
            found = self.alternate()
        else:
            what = _REFUSED.get(kind, f"something of kind {kind}")
            raise self.damaged(f"holds {what}, which is not read,")
        self.depth -= 1
        return found

    def symbol(self, flags: int) -> str:
        """Text of a symbol, or of one met before."""
        if flags & 0xFF == _REFERENCE:
            index = flags >> 8 or self.word()
            if not 1 <= index <= len(self.symbols):
                raise self.damaged(f"refers to symbol {index} of {len(self.symbols)}")
            return self.symbols[index - 1]
        if flags & 0xFF != _SYMBOL:
            raise self.damaged("has something else where a name belongs")
        text = self.strings(1)[0] or "NA"
        self.symbols.append(text)
        return text

    def pairs(self, flags: int) -> dict[str, RObject]:
        """Values by name, up to the end of a pair list."""
        found: dict[str, RObject] = {}
        while flags & 0xFF == _PAIRS:
            if flags & _ATTRIBUTES:
                self.pairs(self.word())
            name = self.symbol(self.word()) if flags & _TAG else f"{len(found) + 1}"
            found[name] = self.item()
            flags = self.word()
        if flags & 0xFF not in _NULL:
            raise self.damaged("has a list without an end")
        return found

    def strings(self, n: int) -> list[str | None]:
        """Texts, None for missing ones."""
        start, length, is_latin, end = text_places(self.data, self.at, n)
        if end < 0:
            raise self.damaged("has damaged texts")
        first = self.at
        self.at = end
        raw = self.data[first:end].tobytes()
        places = zip((start - first).tolist(), length.tolist(), strict=True)
        if raw.isascii() and not is_latin.any():
            text = raw.decode("ascii")
            return [text[a : a + size] if size >= 0 else None for a, size in places]
        encodings = ("utf-8", "latin-1")
        return [
            raw[a : a + size].decode(encodings[latin], "backslashreplace") if size >= 0 else None
            for (a, size), latin in zip(places, is_latin.tolist(), strict=True)
        ]

    def numbers(self, dtype: str) -> NDArray[Any]:
        stored = np.dtype(dtype)
        n = self.count(stored.itemsize)
        raw = self.take(n * stored.itemsize).tobytes()
        return np.frombuffer(raw, stored).astype(stored.newbyteorder("="))

    def alternate(self) -> RObject:
        """A vector in a compact form; only sequences of whole numbers and wrappers are data."""
        info, state, attributes = self.item(), self.item(), self.item()
        named = info.values[0] if info.kind == "list" and info.values else NULL
        kind = str(named.values[0]) if named.kind == "text" and named.values else ""
        if kind in ("compact_intseq", "compact_realseq") and state.kind == "real" and \
                len(state.values) == 3 and np.isfinite(state.values).all():  # fmt: skip
            n, first, step = map(int, state.values)
            if not (0 <= n <= _MAX_SEQUENCE and max(abs(first), abs(first + n * step)) < 2**53):
                raise self.damaged(f"has a sequence of {n} numbers from {first}")
            values = first + step * np.arange(n, dtype=np.int64)
            is_integer = kind == "compact_intseq"
            made = RObject("integer" if is_integer else "real",
                           values.astype(np.int32 if is_integer else np.float64))  # fmt: skip
        elif kind.startswith("wrap_") and state.kind == "list" and state.values:
            made = state.values[0]
        else:
            raise self.damaged(f"holds the compact form {kind!r:.40}, which is not read,")
        if attributes.kind == "list" and attributes.names:
            names = [str(name) for name in attributes.names]
            made.attributes = {**made.attributes, **dict(zip(names, attributes.values,
                                                            strict=True))}  # fmt: skip
        return made


_VECTORS: Final[dict[int, Callable[[_Reader], RObject]]] = {
    _TEXT: lambda reader: _single(reader),
    _LOGICAL: lambda reader: RObject("logical", reader.numbers(">i4")),
    _INTEGER: lambda reader: RObject("integer", reader.numbers(">i4")),
    _REAL: lambda reader: RObject("real", reader.numbers(">f8")),
    _TEXTS: lambda reader: RObject("text", reader.strings(reader.count(8))),
    _LIST: lambda reader: _listed(reader),
    _RAW: lambda reader: RObject("raw", reader.take(reader.count(1)).copy()),
}


def _single(reader: _Reader) -> RObject:
    reader.at -= 4  # its flags are part of it
    return RObject("text", reader.strings(1))


def _listed(reader: _Reader) -> RObject:
    return RObject("list", [reader.item() for _ in range(reader.count(4))])
