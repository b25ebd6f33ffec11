"""Variables of a file that is being written."""

from __future__ import annotations

from typing import Any

from genomedb.storage.attrs import write_text
from genomedb.storage.files import Draft
from genomedb.storage.variables import FRAME, GROUP, _check_name, _encoded
from genomedb.storage.write import Storage, write_column


def add_variable(draft: Draft, name: str, value: Any) -> None:
    """Keep a value in a draft that has none of this name: an array, a DataFrame or JSON.

    Raises
    ------
    UsageError
        The value cannot be kept as it is.
    """
    _check_name(name)
    facts, pieces = _encoded(value)
    place = f"{GROUP}/{name}"
    if facts["kind"] == FRAME:
        draft.h5.require_group(place)
    for below, data in pieces:
        whole = f"{place}/{below}" if below else place
        write_column(draft, whole, [data], data.size, data.dtype, Storage())
    for key, text in facts.items():
        write_text(draft.h5[place], key, text)


__all__ = ["add_variable"]
