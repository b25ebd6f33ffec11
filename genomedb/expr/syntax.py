"""Expression: the syntax tree of a formula over tracks, and where its names stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from genomedb.errors import ExpressionError, UsageError

POSITION_NAMES = ("CHROM", "START", "END")


@dataclass(frozen=True, eq=False)
class Constant:
    """A number, True or False, or text (text stands beside CHROM only)."""

    value: float | bool | str
    position: int


class Name(NamedTuple):
    """A track, virtual track or variable without its backticks, or CHROM, START or END."""

    name: str
    position: int


@dataclass(frozen=True, eq=False, repr=False)
class Operation:
    """An operator or function with its arguments.

    Attributes
    ----------
    symbol : str
        An operator as written, ``neg`` and ``pos`` for signs, or a function without ``np.``.
    args : tuple of Node or None
        None stands for an argument that was left out.
    position : int
        Of the operator or of the function's name.
    """

    symbol: str
    args: tuple[Node | None, ...]
    position: int


Node = Constant | Name | Operation


@dataclass(frozen=True)
class Expression:
    """A parsed expression; equal when the texts are, small when pickled.

    Attributes
    ----------
    text : str
        As given.
    root : Node
        The tree.
    names : tuple of Name
        Tracks, virtual tracks, variables and CHROM, START, END: each once, with the place
        of its first appearance, in that order.
    nodes : tuple of Node
        All nodes, arguments before what uses them; the last one is `root`.
    """

    text: str
    root: Node = field(repr=False, compare=False)
    names: tuple[Name, ...] = field(repr=False, compare=False)
    nodes: tuple[Node, ...] = field(repr=False, compare=False)

    def __reduce__(self) -> tuple[Callable[[str], Expression], tuple[str]]:
        return parse, (self.text,)  # a worker reads the text again: no deep trees in a pickle


def parse(text: str) -> Expression:
    """Read an expression; nothing is looked up or computed.

    Parameters
    ----------
    text : str
        Arithmetic over tracks, e.g. ``np.log(a + 1) - b``. ``&`` and ``|`` bind looser than
        comparisons; names with other characters than letters, digits, ``_`` and ``.``
        stand in backticks.

    Returns
    -------
    Expression

    Raises
    ------
    ExpressionError
        If it is not arithmetic, calls a function outside the list, or is too long or deep.
    UsageError
        If `text` is not text.

    Examples
    --------
    >>> [name.name for name in parse("np.log(chip.sum + 1) > `dnase/wi38`").names]
    ['chip.sum', 'dnase/wi38']
    """
    return _parsed(text) if isinstance(text, str) else _read(text)


def _read(text: str) -> Expression:
    from genomedb.expr.parser import Parser

    return Parser(text).expression()


_parsed = lru_cache(maxsize=256)(_read)  # trees never change


def one_expression(expression: Any) -> str:
    """The text of a function's only expression, which may stand in a list of one.

    Raises
    ------
    UsageError
        There are several, or none, or it is no text.

    Examples
    --------
    >>> one_expression(["a + b"])
    'a + b'
    """
    if isinstance(expression, str):
        return expression
    if isinstance(expression, (list, tuple)):
        if len(expression) == 1 and isinstance(expression[0], str):
            return expression[0]
        raise UsageError(f"{len(expression)} expressions are given", fix="Give one, as text")
    raise UsageError(f"{expression!r:.60} is not an expression", fix="Give text")


def error_at(expression: Expression, position: int, problem: str, fix: str = "") -> ExpressionError:
    """The error to raise about a place of an expression that was parsed without fault."""
    return ExpressionError(problem, text=expression.text, position=position, fix=fix)
