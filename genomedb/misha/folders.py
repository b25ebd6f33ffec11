# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gdir_*: the working folder in the tree of tracks."""

from __future__ import annotations

import shutil

from genomedb.errors import MissingFileError, UsageError
from genomedb.misha.current import (
    Session,
    current,
    current_db,
    existing_folder,
    folder_of,
    folder_path,
    set_session,
)

__all__ = ["gdir_cd", "gdir_create", "gdir_cwd", "gdir_rm"]


def gdir_cwd() -> str:
    """Absolute path of the working folder."""
    db = current_db()
    return str(folder_path(db, db.folder))


def gdir_cd(dir: str) -> None:
    """Change the working folder; names are relative to it from then on.

    A track ``sub.t`` is listed and named ``t`` after ``gdir_cd("sub")``; its full name is still
    understood, in expressions, creation and everywhere. Virtual tracks are forgotten.

    Parameters
    ----------
    dir : str
        Folder relative to the working one; ``..`` is the one above.

    Raises
    ------
    MissingFileError
        There is no such folder.
    UsageError
        It is not in the database.
    """
    db = current().db
    set_session(Session(db.seen_from(existing_folder(db, dir))))


def gdir_create(dir: str, show_warnings: bool = True) -> None:
    """Make a folder in an existing one.

    Raises
    ------
    FileExistsError
        It is there already.
    MissingFileError
        The folder above is not there.
    """
    db = current_db()
    path = folder_path(db, folder_of(db, dir))
    if not path.parent.is_dir():
        raise MissingFileError(
            "there is no such folder", where=path.parent, fix="Make it first, one at a time"
        )
    path.mkdir()


def gdir_rm(dir: str, recursive: bool = False, force: bool = False) -> None:
    """Remove a folder.

    Parameters
    ----------
    dir : str
        Folder relative to the working one.
    recursive : bool
        Remove the tracks in it too.
    force : bool
        A folder that is not there is no error.

    Raises
    ------
    MissingFileError
        There is no such folder.
    OSError
        It is not empty.
    UsageError
        It is the working folder or one that holds it.
    """
    db = current_db()
    folder = folder_of(db, dir)
    path = folder_path(db, folder)
    if not path.is_dir():
        if force:
            return
        raise MissingFileError("there is no such folder", where=path)
    if not folder or db.folder == folder or db.folder.startswith(folder + "/"):
        raise UsageError("the working folder is in it", where=path, fix="gdir_cd elsewhere first")
    if not recursive:
        path.rmdir()
        return
    shutil.rmtree(path)
