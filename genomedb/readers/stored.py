"""The bytes of a foreign file as they are stored, before anything is unpacked."""

from __future__ import annotations

from typing import BinaryIO, Final

from genomedb.core.progress import Progress
from genomedb.errors import FormatError

PIECE: Final = 1_000_000


class Raw:
    """Stored bytes with a position that can step back inside the buffer.

    Attributes
    ----------
    file : file object
        Unbuffered.
    name : str
        Of the file, for messages.
    done : int
        Bytes read so far.
    """

    def __init__(self, file: BinaryIO, name: str, progress: Progress | None) -> None:
        self.file, self.name, self.progress = file, name, progress
        self.done = 0
        self._buffer = b""
        self._at = 0

    def _fill(self, wanted: int) -> None:
        """Buffer at least `wanted` bytes, fewer only at the end of the file."""
        pieces = [self._buffer[self._at :]]
        have = len(pieces[0])
        while have < wanted:
            try:
                piece = self.file.read(max(PIECE, wanted - have))
            except OSError as error:
                raise FormatError(f"cannot be read: {error.strerror}", where=self.name) from error
            if not piece:
                break
            pieces.append(piece)
            have += len(piece)
            self.done += len(piece)
            if self.progress is not None:
                self.progress.at(self.done)
        self._buffer, self._at = b"".join(filter(None, pieces)), 0

    def peek(self, n: int) -> bytes:
        """Return the next `n` bytes, fewer only at the end, and stay there."""
        if len(self._buffer) - self._at < n:
            self._fill(n)
        if not self._at and len(self._buffer) <= n:
            return self._buffer
        return self._buffer[self._at : self._at + n]

    def take(self, n: int) -> bytes:
        """Return the next `n` bytes, fewer only at the end."""
        if self._at == len(self._buffer):
            self._buffer, self._at = b"", 0  # nothing to keep: what is read needs no copy
        piece = self.peek(n)
        self._at += len(piece)
        return piece

    def give_back(self, n: int) -> None:
        """Step back by `n` of the bytes taken last."""
        self._at -= n


def truncated(raw: Raw) -> FormatError:
    """Error of a compressed file that ends too early."""
    return FormatError(
        "the compressed file is truncated", where=raw.name, fix="Copy or download it again"
    )


def damaged(raw: Raw, why: object) -> FormatError:
    """Error of a compressed file that holds what cannot be."""
    return FormatError(f"the compressed file is truncated or damaged ({why})", where=raw.name)
