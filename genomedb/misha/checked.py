"""Arguments of all functions of this package, checked against the types in their signatures.

A wrong type would otherwise be told by whatever code meets it first, without the argument's name.
Ranges and meanings are left to the functions.
"""

from __future__ import annotations

import functools
import inspect
import numbers
import os
from collections.abc import Callable, Iterable
from typing import Any, Final

from genomedb.errors import UsageError

_Test = Callable[[Any], bool]


def _is_flag(value: Any) -> bool:
    return isinstance(value, (bool, int)) or type(value).__name__ in ("bool_", "bool")


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real) or (
        getattr(value, "ndim", None) == 0 and hasattr(value, "__float__")
    )


def _is_whole(value: Any) -> bool:
    if isinstance(value, (bool, int)):
        return True
    return _is_number(value) and float(value).is_integer()


def _is_path(value: Any) -> bool:
    if not isinstance(value, (str, os.PathLike)):
        return False
    path = os.fspath(value)
    return isinstance(path, str) and "\0" not in path


def _is_list(value: Any) -> bool:
    return (
        isinstance(value, Iterable)
        and not isinstance(value, (str, bytes, dict))
        and not hasattr(value, "columns")
        and getattr(value, "ndim", 1) == 1
    )


def _is_text_list(value: Any) -> bool:
    if not _is_list(value):
        return False
    # what can be walked through once only is left to the function
    return not hasattr(value, "__len__") or all(isinstance(item, str) for item in value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_none(value: Any) -> bool:
    return value is None


_KINDS: Final[dict[str, tuple[tuple[_Test, ...], str]]] = {  # words of signatures
    "None": ((_is_none,), "None"),
    "bool": ((_is_flag,), "True or False"),
    "int": ((_is_whole,), "a whole number"),
    "float": ((_is_number,), "a number"),
    "str": ((_is_text,), "a text"),
    "Path": ((_is_path,), "a path"),
    "os.PathLike[str]": ((_is_path,), "a path"),
    "_Path": ((_is_path,), "a path"),
    "Sequence[str]": ((_is_text_list,), "a list of texts"),
    "Iterable[str]": ((_is_text_list,), "a list of texts"),
    "Sequence[int]": ((_is_list,), "a list of numbers"),
    "_Names": ((_is_none, _is_text, _is_text_list), "a name or a list of names"),
    "_Texts": ((_is_text, _is_list), "a text or a list of texts"),
}


def _test_of(parameter: inspect.Parameter) -> Callable[[Any], None] | None:
    """What refuses a wrong value of a parameter; None where the signature does not tell."""
    words = str(parameter.annotation).split(" | ")
    words = ["str" if word.startswith("Literal[") else word for word in words]
    if not all(word in _KINDS for word in words):
        return None
    if any(_is_path in _KINDS[word][0] for word in words):
        words = [word for word in words if word != "str"]  # a path is more than a text
    tests = tuple(test for word in words for test in _KINDS[word][0])
    fix = "Give " + " or ".join(dict.fromkeys(_KINDS[word][1] for word in words))

    def check(value: Any) -> None:
        for test in tests:
            if test(value):
                return
        raise UsageError(f"{parameter.name} is {value!r:.60}", fix=fix)

    return check


def checked(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that refuses arguments of another type than its signature says.

    Types it looks at are texts, numbers, flags, paths, lists of texts and None; others are left
    to the function, and so is what is missing or too much.

    Raises
    ------
    UsageError
        By the function that is given back: the argument and its value.

    Examples
    --------
    >>> def repeat(text: "str", n: "int" = 2) -> "str":
    ...     return text * n
    >>> checked(repeat)("ab")
    'abab'
    """
    parameters = inspect.signature(function).parameters.values()
    positional = [
        _test_of(p) for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.POSITIONAL_ONLY)
    ]
    further = next((_test_of(p) for p in parameters if p.kind is p.VAR_POSITIONAL), None)
    named = {p.name: test for p in parameters if (test := _test_of(p)) is not None}
    others = next((_test_of(p) for p in parameters if p.kind is p.VAR_KEYWORD), None)
    known = {p.name for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}

    @functools.wraps(function)
    def call(*args: Any, **options: Any) -> Any:
        for test, value in zip(positional, args):  # noqa: B905 - what is too much is told below
            if test is not None:
                test(value)
        if further is not None:
            for value in args[len(positional) :]:
                further(value)
        for name, value in options.items():
            test = named.get(name) if name in known else others
            if test is not None:
                test(value)
        return function(*args, **options)

    call.__module__ = "genomedb.misha"  # where it is found again, by pickles too
    return call
