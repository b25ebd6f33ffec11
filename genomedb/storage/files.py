"""Publishing: a track file appears under its name whole, or not at all.

Writing goes to a hidden part file in the destination folder; it is closed, read back, synced
and only then given its name. A published file is never edited.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

import h5py

from genomedb.errors import GenomeDBError, TrackExistsError, TrackNotFoundError
from genomedb.storage import schema
from genomedb.storage.attrs import write_text
from genomedb.storage.digest import structure_digest
from genomedb.storage.lock import host, is_alive, lock_path, remove_dead, tag, writer_lock
from genomedb.storage.sink import Sink, write_error

if TYPE_CHECKING:
    from genomedb.storage.handed import Handed

LIBVER = ("v110", "v110")
_UNFINISHED = re.compile(
    r"\.(?P<name>.+\.h5)\.(part|lock)-(?P<host>.*)-(?P<pid>[0-9]+)-(?P<start>[0-9]*)-[0-9a-f]+"
)


@dataclass(frozen=True)
class Draft:
    """A track file being written: `h5` is its root, `path` its final place."""

    h5: h5py.File
    path: Path
    part: Path
    sink: Sink
    shuffles: dict[str, bool] = field(default_factory=dict)  # choices made on earlier columns
    temporary: list[IO[bytes]] = field(default_factory=list)  # nameless files, closed at the end
    handed: dict[str, Handed] = field(default_factory=dict)  # by path, what chunks were written

    def check(self) -> None:
        """Raise the first write error so far; call it after each column."""
        self.sink.check(self.path)


@contextmanager
def publish(
    path: Path,
    *,
    overwrite: bool = False,
    template: Path | None = None,
    verify: Callable[[Path, Mapping[str, Handed]], None] | None = None,
) -> Iterator[Draft]:
    """Yield a draft that takes the name `path` only once it is complete and has been checked.

    Parameters
    ----------
    path : Path
        Final place; missing folders are made.
    overwrite : bool
        Replace a file of that name; without it, such a file is an error.
    template : Path, optional
        Published file to start from: its copy is edited. None starts empty.
    verify : callable, optional
        Given the finished part file and by path what was written into its chunked datasets,
        raises if it does not read back as it should.

    Raises
    ------
    TrackExistsError, LockedError, WriteError
    """
    made = _make_folders(path)
    writer = os.getpid()
    theirs: list[BaseException] = []  # what the caller's block raised
    handed: dict[str, Handed] = {}
    try:
        with writer_lock(path, make_folder=True):
            part = path.with_name(f".{path.name}.part-{tag()}")
            try:
                sweep(path.parent, path.name)
                if not overwrite and os.path.lexists(path):
                    raise _exists(path)
                yield from _write(path, part, template, theirs, handed)
                if verify is not None:
                    verify(part, handed)
                _put_in_place(part, path, overwrite=overwrite)
            except OSError as error:
                if isinstance(error, GenomeDBError) or error in theirs:
                    raise
                raise write_error(error, path) from error
            finally:
                if os.getpid() == writer:  # a forked child that unwinds leaves all to its parent
                    with suppress(OSError):
                        part.unlink(missing_ok=True)
    except BaseException:
        for folder in made:
            with suppress(OSError):
                folder.rmdir()
        raise


def _write(
    path: Path, part: Path, template: Path | None, theirs: list[BaseException],
    handed: dict[str, Handed],
) -> Iterator[Draft]:  # fmt: skip
    """Open the part file for writing, hand it out, close and sync it."""
    fd = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        if template is not None:
            clone(template, fd)
        sink = Sink(fd)
        try:
            h5 = h5py.File(sink, "r+", libver=LIBVER) if template is not None else _new_file(sink)
            draft = Draft(h5, path, part, sink, handed=handed)
            try:
                try:
                    yield draft
                except BaseException as error:
                    theirs.append(error)
                    raise
                finally:
                    for file in draft.temporary:
                        with suppress(OSError):  # what could not be written is not wanted
                            file.close()
                sink.check(path)
                h5.attrs.pop(schema.STRUCTURE, None)
                write_text(h5, schema.STRUCTURE, structure_digest(h5))
            finally:
                h5.close()
        except GenomeDBError:
            raise
        except (OSError, RuntimeError, ValueError, KeyError):
            sink.check(path)  # the write error explains whatever HDF5 made of it
            raise
        sink.check(path)
        os.fsync(fd)
    finally:
        os.close(fd)


def _new_file(sink: Sink) -> h5py.File:
    """An empty file whose root attributes lie together, so that opening reads them at once."""
    creation = h5py.h5p.create(h5py.h5p.FILE_CREATE)
    creation.set_attr_phase_change(200, 0)
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    access.set_libver_bounds(h5py.h5f.LIBVER_V110, h5py.h5f.LIBVER_V110)
    access.set_fileobj_driver(h5py.h5fd.fileobj_driver, sink)
    return h5py.File(h5py.h5f.create(b"draft", h5py.h5f.ACC_TRUNC, creation, access))


def _put_in_place(part: Path, path: Path, *, overwrite: bool) -> None:
    """Give the finished file its name in one step, and make that last."""
    if overwrite:
        part.replace(path)
    else:
        try:
            path.hardlink_to(part)
        except FileExistsError:
            if not _is_same(part, path):  # a network file system may ask twice
                raise _exists(path) from None
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
                raise
            # no hard links here: the writer lock we hold keeps other creators out
            if os.path.lexists(path):
                raise _exists(path) from None
            part.rename(path)
    sync_folder(path.parent)


def _is_same(a: Path, b: Path) -> bool:
    try:
        return os.path.samestat(a.stat(), b.lstat())
    except OSError:
        return False


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last; file systems that cannot are left to themselves."""
    with suppress(OSError):
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def clone(source: Path, fd: int) -> None:
    """Copy a file's content into an open descriptor, sharing blocks where the system can."""
    try:
        original = source.open("rb")
    except FileNotFoundError:
        raise TrackNotFoundError("is gone", where=source) from None
    with original:
        size = os.fstat(original.fileno()).st_size
        done = 0
        while done < size:
            try:
                copied = os.copy_file_range(original.fileno(), fd, size - done, done, done)
            except OSError:
                block = os.pread(original.fileno(), 1 << 22, done)
                copied = os.pwrite(fd, block, done)
            if copied == 0:
                raise OSError(errno.EIO, f"{source} became shorter while it was copied")
            done += copied


def sweep(folder: Path, name: str | None = None) -> list[Path]:
    """Remove what dead writers left in a folder; return what was removed.

    With `name`, only what belongs to that file and not its lock, which the caller holds.
    """
    removed = []
    for entry in os.scandir(folder):
        if not entry.name.startswith(".") or not entry.is_file(follow_symlinks=False):
            continue
        path = Path(entry.path)
        with suppress(OSError):
            if is_leftover(entry.name, name):
                path.unlink()
                removed.append(path)
            elif name is None and entry.name.endswith(".h5.lock") and remove_dead(path):
                removed.append(path)
    return removed


def is_leftover(entry: str, name: str | None = None) -> bool:
    """Is this hidden file the part file or lock draft of a process of this machine that is gone?"""
    found = _UNFINISHED.fullmatch(entry)
    if found is None or (name is not None and found["name"] != name) or found["host"] != host():
        return False
    return not is_alive(int(found["pid"]), found["start"])


def _make_folders(path: Path) -> list[Path]:
    """Make the parent folders; return those made, innermost first."""
    missing = []
    made: list[Path] = []
    try:
        folder = path.parent
        while not folder.exists():
            missing.append(folder)
            folder = folder.parent
        for each in reversed(missing):
            with suppress(FileNotFoundError):  # its parent was removed: see writer_lock
                each.mkdir(exist_ok=True)
                made.insert(0, each)
    except OSError as error:
        raise write_error(error, path) from error
    return made


def _exists(path: Path) -> TrackExistsError:
    return TrackExistsError("there already", where=path, fix="Ask to overwrite it or remove it")


__all__ = ["Draft", "publish", "sweep", "is_leftover", "clone", "sync_folder", "lock_path"]
