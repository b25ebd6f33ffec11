"""Arguments of functions that make tracks, checked before any work."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from genomedb.errors import MissingFileError, UsageError

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")


def text_of(value: Any, what: str) -> str:
    """An argument that is a text.

    Raises
    ------
    UsageError
        It is None or something else.
    """
    if value is None:
        raise UsageError(f"{what} is None", fix="Give a text")
    if not isinstance(value, str):
        raise UsageError(f"{what} is {value!r:.60}", fix="Give a text")
    return value


def checked_name(track: Any) -> str:
    """A text that a track could be named by, as the peer's names are.

    Raises
    ------
    UsageError
        It is none.
    """
    if not isinstance(track, str) or not _NAME.fullmatch(track):
        raise UsageError(
            f"{track!r:.60} is no name of a track",
            fix="Use letters, digits, _ and ., begin with a letter",
        )
    return track


def bin_size_or_none(binsize: Any) -> int | None:
    """A bin size; None for None and 0, which make sparse tracks.

    Raises
    ------
    UsageError
        It is below 0 or no whole number.
    """
    if binsize is None:
        return None
    whole = hasattr(binsize, "__index__") and not isinstance(binsize, bool)
    if not whole or not 0 <= int(binsize) < 2**62:
        raise UsageError(
            f"binsize is {binsize!r:.60}",
            fix="Give a whole number of bp; 0 or None makes a sparse track",
        )
    return int(binsize) or None


def number_of(value: Any, what: str) -> float:
    """An argument that is a number, which may be NaN.

    Raises
    ------
    UsageError
        It is none.
    """
    try:
        return float(value)
    except (TypeError, ValueError):
        raise UsageError(f"{what} is {value!r:.60}", fix="Give a number") from None


def whole_number(value: Any, what: str, *, least: int) -> int:
    """An argument that is a whole number of at least `least`.

    Raises
    ------
    UsageError
        It is none.
    """
    whole = hasattr(value, "__index__") and not isinstance(value, bool)
    if not whole or not least <= int(value) < 2**62:
        raise UsageError(f"{what} is {value!r:.60}", fix=f"Give a whole number from {least} on")
    return int(value)


def flag_of(value: Any, what: str) -> bool:
    """An argument that is True or False; 1 and 0 are too.

    Raises
    ------
    UsageError
        It is neither.
    """
    if isinstance(value, (bool, int)) or type(value).__name__ in ("bool_", "bool"):
        return bool(value)
    raise UsageError(f"{what} is {value!r:.60}", fix="Give True or False")


def path_of(value: Any, what: str) -> str:
    """An argument that is the path of a file or folder.

    Raises
    ------
    UsageError
        It is none.
    """
    if isinstance(value, (str, os.PathLike)):
        path = os.fspath(value)
        if isinstance(path, str) and path and "\0" not in path:
            return path
    raise UsageError(f"{what} is {value!r:.60}", fix="Give a path")


def names_of(value: Any, what: str) -> list[str]:
    """An argument that is a name or several; None is none.

    Raises
    ------
    UsageError
        It is something else.
    """
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, Iterable) and not isinstance(value, (bytes, dict)):
        found = list(value)
        if all(isinstance(name, str) for name in found):
            return found
    raise UsageError(f"{what} is {value!r:.60}", fix="Give a name or a list of names")


@contextmanager
def absent_is_usage() -> Iterator[None]:
    """Make an absent file a `UsageError`: where the peer has a ValueError for it."""
    try:
        yield
    except MissingFileError as error:
        raise UsageError(error.problem, where=error.where, fix=error.fix) from error
