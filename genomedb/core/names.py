"""Legal names of tracks and attributes; names <-> paths inside a database."""

from __future__ import annotations

import re

from genomedb.errors import UsageError

MAX_SEGMENT_BYTES = 100
MAX_SEGMENTS = 8
SUFFIX = ".h5"
CHROMOSOMES = "chromosome"  # the file of that name is the database's own table

_FIRST = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_LATER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_KEPT_COLUMNS = ("first_start", "max_end")
_ATTRIBUTE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,199}")


def track_name(text: str) -> str:
    """Canonical form of a track name: segments joined by ``/``.

    ``dnase/wi38``, ``dnase.wi38``, ``/dnase/wi38`` and ``dnase/wi38.h5`` are one name.

    Raises
    ------
    UsageError
        If a segment is empty, too long or has other characters than letters, digits,
        ``_`` and ``-``; the name must begin with a letter.

    Examples
    --------
    >>> track_name("dnase.wi38")
    'dnase/wi38'
    """
    if not isinstance(text, str):
        raise UsageError(f"a track name is text, not {type(text).__name__}")
    shown = text if len(text) <= 60 else text[:57] + "..."
    bare = text[1:] if text.startswith("/") else text
    bare = bare[: -len(SUFFIX)] if bare.endswith(SUFFIX) else bare
    segments = bare.replace(".", "/").split("/")
    if len(segments) > MAX_SEGMENTS:
        raise UsageError(f"track name {shown!r} has more than {MAX_SEGMENTS} parts")
    for i, segment in enumerate(segments):
        if len(segment.encode(errors="replace")) > MAX_SEGMENT_BYTES:
            raise UsageError(
                f"a part of track name {shown!r} is longer than {MAX_SEGMENT_BYTES} bytes"
            )
        if not (_LATER if i else _FIRST).fullmatch(segment):
            raise UsageError(
                f"track name {shown!r} is not legal",
                fix="Use letters, digits, _ and -, begin with a letter, join parts with / or .",
            )
    return "/".join(segments)


def attribute_name(text: str) -> str:
    """Check the name of a track attribute: letters, digits, ``_ . -``, at most 200."""
    if not isinstance(text, str) or not _ATTRIBUTE.fullmatch(text):
        raise UsageError(
            f"attribute name {text!r} is not legal",
            fix="Use letters, digits, _ . and -, beginning with a letter",
        )
    return text


def column_name(text: str) -> str:
    """Check the name of a table column: printable, without ``/``, at most 200 bytes.

    Raises
    ------
    UsageError
        For other names, and for those that the format keeps for itself.
    """
    if not isinstance(text, str) or not 0 < len(text.encode(errors="replace")) <= 200:
        raise UsageError(f"column name {text!r:.60} is not 1 to 200 bytes of text")
    if "/" in text or not text.isprintable() or text.strip() != text or text in (".", ".."):
        raise UsageError(
            f"column name {text!r:.60} is not legal",
            fix="Use printable letters without / and without blanks at the ends",
        )
    if text in _KEPT_COLUMNS or text.endswith((".bytes", ".offset")):
        raise UsageError(f"column name {text!r} is kept for the file format", fix="Rename it")
    return text
