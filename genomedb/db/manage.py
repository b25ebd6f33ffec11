"""Moving, copying and removing track files."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from genomedb.db.paths import remove_empty_folders
from genomedb.errors import GenomeDBError, TrackExistsError, TrackNotFoundError
from genomedb.storage.files import publish, sync_folder
from genomedb.storage.lock import writer_lock
from genomedb.storage.sink import write_error
from genomedb.storage.validate import require_intact, require_sound


def move(source: Path, target: Path, root: Path) -> None:
    """Rename a track file within its database, never over another."""
    if source == target:
        raise TrackExistsError("there already", where=target)
    missing = not target.parent.exists()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        first, second = sorted((source, target))
        with (
            writer_lock(first, make_folder=first == target),
            writer_lock(second, make_folder=second == target),
        ):
            if os.path.lexists(target):
                raise TrackExistsError("there already", where=target)
            if not os.path.lexists(source):
                raise TrackNotFoundError("is gone", where=source)
            source.rename(target)
            sync_folder(target.parent)
            sync_folder(source.parent)
    except BaseException as error:
        if missing:
            remove_empty_folders(target.parent, root)
        if isinstance(error, OSError) and not isinstance(error, GenomeDBError):
            raise write_error(error, target) from error
        raise
    remove_empty_folders(source.parent, root)


def copy(source: Path, target: Path, *, overwrite: bool = False) -> None:
    """Copy a track file as it is, under another name."""
    require_intact(source)  # else the copy's new digest would hide damage
    check = partial(require_sound, digests=True)
    with publish(target, overwrite=overwrite, template=source, verify=check):
        pass


def remove(path: Path, root: Path) -> None:
    """Delete a track file, and folders that become empty."""
    try:
        with writer_lock(path):
            path.unlink()
            sync_folder(path.parent)
    except FileNotFoundError:
        raise TrackNotFoundError("is gone", where=path) from None
    except GenomeDBError:
        if not path.parent.exists():  # its last track was removed meanwhile
            raise TrackNotFoundError("is gone", where=path) from None
        raise
    except OSError as error:
        raise write_error(error, path) from error
    remove_empty_folders(path.parent, root)
