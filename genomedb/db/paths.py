"""Track names <-> files of one database; nothing outside its folder is ever reached."""

from __future__ import annotations

import os
import stat
import warnings
from collections.abc import Iterator
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
    canonical = track_name(name)
    if canonical == CHROMOSOMES:
        raise UsageError(f"{CHROMOSOMES} is the name of the chromosome table, not of a track")
    path = root / (canonical + SUFFIX)
    if "." in name and not os.path.lexists(path):
        bare = name[1:] if name.startswith("/") else name
        literal = root / (bare if bare.endswith(SUFFIX) else bare + SUFFIX)
        if os.path.lexists(literal):
            path = literal
    check_inside(root, path)
    return path


def check_inside(root: Path, path: Path) -> None:
    """Refuse symbolic links that lead out of the database."""
    at = os.fspath(root)
    for segment in path.relative_to(root).parts:
        at = f"{at}/{segment}"
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
