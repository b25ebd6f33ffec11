"""Attributes computed when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

_Value = TypeVar("_Value")


class lazy(Generic[_Value]):  # noqa: N801 - used as a decorator
    """A property computed once; two threads may both compute it.

    `functools.cached_property` of Python 3.10 and 3.11 computes under a lock of the class, which a
    process forked meanwhile finds locked for ever.
    """

    def __init__(self, compute: Callable[[Any], _Value]) -> None:
        self._compute, self._name, self.__doc__ = compute, compute.__name__, compute.__doc__

    def __get__(self, item: object, kind: type | None = None) -> _Value:
        if item is None:
            return cast(_Value, self)
        value = self._compute(item)
        item.__dict__[self._name] = value
        return value
