"""The current session: the database that the functions of this package ask.

It belongs to the context (`contextvars`) that opened it: threads and tasks may each have their own.
A context that has opened none, such as a new thread, uses the one that was opened last.
"""

from __future__ import annotations

import os
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from genomedb.core.names import SUFFIX, track_name
from genomedb.db.database import GenomeDB
from genomedb.db.paths import file_of
from genomedb.errors import MissingFileError, NoDatabaseError, UsageError
from genomedb.storage.write import Storage
from genomedb.tracks.base import Track
from genomedb.tracks.create import Place
from genomedb.virtual.definition import VirtualTrack

CONFIG: dict[str, Any] = {"multitasking": True, "max_processes": 1, "compression": None}
"""Settings of the process: may calls use several processes, how many, and how tracks are stored.

The peer begins with four processes. Here one is the start: for most calls that is faster than
starting others. New tracks are plain, as the peer's are, which is fastest to write and to read;
``CONFIG["compression"] = "gzip"`` makes them a third of the size or less. Other settings of the
peer mean nothing here.
"""


class FolderDB(GenomeDB):
    """A database as seen from one of its folders.

    A name means the track of that name in the folder, else the one of that name at the top. New
    tracks go into the folder.

    Attributes
    ----------
    folder : str
        Such as ``chip/2024``; empty at the top.
    allow_pickle : bool
        May variables of tracks be unpickled? That runs what their authors wrote.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        folder: str = "",
        allow_pickle: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(path, **options)
        self.folder = folder
        self.allow_pickle = allow_pickle

    def seen_from(self, folder: str) -> FolderDB:
        """The same database seen from another folder."""
        return FolderDB(
            self.path, folder=folder, allow_pickle=self.allow_pickle, datasets=self.datasets[1:],
            shadowing="ignore",
        )  # fmt: skip

    # ---- names

    def full_name(self, name: str) -> str:
        """Name at the top of what a name means here: in the folder if it is there."""
        if not self.folder:
            return name
        inside = self._inside(name)
        return inside if super().has_track(inside) else name

    def shown_name(self, full: str) -> str:
        """Name here of a track's name at the top; the opposite of `full_name`."""
        if self.folder and full.startswith(self.folder + "/"):
            return full[len(self.folder) + 1 :]
        return full

    def _inside(self, name: str) -> str:
        return f"{self.folder}/{track_name(name)}"

    def _new(self, name: str) -> str:
        """Name at the top of a track to be written: the one there is, else in the folder."""
        full = self.full_name(name)
        return full if not self.folder or super().has_track(full) else self._inside(name)

    def track_path(self, name: str) -> Path:
        """File that the track of this name has, or would have in the folder."""
        return super().track_path(self._new(name))

    def has_track(self, name: str) -> bool:
        """Is there a track of this name?"""
        return super().has_track(self.full_name(name))

    def root_of(self, name: str) -> Path:
        """The root whose track answers to this name."""
        return super().root_of(self.full_name(name))

    def open_track(self, name: str, mode: str = "r") -> Track:
        """Open a track; its name is the one it has here."""
        track = super().open_track(name, mode)
        track.name = self.shown_name(track.name)
        return track

    def place(self, name: str) -> Place:
        """Where a track of this name goes: into the folder of the working root, if it is new."""
        return super().place(self._new(name))

    def move_track(self, name: str, new_name: str) -> None:
        """Rename a track; the new name is one of the folder."""
        super().move_track(name, self._new(new_name))

    def copy_track(self, name: str, new_name: str, *, overwrite: bool = False) -> None:
        """Copy a track into the folder of the working root."""
        super().copy_track(name, self._new(new_name), overwrite=overwrite)

    def _look_up(self, name: str) -> tuple[Path, Path, os.stat_result]:
        return super()._look_up(self.full_name(name))

    def _file(self, name: str) -> Path:
        full = self.full_name(name)
        return file_of(super().root_of(full), full)

    def _own(self, name: str) -> Path:
        return super()._own(self.full_name(name))

    def __reduce__(self) -> tuple[Any, ...]:
        return _reopened, (self.path, self.datasets[1:], self.folder)


def _reopened(path: Path, datasets: list[Path], folder: str) -> FolderDB:
    return FolderDB(path, folder=folder, datasets=datasets, shadowing="ignore")


class Session:
    """A database and what was defined while it is open.

    Attributes
    ----------
    db : FolderDB
        The database, seen from the working folder.
    virtual : dict of str to VirtualTrack
        Virtual tracks by name; forgotten with the session.
    """

    def __init__(self, db: FolderDB) -> None:
        self.db = db
        self.virtual: dict[str, VirtualTrack] = {}


_CURRENT: ContextVar[Session | None] = ContextVar("genomedb_session")
_LAST: list[Session] = []  # at most one: the session opened last in this process


def current() -> Session:
    """The current session.

    Raises
    ------
    NoDatabaseError
        No database is open.
    """
    session = current_or_none()
    if session is None:
        raise NoDatabaseError("Database not set. Call gdb_init first")
    return session


def current_or_none() -> Session | None:
    """The current session, None when no database is open."""
    return _CURRENT.get(_LAST[-1] if _LAST else None)


def current_db() -> FolderDB:
    """The database of the current session.

    Raises
    ------
    NoDatabaseError
        No database is open.
    """
    return current().db


def open_session(path: str | os.PathLike[str], **options: Any) -> Session:
    """Open a database and make it the current one; a failure leaves the former one."""
    return set_session(Session(FolderDB(path, **options)))


def set_session(session: Session) -> Session:
    """Make a session the current one."""
    _CURRENT.set(session)
    _LAST[:] = [session]
    return session


def close_session() -> None:
    """Have no current session."""
    session = current_or_none()
    _CURRENT.set(None)
    if _LAST and _LAST[-1] is session:
        _LAST.clear()


def folder_path(db: FolderDB, folder: str) -> Path:
    """Directory of a folder of a database."""
    return db.path / folder if folder else db.path


def folder_of(db: FolderDB, text: str) -> str:
    """Folder that a path means, seen from the working folder; it need not be there.

    Raises
    ------
    UsageError
        It leads out of the database, or no track could be in a folder of that name.
    """
    if not isinstance(text, str) or not text:
        raise UsageError(f"{text!r:.60} is not a folder", fix="Give its name")
    given = Path(text)
    if given.is_absolute():
        path = Path(os.path.normpath(given))
    else:
        path = Path(os.path.normpath(folder_path(db, db.folder) / given))
    if path != db.path and db.path not in path.parents:
        raise UsageError(f"folder {text!r} is not in the database", where=db.path)
    inside = path.relative_to(db.path).as_posix()
    if inside == ".":
        return ""
    if "." in inside or inside.endswith(SUFFIX):
        raise UsageError(f"folder name {text!r} is not legal", fix="Use letters, digits, _ and -")
    return track_name(inside)


def existing_folder(db: FolderDB, text: str) -> str:
    """As `folder_of`, of a folder that is there."""
    folder = folder_of(db, text)
    if not folder_path(db, folder).is_dir():
        raise MissingFileError("there is no such folder", where=folder_path(db, folder))
    return folder


def executor() -> int | None:
    """Who works for a call, by `CONFIG`."""
    n = CONFIG.get("max_processes", 1) if CONFIG.get("multitasking", True) else 1
    return None if n == 1 else n


def storage() -> Storage:
    """How new tracks are stored, by `CONFIG`."""
    return Storage(CONFIG.get("compression"))
