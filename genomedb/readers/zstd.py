"""Zstandard files: frames cut into blocks, so that memory and truncation are under control.

The package unpacks all that it is given, and a block of four bytes may become 128 KB; so the blocks
are walked here and handed over a few at a time. What a frame is, RFC 8878 says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from genomedb.errors import FormatError, MissingDependencyError
from genomedb.readers.stored import PIECE, Raw, damaged, truncated

_MAGIC: Final = b"\x28\xb5\x2f\xfd"
_SKIPPED: Final = b"\x2a\x4d\x18"  # behind a byte 0x50 to 0x5f
_WINDOW: Final = 1 << 27  # what `zstd -d` allows unasked
_MAX_BLOCK: Final = 131_072
_MAX_BLOCKS: Final = 16  # handed over at once: 2 MB unpacked
_SAME_BYTE: Final = 1
_RESERVED: Final = 3


def is_zstd(head: bytes) -> bool:
    """Tell by its first bytes whether a file holds zstd or skippable frames."""
    return head[:4] == _MAGIC or _is_skipped(head)


def _is_skipped(head: bytes) -> bool:
    return head[1:4] == _SKIPPED and head[0] >> 4 == 5


def zstd_pieces(raw: Raw) -> Iterator[bytes]:
    """Yield what the frames of a file hold, one frame after the other.

    Raises
    ------
    FormatError
        If it is truncated or damaged, or its window is above 128 MB.
    MissingDependencyError
        Without the package zstandard.
    """
    try:
        import zstandard
    except ImportError as error:
        raise MissingDependencyError(
            "reading zstd needs zstandard",
            where=raw.name,
            fix="pip install 'genomedb[zstd]', or decompress it first",
        ) from error
    context = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    while head := raw.peek(4):
        if _is_skipped(head):
            _skip(raw)
        elif head == _MAGIC:
            try:
                yield from _frame(raw, context.decompressobj())
            except zstandard.ZstdError as error:
                raise damaged(raw, error) from error
        elif len(head) < 4 and (_MAGIC.startswith(head) or head[0] >> 4 == 5):
            raise truncated(raw)
        else:
            raise damaged(raw, "unknown bytes after the end")


def _take(raw: Raw, n: int) -> bytes:
    """Bytes of a file; never fewer than asked."""
    taken = raw.take(n)
    if len(taken) < n:
        raise truncated(raw)
    return taken


def _skip(raw: Raw) -> None:
    """Pass over a frame that holds something for others."""
    left = int.from_bytes(_take(raw, 8)[4:], "little")
    while left:
        left -= len(_take(raw, min(left, PIECE)))


def _header(raw: Raw) -> bytes:
    """First bytes of a frame, once what they say of the memory needed can be granted."""
    head = _take(raw, 5)
    flags = head[4]
    alone = flags >> 5 & 1  # the content is the window
    n_window, n_dictionary, n_size = (
        1 - alone,
        (0, 1, 2, 4)[flags & 3],
        (alone, 2, 4, 8)[flags >> 6],
    )
    rest = _take(raw, n_window + n_dictionary + n_size)
    if alone:
        window = int.from_bytes(rest[n_dictionary:], "little")
    else:
        window = (8 + (rest[0] & 7) << 7) << (rest[0] >> 3)
    if window > _WINDOW:
        raise FormatError(
            f"needs {-(-window >> 20)} MB of memory to unpack",
            where=raw.name,
            fix=f"Pack it with a window of at most {_WINDOW >> 20} MB, as zstd does without --long",
        )
    return head + rest


def _frame(raw: Raw, inflater: Any) -> Iterator[bytes]:
    """Content of one frame, its blocks handed over a few at a time."""
    head = _header(raw)
    checked = head[4] & 4
    waiting = [head]
    last = 0
    while not last:
        header = _take(raw, 3)
        word = int.from_bytes(header, "little")
        last, kind, size = word & 1, word >> 1 & 3, word >> 3
        if kind == _RESERVED or size > _MAX_BLOCK:
            raise damaged(raw, "impossible block")
        waiting += [header, _take(raw, 1 if kind == _SAME_BYTE else size)]
        if last and checked:
            waiting.append(_take(raw, 4))  # checksum
        if last or len(waiting) >= 2 * _MAX_BLOCKS:
            yield inflater.decompress(b"".join(waiting))
            waiting = []
    if not inflater.eof:
        raise damaged(raw, "a frame does not end where it says")
