"""Metadata of saved models: JSON as we write it, which is YAML too, and the YAML of others."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from genomedb.errors import ParseError

_KEY: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]*):(?: +(.*)|\s*)$")
_MOST_LINES: Final = 1 << 20
_WORDS: Final = {"null": None, "~": None, "": None, "true": True, "false": False}
_ESCAPES: Final = {"x": 2, "u": 4, "U": 8}


def metadata_text(values: dict[str, Any]) -> str:
    """Metadata as JSON that readers of YAML 1.1 take for the same values: floats have a point."""
    return "{" + ",\n ".join(f"{json.dumps(k)}: {_shown(v)}" for k, v in values.items()) + "}\n"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)}: {_shown(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_shown, value)) + "]"
    if isinstance(value, float):
        if value in (float("inf"), float("-inf")):
            return "1.0e+999" if value > 0 else "-1.0e+999"
        digits, _, power = repr(value).partition("e")
        digits += "" if "." in digits else ".0"
        return digits + (power and f"e{int(power):+d}")
    return json.dumps(value)


def metadata_of(text: str, *, where: str) -> dict[str, Any]:
    """Read metadata: JSON, or YAML of keys, lists, texts and numbers, without tags and comments.

    Raises
    ------
    ParseError
        It is neither.
    """
    if text.lstrip().startswith("{"):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            line = error.lineno if isinstance(error, json.JSONDecodeError) else None
            raise ParseError(f"is no JSON: {error}", path=where, line=line) from None
        assert isinstance(found, dict)
        return found
    return _Lines(text, where).whole()


class _Lines:
    """Lines of YAML with their indents."""

    def __init__(self, text: str, where: str) -> None:
        self._where, self._at = where, 0
        self._lines: list[tuple[int, int, str]] = []  # number, indent, text
        for number, line in enumerate(text.splitlines()[:_MOST_LINES], start=1):
            body = line.strip()
            if body and body not in ("---", "..."):
                self._lines.append((number, len(line) - len(line.lstrip(" ")), body))

    def whole(self) -> dict[str, Any]:
        """All of it, which is a mapping."""
        found = self._mapping(0)
        if self._at < len(self._lines):
            raise self._wrong("cannot be understood")
        return found

    def _peek(self) -> tuple[int, str]:
        """Indent and text of the next line; -1 at the end."""
        if self._at == len(self._lines):
            return -1, ""
        _, indent, body = self._lines[self._at]
        return indent, body

    def _wrong(self, problem: str) -> ParseError:
        number, _, body = self._lines[min(self._at, len(self._lines) - 1)] if self._lines else (
            1, 0, ""
        )  # fmt: skip
        return ParseError(f"{body[:60]!r} {problem}", path=self._where, line=number)

    def _mapping(self, indent: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while (here := self._peek())[0] == indent and not _is_item(here[1]):
            match = _KEY.match(here[1])
            if match is None:
                raise self._wrong("is no key")
            self._at += 1
            found[match[1]] = self._value(match[2] or "", indent)
        return found

    def _value(self, rest: str, indent: int) -> Any:
        """What stands behind a key, or in the lines below it."""
        if rest:
            return self._scalar(rest, indent)
        below, body = self._peek()
        if _is_item(body) and below >= indent:  # lists may stand as far left as their key
            return self._items(below)
        return self._mapping(below) if below > indent else None

    def _items(self, indent: int) -> list[Any]:
        found: list[Any] = []
        while (here := self._peek())[0] == indent and _is_item(here[1]):
            rest = here[1][1:]
            inner = indent + 1 + len(rest) - len(rest.lstrip())
            rest = rest.strip()
            if _is_item(rest):
                raise self._wrong("is a list in a list")
            if _KEY.match(rest) and rest[0] not in "'\"":
                number = self._lines[self._at][0]
                self._lines[self._at] = number, inner, rest
                found.append(self._mapping(inner))
                continue
            self._at += 1
            found.append(self._scalar(rest, indent))
        return found

    def _scalar(self, text: str, indent: int) -> Any:
        """A text or number, which may go on in lines that stand further right."""
        quote = text[0] if text[:1] in ("'", '"') else ""
        while not (quote and _is_closed(text)) and self._peek()[0] > indent:
            more = self._peek()[1]
            self._at += 1
            if quote == '"' and text.endswith("\\"):
                text = text[:-1] + more
            else:
                text += " " + more
        if quote and not _is_closed(text):
            self._at -= 1
            raise self._wrong("has no closing quote")
        if quote == "'":
            return text[1:-1].replace("''", "'")
        if quote == '"':
            return re.sub(r"\\(x..|u.{4}|U.{8}|.)", _unescaped, text[1:-1])
        if text in ("[]", "{}"):
            return [] if text == "[]" else {}
        if text[:1] in tuple("[{&*!|>%@`"):
            self._at -= 1
            raise self._wrong("is YAML of a kind that is not read here")
        return _plain(text)


def _is_item(text: str) -> bool:
    return text == "-" or text.startswith("- ")


def _is_closed(text: str) -> bool:
    if text[0] == "'":
        return len(text) > 1 and re.fullmatch(r"'(?:[^']|'')*'", text) is not None
    return re.fullmatch(r'"(?:[^"\\]|\\.)*"', text) is not None


def _unescaped(match: re.Match[str]) -> str:
    body = match[1]
    if body[0] in _ESCAPES and len(body) > 1:
        return chr(int(body[1:], 16))
    return {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "e": "\x1b"}.get(body, body)


def _plain(text: str) -> Any:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    if re.fullmatch(r"[-+]?(\.inf|\.Inf|\.INF)", text):
        return float(text.replace(".", ""))
    if re.fullmatch(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?", text):
        return float(text)
    return text
