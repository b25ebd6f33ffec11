"""The words of an expression: numbers, names, text, operators, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from genomedb.errors import ExpressionError

MAX_LENGTH = 10_000

_BLANK = re.compile(r"[ \t\r\n]+")
_NUMBER = re.compile(r"(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*")
_TEXT = re.compile(r'"[^"\\\n]*"|' + r"'[^'\\\n]*'")
_QUOTED = re.compile(r"`[^`]*`")
_OPERATOR = re.compile(r"\*\*|//|<=|>=|==|!=|[-+*/%<>&|^~(),=]")

_REFUSED = {  # longest first: the first that fits is told
    "&&": ("&& is not an operator here", "Write & instead of &&."),
    "||": ("|| is not an operator here", "Write | instead of ||."),
    "<<": ("bit shifts are not allowed", "Write * 2 ** n."),
    ">>": ("bit shifts are not allowed", "Write // 2 ** n."),
    "<>": ("<> is not an operator here", "Write != instead of <>."),
    ":=": ("an expression cannot assign", "Write == for a comparison."),
}
_STRAY = {
    "[": ("square brackets are not allowed: no indexing, slicing or lists", "Choose places by "
          "the scope and the iterator; for values beside a bin use a virtual track with shifts."),
    "]": ("square brackets are not allowed: no indexing, slicing or lists", "Remove it."),
    "{": ("braces are not allowed: no dictionaries or sets", "Combine comparisons with & and |."),
    "}": ("braces are not allowed: no dictionaries or sets", "Remove it."),
    ";": ("an expression is one formula, not several statements", "Pass a list of expressions."),
    ":": ("a colon is not allowed: no slices, lambda or statements", "Write one formula."),
    ".": ("attributes and methods are not allowed",
          "Write a function, e.g. np.abs(x); names have no blanks around their dots."),
    "!": ("! is not an operator here", "Write ~ for not, != for unequal."),
    "@": ("@ is not an operator here", "Write * for a product of each pair of values."),
    "?": ("? is not an operator here", "Write np.where(condition, yes, no)."),
    "#": ("comments are not allowed in an expression", "Remove the comment."),
    "\\": ("a backslash is not allowed", "Write the expression without it."),
    "`": ("the quoted name has no closing backtick", "Add ` after the name."),
    '"': ("the text has no closing quote, or has a backslash", 'Write e.g. CHROM == "chr1".'),
    "'": ("the text has no closing quote, or has a backslash", 'Write e.g. CHROM == "chr1".'),
}  # fmt: skip


@dataclass(frozen=True)
class Token:
    """One word: its kind, what it says, and where it stands.

    Attributes
    ----------
    kind : str
        ``number``, ``name``, ``quoted`` (a name in backticks), ``text``, ``operator``
        or ``end``.
    text : str
        As written; names, quoted names and text without their quotes.
    position : int
        0-based index of the first character.
    """

    kind: str
    text: str
    position: int


def tokenize(text: str) -> list[Token]:
    """Split an expression into tokens; the last one is of kind ``end``.

    Raises
    ------
    ExpressionError
        For text that is too long and for characters that mean nothing here.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            f"the expression has {len(text):,} characters; at most {MAX_LENGTH:,} are allowed",
            text=text,
            position=MAX_LENGTH,
            fix="Split it: keep a part of it as a track of its own.",
        )
    found: list[Token] = []
    at = 0
    while at < len(text):
        if blank := _BLANK.match(text, at):
            at = blank.end()
            continue
        token, at = _next(text, at)
        found.append(token)
    return [*found, Token("end", "", len(text))]


def _next(text: str, at: int) -> tuple[Token, int]:
    """The token that begins at `at` and where the next one may begin."""
    if match := _NUMBER.match(text, at):
        return _number(text, match), match.end()
    if match := _NAME.match(text, at):
        return _name(text, match), match.end()
    if match := _QUOTED.match(text, at):
        return _quoted(text, match), match.end()
    if match := _TEXT.match(text, at):
        return Token("text", match[0][1:-1], at), match.end()
    for word, (problem, fix) in _REFUSED.items():
        if text.startswith(word, at):
            raise ExpressionError(problem, text=text, position=at, fix=fix)
    if match := _OPERATOR.match(text, at):
        return Token("operator", match[0], at), match.end()
    problem, fix = _STRAY.get(
        text[at],
        (
            f"the character {text[at]!a} is not allowed",
            "Use ASCII operators; quote a name that has other characters in backticks.",
        ),
    )
    raise ExpressionError(problem, text=text, position=at, fix=fix)


def _number(text: str, match: re.Match[str]) -> Token:
    at, end = match.span()
    if end < len(text) and (text[end].isalnum() or text[end] == "_"):
        raise ExpressionError(
            "a number runs into a name",
            text=text,
            position=at,
            fix="Put an operator between them; quote a name that begins with a digit in "
            "backticks. Numbers are decimal, e.g. 1000 or 1e3.",
        )
    try:
        value = float(match[0])
    except ValueError:  # underscores where Python has none
        value = float("nan")
    if not value < float("inf"):
        raise ExpressionError(
            "this is not a number that fits in 64 bits",
            text=text,
            position=at,
            fix="Write e.g. 1000, 0.5 or 1e-3, and np.inf for infinity.",
        )
    return Token("number", match[0], at)


def _name(text: str, match: re.Match[str]) -> Token:
    at, end = match.span()
    if text[end : end + 1] in ('"', "'"):
        raise ExpressionError(
            f"text with the prefix {match[0][:20]} is not allowed",
            text=text,
            position=at,
            fix='Write plain text, e.g. CHROM == "chr1".',
        )
    _refuse_dunder(text, match[0], at)
    return Token("name", match[0], at)


def _quoted(text: str, match: re.Match[str]) -> Token:
    name, at = match[0][1:-1], match.start()
    if not name.strip() or not name.isprintable():
        raise ExpressionError(
            "the name in backticks is empty or has unprintable characters",
            text=text,
            position=at,
            fix="Write the name of a track between the backticks, e.g. `dnase/wi38`.",
        )
    _refuse_dunder(text, name, at)
    return Token("quoted", name, at)


def _refuse_dunder(text: str, name: str, at: int) -> None:
    if any(part.startswith("__") for part in re.split(r"[./]", name)):
        raise ExpressionError(
            "names with a leading double underscore are not allowed",
            text=text,
            position=at,
            fix="Write names of tracks, virtual tracks and variables.",
        )
