"""How functions of this package put their questions to the verbs."""

from __future__ import annotations

from typing import Any

from genomedb.errors import UsageError
from genomedb.misha.current import current, executor
from genomedb.misha.policies import iterator_of


def asked(
    intervals: Any = None, iterator: Any = None, *, vars: Any = None, band: Any = None
) -> dict[str, Any]:
    """Options of a verb: scope, iterator, the session's virtual tracks, who works.

    Raises
    ------
    NoDatabaseError
        No database is open.
    UsageError
        The iterator is a policy that is not right.
    """
    session = current()
    return {
        "scope": intervals,
        "iterator": iterator_of(iterator),
        "virtual": session.virtual,
        "variables": vars,
        "executor": executor(),
        **({} if band is None else {"band": band}),
    }


def pairs_of(args: tuple[Any, ...], what: str) -> tuple[list[str], list[Any]]:
    """Expressions and breaks of arguments that alternate between them.

    Raises
    ------
    UsageError
        They do not.
    """
    if not args or len(args) % 2:
        raise UsageError(
            f"{what} takes pairs of an expression and its breaks; it was given {len(args)} "
            f"argument{'s'[: len(args) != 1]}",
            fix="Give intervals= and other options by name",
        )
    expressions = list(args[::2])
    for i, text in enumerate(expressions):
        if not isinstance(text, str):
            raise UsageError(f"{what}: argument {2 * i + 1} is {text!r:.60}, not an expression")
    return expressions, list(args[1::2])
