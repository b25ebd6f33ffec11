"""Variables of a file that is being written."""

from __future__ import annotations

import re
from typing import Any

from genomedb.errors import UsageError
from genomedb.storage.attrs import write_text
from genomedb.storage.files import Draft
from genomedb.storage.variable_forms import FRAME, Pieces, encoded
from genomedb.storage.write import Storage, write_column

GROUP = "_genomedb/variables"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,199}")


def add_variable(draft: Draft, name: str, value: Any) -> None:
    """Keep a value in a draft that has none of this name: an array, a DataFrame or JSON.

    Raises
    ------
    UsageError
        The value cannot be kept as it is.
    """
    check_name(name)
    put_variable(draft, name, *encoded(value))


def put_variable(draft: Draft, name: str, facts: dict[str, str], pieces: Pieces) -> None:
    """Write what `encoded` makes of a value."""
    place = f"{GROUP}/{name}"
    if facts["kind"] == FRAME:
        draft.h5.require_group(place)
    for below, data in pieces:
        whole = f"{place}/{below}" if below else place
        write_column(draft, whole, [data], data.size, data.dtype, Storage())
    for key, text in facts.items():
        write_text(draft.h5[place], key, text)


def check_name(name: str) -> None:
    """Raise `UsageError` for what is no name of a variable."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise UsageError(
            f"variable name {name!r} is not legal",
            fix="Use letters, digits, _ . and -, beginning with a letter or _",
        )


__all__ = ["GROUP", "add_variable", "check_name", "put_variable"]
