"""Attributes beside the objects of a misha database: texts by name, and the read-only names."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

from genomedb.errors import FormatError, ParseError
from genomedb.readers.misha_index import read_bytes
from genomedb.readers.misha_rdata import is_r, read_r
from genomedb.readers.misha_root import READ_ONLY

_PLAIN_LIST: Final = b"PYMISHA_ROATTRS_V1\0"
_YAML: Final = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s:'"#-][^:]*?)\s*:(?:\s+(.*))?"""
)
_NOT_TEXT: Final = "|>&*[{!%@`"  # what may begin a value that is more than a text


def read_track_attributes(folder: Path) -> dict[str, str]:
    """Attributes of a track: of ``.attributes``, else of ``.attributes.yaml``, else none.

    Raises
    ------
    FormatError, ParseError
        The file is damaged.
    """
    if (folder / ".attributes").is_file():
        return read_attributes(folder / ".attributes")
    if (folder / ".attributes.yaml").is_file():
        return read_yaml(folder / ".attributes.yaml")
    return {}


def read_attributes(path: Path) -> dict[str, str]:
    """Attributes of a file of names and texts in turn, each ended by a zero byte.

    When a name occurs twice the later one counts.

    Raises
    ------
    FormatError
        The last text is cut off, or a name has no text.
    """
    raw = read_bytes(path)
    if not raw:
        return {}
    if not raw.endswith(b"\0"):
        raise FormatError("is truncated: the last text has no end", where=path)
    texts = [text.decode("utf-8", "backslashreplace") for text in raw[:-1].split(b"\0")]
    if len(texts) % 2:
        raise FormatError(f"has a name without a text: {texts[-1]!r:.60}", where=path)
    return dict(zip(texts[::2], texts[1::2], strict=True))


def read_yaml(path: Path) -> dict[str, str]:
    """Attributes of a YAML mapping of names to texts; other YAML is refused.

    Raises
    ------
    ParseError
        A line is no ``name: text``.
    """
    lines = read_bytes(path).decode("utf-8", "backslashreplace").splitlines()
    found: dict[str, str] = {}
    at = 0
    while at < len(lines):
        line, first = lines[at], at + 1
        at += 1
        if not line.strip() or line.startswith(("#", "---", "...")) or line.strip() == "{}":
            continue
        while at < len(lines) and (not lines[at] or lines[at][0] in " \t"):  # a folded text
            line, at = f"{line.rstrip()} {lines[at].strip()}", at + 1
        matched = _YAML.fullmatch(line.rstrip())
        if matched is None:
            raise _no_pair(path, first)
        found[_text(matched[1], path, first)] = _text(matched[2] or "", path, first)
    return found


def _text(given: str, path: Path, line: int) -> str:
    """A plain or quoted text."""
    if given.startswith("'") and given.endswith("'") and len(given) > 1:
        return given[1:-1].replace("''", "'")
    if given.startswith('"'):
        try:
            return str(json.loads(given.replace("\\ ", " ")))
        except ValueError:
            raise _no_pair(path, line) from None
    if given[:1] and given[0] in _NOT_TEXT:
        raise _no_pair(path, line)
    return "" if given in ("~", "null") else given.partition(" #")[0].rstrip()


def _no_pair(path: Path, line: int) -> ParseError:
    return ParseError("is no name and plain text", path=path, line=line,
                      fix='Write it as: name: "text"')  # fmt: skip


def read_read_only(root: Path) -> list[str] | None:
    """Names of the attributes that are read-only in a misha database; None where it says nothing.

    Raises
    ------
    FormatError
        The list is damaged.
    """
    path = root / READ_ONLY
    if not path.is_file():
        return None
    raw = read_bytes(path)
    if raw.startswith(_PLAIN_LIST):
        text = raw[len(_PLAIN_LIST) :].decode("utf-8", "backslashreplace")
        return [name for name in text.split("\n") if name]
    if not is_r(raw):
        raise FormatError("is no list of names", where=path)
    found = read_r(path)
    if found.kind not in ("text", "null"):
        raise FormatError(f"is a {found.kind} vector of R, not a list of names", where=path)
    return [name for name in found.values if name]
