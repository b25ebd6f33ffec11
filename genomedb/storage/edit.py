"""Changing what a published file says of itself: a new file takes its place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from genomedb.errors import MissingFileError, TrackNotFoundError
from genomedb.storage.attrs import write_text
from genomedb.storage.files import publish
from genomedb.storage.validate import require_intact


def replace_attributes(path: Path, changes: Mapping[str, str | None]) -> None:
    """Set root attributes (None removes one) in a copy that replaces the file.

    Raises
    ------
    LockedError, WriteError, TrackNotFoundError
    FormatError
        The file is damaged or of a newer version: a copy would hide that.
    """
    try:
        require_intact(path)
    except MissingFileError:
        raise TrackNotFoundError("is gone", where=path) from None
    with publish(path, overwrite=True, template=path) as draft:
        for name, value in changes.items():
            draft.h5.attrs.pop(name, None)
            if value is not None:
                write_text(draft.h5, name, value)
