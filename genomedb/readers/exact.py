"""Binary headers read in order: exactly the bytes asked for, or a file that is truncated."""

from __future__ import annotations

import struct
from collections.abc import Callable, Container
from typing import Any, Final

from genomedb.errors import FormatError

_PIECE: Final = 65_536


class Exact:
    """Reads a binary header from its beginning.

    Parameters
    ----------
    read : callable
        Called with a number of bytes; returns about as many, ``b""`` only at the end.
    where : str
        File name for messages.
    what : str
        What is being read, as ``"BAM header"``.
    order : str
        ``"<"`` or ``">"``, the byte order of `unpack`.

    Attributes
    ----------
    done : int
        Bytes taken so far.
    """

    def __init__(
        self, read: Callable[[int], bytes], where: str, what: str, order: str = "<"
    ) -> None:
        self._read, self._where, self._what, self.order = read, where, what, order
        self._buffer, self._at, self.done = b"", 0, 0

    def take(self, n: int) -> bytes:
        """Return the next `n` bytes.

        Raises
        ------
        FormatError
            If the file ends before, or cannot be read.
        """
        while len(self._buffer) - self._at < n:
            try:
                more = self._read(max(_PIECE, n - len(self._buffer) + self._at))
            except FormatError:
                raise
            except OSError as error:
                problem = f"cannot be read: {error.strerror}"
                raise FormatError(problem, where=self._where) from error
            if not more:
                raise self.truncated()
            self._buffer, self._at = self._buffer[self._at :] + more, 0
        self._at += n
        self.done += n
        return self._buffer[self._at - n : self._at]

    def skip(self, n: int) -> None:
        """Pass over `n` bytes without holding them."""
        while n:
            n -= len(self.take(min(n, _PIECE)))

    def unpack(self, layout: str) -> tuple[Any, ...]:
        """Return the next numbers, described as for the module struct, without byte order."""
        layout = self.order + layout
        return struct.unpack(layout, self.take(struct.calcsize(layout)))

    def truncated(self) -> FormatError:
        """Error of a header that ends too early."""
        return FormatError(
            f"the {self._what} is truncated", where=self._where, fix="Copy or download it again"
        )

    def damaged(self, why: str) -> FormatError:
        """Error of a header that holds what cannot be."""
        return FormatError(f"the {self._what} is damaged: {why}", where=self._where)

    def name(self, raw: bytes, known: Container[str]) -> str:
        """Chromosome name as text, checked to be none of those `known`."""
        if not raw or b"\0" in raw:
            raise self.damaged("a chromosome has no name")
        text = raw.decode("utf-8", "backslashreplace")
        if text in known:
            raise self.damaged(f"chromosome {text[:60]!r} is listed twice")
        return text
