"""Track names <-> files of one database; nothing outside its folder is ever reached."""

from __future__ import annotations

import os
import stat
import warnings
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from genomedb.core.names import CHROMOSOMES, SUFFIX, track_name
from genomedb.errors import GenomeDBWarning, MissingFileError, UsageError


def file_of(root: Path, name: str) -> Path:
    """File a track of this name has or would have.

    A file whose own name contains dots is found by that name too.

    Raises
    ------
    UsageError
        The name is not legal, is the chromosome table's, or a symbolic link on the way leads
        out of the database.
    """
    if not isinstance(name, str):
        track_name(name)  # says so
    path, ways = _usual(root, name)
    if "." in name and not os.path.lexists(path):
        bare = name[1:] if name.startswith("/") else name
        literal = root / (bare if bare.endswith(SUFFIX) else bare + SUFFIX)
        if os.path.lexists(literal):
            path, ways = literal, _ways(root, literal)
    _check_ways(root, path, ways)
    return path


@lru_cache(maxsize=1024)
def _usual(root: Path, name: str) -> tuple[Path, tuple[str, ...]]:
    """File of a name, and what is on the way to it; the file system is not asked."""
    canonical = track_name(name)
    if canonical == CHROMOSOMES:
        raise UsageError(f"{CHROMOSOMES} is the name of the chromosome table, not of a track")
    path = root / (canonical + SUFFIX)
    return path, _ways(root, path)


def _ways(root: Path, path: Path) -> tuple[str, ...]:
    """Each folder below the root on the way to a path, and the path."""
    parts = path.relative_to(root).parts
    return tuple(os.fspath(root.joinpath(*parts[: i + 1])) for i in range(len(parts)))


def check_inside(root: Path, path: Path) -> None:
    """Refuse symbolic links that lead out of the database."""
    _check_ways(root, path, _ways(root, path))


def _check_ways(root: Path, path: Path, ways: tuple[str, ...]) -> None:
    for at in ways:
        try:
            is_link = stat.S_ISLNK(os.lstat(at).st_mode)
        except (FileNotFoundError, NotADirectoryError):
            return
        if is_link:
            real, home = os.path.realpath(at), os.path.realpath(root)
            if os.path.commonpath((real, home)) != home:
                raise UsageError(
                    f"{path.relative_to(root)} leads out of the database to {real}",
                    where=root,
                    fix="Copy the file into the database, or open it by its path",
                )


def scan(root: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """All track files of a database as (name, entry), folders followed, links to folders not.

    Folders that go while they are looked at are passed over; one that cannot be read is left
    out with a `GenomeDBWarning`.

    Raises
    ------
    MissingFileError
        The database itself is gone.
    """
    home = os.fspath(root)
    waiting = [("", home)]
    while waiting:
        prefix, folder = waiting.pop()
        try:
            entries = os.scandir(folder)
        except (FileNotFoundError, NotADirectoryError):
            if folder == home:
                raise MissingFileError("the database is not there", where=root) from None
            continue
        except OSError as error:
            warnings.warn(
                f"{folder} cannot be read ({error.strerror}): its tracks are not listed",
                GenomeDBWarning,
                stacklevel=3,
            )
            continue
        with entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((f"{prefix}{entry.name}/", entry.path))
                elif entry.name.endswith(SUFFIX) and _is_file(entry):
                    name = prefix + entry.name[: -len(SUFFIX)]
                    if name != CHROMOSOMES:
                        yield name, entry


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Is this a regular file, or a link to one?"""
    try:
        return entry.is_file()
    except OSError:  # a link to itself
        return False


def track_files(root: Path) -> Iterator[tuple[str, Path]]:
    """All track files of a database as (name, path)."""
    for name, entry in scan(root):
        yield name, Path(entry.path)


def remove_empty_folders(folder: Path, root: Path) -> None:
    """Remove folders that became empty, up to the root."""
    while folder != root and root in folder.parents:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent
